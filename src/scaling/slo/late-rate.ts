import { lateProbability } from './backlog.ts'
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

/** What is less probable costs less than a thousandth of a task's load. */
const leastProbability = 1e-5
/** Beyond it, in requests per deadline, nobody is late. */
const farBelow = 12
/** Overload by this share makes all late before anything can be done. */
const farAbove = 0.35

/** Late requests per second with so much capacity. A busy period counts by its requests: there are more of them. */
export function lateRate(courses: readonly Course[], capacity: number, stakes: Stakes): number {
  let late = 0
  for (const { probability, load } of courses)
    if (probability > leastProbability) late += probability * lateRateOf(load, capacity, stakes)
  return late
}

function lateRateOf(
  { rates, shares }: LoadDistribution,
  capacity: number,
  { deadlineSeconds, untilMendedSeconds }: Stakes,
): number {
  let late = 0
  for (let at = rates.length - 1; at >= 0; at--) {
    const rate = rates[at] ?? 0
    const spare = capacity - rate
    if (spare * deadlineSeconds > farBelow && spare > 0.02 * capacity) break
    const isHopeless =
      spare < -farAbove * rate && spare * untilMendedSeconds < -4 * capacity * deadlineSeconds
    const probability = isHopeless ? 1 : lateProbability(rate, capacity, deadlineSeconds, untilMendedSeconds)
    late += (shares[at] ?? 0) * rate * probability
  }
  return late
}
