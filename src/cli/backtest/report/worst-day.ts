import type { Recording } from '../../../backtest/recording.ts'
import { day, second } from '../../../model/time.ts'

/** The day to look at more closely, as buckets of the recordings. */
export interface Day {
  from: number
  to: number
  /** Most requests were late on it; or, as nothing was late at all, most came. */
  why: 'late' | 'busy'
}

/**
 * The calendar day on which most requests were late with all autoscalers together. Null for a history of no more than a day and
 * a half: the whole of it can be read anyway.
 */
export function worstDay(recordings: readonly Recording[], startAtMs: number | null): Day | null {
  const [first] = recordings
  if (!first) return null
  const bucketMs = first.bucketSeconds * second
  const buckets = first.arrived.length
  const perDay = Math.round(day / bucketMs)
  if (buckets <= 1.5 * perDay) return null
  const intoDay = Math.floor(((startAtMs ?? 0) % day) / bucketMs)
  const sums = (values: readonly Float64Array[]): { index: number; sum: number } => {
    let best = { index: 0, sum: 0 }
    const byDay = new Map<number, number>()
    for (const each of values)
      for (const [bucket, value] of each.entries()) {
        const index = Math.floor((bucket + intoDay) / perDay)
        byDay.set(index, (byDay.get(index) ?? 0) + value)
      }
    for (const [index, sum] of byDay) if (sum > best.sum) best = { index, sum }
    return best
  }
  const latest = sums(recordings.map(({ late }) => late))
  const { index } = latest.sum > 0 ? latest : sums([first.arrived])
  const from = index * perDay - intoDay
  return {
    from: Math.max(0, from),
    to: Math.min(buckets, from + perDay),
    why: latest.sum > 0 ? 'late' : 'busy',
  }
}
