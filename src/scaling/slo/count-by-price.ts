import { lateRate } from './late-rate.ts'
import type { LoadDistribution } from './residuals.ts'

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

/** A load that may go on from here, or jump. */
export interface LoadForecast {
  goesOn: LoadDistribution
  jumps: LoadDistribution
  /** Probability of the latter, 0 to 1. */
  jumpShare: number
  /** Requests per second, of the former. */
  location: number
}

/** Looked for the least cost this far beyond the best so far: it has two valleys, with and without the jumps. */
const beyondShare = 0.25
const beyondTasks = 8
/** Steps of this share of the count first, then ever smaller ones. */
const stepShare = 1 / 40

/** The count at which capacity + price x late requests is least, both per second. */
export function countByPrice(load: LoadForecast, stakes: Stakes): number {
  const { capacityPerSecond, price } = stakes
  const fewest = Math.max(1, Math.ceil(load.location / capacityPerSecond) - 1)
  const costOf = (count: number): number =>
    count * capacityPerSecond + price * lateRate(load, count * capacityPerSecond, stakes)
  let step = Math.max(1, Math.floor(fewest * stepShare))
  let best = fewest
  let least = costOf(fewest)
  for (let count = fewest + step; count <= best * (1 + beyondShare) + beyondTasks; count += step) {
    const cost = costOf(count)
    if (cost < least) [best, least] = [count, cost]
  }
  while (step > 1) {
    step = Math.ceil(step / 2)
    for (const count of [best - step, best + step]) {
      const cost = costOf(count)
      if (count >= fewest && cost < least) [best, least] = [count, cost]
    }
  }
  return best
}
