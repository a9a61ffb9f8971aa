/** How many tasks it takes to begin everything that waits in time. */

export interface Workforce {
  ready: number
  starting: number
  /** Messages per second that one task completes. */
  capacityPerSecond: number
  startSeconds: number
  /** Longest wait that is in time. */
  withinSeconds: number
  /** How long until something can be decided again. */
  lookSeconds: number
}

/** What is read, decided and received late. */
const reserveSeconds = 15
/** Where new tasks would come too late anyway, they are sized for what they can still do in this share of the time. */
const leastShare = 0.2

/**
 * Smallest count with which what waits is begun within its time, new tasks serving only once they have started; as many as are there if those
 * suffice, 0 when nothing waits. Two things must hold: on average all of it is begun in time, and what is so old that new tasks could
 * hardly help it at the next look is begun in time almost surely.
 *
 * @param olderThan how many of those that wait are older than so many seconds
 */
export function tasksInTime(
  waiting: number,
  olderThan: (seconds: number) => number,
  { ready, starting, capacityPerSecond, startSeconds, withinSeconds, lookSeconds }: Workforce,
): number {
  if (waiting <= 0) return 0
  const seconds = Math.max(withinSeconds - reserveSeconds, leastShare * withinSeconds)
  const newSeconds = Math.max(seconds - startSeconds, leastShare * withinSeconds)
  const missing = waiting / capacityPerSecond - ready * seconds - starting * newSeconds
  const onAverage = missing <= 0 ? 0 : Math.ceil(missing / newSeconds - 1e-9)

  const leftSeconds = Math.min(seconds, startSeconds + lookSeconds)
  const old = olderThan(seconds - leftSeconds)
  const surelyBegun = surelyDone(ready * capacityPerSecond * leftSeconds)
  // A task that starts takes a message at once, and more in what is left of its time.
  const byNewOne = Math.max(1, capacityPerSecond * lookSeconds)
  const lastChance = old <= surelyBegun ? 0 : Math.ceil((old - surelyBegun) / byNewOne - 1e-9)
  return ready + Math.max(starting + onAverage, lastChance)
}

/** One in a thousand times the tasks turn out slower than this. */
const deviations = 3.09

/**
 * Completions that are almost sure when `mean` are expected: a low quantile of the Poisson distribution (service times are exponential at worst), by the
 * square root transform (Anscombe 1948).
 */
export const surelyDone = (mean: number): number =>
  Math.max(0, Math.floor(Math.max(0, Math.sqrt(mean + 3 / 8) - deviations / 2) ** 2 - 3 / 8))
