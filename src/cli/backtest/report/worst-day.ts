import type { Recording } from '../../../backtest/recording.ts'
import { day, second } from '../../../model/time.ts'

/** The day to look at more closely, as buckets of the recordings. */
export interface Day {
  from: number
  to: number
  /** Most requests were late on it; or, as hardly any were late on any day, most came. */
  why: 'late' | 'busy'
}

/** Of the requests of a day, with one autoscaler: fewer that are late are no reason to look at it. */
const noteworthy = 1e-4

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
  const byDay = (values: readonly Float64Array[]): number[] => {
    const sums = new Array<number>(Math.ceil((buckets + intoDay) / perDay)).fill(0)
    for (const each of values)
      for (const [bucket, value] of each.entries()) {
        const index = Math.floor((bucket + intoDay) / perDay)
        sums[index] = (sums[index] ?? 0) + value
      }
    return sums
  }
  const late = byDay(recordings.map(recording => recording.late))
  const arrived = byDay([first.arrived])
  const worst = late.indexOf(Math.max(...late))
  const why = (late[worst] ?? 0) > noteworthy * (arrived[worst] ?? 0) ? 'late' : 'busy'
  const from = (why === 'late' ? worst : arrived.indexOf(Math.max(...arrived))) * perDay - intoDay
  return { from: Math.max(0, from), to: Math.min(buckets, from + perDay), why }
}
