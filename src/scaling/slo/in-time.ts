/** How many tasks it takes to begin everything that waits in time. */

export interface Workforce {
  ready: number
  /** Tasks that start, and for how many seconds they have. */
  starting: readonly { tasks: number; seconds: number }[]
  /** Messages per second that one task completes. */
  capacityPerSecond: number
  /** From launch to ready. */
  startSeconds: number
  /** Longest wait that is in time. */
  withinSeconds: number
  /** How long until something can be decided again. */
  lookSeconds: number
  /** Messages per second that come lastingly. */
  flow: number
}

/** What is read, decided and received late. */
const reserveSeconds = 15
/** Where new tasks would come too late anyway, they are sized for what they can still do in this share of the time. */
const leastShare = 0.2
/** Growth begins when in bad luck of so many standard deviations somebody would be late, and is sized for more of it: no second step follows at once. */
const trustDeviations = 1.5
const sizeDeviations = 2.5
/** Share of the time that new tasks have which is spent on learning how many it takes. */
const patientShare = 0.5
/** More than may start at once (`startingPercent`): who needs them must begin early. */
const launchable = (ready: number): number => Math.max(10, 3 * ready)
const instantsMost = 12

/**
 * Smallest count with which what waits is begun within its time; 0 where the tasks that are there and that start suffice. It is put off while it would take no more
 * tasks than what comes lastingly needs anyway: every look knows more of that, and the deadline is paid for.
 *
 * @param olderThan how many of those that wait are older than so many seconds
 */
export function tasksInTime(
  waiting: number,
  olderThan: (seconds: number) => number,
  { ready, starting, capacityPerSecond, startSeconds, withinSeconds, lookSeconds, flow }: Workforce,
): number {
  if (waiting <= 0) return 0
  const least = leastShare * withinSeconds
  const seconds = Math.max(withinSeconds - reserveSeconds, least)
  const start = Math.min(startSeconds, seconds - least)
  const present = starting.reduce((sum, { tasks }) => sum + tasks, ready)
  const lasting = Math.max(0, Math.ceil(flow / capacityPerSecond - present - 1e-9))

  const isLastChance = missing(start, start + lookSeconds, trustDeviations) > 0
  const canWait =
    lasting <= launchable(ready)
      ? missing(start + patientShare * (seconds - start), seconds, trustDeviations) <= lasting
      : missing(start, seconds, trustDeviations) === 0
  if (canWait && !isLastChance) return 0
  return present + Math.max(lasting, missing(start, seconds, sizeDeviations))

  /** Fewest new tasks, ready after `from` seconds, with which all that must be begun between then and `until` is. */
  function missing(from: number, until: number, deviations: number): number {
    let most = 0
    const step = Math.max(lookSeconds, (until - from) / instantsMost)
    for (let left = Math.min(until, seconds); left > from - 1e-9; left -= step) {
      const due = left >= seconds ? waiting : Math.min(waiting, olderThan(seconds - left))
      if (due <= 0) break
      // Who starts takes a message at once, and more in what is left.
      const newSeconds = Math.max(left - from, least, lookSeconds)
      const { tasks, taskSeconds } = presentUntil(left)
      const begun = (more: number): number =>
        tasks + more + surelyDone((taskSeconds + more * newSeconds) * capacityPerSecond, deviations)
      most = fewest(most, Math.ceil(due), more => begun(more) >= due)
    }
    return most
  }

  function presentUntil(left: number): { tasks: number; taskSeconds: number } {
    let tasks = 0
    let taskSeconds = ready * left
    for (const group of starting) {
      const readyIn = Math.max(1, start - group.seconds)
      if (readyIn > left) continue
      tasks += group.tasks
      taskSeconds += group.tasks * (left - readyIn)
    }
    return { tasks, taskSeconds }
  }
}

/** The smallest whole number from `least` on that is enough; `most` surely is. */
function fewest(least: number, most: number, isEnough: (number: number) => boolean): number {
  if (most <= least || isEnough(least)) return least
  let [low, high] = [least, most]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (isEnough(middle)) high = middle
    else low = middle
  }
  return high
}

/**
 * Completions when `mean` are expected, in bad luck of so many standard deviations: a low quantile of the Poisson distribution (service times are exponential at worst),
 * by the square root transform (Anscombe 1948).
 */
export const surelyDone = (mean: number, deviations: number): number =>
  Math.max(0, Math.floor(Math.max(0, Math.sqrt(mean + 3 / 8) - deviations / 2) ** 2 - 3 / 8))
