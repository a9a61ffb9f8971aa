import type { Autoscaler, Course } from '../../src/backtest/autoscaler.ts'
import type { Demand } from '../../src/backtest/demand/demand.ts'
import { type Conditions, conditionsFor } from '../../src/backtest/service/conditions.ts'
import { drawLoad, type Load } from '../../src/backtest/service/load.ts'
import { type ModelName, type Run, replay } from '../../src/backtest/service/replay.ts'

/** A demand by its rate at each second. */
export const demandOf = (
  seconds: number,
  rate: (at: number) => number,
  changed: Partial<Demand> = {},
): Demand => ({
  name: 'mine',
  kind: 'web',
  rates: Float64Array.from({ length: seconds }, (_, at) => rate(at)),
  capacityPerTask: 50,
  deadlineSeconds: 1,
  scale: 1,
  smoothing: { window: 1, dispersion: 1, eventsPerInterval: 1 },
  ...changed,
})

/** Requests that come exactly when they are told to: so many in each second. */
export function loadOf(counts: readonly number[], changed: Partial<Demand> = {}): Load {
  const load = drawLoad(
    demandOf(counts.length, at => counts[at] as number, changed),
    1,
    1,
  )
  for (const [at, count] of counts.entries()) load.arrived[at + 1] = (load.arrived[at] as number) + count
  return load
}

/** Wants so many tasks from given instants on: `{ 0: 3, 100: 5 }`. */
export function scheduled(plan: Record<number, number>, seen: Course[] = []): Autoscaler {
  const instants = Object.keys(plan).map(Number)
  return {
    name: 'scheduled',
    setting: '',
    firstLook: instants[0] as number,
    look(course) {
      seen.push({ ...course })
      const next = instants.find(at => at > course.now)
      return { desired: plan[course.now] as number, nextLook: next ?? 1e9 }
    },
  }
}

export const play = (
  load: Load,
  autoscaler: Autoscaler,
  changed: Partial<Conditions> = {},
  model?: ModelName,
): Run =>
  replay(
    load,
    conditionsFor(load.demand, { warmUpSeconds: 0, max: 1000, ...changed }),
    autoscaler,
    model && { model },
  )

export function lateShareOf({ load, ledger, conditions }: Run): number {
  const from = conditions.warmUpSeconds
  const requests = (load.arrived[load.seconds] as number) - (load.arrived[from] as number)
  return ((ledger.late[load.seconds] as number) - (ledger.late[from] as number)) / requests
}
