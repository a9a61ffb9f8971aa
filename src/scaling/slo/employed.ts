import type { Mark } from '../../model/slo-memory.ts'
import { withMark } from '../marks.ts'

/**
 * How many tasks are to stay. While something waits everybody works, and it costs the same with few tasks as with many; the question is asked when the queue is
 * empty. Then those go that what comes does not need for a while: somewhat fewer than it takes, for the deadline is a buffer.
 */

export interface Crew {
  /** Desired count. */
  count: number
  ready: number
  busy: number
  /** Messages that nobody has taken yet. */
  waiting: number
  /** Messages per second that one task completes; null = not known. */
  capacityPerSecond: number | null
  /** Longest wait that is in time. */
  withinSeconds: number
  /** Since the desired count last changed. */
  unchangedSeconds: number
  /** What it costs to stop a task and start another: its start and its drain. */
  restartSeconds: number
}

/** Busy tasks, the most of the time for which the last one stays. */
export const busiestAt = (
  before: Mark[] | undefined,
  busy: number,
  nowMs: number,
  windowMs: number,
): Mark[] => withMark(before ?? [], busy, { nowMs, windowMs, sign: 1 })

/** With those that stay, so much of the deadline's buffer is to last so long: who goes sooner comes back too soon. */
const bufferShare = 0.5
const bufferLastsSeconds = 600
/** A single task goes so long after the last change, several the sooner: a step is made once. */
const patienceSeconds = 300
/** Between two looks that find nobody waiting, so much work may wait: seconds of all tasks. */
const nothingSeconds = 1

/** @param flow messages per second that come lastingly */
export function employed(crew: Crew, flow: number, busiest: readonly Mark[]): number {
  const { count, ready, busy, waiting, capacityPerSecond, withinSeconds } = crew
  const { unchangedSeconds, restartSeconds } = crew
  const isDrained = waiting <= nothingSeconds * ready * (capacityPerSecond ?? 0)
  if (!isDrained || busy >= count) return count
  // The last one goes when it was idle for long enough, and nothing is to come in the time of a restart.
  const isLastKept = (busiest[0]?.[1] ?? 0) > 0 || flow * restartSeconds > 1
  const need = capacityPerSecond === null ? 0 : flow / capacityPerSecond
  const many = Math.ceil(need / (1 + (bufferShare * withinSeconds) / bufferLastsSeconds) - 1e-9)
  const enough = many > 1 ? many : isLastKept ? 1 : 0
  if (enough >= count) return count
  const isTooSoon = busy > 0 && unchangedSeconds * (count - enough) < patienceSeconds
  return isTooSoon ? count : enough
}
