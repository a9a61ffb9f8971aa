import type { ForecastMemory } from '../../model/slo-memory.ts'
import { envelopeMinutes, envelopes, learnMargins, raiseMinute } from './envelopes.ts'
import { expertCount, forecasts, locate, missesHalfLifeSeconds, scoreExperts, smooth } from './experts.ts'
import type { Horizon } from './horizon.ts'
import {
  binCount,
  binsHalfLifeSeconds,
  distributionOf,
  priorBins,
  scaleOf,
  takeResidual,
} from './residuals.ts'
import {
  chargeRivals,
  costsHalfLifeSeconds,
  countByPrice,
  preferred,
  rivalCount,
  rivalCounts,
  type Stakes,
} from './rivals.ts'
import { roundPending } from './rounding.ts'

/** The memory of a first period. */
export const freshForecast = (periodSeconds: number): ForecastMemory => ({
  periodSeconds,
  levels: [],
  trends: [],
  minutes: [],
  minute: 0,
  recent: [],
  pending: [],
  bias: Array(expertCount).fill(0),
  misses: Array(expertCount).fill(0),
  margins: Array(envelopeMinutes.length).fill(0.15),
  excess: Array(envelopeMinutes.length).fill(0.05),
  spread: Array(envelopeMinutes.length).fill(0.05),
  costs: Array(rivalCount).fill(0),
  bins: priorBins(),
  scales: [0.05, 0.05],
  weights: [1, 1, 1],
})

/** A copy that may be changed. Entries of `recent` and `pending` never change. */
export const copied = (memory: ForecastMemory): ForecastMemory => ({
  ...memory,
  levels: memory.levels.slice(),
  trends: memory.trends.slice(),
  minutes: memory.minutes.slice(),
  recent: memory.recent.slice(),
  pending: memory.pending.slice(),
  bias: memory.bias.slice(),
  misses: memory.misses.slice(),
  margins: memory.margins.slice(),
  excess: memory.excess.slice(),
  spread: memory.spread.slice(),
  costs: memory.costs.slice(),
  bins: memory.bins.slice(),
  scales: [memory.scales[0], memory.scales[1]],
  weights: [memory.weights[0], memory.weights[1], memory.weights[2]],
})

/** After a silence this long, what was smoothed says nothing any more; what was learned does. */
const forgottenSeconds = 30 * 60
/** Forecasts that wait for their truth at most: for slow starts only every second or third is kept. */
const pendingMax = 7

/** One more period: scores what was forecast for it, learns, and answers how many tasks the horizon needs. Changes `memory`. */
export function advance(
  memory: ForecastMemory,
  endSeconds: number,
  perSecond: number,
  horizon: Horizon,
  stakes: Stakes,
): number {
  const { periodSeconds } = memory
  const last = memory.recent.at(-1)?.[0] ?? 0
  if (endSeconds - last > forgottenSeconds) {
    memory.levels = []
    memory.trends = []
    memory.minutes = []
    memory.recent = []
    memory.pending = []
    memory.minute = 0
  }
  smooth(memory, perSecond)
  raiseMinute(memory, endSeconds, perSecond)
  memory.recent.push([endSeconds, perSecond])
  while (memory.recent.length > horizon.last - horizon.first + 1) memory.recent.shift()
  settle(memory, endSeconds, horizon, stakes)

  const expected = forecasts(memory, horizon)
  const location = locate(memory, expected, stakes.floor)
  const scale = scaleOf(memory)
  const byPrice = countByPrice(distributionOf(memory, location, scale), location, stakes)
  const highest = envelopes(memory)
  const counts = rivalCounts(memory, highest, byPrice, stakes)
  const stride = Math.ceil(horizon.last / pendingMax)
  if (Math.round(endSeconds / periodSeconds) % stride === 0)
    memory.pending.push(
      roundPending([endSeconds, ...expected, ...highest, ...counts, location, scale], perSecond),
    )
  return preferred(memory, counts)
}

/** Scores the forecasts whose horizon is over. */
function settle(memory: ForecastMemory, endSeconds: number, horizon: Horizon, stakes: Stakes): void {
  const { pending, periodSeconds, recent } = memory
  const lastEnds = horizon.last * periodSeconds
  while (pending[0] && endSeconds - (pending[0][0] ?? 0) >= lastEnds) {
    const forecast = pending.shift() ?? []
    const made = forecast[0] ?? 0
    let truth = -1
    for (const [end, rate] of recent)
      if (end - made >= horizon.first * periodSeconds && end - made <= lastEnds && rate > truth) truth = rate
    // Nothing was measured then.
    if (truth >= 0) learn(memory, forecast, truth, stakes)
  }
}

function learn(memory: ForecastMemory, forecast: readonly number[], truth: number, stakes: Stakes): void {
  const { floor, price } = stakes
  const { weights, periodSeconds } = memory
  const highestFrom = 1 + expertCount
  const countsFrom = highestFrom + envelopeMinutes.length
  const locationAt = countsFrom + rivalCount
  const lnTruth = Math.log(truth + floor)
  scoreExperts(memory, forecast.slice(1, highestFrom), lnTruth, floor)
  learnMargins(memory, forecast.slice(highestFrom, countsFrom), lnTruth, floor, price)
  chargeRivals(memory, forecast.slice(countsFrom, locationAt), truth, stakes)
  const [location = 0, scale = 1] = [forecast[locationAt], forecast[locationAt + 1]]
  takeResidual(memory, lnTruth - Math.log(location + floor), scale)
  weights[0] *= 2 ** (periodSeconds / missesHalfLifeSeconds)
  weights[1] *= 2 ** (periodSeconds / costsHalfLifeSeconds)
  weights[2] *= 2 ** (periodSeconds / binsHalfLifeSeconds)
  rescale(memory)
}

const weightMax = 1_024

/** Old observations shrink where new ones would grow without end. */
function rescale(memory: ForecastMemory): void {
  const { weights, misses, costs, bins } = memory
  if (weights[0] > weightMax) {
    for (let at = 0; at < misses.length; at++) misses[at] = (misses[at] ?? 0) / weights[0]
    weights[0] = 1
  }
  if (weights[1] > weightMax) {
    for (let at = 0; at < costs.length; at++) costs[at] = (costs[at] ?? 0) / weights[1]
    weights[1] = 1
  }
  if (weights[2] > weightMax) {
    for (let at = 0; at < binCount; at++) bins[at] = (bins[at] ?? 0) / weights[2]
    weights[2] = 1
  }
}
