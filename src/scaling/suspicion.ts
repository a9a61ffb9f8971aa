import type { Reading } from '../model/reading.ts'
import type { Series } from './signal.ts'
import type { Suspicious } from './wishes/behaviour.ts'

/** Fewer events than this may well be followed by none (Poisson: a mean of 6.7 in a period, three times in a row, 0.1 %). */
const leastEvents = 20
const periodsBefore = 3

/**
 * When a series fell suddenly and has stayed low since: the end of the period in which it last did, epoch ms; null when it did not, or has
 * come back. Looks may come later than the first low point, so all within the hold are judged, each by the lowest of the three periods before
 * it: a series that is low now and then is not suspicious.
 */
export function suddenFallAt(
  reading: Reading<Series> | undefined,
  { dropPercent, holdMs }: Suspicious,
  isCount: boolean,
): number | null {
  if (reading?.kind !== 'value') return null
  const { points, periodMs } = reading.value
  const newest = points.at(-1)
  let highestSince = Number.NEGATIVE_INFINITY
  for (let at = points.length - 1; at > 0; at--) {
    const point = points[at]
    if (!point || !newest || newest.endMs - point.endMs >= holdMs) return null
    highestSince = Math.max(highestSince, point.value)
    const lowest = lowestBefore(points, at, periodMs, isCount)
    // Binary dust must not make a fall of exactly that much harmless.
    if (lowest !== null && highestSince <= lowest * (1 - dropPercent / 100) + 1e-9 * lowest)
      return point.endMs
  }
  return null
}

/** Null where there is nothing to fall from. The newest point makes do with fewer periods before it, as a series begins. */
function lowestBefore(
  points: Series['points'],
  at: number,
  periodMs: number,
  isCount: boolean,
): number | null {
  let lowest = Number.POSITIVE_INFINITY
  let events = 0
  let periods = 0
  for (let before = at - 1; before >= 0; before--) {
    const [point, judged] = [points[before], points[at]]
    if (!point || !judged || judged.endMs - point.endMs > periodsBefore * periodMs) break
    lowest = Math.min(lowest, point.value)
    events += point.value
    periods++
  }
  if (periods === 0 || (at < points.length - 1 && periods < periodsBefore)) return null
  return lowest > 0 && (!isCount || events >= leastEvents) ? lowest : null
}
