import { normalCdf } from './normal-distribution.ts'
import { poissonQuantile } from './poisson.ts'

/** What rounding a normal number to a whole one and its skewness below add to the variance. */
const roundingVariance = 1 / 12 + 1 / 18

/** From here on Cornish and Fisher's expansion gives a Poisson count; below, the distribution itself does. */
const enough = 20

/** The deviation with which `servicesOf` has the variance of a Poisson count. */
export const poissonDeviation = (mean: number): number => Math.sqrt(Math.max(0, mean - roundingVariance))

/** A Poisson count from a standard normal number: how many requests tasks could serve within a second. */
export function servicesOf(mean: number, deviation: number, noise: number): number {
  if (mean < enough) return mean === 0 ? 0 : poissonQuantile(normalCdf(noise), mean)
  const count = Math.floor(mean + deviation * noise + (noise * noise - 1) / 6 + 0.5)
  return count < 0 ? 0 : count
}
