import type { ForecastMemory } from '../../model/slo-memory.ts'

/** Sixteen digits of everything would be 5 kB; these few are as good. */
const round = (value: number, factor: number): number => Math.round(value * factor) / factor

const roundAll = (numbers: number[], factor: number): void => {
  for (let at = 0; at < numbers.length; at++) numbers[at] = round(numbers[at] ?? 0, factor)
}

/** Fewer, and a single period's part of a day would be lost. */
const sixDigits = (value: number): number => Number(value.toPrecision(6))

/** Factor that leaves about five digits of a rate. */
export const rateFactor = (perSecond: number): number =>
  10 ** Math.max(-2, 4 - Math.floor(Math.log10(Math.max(perSecond, 1e-3))))

export const roundRate = (perSecond: number): number => round(perSecond, rateFactor(perSecond))

/** In place; `recent` and `pending` are rounded when they are made. */
export function roundForecast(memory: ForecastMemory, perSecond: number): void {
  const factor = rateFactor(perSecond)
  roundAll(memory.levels, factor)
  // Slopes are differences of these.
  roundAll(memory.trends, 100 * factor)
  roundAll(memory.bias, 1e5)
  roundAll(memory.misses, 1e3)
  roundAll(memory.bins, 1e1)
  memory.scales[0] = round(memory.scales[0], 1e6)
  memory.scales[1] = round(memory.scales[1], 1e6)
  roundAll(memory.weights, 1e6)
  const { regression, jumps } = memory
  regression.products = regression.products.map(sixDigits)
  regression.targets = regression.targets.map(sixDigits)
  if (jumps.level !== null) jumps.level = round(jumps.level, factor)
  jumps.share = round(jumps.share, 1e6)
  roundAll(jumps.bins, 1e1)
}

const offsetFactor = 1e4

/** A forecast that waits for its truth, short: end of its period, location, scale, and how far from the location each expert is, in 1/10,000. */
export const keepOffsets = (
  endSeconds: number,
  expected: readonly number[],
  location: number,
  scale: number,
): number[] => {
  const kept = round(location, offsetFactor)
  const offsets = expected.map(each => Math.round((each - kept) * offsetFactor))
  return [endSeconds, kept, round(scale, 1e5), ...offsets]
}

/** All but the scale are ln(requests per second + floor). */
export function fromOffsets([, location = 0, scale = 1, ...offsets]: readonly number[]) {
  return { location, scale, expected: offsets.map(offset => location + offset / offsetFactor) }
}
