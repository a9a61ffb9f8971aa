import type { ForecastMemory } from '../../model/slo-memory.ts'
import { lateProbability } from './backlog.ts'
import { envelopeMinutes, lifted } from './envelopes.ts'
import { expectedLate, type LoadDistribution } from './residuals.ts'

/** What a law must know of the service to choose a count. */
export interface Stakes {
  capacityPerSecond: number
  deadlineSeconds: number
  /** What all requests being late costs, in the tasks that serve the load. */
  price: number
  untilMendedSeconds: number
  /** Keeps logarithms from small rates, requests per second. */
  floor: number
}

/** Several counts are proposed: one per envelope, one by price. The one that would have cost least lately counts. */
export const rivalCount = envelopeMinutes.length + 1
const preference = 100
export const costsHalfLifeSeconds = 7_200

/** Looked for the least cost this far beyond where it rises again. */
const patience = 3

/** The count at which tasks + price x late is least: Σ over the distribution of the load. */
export function countByPrice(load: LoadDistribution, location: number, stakes: Stakes): number {
  const { capacityPerSecond, deadlineSeconds, price, untilMendedSeconds } = stakes
  const fewest = Math.max(1, Math.ceil(location / capacityPerSecond) - 1)
  let best = fewest
  let least = Number.POSITIVE_INFINITY
  let worse = 0
  for (let count = fewest; worse < patience && count < 4 * fewest + 10; count++) {
    const capacity = count * capacityPerSecond
    const cost =
      capacity / location + price * expectedLate(load, capacity, deadlineSeconds, untilMendedSeconds)
    if (cost < least) {
      least = cost
      best = count
      worse = 0
    } else worse++
  }
  return best
}

/** Every rival's count; the last is the one by price. */
export function rivalCounts(
  memory: ForecastMemory,
  highest: readonly number[],
  byPrice: number,
  { capacityPerSecond, floor }: Stakes,
): number[] {
  const counts = lifted(memory, highest, floor).map(rate =>
    Math.max(1, Math.ceil(rate / capacityPerSecond - 1e-9)),
  )
  counts.push(byPrice)
  return counts
}

/** One count of them all. */
export function preferred({ costs }: ForecastMemory, counts: readonly number[]): number {
  let least = Number.POSITIVE_INFINITY
  for (const cost of costs) if (cost < least) least = cost
  let total = 0
  let sum = 0
  for (let at = 0; at < counts.length; at++) {
    const exponent = preference * (((costs[at] ?? 0) + 1e-3) / (least + 1e-3) - 1)
    if (exponent > 8) continue
    const weight = Math.exp(-exponent)
    total += weight
    sum += weight * (counts[at] ?? 0)
  }
  return Math.round(sum / total)
}

/** What each count would have cost, now that the load is known, in place. */
export function chargeRivals(
  memory: ForecastMemory,
  counts: readonly number[],
  truth: number,
  { capacityPerSecond, deadlineSeconds, price, untilMendedSeconds, floor }: Stakes,
): void {
  const { costs, weights } = memory
  for (let at = 0; at < rivalCount; at++) {
    const capacity = (counts[at] ?? 0) * capacityPerSecond
    const isAmple = (capacity - 1.5 * truth) * deadlineSeconds > 20
    const late = isAmple ? 0 : lateProbability(truth, capacity, deadlineSeconds, untilMendedSeconds)
    costs[at] = (costs[at] ?? 0) + weights[1] * (capacity / (truth + floor) + price * late)
  }
}
