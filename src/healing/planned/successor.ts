import type { HealingMemory } from '../../model/memory.ts'
import { isRunning, lineageOf, type Task } from '../../model/task.ts'
import { minute } from '../../model/time.ts'

/** A replacement has proved itself once it has run for so long: most that cannot work end sooner. */
export const settlesMs = minute

export const settledAtMs = (task: Task, now: number): number => (task.startedAtMs ?? now) + settlesMs

/** Started by Longshore and not running yet; one in the place of a living task counts until it has proved itself. */
const isStarting = (task: Task, isPlanned: boolean, now: number): boolean =>
  (!isRunning(task) && lineageOf(task.startedBy) !== null) || (isPlanned && settledAtMs(task, now) > now)

/** RunTask's answer comes before the lists of ECS show the task. */
const unlistedMs = 2 * minute

/** Replacements that count against the budget: those that do not run yet, or not long enough to be trusted. */
export function inFlightOf(
  living: readonly Task[],
  replaced: NonNullable<HealingMemory['replaced']>,
  now: number,
): number {
  const planned = new Map(
    Object.values(replaced).flatMap(({ by, atMs }) => (by === undefined ? [] : [[by, atMs] as const])),
  )
  const present = new Set(living.map(({ taskId }) => taskId))
  const young = living.filter(task => isStarting(task, planned.has(task.taskId), now)).length
  const unlisted = [...planned].filter(([id, atMs]) => !present.has(id) && now - atMs < unlistedMs).length
  return young + unlisted
}
