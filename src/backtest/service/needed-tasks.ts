import { lateShareOf, type Pool } from './erlang.ts'

/**
 * The fewest tasks that keep the late share at a rate, by the exact closed form. The largest rate of each count is looked for once,
 * by bisection; a rate is then found in the table.
 */
export function createNeed(pool: Pool, lateShare: number): (rate: number) => number {
  /** Index: tasks. */
  const largestRates = [0]
  const extend = (): number => {
    const tasks = largestRates.length
    const largest = largestRate(tasks, pool, lateShare, largestRates[tasks - 1] as number)
    largestRates.push(largest)
    return largest
  }
  /** Rates change slowly: mostly the answer is the last one. */
  let latest = 0
  return rate => {
    if (
      rate <= (largestRates[latest] as number) &&
      (latest === 0 || rate > (largestRates[latest - 1] as number))
    ) {
      return latest
    }
    while ((largestRates.at(-1) as number) < rate) extend()
    let [low, high] = [0, largestRates.length - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((largestRates[middle] as number) >= rate) high = middle
      else low = middle + 1
    }
    latest = low
    return low
  }
}

/** A task more serves more: the search begins at the rate of one task less. */
function largestRate(tasks: number, pool: Pool, lateShare: number, least: number): number {
  let [low, high] = [least, tasks * pool.capacityPerTask]
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2
    if (lateShareOf(tasks, middle, pool) <= lateShare) low = middle
    else high = middle
  }
  return low
}
