import type { SloQueueMemory } from '../../model/slo-memory.ts'
import { second } from '../../model/time.ts'

/** Since when the tasks that start do so: one that was launched a while ago helps sooner than one that is launched now. */

export type Launched = NonNullable<SloQueueMemory['launched']>

const launchedKept = 12

/** The memory with one more look: what starts more than before was launched just now, and who starts longest is ready first. */
export function launchedAt(before: Launched | undefined, starting: number, nowMs: number): Launched {
  let gone = (before ?? []).reduce((sum, [, tasks]) => sum + tasks, 0) - starting
  const kept: Launched = []
  for (const [at, tasks] of before ?? []) {
    const left = tasks - Math.min(tasks, Math.max(0, gone))
    gone -= tasks - left
    if (left > 0) kept.push([at, left])
  }
  if (gone < 0) kept.push([Math.round(nowMs / second), -gone])
  const tooMany = kept.splice(0, kept.length - launchedKept)
  const [oldest] = kept
  if (oldest) for (const [, tasks] of tooMany) oldest[1] += tasks
  return kept
}

/** Of each group how many there are, and for how many seconds they have been starting. */
export const startingSince = (launched: Launched, nowMs: number): { tasks: number; seconds: number }[] =>
  launched.map(([at, tasks]) => ({ tasks, seconds: Math.max(0, Math.round(nowMs / second) - at) }))
