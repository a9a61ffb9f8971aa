/** How many tasks it takes to begin everything that waits in time. */

export interface Workforce {
  ready: number
  starting: number
  /** Messages per second that one task completes. */
  capacityPerSecond: number
  startSeconds: number
  /** Longest wait that is in time. */
  withinSeconds: number
}

/** What is read, decided and received late. */
const reserveSeconds = 15
/** One in ten thousand times the tasks turn out slower than this. */
const deviations = 3.72
/** Where new tasks would come too late anyway, they are sized for what they can still do in this share of the time. */
const leastShare = 0.2

/**
 * Smallest count with which `waiting` messages are begun within their time, new tasks serving only once they have started; at least as many as are
 * there if those suffice. 0 when nothing waits.
 */
export function tasksInTime(
  waiting: number,
  { ready, starting, capacityPerSecond, startSeconds, withinSeconds }: Workforce,
): number {
  if (waiting <= 0) return 0
  const seconds = Math.max(withinSeconds - reserveSeconds, leastShare * withinSeconds)
  const newSeconds = Math.max(seconds - startSeconds, leastShare * withinSeconds)
  const needed = completionsFor(waiting) / capacityPerSecond
  const missing = needed - ready * seconds - starting * newSeconds
  if (missing <= 0) return 0
  return ready + starting + Math.ceil(missing / newSeconds - 1e-9)
}

/**
 * Mean number of completions at which `messages` are almost surely done: the quantile of the gamma distribution (service times are exponential at worst),
 * by Wilson and Hilferty's cube root (1931).
 */
export const completionsFor = (messages: number): number =>
  messages * (1 - 1 / (9 * messages) + deviations / (3 * Math.sqrt(messages))) ** 3
