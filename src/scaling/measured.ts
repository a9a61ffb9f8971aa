import type { ScalingMemory } from '../model/memory.ts'
import { isDeploying, type Service } from '../model/service.ts'
import { minute } from '../model/time.ts'
import type { Newest } from './readings.ts'
import type { Seen } from './seen.ts'

/**
 * A task that runs may still wait so long for its first healthy check, the longest start period and its retries; so long a change
 * or a deployment may be at work among the tasks.
 */
export const settlingMs = 10 * minute

/**
 * How many of the ready tasks a reading tells of: those that were there in its period, each with its part of it. HPA too
 * multiplies a utilisation by the pods that were measured. Without it the last minute before a scale-out, read once the new
 * tasks are ready, would be taken for all of them. Where all of them are newer, the reading is of others, taken for as many.
 */
export function measuredTasks(
  { ready, tasks, additional }: Pick<Seen, 'ready' | 'tasks' | 'additional'>,
  { endMs, periodMs }: Pick<Newest, 'endMs' | 'periodMs'>,
): number {
  if (tasks?.kind !== 'value') return ready
  const parts = tasks.value
    .filter(({ phase }) => phase === 'ready')
    .map(({ startedAtMs }) => {
      const presentMs = endMs - (startedAtMs ?? endMs - periodMs)
      return Math.min(Math.max(0, presentMs / periodMs), 1)
    })
  const most = Math.max(0, ...parts)
  if (most === 0) return ready
  // An average is of the time in which anything was measured.
  const measured = parts.reduce((sum, part) => sum + part, 0) / most
  return Math.max(measured, ready - additional)
}

/**
 * So many of the ready tasks at most were not there before, in another's place: any number, unless a deployment has been
 * replacing them; then as many as our own last change added.
 */
export function additionalTasks(
  service: Service,
  { lastWrite }: Pick<ScalingMemory, 'lastWrite'>,
  nowMs: number,
): number {
  const isLate = (atMs: number | null): boolean => atMs !== null && nowMs - atMs < settlingMs
  if (!isDeploying(service) && !service.deployments.some(({ createdAtMs }) => isLate(createdAtMs)))
    return Number.POSITIVE_INFINITY
  return addedTasks({ lastWrite }, nowMs)
}

/** Tasks that our own last change added, unless that was long ago. */
export const addedTasks = ({ lastWrite }: Pick<ScalingMemory, 'lastWrite'>, nowMs: number): number =>
  lastWrite === null || nowMs - lastWrite.atMs >= settlingMs
    ? 0
    : Math.max(0, lastWrite.desiredCount - Math.min(...lastWrite.replaced))

/** Tasks that our own last change took away, and when, epoch ms; none where it added or nothing was written. */
export interface Removed {
  tasks: number
  atMs: number
}

export const removedTasks = ({ lastWrite }: Pick<ScalingMemory, 'lastWrite'>): Removed | null =>
  lastWrite && Math.max(...lastWrite.replaced) > lastWrite.desiredCount
    ? { tasks: Math.max(...lastWrite.replaced) - lastWrite.desiredCount, atMs: lastWrite.atMs }
    : null

/** How many more a reading tells of that are gone: those taken away since, for the part of its period before that. */
export function goneTasks(
  removed: Removed | null,
  { endMs, periodMs }: Pick<Newest, 'endMs' | 'periodMs'>,
): number {
  if (removed === null) return 0
  const before = (removed.atMs - (endMs - periodMs)) / periodMs
  return removed.tasks * Math.min(Math.max(0, before), 1)
}
