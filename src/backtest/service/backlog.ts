import { erlangC } from './erlang.ts'
import { partAboveZero } from './lateness.ts'
import { createDeadline, createLine } from './line.ts'
import type { CreateModel } from './model.ts'
import { normalCdf } from './normal-distribution.ts'
import { poissonQuantile } from './poisson.ts'

/**
 * The service as a backlog, second by second: what came, what the tasks could have served (Poisson, like the arrivals), and the deepest dip
 * of the difference within the second. Where the backlog would dip below zero, capacity was idle, and is lost.
 *
 * Within a second, arrivals and services come in random order, so that the difference is a bridge between its two ends, and its deepest dip
 * is drawn from P(dip ≥ m) = exp(-2m(m + end)/steps). This makes the backlog an M/M/1 queue of one fast server. A pool of
 * N tasks is idle a little more often (Erlang C instead of the utilisation): each busy period counts by the quotient of both.
 */
export const createBacklogModel: CreateModel = ({ load, conditions, ledger, waits, fleet }) => {
  const { arrived, serviceNoise, dipNoise, demand } = load
  const { capacityPerTask, rates, kind } = demand
  const { serversPerTask, patienceSeconds, warmUpSeconds } = conditions
  const { served, late, gone, readyTaskSeconds, busyTaskSeconds } = ledger
  const deadline = createDeadline(arrived, demand.deadlineSeconds)
  const line = createLine(arrived)

  /** Kept between calls; within one they are local variables, which is several times as fast. */
  const kept = {
    /** In the system: the one in service and those that wait. */
    backlog: 0,
    /** Above zero, the next request to begin is late. */
    overdue: -begunLate,
    weight: 1,
    wait: 0,
  }

  function advance(from: number, to: number): void {
    let { backlog, overdue, weight, wait } = kept
    const tasks = fleet().ready
    const capacity = tasks * capacityPerTask
    const deviation = Math.sqrt(Math.max(0, capacity - roundingVariance))
    const limit = kind === 'web' && tasks > 0 ? patienceSeconds * capacity : Number.POSITIVE_INFINITY
    const share = busyShare(tasks * serversPerTask, (rates[(from + to) >> 1] as number) / capacity)
    let before = arrived[from] as number

    for (let at = from; at < to; at++) {
      const next = at + 1
      const now = arrived[next] as number
      const end = now - before - servicesOf(capacity, deviation, serviceNoise[at] as number)
      const came = now - before
      const could = came - end
      const dip = (dipNoise[at] as number) * (came + could)
      before = now
      let lost = 0
      // Whether the dip reaches the ground, without a root in most seconds.
      if (backlog + end < 0 || 2 * backlog * (backlog + end) < dip) {
        const deepest = Math.floor((Math.sqrt(end * end + 2 * dip) - end) / 2)
        lost = Math.max(0, Math.min(could, deepest) - backlog)
      }
      backlog += end + lost
      if (lost > 0 || share > weight) weight = share
      const began = could - lost
      const overdueBefore = overdue
      overdue = deadline.passed(next) - (now - backlog) - begunLate
      let tooLate = 0
      if (nearZero(overdueBefore, overdue, came + could)) {
        tooLate = began * weight * partAboveZero(overdueBefore, overdue, came + could)
      }
      let dropped = 0
      if (backlog > limit) {
        dropped = Math.ceil(backlog - limit)
        backlog -= dropped
        overdue -= dropped
      }
      const waitBefore = wait
      wait = backlog < 2 ? 0 : line.waitOfFirst(next, backlog - 1)
      if (at >= warmUpSeconds) {
        waits.add(waitBefore, (began * weight) / 2)
        waits.add(wait, (began * weight) / 2 + dropped)
        waits.add(0, began * (1 - weight))
      }
      served[next] = (served[at] as number) + began
      late[next] = (late[at] as number) + tooLate + dropped
      gone[next] = (gone[at] as number) + began + dropped
      readyTaskSeconds[next] = (readyTaskSeconds[at] as number) + tasks
      busyTaskSeconds[next] =
        (busyTaskSeconds[at] as number) + (lost === 0 ? tasks : Math.min(tasks, began / capacityPerTask))
    }
    kept.backlog = backlog
    kept.overdue = overdue
    kept.weight = weight
    kept.wait = wait
  }

  return {
    advance,
    show(course) {
      const { now } = course
      const servers = fleet().ready * serversPerTask
      const lately = now === 0 ? 0 : (arrived[now] as number) - (arrived[now - 1] as number)
      const usual = Math.min(servers, Math.round((lately * serversPerTask) / capacityPerTask))
      course.waiting = Math.max(0, kept.backlog - 1)
      course.inService = kept.backlog > 0 ? servers : usual
      course.oldestWaitSeconds = kept.wait
    },
    lateAtEnd: () =>
      Math.max(0, deadline.passed(load.seconds) - ((arrived[load.seconds] as number) - kept.backlog) - 1),
  }
}

/**
 * The request in service has begun, so that of n requests past their deadline that have not left, n - 1 may begin late; half a request
 * more because whole numbers are compared on a continuous line.
 */
const begunLate = 1.5

/** Within three standard deviations of a bridge over one second. */
const nearZero = (begin: number, end: number, variance: number): boolean =>
  begin > 0 || end > 0 || Math.max(begin, end) ** 2 < 2.25 * variance

/** What rounding a normal number to a whole one and the skewness below add to the variance. */
const roundingVariance = 1 / 12 + 1 / 18

/** A Poisson count from a normal number (Cornish and Fisher's expansion). */
function fromNormal(capacity: number, deviation: number, noise: number): number {
  const count = Math.floor(capacity + deviation * noise + (noise * noise - 1) / 6 + 0.5)
  return count < 0 ? 0 : count
}

function servicesOf(capacity: number, deviation: number, noise: number): number {
  if (capacity >= 20) return fromNormal(capacity, deviation, noise)
  return capacity === 0 ? 0 : poissonQuantile(normalCdf(noise), capacity)
}

/** Erlang C over the utilisation; 1 where the tasks cannot keep up. */
function busyShare(servers: number, utilisation: number): number {
  if (!(utilisation < 1)) return 1
  return utilisation <= 0 ? 0 : erlangC(servers, servers * utilisation) / utilisation
}
