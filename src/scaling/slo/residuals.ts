import type { ForecastMemory } from '../../model/slo-memory.ts'
import { lateProbability } from './backlog.ts'

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

const fastSeconds = 150
const slowSeconds = 7_200
const leastScale = 0.004

/** The scale of the next residual: large at once after a surprise, small only when both memories are. */
export function scaleOf({ scales: [fast, slow] }: ForecastMemory): number {
  return Math.max(leastScale, 0.5 * Math.max(fast, slow) + 0.25 * (fast + slow))
}

/** Takes a residual into the histogram and the scales, in place. `residual`: ln(truth / forecast). */
export function takeResidual(memory: ForecastMemory, residual: number, scale: number): void {
  const { bins, scales, weights, periodSeconds } = memory
  const at = Math.floor((residual / scale - binsFrom) / binWidth)
  const bin = Math.max(0, Math.min(binCount - 1, at))
  bins[bin] = (bins[bin] ?? 0) + weights[2]
  const size = Math.abs(residual)
  scales[0] += (1 - 0.5 ** (periodSeconds / fastSeconds)) * (size - scales[0])
  scales[1] += (1 - 0.5 ** (periodSeconds / slowSeconds)) * (size - scales[1])
}

/** A distribution of the load over the horizon: its support, requests per second, ascending, and the weights, which sum to 1. */
export interface LoadDistribution {
  rates: number[]
  shares: number[]
}

export function distributionOf({ bins }: ForecastMemory, location: number, scale: number): LoadDistribution {
  let total = 0
  for (const bin of bins) total += bin
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

/** Beyond it, in requests per deadline, nobody is late. */
const farBelow = 12
/** Overload by this share makes all late before anything can be done. */
const farAbove = 0.35

/** Expected share of late requests with so much capacity, over the distribution of the load; 0 to 1. */
export function expectedLate(
  { rates, shares }: LoadDistribution,
  capacity: number,
  deadlineSeconds: number,
  untilMendedSeconds: number,
): number {
  let late = 0
  for (let at = rates.length - 1; at >= 0; at--) {
    const rate = rates[at] ?? 0
    const spare = capacity - rate
    if (spare * deadlineSeconds > farBelow && spare > 0.02 * capacity) break
    late +=
      (shares[at] ?? 0) *
      (spare < -farAbove * rate && spare * untilMendedSeconds < -4 * capacity * deadlineSeconds
        ? 1
        : lateProbability(rate, capacity, deadlineSeconds, untilMendedSeconds))
  }
  return late
}
