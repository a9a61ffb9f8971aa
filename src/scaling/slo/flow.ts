import { type Came, cameWithin, guessedWithin, knownSeconds } from './arrivals.ts'

/** What comes to a queue lastingly. */

const shortestSeconds = 30
const longerSeconds = [60, 120, 240, 480, 960]
/** So many standard deviations are a change. */
const changeDeviations = 3
/** Before that nothing is known of a rate. */
const leastSeconds = 20

/**
 * Messages per second over the longest time in which that did not change, as far as can be told from chance. What came all at once is no rate.
 *
 * @param unseen messages that a task may complete between two looks without being seen busy
 */
export function flowOf(came: Came, unseen: number): number {
  const known = knownSeconds(came)
  if (known < leastSeconds) return 0
  let seconds = Math.min(known, shortestSeconds)
  let count = newestRate(came) * seconds
  let before = count
  let variance = varianceWithin(came, seconds, count, unseen)
  for (const longer of longerSeconds) {
    if (longer > known) break
    const whole = cameWithin(came, longer)
    const wholeVariance = varianceWithin(came, longer, whole, unseen)
    const earlier = Math.max(0, whole - before)
    const ratio = (longer - seconds) / seconds
    const deviation = Math.sqrt(variance * ratio ** 2 + Math.max(1, wholeVariance - variance))
    if (Math.abs(earlier - count * ratio) > changeDeviations * deviation) break
    count += earlier
    before = whole
    seconds = longer
    variance = wholeVariance
  }
  return count / seconds
}

/** What came is what there is more now, and a guess of what was completed: two Poisson counts. */
const varianceWithin = (came: Came, seconds: number, count: number, unseen: number): number =>
  Math.max(1, unseen) ** 2 + count + guessedWithin(came, seconds, count)

/** Messages per second lately, no more than the median of the newest three looks and one deviation: what only one of them saw is a batch. */
function newestRate(came: Came): number {
  const looks = came.slice(-4)
  const rates: { perSecond: number; seconds: number }[] = []
  for (const [at, [then, total]] of looks.entries()) {
    const next = looks[at + 1]
    if (!next) continue
    const seconds = Math.max(1, next[0] - then)
    rates.push({ perSecond: Math.max(0, next[1] - total) / seconds, seconds })
  }
  rates.sort((a, b) => a.perSecond - b.perSecond)
  const median = rates[Math.floor((rates.length - 1) / 2)]
  if (!median) return 0
  const deviation = Math.sqrt(median.perSecond * median.seconds + 1) / median.seconds
  return Math.min(cameWithin(came, shortestSeconds) / shortestSeconds, median.perSecond + deviation)
}
