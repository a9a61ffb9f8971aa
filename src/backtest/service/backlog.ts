import type { Conditions } from './conditions.ts'
import { busyShare } from './erlang.ts'
import { isNearZero, partAboveZero } from './lateness.ts'
import type { Ledger } from './ledger.ts'
import { type Line, passedDeadline, waitOfFirst } from './line.ts'
import type { Load } from './load.ts'
import type { CreateModel } from './model.ts'
import { poissonDeviation, servicesOf } from './services.ts'
import { addWait, type WaitHistogram } from './wait-histogram.ts'

/** For so long the rate counts as steady. */
const mostSeconds = 10

/** Where the service stands between two steps. */
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
  waitSteps: number
}

/**
 * The request in service has begun, so that the next is late when two or more are past their deadline and have not left: above 1.5 on a
 * continuous line. Those that begin meet half a request more than the average instant does, for they are about to end it.
 */
const begunLate = 1

/**
 * The service as a backlog, step by step, a second or a part of one: what came, what the tasks could have served (Poisson, like the arrivals), and the deepest dip
 * of the difference within the step. Where the backlog would dip below zero, capacity was idle, and is lost.
 *
 * Within a step, arrivals and services come in random order, so that the difference is a bridge between its two ends, and its deepest dip
 * is drawn from P(dip ≥ m) = exp(-2m(m + end)/steps). This makes the backlog an M/M/1 queue of one fast server. A pool of
 * tasks is idle a little more often (Erlang C instead of the utilisation): each busy period counts by the quotient of both.
 *
 * The state is a plain object and the functions are not closures: the same machine code then serves every run.
 */
function play(state: Backlog, tasks: number, from: number, to: number): void {
  const { waits } = state
  const { perSecond, arrived, serviceNoise, dipNoise } = state.load.steps
  const { served, late, gone, readyTaskSeconds, busyTaskSeconds } = state.ledger
  const { serversPerTask, patienceSeconds, warmUpSeconds } = state.conditions
  const { demand } = state.load
  const capacity = tasks * demand.capacityPerTask
  const capacityOfStep = capacity / perSecond
  const deviation = poissonDeviation(capacityOfStep)
  const deadlineSteps = demand.deadlineSeconds * perSecond
  const limit = demand.kind === 'web' && tasks > 0 ? patienceSeconds * capacity : Number.POSITIVE_INFINITY
  const share = busyShare(tasks * serversPerTask, (demand.rates[(from + to) >> 1] as number) / capacity)
  let { requests, overdue, weight, waitSteps } = state

  for (let at = from; at < to; at++) {
    let begunNow = 0
    let lateNow = 0
    let droppedNow = 0
    let busyNow = 0
    for (let step = at * perSecond; step < (at + 1) * perSecond; step++) {
      const now = arrived[step + 1] as number
      const came = now - (arrived[step] as number)
      const could = servicesOf(capacityOfStep, deviation, serviceNoise[step] as number)
      const end = came - could
      const moves = came + could
      const dip = (dipNoise[step] as number) * moves
      let lost = 0
      // Whether the dip reaches the ground, without a root in most steps.
      if (requests + end < 0 || 2 * requests * (requests + end) < dip) {
        const deepest = Math.floor((Math.sqrt(end * end + 2 * dip) - end) / 2)
        lost = Math.max(0, Math.min(could, deepest) - requests)
      }
      requests += end + lost
      if (lost > 0 || share > weight) weight = share
      const begun = could - lost
      const overdueBefore = overdue
      overdue = passedDeadline(arrived, deadlineSteps, step + 1) - (now - requests) - begunLate
      if (isNearZero(overdueBefore, overdue, moves)) {
        lateNow += begun * weight * partAboveZero(overdueBefore, overdue, moves)
      }
      let dropped = 0
      if (requests > limit) {
        dropped = Math.ceil(requests - limit)
        requests -= dropped
        overdue -= dropped
        droppedNow += dropped
      }
      const waitBefore = waitSteps
      waitSteps = requests < 2 ? 0 : waitOfFirst(state, step + 1, requests - 1)
      if (at >= warmUpSeconds) {
        // Half of them as at the step's begin, half as at its end; those who found a free server waited for nothing.
        const half = (begun * weight) / 2
        addWait(waits, waitBefore / perSecond, half)
        addWait(waits, waitSteps / perSecond, half + dropped)
        waits[0] = (waits[0] as number) + begun - 2 * half
      }
      begunNow += begun
      busyNow += busyOf(capacityOfStep, begun, lost)
    }
    const next = at + 1
    served[next] = (served[at] as number) + begunNow
    late[next] = (late[at] as number) + lateNow + droppedNow
    gone[next] = (gone[at] as number) + begunNow + droppedNow
    readyTaskSeconds[next] = (readyTaskSeconds[at] as number) + tasks
    busyTaskSeconds[next] = (busyTaskSeconds[at] as number) + busyNow / demand.capacityPerTask
  }
  state.requests = requests
  state.overdue = overdue
  state.weight = weight
  state.waitSteps = waitSteps
}

/**
 * Capacity in use, in requests. What was idle is what was lost; in a service that is nearly idle, that is all noise, and what was begun tells
 * more.
 */
function busyOf(capacity: number, begun: number, lost: number): number {
  if (lost === 0) return capacity
  const use = begun < capacity ? begun / capacity : 1
  return use * Math.max(0, capacity - lost) + (1 - use) * begun
}

export const createBacklogModel: CreateModel = ({ load, conditions, ledger, waits, fleet }) => {
  const { arrived, demand, seconds } = load
  const state: Backlog = {
    load,
    conditions,
    ledger,
    waits,
    arrived: load.steps.arrived,
    step: 0,
    requests: 0,
    overdue: -begunLate,
    weight: 1,
    waitSteps: 0,
  }
  return {
    advance(from, to) {
      const tasks = fleet().ready
      for (let at = from; at < to; at += mostSeconds) play(state, tasks, at, Math.min(to, at + mostSeconds))
    },
    show(course) {
      const { now } = course
      const { serversPerTask } = conditions
      const servers = fleet().ready * serversPerTask
      const lately = now === 0 ? 0 : (arrived[now] as number) - (arrived[now - 1] as number)
      const usual = Math.round((lately * serversPerTask) / demand.capacityPerTask)
      course.waiting = Math.max(0, state.requests - 1)
      course.inService = state.requests > 0 ? servers : Math.min(servers, usual)
      course.oldestWaitSeconds = state.waitSteps / load.steps.perSecond
    },
    lateAtEnd() {
      const begun = (arrived[seconds] as number) - state.requests + 1
      return Math.max(0, passedDeadline(arrived, demand.deadlineSeconds, seconds) - begun)
    },
  }
}
