import type { ServiceHealingMemory, ServiceStop } from '../../model/memory.ts'
import { minute } from '../../model/time.ts'
import type { CrashLoopPolicy } from './policy.ts'

/** The sliding window of failures, and the loops in it. */

/** Of a hundred tasks that fail at once the newest say all there is to say, and a state must fit into one item. */
export const stopsMax = 100
const quietMinMs = 10 * minute

/** For so long without a failure a revision must have stood to count as a good one. */
export const quietMs = ({ withinMs }: CrashLoopPolicy): number => Math.max(withinMs, quietMinMs)

/**
 * Those known and those told, each task once by its newest version, oldest first. The same whatever the order and however often
 * they are told.
 */
export function mergedStops(
  known: ServiceStop[],
  told: ServiceStop[],
  policy: CrashLoopPolicy,
  now: number,
): ServiceStop[] {
  const byTask = new Map<string, ServiceStop>()
  for (const stop of [...known, ...told]) {
    const other = byTask.get(stop.taskId)
    if (!other || stop.version > other.version) byTask.set(stop.taskId, stop)
  }
  return [...byTask.values()]
    .filter(({ stoppedAtMs }) => now - stoppedAtMs < quietMs(policy))
    .sort((a, b) => a.stoppedAtMs - b.stoppedAtMs || (a.taskId < b.taskId ? -1 : 1))
    .slice(-stopsMax)
}

export interface CrashLoop {
  taskDefinitionArn: string
  sinceMs: number
  isTold: boolean
  /** Within the window, oldest first. */
  stops: ServiceStop[]
}

/**
 * A loop begins with so many failures within the window, and is over when the window is empty: in between it goes on. Whether anybody
 * looked while the window was empty makes no difference.
 */
export function loopsIn(
  stops: ServiceStop[],
  before: ServiceHealingMemory['loops'],
  { stops: atLeast, withinMs }: CrashLoopPolicy,
  now: number,
): CrashLoop[] {
  const revisions = [...new Set(stops.map(({ taskDefinitionArn }) => taskDefinitionArn))]
  return revisions.flatMap(taskDefinitionArn => {
    const failed = stops.filter(stop => stop.taskDefinitionArn === taskDefinitionArn)
    const within = failed.filter(({ stoppedAtMs }) => now - stoppedAtMs < withinMs)
    const last = before[taskDefinitionArn]
    const known = last && !wasQuiet(last, failed, withinMs) ? last : undefined
    if (within.length === 0 || (known === undefined && within.length < atLeast)) return []
    const { sinceMs, isTold } = known ?? { sinceMs: now, isTold: false }
    return [{ taskDefinitionArn, sinceMs, isTold, stops: within }]
  })
}

/** Whether the window has been empty since the loop was last seen. */
function wasQuiet(
  { lastAtMs }: ServiceHealingMemory['loops'][string],
  failed: ServiceStop[],
  withinMs: number,
): boolean {
  if (lastAtMs === undefined) return false
  const times = [lastAtMs, ...failed.map(({ stoppedAtMs }) => stoppedAtMs)]
    .filter(atMs => atMs >= lastAtMs)
    .sort((a, b) => a - b)
  return times.some((atMs, index) => index > 0 && atMs - (times[index - 1] ?? atMs) >= withinMs)
}

export const lastAtMs = ({ stops }: CrashLoop): number =>
  Math.max(...stops.map(({ stoppedAtMs }) => stoppedAtMs))

export const endsAtMs = (loop: CrashLoop, { withinMs }: CrashLoopPolicy): number => lastAtMs(loop) + withinMs
