import type { Demand } from '../demand/demand.ts'
import type { Conditions } from '../service/conditions.ts'
import { createNeed } from '../service/needed-tasks.ts'
import { meanStart } from '../service/start-delay.ts'
import { sweepLevels } from './level-sweep.ts'
import { tautString } from './taut-string.ts'

/** What the cheapest service costs for somebody who knows the true rate of every second beforehand. */
export interface Optimum {
  /** After the warm-up, as for everybody. */
  taskSeconds: number
  mostTasks: number
}

/**
 * Web: in each second the fewest tasks that keep the late share by the closed form. Queue: the taut string between what has
 * come and what must have begun by its deadline, served by whole tasks; the late share does not matter. Then the level sweep.
 *
 * @param lateShare v, a fraction above 0
 */
export function optimumOf(demand: Demand, conditions: Conditions, lateShare: number): Optimum {
  const needed = demand.kind === 'web' ? neededForWeb(demand, conditions, lateShare) : neededForQueue(demand)
  const { taskSeconds } = sweepLevels(needed, {
    startSeconds: meanStart(conditions.start),
    drainSeconds: conditions.drainSeconds,
    leastBillSeconds: conditions.leastBillSeconds,
    window: { from: conditions.warmUpSeconds, to: needed.length },
  })
  return { taskSeconds, mostTasks: needed.reduce((most, tasks) => Math.max(most, tasks), 0) }
}

function neededForWeb(demand: Demand, { serversPerTask }: Conditions, lateShare: number): Uint32Array {
  const { rates } = demand
  const need = createNeed({ ...demand, serversPerTask }, lateShare)
  const needed = new Uint32Array(rates.length)
  for (let at = 0; at < rates.length; at++) needed[at] = need(rates[at] as number)
  return needed
}

function neededForQueue({ rates, capacityPerTask, deadlineSeconds }: Demand): Uint32Array {
  const delay = Math.floor(deadlineSeconds)
  const length = rates.length + delay + 1
  const arrived = new Float64Array(length)
  for (let at = 1; at < length; at++) arrived[at] = (arrived[at - 1] as number) + (rates[at - 1] ?? 0)
  const begun = new Float64Array(length)
  begun.set(arrived.subarray(0, length - delay), delay)
  const slopes = tautString(begun, arrived)
  // Sums of fractions are dusty: a slope of exactly three tasks must not become four.
  const needed = new Uint32Array(rates.length)
  for (let at = 0; at < rates.length; at++) {
    needed[at] = Math.max(0, Math.ceil((slopes[at] as number) / capacityPerTask - 1e-6))
  }
  return needed
}
