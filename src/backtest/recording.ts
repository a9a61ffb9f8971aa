import type { Course } from './autoscaler.ts'

/** What one autoscaler did, minute by minute: enough for a picture of eight weeks, small enough to cross threads. */
export interface Recording {
  bucketSeconds: number
  /** Requests that came in each bucket. */
  arrived: Float64Array
  /** Requests that turned out late or were dropped in it. */
  late: Float64Array
  /** Tasks that serve: the fewest and the most of any second of the bucket. */
  readyMin: Float32Array
  readyMax: Float32Array
}

const bucketSeconds = 60

/** Sums as in `Course`: index t holds the total over [0, t). What was late in the warm-up does not count, here as in the score; a bucket that the history does not fill is left out. */
export function recordingOf(
  { arrived, late, readyTaskSeconds }: Pick<Course, 'arrived' | 'late' | 'readyTaskSeconds'>,
  seconds: number,
  warmUpSeconds: number,
): Recording {
  const buckets = Math.floor(seconds / bucketSeconds)
  const recording: Recording = {
    bucketSeconds,
    arrived: new Float64Array(buckets),
    late: new Float64Array(buckets),
    readyMin: new Float32Array(buckets),
    readyMax: new Float32Array(buckets),
  }
  const within = (sums: Float64Array, from: number, to: number): number => (sums[to] ?? 0) - (sums[from] ?? 0)
  for (let bucket = 0; bucket < buckets; bucket++) {
    const from = bucket * bucketSeconds
    const to = from + bucketSeconds
    recording.arrived[bucket] = within(arrived, from, to)
    if (from >= warmUpSeconds) recording.late[bucket] = within(late, from, to)
    let least = Number.POSITIVE_INFINITY
    let most = 0
    for (let at = from; at < to; at++) {
      const ready = within(readyTaskSeconds, at, at + 1)
      if (ready < least) least = ready
      if (ready > most) most = ready
    }
    recording.readyMin[bucket] = least
    recording.readyMax[bucket] = most
  }
  return recording
}
