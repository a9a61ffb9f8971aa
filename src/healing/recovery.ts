import type { HealingMemory } from '../model/memory.ts'
import { isRunning, lineageOf, type Task } from '../model/task.ts'
import { day } from '../model/time.ts'

/** A lineage that runs again, and how long it did not. */
export interface Recovery {
  rootTaskId: string
  /** The replacement. */
  taskId: string
  /** From the first stop to the replacement's start. */
  ms: number
}

export type Waiting = Map<string, HealingMemory['recovering'][string]>

/** A lineage not seen running again by then is no longer waited for. */
const forgottenMs = day

/** Which lineages have a replacement that reached RUNNING (even if it is over again), and which are still waited for. */
export function recoveriesOf(
  tasks: Task[],
  recovering: HealingMemory['recovering'],
  now: number,
): { recoveries: Recovery[]; waiting: Waiting } {
  const waiting: Waiting = new Map(
    Object.entries(recovering).filter(([, { stoppedAtMs }]) => now - stoppedAtMs < forgottenMs),
  )
  const recoveries: Recovery[] = []
  const starts = tasks
    .filter(task => task.startedAtMs !== null || isRunning(task))
    .map(task => ({ task, atMs: task.startedAtMs ?? now }))
    .sort((a, b) => a.atMs - b.atMs)
  for (const { task, atMs } of starts) {
    // Stryker disable next-line StringLiteral: no lineage has either name.
    const rootTaskId = lineageOf(task.startedBy)?.rootTaskId ?? ''
    const stop = waiting.get(rootTaskId)
    if (!stop || atMs < stop.stoppedAtMs) continue
    recoveries.push({ rootTaskId, taskId: task.taskId, ms: atMs - stop.stoppedAtMs })
    waiting.delete(rootTaskId)
  }
  return { recoveries, waiting }
}
