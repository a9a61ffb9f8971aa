import { normalCdf } from './normal-distribution.ts'

/** Mid-points of the quarters of a second, and the variance of a Brownian bridge there. */
const points = [1 / 8, 3 / 8, 5 / 8, 7 / 8].map(at => ({ at, variance: at * (1 - at) }))

/**
 * The part of a second in which a noisy line is above zero, given where it begins and ends: a Brownian bridge between both, not a straight
 * line, which would miss most of the rare excursions.
 *
 * @param variance of the line's noise over a whole second
 */
export function partAboveZero(begin: number, end: number, variance: number): number {
  const deviation = Math.sqrt(variance)
  if (deviation === 0) return straightPart(begin, end)
  let part = 0
  for (const point of points) {
    part += normalCdf((begin + point.at * (end - begin)) / (deviation * Math.sqrt(point.variance)))
  }
  return part / points.length
}

/** Whether `partAboveZero` can be anything but 0: within three standard deviations of the bridge. */
export const isNearZero = (begin: number, end: number, variance: number): boolean => {
  const higher = begin > end ? begin : end
  return higher > 0 || higher * higher < 2.25 * variance
}

function straightPart(begin: number, end: number): number {
  if (begin > 0 && end > 0) return 1
  if (begin <= 0 && end <= 0) return 0
  return Math.max(begin, end) / Math.abs(begin - end)
}
