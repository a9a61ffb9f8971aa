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

/** One way in which it may come about, and how probable it is, 0 to 1. */
export interface Course {
  probability: number
  load: LoadDistribution
}

/** Looked for the least cost this far beyond the best so far: it has a valley for each course. */
const beyondShare = 0.25
const beyondTasks = 8
/** Steps of this share of the count first, then ever smaller ones. */
const stepShare = 1 / 25

/** The count at which capacity + price x late requests is least, both per second. `between`: the least and the largest rate that is likely. */
export function countByPrice(
  courses: readonly Course[],
  [least, most]: readonly [least: number, most: number],
  stakes: Stakes,
): number {
  const { capacityPerSecond, price } = stakes
  const fewest = Math.max(1, Math.ceil(least / capacityPerSecond) - 1)
  const many = Math.ceil(most / capacityPerSecond)
  const costOf = (count: number): number =>
    count * capacityPerSecond + price * lateRate(courses, count * capacityPerSecond, stakes)
  const stepAt = (count: number): number => Math.max(1, Math.floor(count * stepShare))
  let best = fewest
  let lowest = costOf(fewest)
  const look = (count: number): void => {
    const cost = costOf(count)
    if (count >= fewest && cost < lowest) [best, lowest] = [count, cost]
  }
  for (
    let count = fewest + stepAt(fewest);
    count <= Math.max(best, many) * (1 + beyondShare) + beyondTasks;
    count += stepAt(count)
  )
    look(count)
  for (let step = stepAt(best); step > 1; ) {
    step = Math.ceil(step / 2)
    const around = best
    look(around - step)
    look(around + step)
  }
  return best
}
