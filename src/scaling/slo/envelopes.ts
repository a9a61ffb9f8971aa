import type { ForecastMemory } from '../../model/slo-memory.ts'

/**
 * For load that jumps: the highest rate of the last minutes and a margin that keeps the wished share of the future below it. Where spikes come in
 * swarms this beats every forecast of the mean.
 */

/** Windows, minutes. */
export const envelopeMinutes = [5, 10, 15, 30] as const
export const minutesKept = 31

const spreadRate = 0.02
const marginMin = -0.5
const marginMax = 3

/** Takes the newest rate into the minutes' maxima, in place. */
export function raiseMinute(memory: ForecastMemory, endSeconds: number, perSecond: number): void {
  const { minutes } = memory
  const minute = Math.floor((endSeconds - 1) / 60)
  const passed = Math.min(minutesKept, Math.max(0, minute - memory.minute))
  for (let at = 0; at < passed; at++) minutes.unshift(0)
  minutes.length = Math.min(minutes.length, minutesKept)
  memory.minute = Math.max(memory.minute, minute)
  minutes[0] = Math.max(minutes[0] ?? 0, perSecond)
}

/** The highest rate of each window, requests per second. */
export function envelopes({ minutes }: ForecastMemory): number[] {
  let highest = 0
  let at = 0
  return envelopeMinutes.map(window => {
    for (; at <= window && at < minutes.length; at++) highest = Math.max(highest, minutes[at] ?? 0)
    return highest
  })
}

/** Requests per second to be ready for, by each envelope. */
export const lifted = ({ margins }: ForecastMemory, highest: readonly number[], floor: number): number[] =>
  highest.map((rate, at) => Math.max(0, (rate + floor) * Math.exp(margins[at] ?? 0) - floor))

/**
 * Moves each margin towards the quantile that the price calls for, in place: stochastic gradient of the pinball loss. In an exponential tail with mean excess s a
 * margin is right when s / price of the future lies above it: one more percent of tasks then saves one percent's worth of lateness.
 */
export function learnMargins(
  memory: ForecastMemory,
  highest: readonly number[],
  lnTruth: number,
  floor: number,
  price: number,
): void {
  const { margins, excess, spread } = memory
  for (let at = 0; at < envelopeMinutes.length; at++) {
    const over = lnTruth - Math.log((highest[at] ?? 0) + floor) - (margins[at] ?? 0)
    spread[at] = (spread[at] ?? 0) + spreadRate * (Math.abs(over) - (spread[at] ?? 0))
    if (over > 0) excess[at] = (excess[at] ?? 0) + spreadRate * (over - (excess[at] ?? 0))
    const above = Math.max(0.001, Math.min(0.5, (excess[at] ?? 0) / price))
    const step = 0.5 * Math.max(0.02, 0.6 * (spread[at] ?? 0))
    const margin = (margins[at] ?? 0) + step * (over > 0 ? 1 - above : -above)
    margins[at] = Math.max(marginMin, Math.min(marginMax, margin))
  }
}
