import type { Reading } from '../../model/reading.ts'
import type { SloMemory } from '../../model/slo-memory.ts'
import { second } from '../../model/time.ts'
import type { ServiceTask } from '../signal.ts'

/** How long a task of this very service takes from launch to ready: the look-ahead of every decision. */

type Learned = Pick<SloMemory, 'starts' | 'starting'>

/** Before any was seen. Fargate: median 40 s, p95 75 s, most of it the image (docs/scaling.md). */
const assumedSeconds = 60
const startsKept = 12
const startingKept = 12
const longestSeconds = 3_600
/** Enough of an id to tell the tasks of one service apart. */
const idLength = 8

/** p95 of the newest starts, seconds: of twelve the largest. */
export function startSecondsOf({ starts = [] }: Learned): number {
  if (starts.length === 0) return assumedSeconds
  const sorted = starts.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(0.95 * sorted.length) - 1)] ?? assumedSeconds
}

/**
 * Looks at the tasks one by one. One that was starting at the last look and is ready now took until it was RUNNING, or until now if it was RUNNING
 * and not yet healthy then. Of a service never seen before, those that run tell at least when they were RUNNING.
 */
export function learnStarts(before: Learned, tasks: Reading<ServiceTask[]> | null, nowMs: number): Learned {
  if (tasks?.kind !== 'value') return before
  const starts = [...(before.starts ?? [])]
  const starting: string[] = []
  for (const { taskId, phase, createdAtMs, startedAtMs } of tasks.value) {
    const id = taskId.slice(0, idLength)
    if (phase === 'starting') {
      if (starting.length < startingKept) starting.push(startedAtMs === null ? id : id + unhealthy)
    } else if (phase === 'ready' && createdAtMs !== null) {
      const readyAtMs = before.starting?.includes(id + unhealthy) ? nowMs : startedAtMs
      const isNews = before.starting === undefined || before.starting.some(each => each.startsWith(id))
      const seconds = Math.round(((readyAtMs ?? nowMs) - createdAtMs) / second)
      if (isNews && seconds > 0 && seconds <= longestSeconds) starts.push(seconds)
    }
  }
  return { starts: starts.slice(-startsKept), starting }
}

/** Marks a task that was RUNNING and not yet healthy. */
const unhealthy = '+'
