import type { Conditions } from './conditions.ts'
import { busyShare } from './erlang.ts'
import { isNearZero, partAboveZero } from './lateness.ts'
import type { Ledger } from './ledger.ts'
import { type Line, passedDeadline, waitOfFirst } from './line.ts'
import type { Load } from './load.ts'
import type { CreateModel } from './model.ts'
import { poissonDeviation, servicesOf } from './services.ts'
import { addWait, type WaitHistogram } from './wait-histogram.ts'

/** Where the service stands between two seconds. */
interface Backlog extends Line {
  load: Load
  conditions: Conditions
  ledger: Ledger
  waits: WaitHistogram
  /** Requests in the system: the one in service and those that wait. */
  requests: number
  /** Above zero, the next request to begin is late. */
  overdue: number
  /** Of a busy period, at most 1. */
  weight: number
  /** Of the first that waits. */
  waitSeconds: number
}

/**
 * The request in service has begun, so that of n requests past their deadline that have not left, n - 1 may begin late; half a request
 * more because whole numbers are compared on a continuous line.
 */
const begunLate = 1.5

/**
 * The service as a backlog, second by second: what came, what the tasks could have served (Poisson, like the arrivals), and the deepest dip
 * of the difference within the second. Where the backlog would dip below zero, capacity was idle, and is lost.
 *
 * Within a second, arrivals and services come in random order, so that the difference is a bridge between its two ends, and its deepest dip
 * is drawn from P(dip ≥ m) = exp(-2m(m + end)/steps). This makes the backlog an M/M/1 queue of one fast server. A pool of
 * tasks is idle a little more often (Erlang C instead of the utilisation): each busy period counts by the quotient of both.
 *
 * The state is a plain object and the functions are not closures: the same machine code then serves every run.
 */
function play(state: Backlog, tasks: number, from: number, to: number): void {
  const { arrived, waits } = state
  const { serviceNoise, dipNoise, demand } = state.load
  const { served, late, gone, readyTaskSeconds, busyTaskSeconds } = state.ledger
  const { serversPerTask, patienceSeconds, warmUpSeconds } = state.conditions
  const { capacityPerTask, deadlineSeconds } = demand
  const capacity = tasks * capacityPerTask
  const deviation = poissonDeviation(capacity)
  const limit = demand.kind === 'web' && tasks > 0 ? patienceSeconds * capacity : Number.POSITIVE_INFINITY
  const share = busyShare(tasks * serversPerTask, (demand.rates[(from + to) >> 1] as number) / capacity)
  let { requests, overdue, weight, waitSeconds } = state

  for (let at = from; at < to; at++) {
    const next = at + 1
    const now = arrived[next] as number
    const came = now - (arrived[at] as number)
    const could = servicesOf(capacity, deviation, serviceNoise[at] as number)
    const end = came - could
    const steps = came + could
    const dip = (dipNoise[at] as number) * steps
    let lost = 0
    // Whether the dip reaches the ground, without a root in most seconds.
    if (requests + end < 0 || 2 * requests * (requests + end) < dip) {
      const deepest = Math.floor((Math.sqrt(end * end + 2 * dip) - end) / 2)
      lost = Math.max(0, Math.min(could, deepest) - requests)
    }
    requests += end + lost
    if (lost > 0 || share > weight) weight = share
    const began = could - lost
    const overdueBefore = overdue
    overdue = passedDeadline(arrived, deadlineSeconds, next) - (now - requests) - begunLate
    let lateNow = 0
    if (isNearZero(overdueBefore, overdue, steps)) {
      lateNow = began * weight * partAboveZero(overdueBefore, overdue, steps)
    }
    let dropped = 0
    if (requests > limit) {
      dropped = Math.ceil(requests - limit)
      requests -= dropped
      overdue -= dropped
    }
    const waitBefore = waitSeconds
    waitSeconds = requests < 2 ? 0 : waitOfFirst(state, next, requests - 1)
    if (at >= warmUpSeconds) {
      // Half of them as at the second's begin, half as at its end; those who found a free server waited for nothing.
      const half = (began * weight) / 2
      addWait(waits, waitBefore, half)
      addWait(waits, waitSeconds, half + dropped)
      waits[0] = (waits[0] as number) + began - 2 * half
    }
    served[next] = (served[at] as number) + began
    late[next] = (late[at] as number) + lateNow + dropped
    gone[next] = (gone[at] as number) + began + dropped
    readyTaskSeconds[next] = (readyTaskSeconds[at] as number) + tasks
    busyTaskSeconds[next] =
      (busyTaskSeconds[at] as number) + (lost === 0 ? tasks : Math.min(tasks, began / capacityPerTask))
  }
  state.requests = requests
  state.overdue = overdue
  state.weight = weight
  state.waitSeconds = waitSeconds
}

export const createBacklogModel: CreateModel = ({ load, conditions, ledger, waits, fleet }) => {
  const { arrived, demand, seconds } = load
  const state: Backlog = {
    load,
    conditions,
    ledger,
    waits,
    arrived,
    second: 0,
    requests: 0,
    overdue: -begunLate,
    weight: 1,
    waitSeconds: 0,
  }
  return {
    advance: (from, to) => play(state, fleet().ready, from, to),
    show(course) {
      const { now } = course
      const { serversPerTask } = conditions
      const servers = fleet().ready * serversPerTask
      const lately = now === 0 ? 0 : (arrived[now] as number) - (arrived[now - 1] as number)
      const usual = Math.round((lately * serversPerTask) / demand.capacityPerTask)
      course.waiting = Math.max(0, state.requests - 1)
      course.inService = state.requests > 0 ? servers : Math.min(servers, usual)
      course.oldestWaitSeconds = state.waitSeconds
    },
    lateAtEnd() {
      const begun = (arrived[seconds] as number) - state.requests + 1
      return Math.max(0, passedDeadline(arrived, demand.deadlineSeconds, seconds) - begun)
    },
  }
}
