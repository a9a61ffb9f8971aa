import { createHash } from 'node:crypto'
import { lastSegment } from '../model/arn.ts'
import {
  type Action,
  type Intent,
  isDo,
  type JournalEntry,
  type Outcome,
  type Reason,
} from '../model/decision.ts'
import { type Target, targetKey } from '../model/target.ts'
import { minute, span } from '../model/time.ts'
import type { Explained, ExplainedDo } from './rooms.ts'

/**
 * Builds the journal's lines and the intents they come from. Ids come from what they tell and from the number of the
 * look (`Memory.looks`), which grows when a look is recorded: a look that dies before that and is repeated tells nothing twice.
 */

export function intentOf(
  target: Target,
  { room, sentence, decision }: ExplainedDo,
  looks: number,
  atMs: number,
): Intent {
  const { do: action, because, tell, facts = [] } = decision
  const about = subjectOf(action)
  return {
    id: digest([targetKey(target), room, about, action, looks]),
    room,
    action,
    because,
    sentence,
    tell,
    facts,
    settles:
      decision.settles !== undefined ? decision.settles : action.verb === 'run-task' ? `task/${about}` : null,
    recordedAtMs: atMs,
  }
}

/** Task id, instance id or null: what an action is about. */
export function subjectOf(action: Action): string | null {
  switch (action.verb) {
    case 'run-task':
      return lastSegment(action.replaces)
    case 'stop-task':
      return lastSegment(action.taskArn)
    case 'register-instance':
    case 'deregister-instance':
    case 'set-instance-health':
      return action.instanceId
    case 'update-service':
    case 'stop-deployment':
    case 'roll-back-service':
      return null
  }
}

/** `sentence` replaces the reason where the outcome has one of its own: what follows from a refusal. */
export function actEntry(
  target: Target,
  intent: Intent,
  outcome: Outcome | 'observed',
  atMs: number,
  sentence = intent.sentence,
): JournalEntry {
  const { action } = intent
  const end = entryOutcome(outcome)
  const refusal = outcome === 'observed' || outcome.ok ? null : outcome
  return {
    // A call that failed, and was then found to have succeeded, has two lines.
    id: refusal ? digest([intent.id, end, refusal.code]) : intent.id,
    target,
    atMs: intent.recordedAtMs,
    room: intent.room,
    outcome: end,
    verb: action.verb,
    about: subjectOf(action),
    because: intent.because,
    sentence,
    failure: refusal?.message ?? null,
    change:
      action.verb === 'update-service'
        ? { from: action.previousDesiredCount, to: action.desiredCount }
        : null,
    untilMs: null,
    facts: [
      ...(intent.facts ?? []),
      ...actionFacts(action),
      ...outcomeFacts(outcome, atMs - intent.recordedAtMs),
    ],
    tell: intent.tell && !refusal?.transient && end !== 'superseded',
  }
}

function entryOutcome(outcome: Outcome | 'observed'): JournalEntry['outcome'] {
  if (outcome === 'observed') return 'observed'
  if (outcome.ok) return 'done'
  return outcome.code === 'superseded' ? 'superseded' : 'failed'
}

export function holdEntry(
  target: Target,
  { room, decision, sentence }: Explained,
  looks: number,
  atMs: number,
): JournalEntry {
  const { because, tell, facts = [] } = decision
  const about = isDo(decision) ? subjectOf(decision.do) : decision.about
  return {
    id: digest([targetKey(target), room, about, because.code, looks]),
    target,
    atMs,
    room,
    outcome: 'held',
    verb: null,
    about,
    because,
    sentence,
    failure: null,
    change: null,
    untilMs: isDo(decision) ? null : decision.untilMs,
    facts: [...(about ? [{ label: labelOf(room, because), value: about }] : []), ...facts],
    tell,
  }
}

/** A hold that no look decided: the same notice, delivered again, is the same line. `version`: what makes it another one. */
export const noticeEntry = (
  target: Target,
  explained: Explained,
  version: number | null,
  atMs: number,
): JournalEntry => ({
  ...holdEntry(target, explained, 0, atMs),
  id: digest([targetKey(target), explained.room, explained.decision.because.code, version]),
})

/** What a hold is about. */
function labelOf(room: Explained['room'], because: Reason): string {
  if (room === 'scaling') return 'trigger' in because ? 'Trigger' : 'Alarm'
  if (because.code.startsWith('deployment-')) return 'Deployment'
  if (because.code.startsWith('machine-')) return 'Machine'
  return because.code.startsWith('crash-loop') ? 'Revision' : 'Task'
}

function actionFacts(action: Action): JournalEntry['facts'] {
  switch (action.verb) {
    case 'update-service':
      return []
    case 'stop-deployment':
      return [{ label: 'From', value: lastSegment(action.from) }]
    case 'roll-back-service':
      return [
        { label: 'From', value: lastSegment(action.from) },
        { label: 'To', value: lastSegment(action.to) },
      ]
    case 'run-task':
      return [
        { label: 'Replaces', value: lastSegment(action.replaces) },
        { label: 'Attempt', value: String(action.attempt) },
      ]
    case 'stop-task':
      return [{ label: 'Task', value: lastSegment(action.taskArn) }]
    case 'register-instance':
    case 'deregister-instance':
    case 'set-instance-health': {
      const { AWS_INSTANCE_IPV4: ipv4, AWS_INSTANCE_IPV6: ipv6 } =
        action.verb === 'register-instance' ? action.attributes : {}
      const address = ipv4 ?? ipv6
      return [
        { label: 'Instance', value: action.instanceId },
        { label: 'Service', value: action.cloudMapName },
        ...(address ? [{ label: 'Address', value: address }] : []),
      ]
    }
  }
}

function outcomeFacts(outcome: Outcome | 'observed', tookMs: number): JournalEntry['facts'] {
  if (outcome === 'observed' || !outcome.ok) return []
  const started = (outcome.taskArns ?? []).map(lastSegment)
  return [
    ...(started.length > 0 ? [{ label: 'New task', value: started.join(', ') }] : []),
    ...(tookMs >= minute ? [{ label: 'Took', value: span(tookMs) }] : []),
  ]
}

/** 32 hex digits. */
const digest = (parts: unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)
