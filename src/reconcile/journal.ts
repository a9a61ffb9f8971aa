import { createHash } from 'node:crypto'
import { lastSegment } from '../model/arn.ts'
import type { Action, Intent, JournalEntry, Outcome } from '../model/decision.ts'
import { isDo } from '../model/decision.ts'
import { type Target, targetKey } from '../model/target.ts'
import type { Explained } from './rooms.ts'

/** Builds the journal's lines. Ids come from what they tell, so that writing one twice writes it once. */

/** Task id, instance id or null: what an action is about. */
export function subjectOf(action: Action): string | null {
  switch (action.verb) {
    case 'run-task':
      return lastSegment(action.replaces)
    case 'register-instance':
    case 'deregister-instance':
      return action.instanceId
    case 'update-service':
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
  const failure = outcome === 'observed' || outcome.ok ? null : outcome.message
  return {
    id: intent.id,
    target,
    atMs: intent.recordedAtMs,
    room: intent.room,
    outcome: entryOutcome(outcome),
    verb: intent.action.verb,
    about: subjectOf(intent.action),
    because: intent.because,
    sentence,
    failure,
    change:
      intent.action.verb === 'update-service'
        ? { from: intent.action.previousDesiredCount, to: intent.action.desiredCount }
        : null,
    untilMs: null,
    facts: [...actionFacts(intent.action), ...outcomeFacts(outcome, atMs - intent.recordedAtMs)],
    tell:
      intent.tell &&
      !(outcome !== 'observed' && !outcome.ok && (outcome.transient || outcome.code === 'superseded')),
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
  atMs: number,
): JournalEntry {
  const about = isDo(decision) ? subjectOf(decision.do) : decision.about
  const id = digest([targetKey(target), room, about, decision.because.code, atMs])
  const facts: JournalEntry['facts'] = about ? [{ label: 'Task', value: about }] : []
  return {
    id,
    target,
    atMs,
    room,
    outcome: 'held',
    verb: null,
    about,
    because: decision.because,
    sentence,
    failure: null,
    change: null,
    untilMs: isDo(decision) ? null : decision.untilMs,
    facts,
    tell: decision.tell,
  }
}

function actionFacts(action: Action): JournalEntry['facts'] {
  switch (action.verb) {
    case 'update-service':
      return []
    case 'run-task':
      return [
        { label: 'Replaces', value: lastSegment(action.replaces) },
        { label: 'Attempt', value: String(action.attempt) },
      ]
    case 'register-instance': {
      const address = action.attributes.AWS_INSTANCE_IPV4
      return [
        { label: 'Instance', value: action.instanceId },
        { label: 'Service', value: action.cloudMapName },
        ...(address ? [{ label: 'Address', value: address }] : []),
      ]
    }
    case 'deregister-instance':
      return [
        { label: 'Instance', value: action.instanceId },
        { label: 'Service', value: action.cloudMapName },
      ]
  }
}

function outcomeFacts(outcome: Outcome | 'observed', tookMs: number): JournalEntry['facts'] {
  if (outcome === 'observed' || !outcome.ok) return []
  const started = (outcome.taskArns ?? []).map(lastSegment)
  return [
    ...(started.length > 0 ? [{ label: 'New task', value: started.join(', ') }] : []),
    ...(tookMs >= 60_000 ? [{ label: 'Took', value: `${Math.round(tookMs / 60_000)} min` }] : []),
  ]
}

/** 32 hex digits. */
export const digest = (parts: unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)
