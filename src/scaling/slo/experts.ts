import type { ForecastMemory } from '../../model/slo-memory.ts'
import type { Horizon } from './horizon.ts'
import { regressed } from './regression.ts'

/**
 * Where the load will be: simple forecasters side by side, weighted by how well each did lately. Levels are exponentially smoothed rates; trends
 * are Brown's double exponential smoothing, damped; the last is a regression on the others. No seasons: on the traces at hand they bought nothing (docs/scaling.md).
 */

/** Time constants, seconds. The first level is the newest rate itself. */
const levelSeconds = [0, 30, 120, 900]
const trendSeconds = [60, 150]
export const expertCount = levelSeconds.length + trendSeconds.length + 1

/** A trend goes on for this share of the horizon. */
const damping = 0.9
/** How sharply the better ones are preferred. */
const preference = 12
const biasRate = 0.003
const biasStepMax = 0.1
export const missesHalfLifeSeconds = 3_600

const weightOf = (seconds: number, periodSeconds: number): number =>
  1 - Math.exp(-periodSeconds / Math.max(seconds, periodSeconds * 1e-3))

/** Smooths the newest rate into `levels` and `trends`, in place. */
export function smooth(memory: ForecastMemory, perSecond: number): void {
  const { levels, trends, periodSeconds } = memory
  for (let at = 0; at < levelSeconds.length; at++) {
    const before = levels[at] ?? perSecond
    levels[at] = before + weightOf(levelSeconds[at] ?? 0, periodSeconds) * (perSecond - before)
  }
  for (let at = 0; at < trendSeconds.length; at++) {
    const weight = weightOf(trendSeconds[at] ?? 0, periodSeconds)
    const once = (trends[2 * at] ?? perSecond) + weight * (perSecond - (trends[2 * at] ?? perSecond))
    const twice = (trends[2 * at + 1] ?? perSecond) + weight * (once - (trends[2 * at + 1] ?? perSecond))
    trends[2 * at] = once
    trends[2 * at + 1] = twice
  }
}

/** What each expert expects over the horizon: ln(requests per second + floor). `floor` keeps logarithms from small rates. */
export function forecasts(memory: ForecastMemory, { first, last }: Horizon, floor: number): number[] {
  const { levels, trends, periodSeconds } = memory
  const all = levels.slice(0, levelSeconds.length).map(level => Math.log(level + floor))
  const ahead = (damping * (first + last)) / 2
  for (let at = 0; at < trendSeconds.length; at++) {
    const weight = weightOf(trendSeconds[at] ?? 0, periodSeconds)
    const [once = 0, twice = 0] = [trends[2 * at], trends[2 * at + 1]]
    const slope = (weight / (1 - weight)) * (once - twice)
    // A time constant of a period or so leaves nothing to take a slope from.
    const rate = weight > 0.5 ? once : Math.max(0, 2 * once - twice + ahead * slope)
    all.push(Math.log(rate + floor))
  }
  all.push(Math.max(Math.log(floor), regressed(memory.regression, all, memory.weights[2])))
  return all
}

/** One forecast of them all, each moved by its usual error: requests per second. */
export function locate(memory: ForecastMemory, expected: readonly number[], floor: number): number {
  const { misses, bias } = memory
  let least = Number.POSITIVE_INFINITY
  for (const miss of misses) if (miss < least) least = miss
  let total = 0
  let sum = 0
  for (let at = 0; at < expected.length; at++) {
    const exponent = preference * (((misses[at] ?? 0) + 1e-3) / (least + 1e-3) - 1)
    if (exponent > 8) continue
    const weight = Math.exp(-exponent)
    total += weight
    sum += weight * (Math.exp((expected[at] ?? 0) + (bias[at] ?? 0)) - floor)
  }
  return Math.max(sum / total, floor * 0.02)
}

/** Scores each expert by what came, ln(truth + floor), in place. `share` of it, 0 to 1: a jump is nobody's mistake. */
export function scoreExperts(
  memory: ForecastMemory,
  expected: readonly number[],
  lnTruth: number,
  share: number,
): void {
  const { misses, bias, weights } = memory
  for (let at = 0; at < expertCount; at++) {
    const error = lnTruth - (expected[at] ?? 0) - (bias[at] ?? 0)
    misses[at] = (misses[at] ?? 0) + share * weights[0] * Math.abs(error)
    bias[at] = (bias[at] ?? 0) + share * biasRate * Math.max(-biasStepMax, Math.min(biasStepMax, error))
  }
}
