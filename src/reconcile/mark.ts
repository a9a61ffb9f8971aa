import { failureOf } from '../healing/services/failures.ts'
import type { Answer } from '../model/reading.ts'
import { answered } from '../model/reading.ts'
import { alarmEvidence, type Evidence, type Signal } from '../model/signal.ts'
import type { TargetState } from '../model/state.ts'
import type { ServiceTarget, Target } from '../model/target.ts'
import { isRunning, isStopping, type Task } from '../model/task.ts'
import { second } from '../model/time.ts'
import { serviceRuleFor, targetsOfAlarm, taskRuleFor } from '../policy/match.ts'
import type { Policy } from '../policy/policy.ts'
import { keepTask } from './keep-task.ts'
import type { WorkerPorts } from './landing.ts'
import { markMachine } from './mark-machine.ts'
import { markRetirement } from './mark-retirement.ts'

/** A target to look at now. */
export interface Due {
  target: Target
  /** Only because its time has come: when somebody has looked meanwhile, there is nothing left to do. */
  isHint: boolean
}

/**
 * Writes down what a message brings and marks its targets as due: only then may it be acknowledged.
 * Answers the targets to look at now; none when no rule matches. A failure means: not durable, do not acknowledge.
 */
export async function mark(
  ports: WorkerPorts,
  policy: Policy,
  signal: Signal,
  serves?: Target['kind'],
): Promise<Answer<Due[]>> {
  if (signal.kind === 'look') return answered(await dueOf(ports, policy, signal.target))
  const marked = await markTargets(ports, policy, signal, serves)
  return marked.ok ? answered(marked.value.map(target => ({ target, isHint: false }))) : marked
}

async function markTargets(
  ports: WorkerPorts,
  policy: Policy,
  signal: Exclude<Signal, { kind: 'look' }>,
  serves: Target['kind'] | undefined,
): Promise<Answer<Target[]>> {
  switch (signal.kind) {
    case 'task':
      return signal.target && isManaged(policy, signal.target)
        ? markTask(ports, policy, signal.target, signal.task)
        : answered([])
    case 'alarm': {
      const evidence = alarmEvidence(signal.alarm)
      return markEach(targetsOfAlarm(policy, signal.alarm.alarmName), target =>
        keepAndMark(ports, target, evidence),
      )
    }
    case 'service-action':
    case 'deployment':
      return markEach(signal.target && isManaged(policy, signal.target) ? [signal.target] : [], target =>
        markOnly(ports, target),
      )
    case 'health':
      return markRetirement(ports, policy, signal, serves)
    case 'container-instance':
      return markMachine(ports, policy, signal, serves)
  }
}

/** Clocks differ; a delayed message may come a little early. */
const earlyMs = 2 * second

/**
 * A wake-up is a hint. Every look that plans the next one within a minute sends one: were all of them followed, each event would
 * add a chain of looks that never ends. A target that no rule names any more is looked at once more, and then never due again.
 */
async function dueOf(ports: WorkerPorts, policy: Policy, target: Target): Promise<Due[]> {
  const read = await ports.store.read(target)
  if (!read.ok) return [{ target, isHint: false }]
  const state = read.value
  if (state === null) return isManaged(policy, target) ? [{ target, isHint: false }] : []
  const now = ports.clock.now()
  // Who lives plans the next look; after one that died the target is looked at, whatever the plan was.
  if (state.owner !== null) return state.leaseUntilMs > now ? [] : [{ target, isHint: false }]
  return isDue(state, now) ? [{ target, isHint: true }] : []
}

export const isDue = ({ nextLookAtMs }: Pick<TargetState, 'nextLookAtMs'>, nowMs: number): boolean =>
  nextLookAtMs !== null && nextLookAtMs <= nowMs + earlyMs

function isManaged(policy: Policy, target: Target): boolean {
  return target.kind === 'service'
    ? serviceRuleFor(policy, target) !== null
    : taskRuleFor(policy, target) !== null
}

/**
 * Three moments of a task's life matter: it has a network interface (its launch specification can be recorded, and will be
 * needed if it never runs), it runs, and its stop begins or ends.
 */
async function markTask(
  ports: WorkerPorts,
  policy: Policy,
  target: Target,
  task: Task,
): Promise<Answer<Target[]>> {
  if (!isRunning(task) && !isStopping(task))
    return target.kind === 'family' && task.networkInterface ? markOnly(ports, target) : answered([])
  const kept = await keepTask(ports, target, task)
  if (!kept.ok) return kept
  if (kept.value.end === 'stale') return answered([])
  if (target.kind === 'service' && !isWatched(policy, target, task)) return answered([])
  // A duplicate is marked too: the first delivery may have ended between the evidence and the mark.
  const marked = await ports.store.mark(target, isStopping(task) ? [kept.value.key] : [], ports.clock.now())
  return marked.ok ? answered([target]) : marked
}

/** Nobody but ECS replaces a service's task: its service needs a look only where its failures are counted. */
const isWatched = (policy: Policy, target: ServiceTarget, task: Task): boolean =>
  serviceRuleFor(policy, target)?.heal != null && failureOf(task) !== null

async function keepAndMark(
  ports: WorkerPorts,
  target: Target,
  evidence: Evidence,
): Promise<Answer<Target[]>> {
  const kept = await ports.store.keepEvidence(target, evidence)
  if (!kept.ok) return kept
  if (kept.value === 'stale') return answered([])
  const marked = await ports.store.mark(target, [evidence.key], ports.clock.now())
  return marked.ok ? answered([target]) : marked
}

async function markOnly(ports: WorkerPorts, target: Target): Promise<Answer<Target[]>> {
  const marked = await ports.store.mark(target, [], ports.clock.now())
  return marked.ok ? answered([target]) : marked
}

async function markEach(
  targets: Target[],
  markOne: (target: Target) => Promise<Answer<Target[]>>,
): Promise<Answer<Target[]>> {
  const marked: Target[] = []
  for (const target of targets) {
    const answer = await markOne(target)
    if (!answer.ok) return answer
    marked.push(...answer.value)
  }
  return answered(marked)
}
