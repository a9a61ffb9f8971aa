import { stopCause } from '../healing/stop-cause.ts'
import type { Answer } from '../model/reading.ts'
import { answered } from '../model/reading.ts'
import { alarmEvidence, type Evidence, type Signal, taskEvidence } from '../model/signal.ts'
import type { Target } from '../model/target.ts'
import { isRunning, isStopped, isStopping, type Task } from '../model/task.ts'
import { serviceRuleFor, targetsOfAlarm, taskRuleFor } from '../policy/match.ts'
import type { Policy } from '../policy/policy.ts'
import { evidenceMetrics, startMetrics, stopMetrics } from '../voice/metrics.ts'
import type { WorkerPorts } from './reconcile.ts'

/**
 * Writes down what a message brings and marks its targets as due: only then may it be acknowledged.
 * Answers the targets to look at now; none when no rule matches. A failure means: not durable, do not acknowledge.
 */
export async function mark(ports: WorkerPorts, policy: Policy, signal: Signal): Promise<Answer<Target[]>> {
  switch (signal.kind) {
    case 'look':
      return answered(isManaged(policy, signal.target) ? [signal.target] : [])
    case 'task':
      return signal.target && isManaged(policy, signal.target)
        ? markTask(ports, signal.target, signal.task)
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
    case 'container-instance':
    case 'health':
      return answered([])
  }
}

export function isManaged(policy: Policy, target: Target): boolean {
  return target.kind === 'service'
    ? serviceRuleFor(policy, target) !== null
    : taskRuleFor(policy, target) !== null
}

/**
 * Three moments of a task's life matter: it has a network interface (its launch specification can be recorded, and will be
 * needed if it never runs), it runs, and its stop begins or ends.
 */
async function markTask(ports: WorkerPorts, target: Target, task: Task): Promise<Answer<Target[]>> {
  if (!isRunning(task) && !isStopping(task))
    return target.kind === 'family' && task.networkInterface ? markOnly(ports, target) : answered([])
  const evidence = taskEvidence(task)
  const before = await ports.store.evidence(target, [evidence.key])
  if (!before.ok) return before
  const kept = await ports.store.keepEvidence(target, evidence)
  if (!kept.ok) return kept
  ports.metrics.emit(evidenceMetrics(target, kept.value))
  // RUNNING is told again with every change of an attachment: the start counts once.
  if (before.value.length === 0 && isRunning(task)) ports.metrics.emit(startMetrics(target, task))
  if (kept.value === 'new' && isStopped(task)) ports.metrics.emit(stopMetrics(target, stopCause(task)))
  // Nobody but ECS replaces a service's task: it is counted, and its service needs no look for it.
  if (kept.value === 'stale' || target.kind === 'service') return answered([])
  // A duplicate is marked too: the first delivery may have ended between the evidence and the mark.
  const marked = await ports.store.mark(target, isStopping(task) ? [evidence.key] : [], ports.clock.now())
  return marked.ok ? answered([target]) : marked
}

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
