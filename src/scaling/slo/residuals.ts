import type { ForecastMemory } from '../../model/slo-memory.ts'

/**
 * How far off the forecast may be: a histogram of past residuals, each divided by the scale that held when it was made, so that a quiet
 * night does not make a flash crowd look unlikely, and the reverse.
 */

const binsFrom = -2
const binWidth = 0.5
export const binCount = 28
export const binsHalfLifeSeconds = 12 * 3_600

/** Before anything is known: Laplace, with the weight of so many residuals. */
const priorWeight = 20
export function priorBins(): number[] {
  const bins = Array.from({ length: binCount }, (_, at) => Math.exp(-Math.abs(middleOf(at)) / 1.2))
  const total = bins.reduce((sum, bin) => sum + bin)
  return bins.map(bin => (priorWeight * bin) / total)
}

const middleOf = (at: number): number => binsFrom + (at + 0.5) * binWidth

const binOf = (residual: number, scale: number): number =>
  Math.max(0, Math.min(binCount - 1, Math.floor((residual / scale - binsFrom) / binWidth)))

const weightIn = (bins: readonly number[]): number => {
  let total = 0
  for (const bin of bins) total += bin
  return total
}

/** The last bin has no end; as far as this, in logarithms, its residuals lie. */
const tailWidth = 3

/** Of a residual ln(truth / forecast) when the scale was `scale`, per unit of the residual. */
export function densityOf({ bins }: ForecastMemory, residual: number, scale: number): number {
  const bin = binOf(residual, scale)
  const width = bin === binCount - 1 ? tailWidth : binWidth * scale
  return (bins[bin] ?? 0) / weightIn(bins) / width
}

const fastSeconds = 150
const slowSeconds = 7_200
const leastScale = 0.004
export const firstScale = 0.05
/** The first scale has the weight of so many residuals. */
const firstGuessWeight = 2

/** The scale of the next residual: large at once after a surprise, small only when both memories are. */
export function scaleOf({ scales: [fast, slow] }: ForecastMemory): number {
  return Math.max(leastScale, 0.5 * Math.max(fast, slow) + 0.25 * (fast + slow))
}

/** Takes a residual into the histogram and the scales, in place. `residual`: ln(truth / forecast); `share` of it, 0 to 1: the rest was a jump. */
export function takeResidual(memory: ForecastMemory, residual: number, scale: number, share: number): void {
  const { bins, scales, weights, periodSeconds } = memory
  // Until a memory is full it is the mean of all that was seen: a first guess is forgotten in minutes, not in hours.
  const seen = weightIn(bins) / weights[1] - priorWeight + 1
  const bin = binOf(residual, scale)
  bins[bin] = (bins[bin] ?? 0) + share * weights[1]
  const size = Math.abs(residual)
  const rateOf = (seconds: number): number =>
    share * Math.max(1 - 0.5 ** (periodSeconds / seconds), 1 / (seen + firstGuessWeight))
  scales[0] += rateOf(fastSeconds) * (size - scales[0])
  scales[1] += rateOf(slowSeconds) * (size - scales[1])
}

/** A distribution of the load over the horizon: its support, requests per second, ascending, and the weights, which sum to 1. */
export interface LoadDistribution {
  rates: number[]
  shares: number[]
}

export function distributionOf({ bins }: ForecastMemory, location: number, scale: number): LoadDistribution {
  const total = weightIn(bins)
  const rates: number[] = []
  const shares: number[] = []
  for (let at = 0; at < binCount; at++) {
    const share = (bins[at] ?? 0) / total
    if (share < 1e-5) continue
    rates.push(location * Math.exp(middleOf(at) * scale))
    shares.push(share)
  }
  return { rates, shares }
}
