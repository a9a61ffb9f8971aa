import { isStopped, lineageOf, type Task } from '../model/task.ts'
import type { HealPolicy } from './policy.ts'

/** A task and its restarts are one lineage: attempts are counted along it, and waits grow along it. */

/** Which restart of which lineage would follow this stop. One that ran long enough begins anew. */
export function nextInLineage(
  task: Task,
  resetAfterMs: number,
  now: number,
): { rootTaskId: string; attempt: number } {
  const lineage = lineageOf(task.startedBy)
  const ran = ranMs(task, now)
  if (!lineage || (ran !== null && ran >= resetAfterMs)) return { rootTaskId: task.taskId, attempt: 1 }
  return { rootTaskId: lineage.rootTaskId, attempt: lineage.attempt + 1 }
}

/** From RUNNING to its end; null when it never ran or nobody says how long. */
function ranMs(task: Task, now: number): number | null {
  const endedAtMs = task.stoppedAtMs ?? task.stoppingAtMs ?? (isStopped(task) ? null : now)
  if (task.startedAtMs === null) return null
  // Stryker disable next-line ConditionalExpression: null minus a time is no long run either.
  return endedAtMs === null ? null : endedAtMs - task.startedAtMs
}

/** When the stop happened; null when not told, or when it lies ahead of our clock. */
export function stopInstant(task: Task, now: number): number | null {
  const atMs = task.stoppedAtMs ?? task.stoppingAtMs
  return (atMs ?? Infinity) <= now ? atMs : null
}

/** The wait before the n-th attempt: first·2ⁿ⁻¹, at most max. */
export const backoffMs = (attempt: number, { firstMs, maxMs }: HealPolicy['restart']['backoff']): number =>
  Math.min(firstMs * 2 ** (attempt - 1), maxMs)
