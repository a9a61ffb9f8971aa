import type { Reading } from '../model/reading.ts'
import type { Series } from './signal.ts'
import type { Suspicious } from './wishes/behaviour.ts'

/** Fewer events than this may well be followed by none (Poisson: a mean of 6.7 in a period, three times in a row, 0.1 %). */
const leastEvents = 20

/**
 * When a series fell suddenly in its newest period: the end of that period, epoch ms; null when it did not. Compared with the
 * lowest of the three periods before, so that a series that is low now and then is not suspicious.
 */
export function suddenFallAt(
  reading: Reading<Series> | undefined,
  { dropPercent }: Suspicious,
  isCount: boolean,
): number | null {
  if (reading?.kind !== 'value') return null
  const { points, periodMs } = reading.value
  const newest = points.at(-1)
  if (!newest) return null
  let lowest = Number.POSITIVE_INFINITY
  let events = 0
  for (let at = points.length - 2; at >= 0; at--) {
    const point = points[at]
    if (!point || newest.endMs - point.endMs > 3 * periodMs) break
    lowest = Math.min(lowest, point.value)
    events += point.value
  }
  if (lowest === Number.POSITIVE_INFINITY || !(lowest > 0) || (isCount && events < leastEvents)) return null
  // Binary dust must not make a fall of exactly that much harmless.
  return newest.value <= lowest * (1 - dropPercent / 100) + 1e-9 * lowest ? newest.endMs : null
}
