import type { SloRequestsMemory } from '../../model/slo-memory.ts'

/**
 * What a late request may cost. Counts are chosen so that tasks + price x late is least; the owner's late share is kept by an integral
 * controller on the price: late more often than allowed, it rises; never late, it falls, and tasks are saved.
 */

/** The price before anything is known, times the allowed share: on most services it is about right. */
const priceTimesShare = 0.015
/** Time constant at 0.1 %, seconds. A smaller share is met more rarely, so its price moves more slowly. */
const integralSeconds = 120_000
const integralShare = 0.001
/**
 * How far the price may go from the first: a service that is late for another reason than too few tasks (a slow database), or that no number of tasks
 * can keep from being late at this load, is not given ever more of them.
 */
const dearest = Math.log(5)
const cheapest = -Math.log(30)
/** However late a period was, its share of the allowed counts no more than this. */
const excessMax = 1_000

export const firstPrice = (lateShare: number): number => Math.log(priceTimesShare / lateShare)

/** The logarithm of the price after a period in which `late` (0 to 1) of the requests were late. */
export function nextPrice(ln: number, late: number, lateShare: number, periodSeconds: number): number {
  const constant = integralSeconds * Math.sqrt(integralShare / lateShare)
  const error = Math.min(excessMax, late / lateShare) - 1
  const first = firstPrice(lateShare)
  return Math.max(first + cheapest, Math.min(first + dearest, ln + (periodSeconds / constant) * error))
}

export const priceOf = ({ price }: Pick<SloRequestsMemory, 'price'>, lateShare: number): number =>
  Math.exp(price?.ln ?? firstPrice(lateShare))
