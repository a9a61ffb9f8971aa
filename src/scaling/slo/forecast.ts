import type { ForecastMemory } from '../../model/slo-memory.ts'
import { countByPrice } from './count-by-price.ts'
import { expertCount, forecasts, locate, missesHalfLifeSeconds, scoreExperts, smooth } from './experts.ts'
import type { Horizon } from './horizon.ts'
import { jumpProbability, noJumps, raiseLevel, takeJump, usualLoad } from './jumps.ts'
import type { Stakes } from './late-rate.ts'
import { takeRegression, unregressed } from './regression.ts'
import {
  binsHalfLifeSeconds,
  densityOf,
  distributionOf,
  firstScale,
  priorBins,
  scaleOf,
  takeResidual,
} from './residuals.ts'
import { fromOffsets, keepOffsets, roundRate } from './rounding.ts'

/** The memory of a first period. */
export const freshForecast = (periodSeconds: number): ForecastMemory => ({
  periodSeconds,
  levels: [],
  trends: [],
  loadedUntil: 0,
  recent: [],
  pending: [],
  bias: Array(expertCount).fill(0),
  misses: Array(expertCount).fill(0),
  bins: priorBins(),
  scales: [firstScale, firstScale],
  regression: unregressed(),
  jumps: noJumps(),
  weights: [1, 1, 1],
})

/** A copy that may be changed. Entries of `recent` and `pending` never change. */
export const copied = (memory: ForecastMemory): ForecastMemory => ({
  ...memory,
  levels: memory.levels.slice(),
  trends: memory.trends.slice(),
  recent: memory.recent.slice(),
  pending: memory.pending.slice(),
  bias: memory.bias.slice(),
  misses: memory.misses.slice(),
  bins: memory.bins.slice(),
  scales: [memory.scales[0], memory.scales[1]],
  regression: {
    products: memory.regression.products.slice(),
    targets: memory.regression.targets.slice(),
  },
  jumps: { ...memory.jumps, bins: memory.jumps.bins.slice() },
  weights: [memory.weights[0], memory.weights[1], memory.weights[2]],
})

/** After a silence this long, what was smoothed says nothing any more; what was learned does. */
const forgottenSeconds = 30 * 60
/** Forecasts that wait for their truth at most: for slow starts only every second or third is kept. */
const pendingMax = 6
/** Of the regression and of what load jumps to. */
const longHalfLifeSeconds = 24 * 3_600

/** One more period: scores what was forecast for it, learns, and answers how many tasks the horizon needs. Changes `memory`. */
export function advance(
  memory: ForecastMemory,
  endSeconds: number,
  perSecond: number,
  horizon: Horizon,
  stakes: Stakes,
): number {
  const { periodSeconds, jumps } = memory
  const { floor } = stakes
  const last = memory.recent.at(-1)?.[0] ?? 0
  if (endSeconds - last > forgottenSeconds) {
    memory.levels = []
    memory.trends = []
    memory.recent = []
    memory.pending = []
    memory.loadedUntil = endSeconds
  }
  if (perSecond > 0) memory.loadedUntil = endSeconds
  smooth(memory, perSecond)
  raiseLevel(jumps, perSecond, periodSeconds)
  memory.recent.push([endSeconds, roundRate(perSecond)])
  while (memory.recent.length > horizon.last - horizon.first + 1) memory.recent.shift()
  settle(memory, endSeconds, horizon, floor)

  const expected = forecasts(memory, horizon, floor)
  const location = locate(memory, expected, floor)
  const scale = scaleOf(memory)
  const stride = Math.ceil(horizon.last / pendingMax)
  if (Math.round(endSeconds / periodSeconds) % stride === 0)
    memory.pending.push(keepOffsets(endSeconds, expected, Math.log(location + floor), scale))
  // A rate that is no part of what was going on: levels and trends lag behind, and what goes on goes on from there.
  const density = densityOf(memory, Math.log((perSecond + floor) / (location + floor)), scale)
  const moved = jumpProbability(jumps, perSecond, density, floor)
  const goesOn = 1 - jumps.share
  return countByPrice(
    [
      { probability: goesOn * (1 - moved), load: distributionOf(memory, location, scale) },
      { probability: goesOn * moved, load: distributionOf(memory, Math.max(perSecond, floor * 0.02), scale) },
      { probability: jumps.share, load: usualLoad(jumps, floor) },
    ],
    Math.min(location, perSecond),
    stakes,
  )
}

/** Scores the forecasts whose horizon is over. */
function settle(memory: ForecastMemory, endSeconds: number, horizon: Horizon, floor: number): void {
  const { pending, periodSeconds, recent } = memory
  const lastEnds = horizon.last * periodSeconds
  while (pending[0] && endSeconds - (pending[0][0] ?? 0) >= lastEnds) {
    const forecast = pending.shift() ?? []
    const made = forecast[0] ?? 0
    let truth = -1
    for (const [end, rate] of recent)
      if (end - made >= horizon.first * periodSeconds && end - made <= lastEnds && rate > truth) truth = rate
    // Nothing was measured then.
    if (truth >= 0) learn(memory, forecast, truth, floor)
  }
}

function learn(memory: ForecastMemory, forecast: readonly number[], truth: number, floor: number): void {
  const { weights, periodSeconds, jumps, regression } = memory
  const { location, scale, expected } = fromOffsets(forecast)
  const lnTruth = Math.log(truth + floor)
  const residual = lnTruth - location
  const jumped = jumpProbability(jumps, truth, densityOf(memory, residual, scale), floor)
  const share = 1 - jumped
  takeJump(jumps, truth, jumped, { floor, weight: weights[2], periodSeconds })
  scoreExperts(memory, expected, lnTruth, share)
  takeRegression(regression, expected, lnTruth, { weight: share * weights[2], scale })
  takeResidual(memory, residual, scale, share)
  weights[0] *= 2 ** (periodSeconds / missesHalfLifeSeconds)
  weights[1] *= 2 ** (periodSeconds / binsHalfLifeSeconds)
  weights[2] *= 2 ** (periodSeconds / longHalfLifeSeconds)
  rescale(memory)
}

const weightMax = 1_024

/** Old observations shrink where new ones would grow without end. */
function rescale({ weights, misses, bins, jumps, regression }: ForecastMemory): void {
  const lists = [[misses], [bins], [jumps.bins, regression.products, regression.targets]]
  for (const [which, sums] of lists.entries()) {
    const weight = weights[which] ?? 1
    if (weight <= weightMax) continue
    for (const sum of sums) for (let at = 0; at < sum.length; at++) sum[at] = (sum[at] ?? 0) / weight
    weights[which] = 1
  }
}
