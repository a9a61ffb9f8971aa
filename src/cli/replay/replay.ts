import { explain as explainHealing } from '../../healing/explain.ts'
import { serviceStopOf } from '../../healing/services/failures.ts'
import { revisionOf } from '../../healing/services/loop-words.ts'
import { stopCause } from '../../healing/stop-cause.ts'
import { understand } from '../../intake/understand.ts'
import { isDo } from '../../model/decision.ts'
import { tellable } from '../../model/redaction.ts'
import { isRefusal, type Signal } from '../../model/signal.ts'
import { type Target, targetKey } from '../../model/target.ts'
import type { Owner, Task } from '../../model/task.ts'
import { minute, second, span } from '../../model/time.ts'
import { serviceRuleFor, targetsOfAlarm, taskRuleFor } from '../../policy/match.ts'
import type { Policy } from '../../policy/policy.ts'
import type { Explained } from '../../reconcile/rooms.ts'
import type { ReplayDecision, ReplayLine } from './lines.ts'
import { discovered, healed, scaled } from './rooms.ts'

/** Without a policy everything is under management, so that one sees what Longshore makes of an event at all. */
export const everything: Policy = {
  mode: 'act',
  slack: null,
  services: [{ match: { cluster: '*', service: '*' }, scale: null, heal: null }],
  tasks: [
    {
      match: { cluster: '*', family: '*' },
      heal: {
        restart: {
          on: ['crash', 'oom', 'spot', 'host', 'start', 'health'],
          attempts: 5,
          backoff: { firstMs: 10 * second, maxMs: 5 * minute },
          resetAfterMs: 10 * minute,
          scheduled: false,
          budget: { restarts: 100, withinMs: 10 * minute },
        },
      },
      discover: null,
    },
  ],
}

/** One message through intake and rooms. Never throws, whatever the text. Sentences are one line, without what looks like a secret. */
export function replay(file: string, text: string, policy: Policy): ReplayLine {
  const line = lineOf(file, text, policy)
  const decisions = line.decisions.map(each => ({ ...each, sentence: tellable(each.sentence, sentenceMax) }))
  return { ...line, decisions }
}

/** Names may be as long as their message. */
const sentenceMax = 400

function lineOf(file: string, text: string, policy: Policy): ReplayLine {
  const understood = understand(text)
  if (isRefusal(understood)) {
    const kind = understood.refused === 'look' ? 'unknown' : understood.refused
    const decisions = [hold('intake', 'refused', understood.sentence)]
    return { file, kind, target: null, managed: 'none', cause: null, decisions }
  }
  return { file, ...read(understood, text, policy) }
}

function read(signal: Signal, text: string, policy: Policy): Omit<ReplayLine, 'file'> {
  switch (signal.kind) {
    case 'task':
      return readTask(signal.task, signal.owner, signal.target, policy)
    case 'alarm':
      return readAlarm(signal, text, policy)
    case 'service-action':
    case 'deployment': {
      const decisions = [pointer(signal.target, policy)]
      return { ...about(signal.kind, signal.target, signal.owner), decisions }
    }
    case 'look':
      return {
        ...about('unknown', signal.target, ownerOf(signal.target)),
        decisions: [pointer(signal.target, policy)],
      }
    case 'container-instance':
      return {
        ...about(signal.kind, null, 'none'),
        decisions: [
          hold(
            'intake',
            'nothing-to-decide',
            'Where a rule has heal.host, the families and services with tasks on this machine are looked at; how it fares is read then.',
          ),
        ],
      }
    case 'health': {
      const [target = null] = signal.services
      return {
        ...about(signal.kind, target, ownerOf(target)),
        decisions: [retirementOf(signal, target, policy)],
      }
    }
  }
}

/** Whose the tasks are that stand there by their ARNs, only ECS knows. */
function retirementOf(
  { retirement }: Extract<Signal, { kind: 'health' }>,
  target: Target | null,
  policy: Policy,
): ReplayDecision {
  if (retirement === null)
    return hold('intake', 'nothing-to-decide', 'A notice about no retirement that is still to come.')
  if (target?.kind !== 'service')
    return hold(
      'healing',
      'look',
      'AWS announces that it will stop these tasks: Longshore asks ECS whose they are and looks at their families.',
    )
  if (!serviceRuleFor(policy, target)) return unmanaged(target)
  const because = { code: 'retirement-of-service', atMs: retirement.atMs } as const
  return hold('healing', because.code, explainHealing(because))
}

const ownerOf = (target: Target | null): Owner =>
  target === null ? 'none' : target.kind === 'service' ? 'service' : 'standalone'

const about = (kind: ReplayLine['kind'], target: Target | null, managed: Owner) => ({
  kind,
  target: target && targetKey(target),
  managed,
  cause: null,
})

function readTask(task: Task, owner: Owner, target: Target | null, policy: Policy): Omit<ReplayLine, 'file'> {
  const now = task.stoppedAtMs ?? task.stoppingAtMs ?? task.startedAtMs ?? task.createdAtMs ?? 0
  const rule = target?.kind === 'family' ? taskRuleFor(policy, target) : null
  const told = [
    ...(rule === null && owner === 'standalone' ? [] : healed(task, owner, rule?.heal ?? null, now)),
    ...(target?.kind === 'family' && rule ? discovered(target, rule, task, now) : []),
  ].map(replayed)
  return {
    ...about('task', target, owner),
    cause: stopCause(task),
    decisions: [
      ...(told.length > 0 ? told : [nothingFor(task, owner, target, rule !== null)]),
      ...towardsLoop(task, target, policy, now),
    ],
  }
}

/** One event makes no crash loop; whether it is one of those that do is all it tells. */
function towardsLoop(task: Task, target: Target | null, policy: Policy, now: number): ReplayDecision[] {
  const failure = target?.kind === 'service' ? serviceStopOf(task, now) : null
  if (target?.kind !== 'service' || failure === null) return []
  const revision = revisionOf(failure.taskDefinitionArn)
  const loop = serviceRuleFor(policy, target)?.heal?.crashLoop
  const sentence = loop
    ? `It counts as a failure of ${revision}: ${loop.stops} of them within ${span(loop.withinMs)} are a crash loop.`
    : `With heal in the rule of its service it would count towards a crash loop of ${revision}.`
  return [hold('healing', 'counts-as-failure', sentence)]
}

function nothingFor(task: Task, owner: Owner, target: Target | null, isManaged: boolean): ReplayDecision {
  if (owner === 'standalone' && target && !isManaged) return unmanaged(target)
  return hold('healing', 'nothing-to-decide', `The task is ${task.lastStatus} and no stop has begun.`)
}

function readAlarm(
  { alarm }: Extract<Signal, { kind: 'alarm' }>,
  text: string,
  policy: Policy,
): Omit<ReplayLine, 'file'> {
  const [target = null] = targetsOfAlarm(policy, alarm.alarmName)
  const scale = target && serviceRuleFor(policy, target)?.scale
  const decisions = scale
    ? scaled(target, scale, alarm, JSON.parse(text), alarm.changedAtMs).map(replayed)
    : [hold('scaling', 'not-managed', `No rule of the policy names the alarm ${alarm.alarmName}.`)]
  return { ...about('alarm', target, ownerOf(target)), decisions }
}

/** An event of a service says only where to look. */
function pointer(target: Target | null, policy: Policy): ReplayDecision {
  if (!target)
    return hold(
      'intake',
      'nothing-to-decide',
      'The event names no service or family that Longshore could look at.',
    )
  const rule = target.kind === 'service' ? serviceRuleFor(policy, target) : taskRuleFor(policy, target)
  if (!rule) return unmanaged(target)
  return hold(
    target.kind === 'service' ? 'scaling' : 'healing',
    'look',
    `The event is a pointer: Longshore looks at ${targetKey(target)} and decides from what it finds.`,
  )
}

const unmanaged = (target: Target): ReplayDecision =>
  hold('intake', 'not-managed', `No rule of the policy matches ${targetKey(target)}: it is never touched.`)

const hold = (room: string, reason: string, sentence: string): ReplayDecision => ({
  hold: room,
  reason,
  sentence,
})

const replayed = ({ room, decision, sentence }: Explained): ReplayDecision =>
  isDo(decision)
    ? { do: decision.do.verb, reason: decision.because.code, sentence }
    : { hold: room, reason: decision.because.code, sentence }
