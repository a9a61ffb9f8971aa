import type { Recording } from '../../../backtest/recording.ts'

/** What a stretch of a recording comes to in columns of a pixel: nothing between the least and the most is lost. */
export interface Columns {
  count: number
  /** Requests a second. */
  load: Band
  /** Tasks that serve. */
  ready: Band
  /** Share of late requests in the worst bucket of the column. */
  worstLate: Float64Array
}

export interface Band {
  least: Float64Array
  most: Float64Array
}

/** Buckets `from` to `to`, in at most `widest` columns. */
export function columnsOf(recording: Recording, from: number, to: number, widest: number): Columns {
  const count = Math.max(1, Math.min(Math.floor(widest), to - from))
  const columns: Columns = {
    count,
    load: emptyBand(count),
    ready: emptyBand(count),
    worstLate: new Float64Array(count),
  }
  for (let bucket = from; bucket < to; bucket++) {
    const column = Math.floor(((bucket - from) * count) / (to - from))
    const arrived = recording.arrived[bucket] ?? 0
    widen(columns.load, column, arrived / recording.bucketSeconds, arrived / recording.bucketSeconds)
    widen(columns.ready, column, recording.readyMin[bucket] ?? 0, recording.readyMax[bucket] ?? 0)
    const share = lateShare(arrived, recording.late[bucket] ?? 0)
    if (share > (columns.worstLate[column] ?? 0)) columns.worstLate[column] = share
  }
  return columns
}

/** A queue's late messages may come to light in a bucket in which few arrived. */
const lateShare = (arrived: number, late: number): number =>
  late === 0 ? 0 : Math.min(1, late / Math.max(arrived, late))

const emptyBand = (count: number): Band => ({
  least: new Float64Array(count).fill(Number.POSITIVE_INFINITY),
  most: new Float64Array(count),
})

function widen({ least, most }: Band, column: number, low: number, high: number): void {
  if (low < (least[column] ?? 0)) least[column] = low
  if (high > (most[column] ?? 0)) most[column] = high
}

/**
 * Tasks that an axis must have room for: the load, and every count of `shown`. A count of `all` that is far above both is cut off.
 */
export function highest(all: readonly Columns[], shown: readonly Columns[], capacityPerTask: number): number {
  const most = (values: Float64Array): number => values.reduce((a, b) => Math.max(a, b), 0)
  const load = Math.max(0, ...all.map(columns => most(columns.load.most))) / capacityPerTask
  const counts = (columns: readonly Columns[]): number =>
    Math.max(1, ...columns.map(({ ready }) => most(ready.most)))
  const needed = Math.max(load, counts(shown))
  return Math.max(needed, Math.min(counts(all), 2.5 * needed))
}
