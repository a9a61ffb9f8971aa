import type { Autoscaler } from '../autoscaler.ts'
import { createBacklogModel } from './backlog.ts'
import { type Conditions, factsOf, neededTasks } from './conditions.ts'
import { createFleet, type Fleet } from './fleet.ts'
import { createLedger, type Ledger, type MovingCourse } from './ledger.ts'
import type { Load } from './load.ts'
import type { CreateModel } from './model.ts'
import { createRequestModel } from './requests.ts'
import { createWaitHistogram, type WaitHistogram } from './wait-histogram.ts'

/** A change of the desired count. */
export interface Action {
  at: number
  from: number
  to: number
}

/** What an autoscaler did to a service, and what came of it. */
export interface Run {
  load: Load
  conditions: Conditions
  /** Of the runner: the next run writes over it. */
  ledger: Ledger
  actions: Action[]
  waits: WaitHistogram
  /** After the warm-up. */
  billedTaskSeconds: number
  /** Requests that still wait at the end, longer than the deadline; they are in no sum of the ledger. */
  lateAtEnd: number
}

/** `backlog`: second by second, for months; `requests`: every request, for hours and for queues; `round-robin`: each task with a queue of its own. */
export type ModelName = 'backlog' | 'requests' | 'round-robin'

const models: Record<ModelName, CreateModel> = {
  backlog: createBacklogModel,
  requests: createRequestModel('common'),
  'round-robin': createRequestModel('round-robin'),
}

/** Fewer are followed one by one, as messages always are. */
const fewRequests = 3e6

export const usualModel = ({ demand, seconds, arrived }: Load): ModelName =>
  demand.kind === 'queue' || (arrived[seconds] as number) < fewRequests ? 'requests' : 'backlog'

/** Plays a load once. A ledger that is given is written over, so that many runs need the room of one. */
export function replay(
  load: Load,
  conditions: Conditions,
  autoscaler: Autoscaler,
  {
    model = usualModel(load),
    ledger = createLedger(load.seconds),
  }: { model?: ModelName; ledger?: Ledger } = {},
): Run {
  const { demand, seconds, arrived } = load
  const waits = createWaitHistogram()
  const initial = within(conditions, firstNeed(load, conditions))
  let fleet: Fleet | null = null
  let now = 0
  const service = models[model]({ load, conditions, ledger, waits, fleet: () => fleet as Fleet })
  const { onReady, onStop } = service
  fleet = createFleet({
    conditions,
    initial,
    window: { from: conditions.warmUpSeconds, to: seconds },
    ...(onReady && { onReady: launchedAt => onReady(launchedAt, now) }),
    ...(onStop && { onStop }),
  })
  const course: MovingCourse = {
    now: 0,
    desired: initial,
    ready: initial,
    starting: 0,
    waiting: 0,
    inService: 0,
    oldestWaitSeconds: 0,
    arrived,
    served: ledger.served,
    late: ledger.late,
    readyTaskSeconds: ledger.readyTaskSeconds,
    busyTaskSeconds: ledger.busyTaskSeconds,
    service: factsOf(demand, conditions),
  }
  const actions: Action[] = []
  let { firstLook: nextLook } = autoscaler
  checked({ desired: initial, nextLook }, autoscaler, -1)

  while (now < seconds) {
    fleet.settle(now)
    if (now === nextLook) {
      course.now = now
      course.desired = fleet.desired
      course.ready = fleet.ready
      course.starting = fleet.starting
      service.show(course)
      const answer = autoscaler.look(course)
      const desired = within(conditions, checked(answer, autoscaler, now))
      if (desired !== fleet.desired) {
        actions.push({ at: now, from: fleet.desired, to: desired })
        fleet.want(desired, now)
        fleet.settle(now)
      }
      nextLook = answer.nextLook
    }
    const until = Math.min(seconds, nextLook, fleet.nextChange(now))
    service.advance(now, until)
    now = until
  }
  const lateAtEnd = service.lateAtEnd()
  service.billAtEnd?.()
  return { load, conditions, ledger, actions, waits, billedTaskSeconds: fleet.close(), lateAtEnd }
}

const within = ({ min, max }: Conditions, desired: number): number => Math.min(max, Math.max(min, desired))

/** No cold start: the first minute has what it needs. */
function firstNeed({ demand }: Load, { serversPerTask }: Conditions): number {
  const minute = demand.rates.subarray(0, 60)
  return neededTasks(demand, serversPerTask)(minute.reduce((sum, rate) => sum + rate, 0) / minute.length)
}

/** An autoscaler that answers nonsense is a bug of ours, and no result. */
function checked(
  { desired, nextLook }: { desired: number; nextLook: number },
  { name }: Autoscaler,
  now: number,
): number {
  if (Number.isInteger(desired) && Number.isInteger(nextLook) && nextLook > now) return desired
  throw new Error(`${name} answered ${desired} tasks and the next look at ${nextLook} s, at ${now} s`)
}
