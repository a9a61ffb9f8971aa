import { stopCause } from '../healing/stop-cause.ts'
import { type Answer, answered } from '../model/reading.ts'
import { taskEvidence } from '../model/signal.ts'
import type { Target } from '../model/target.ts'
import { isRunning, isStopped, type Task } from '../model/task.ts'
import { evidenceMetrics, startMetrics, stopMetrics } from '../voice/metrics.ts'
import type { WorkerPorts } from './landing.ts'

export interface KeptTask {
  key: string
  end: 'new' | 'duplicate' | 'stale'
}

/** Writes down what was told or seen of a task. RUNNING and STOPPED are told again with every change: each counts once. */
export async function keepTask(ports: WorkerPorts, target: Target, task: Task): Promise<Answer<KeptTask>> {
  const evidence = taskEvidence(task)
  const before = await ports.store.evidence(target, [evidence.key])
  if (!before.ok) return before
  const kept = await ports.store.keepEvidence(target, evidence)
  if (!kept.ok) return kept
  ports.metrics.emit(evidenceMetrics(target, kept.value))
  const known = before.value.flatMap(each => ('task' in each ? [each.task] : []))
  if (kept.value === 'new' && isRunning(task) && known.length === 0)
    ports.metrics.emit(startMetrics(target, task))
  if (kept.value === 'new' && isStopped(task) && !known.some(isStopped))
    ports.metrics.emit(stopMetrics(target, stopCause(task)))
  return answered({ key: evidence.key, end: kept.value })
}
