import { type Course, lateRate, type Stakes } from './late-rate.ts'

/** Looked for the least cost this far beyond the best so far: it has a valley for each course. */
const beyondShare = 0.25
const beyondTasks = 8
/** Steps of this share of the count first, then ever smaller ones. */
const stepShare = 1 / 25

/** What is less probable than this, times the price, is never worth tasks of its own further away than that. */
const worthLookingFor = 0.2

/** The count at which capacity + price x late requests is least, both per second. `from`: the least rate that is likely. */
export function countByPrice(courses: readonly Course[], from: number, stakes: Stakes): number {
  const { capacityPerSecond, price } = stakes
  const fewest = Math.max(1, Math.ceil(from / capacityPerSecond) - 1)
  let highest = 0
  for (const { probability, load } of courses)
    if (price * probability > worthLookingFor) highest = Math.max(highest, load.rates.at(-1) ?? 0)
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
    count <= Math.max(best * (1 + beyondShare) + beyondTasks, highest / capacityPerSecond + 1);
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
