import { erlangC } from './erlang.ts'
import { partAboveZero } from './lateness.ts'
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
  const { capacityPerTask, deadlineSeconds, rates, kind } = demand
  const { serversPerTask, patienceSeconds, warmUpSeconds } = conditions
  const { served, late, gone, readyTaskSeconds, busyTaskSeconds } = ledger

  /** In the system: the one in service and those that wait. */
  let backlog = 0
  /** Requests whose deadline has passed less those that left: above zero, the next one to begin is late. */
  let overdue = -1.5
  let weight = 1
  let wait = 0
  /** Requests of the seconds before `waitingSince` have begun. */
  let waitingSince = 0

  const wholeDeadline = Math.floor(deadlineSeconds)
  const partDeadline = deadlineSeconds - wholeDeadline

  /** Requests whose deadline has passed at an instant, whole seconds. */
  function due(now: number): number {
    const at = now - wholeDeadline
    if (at <= 0) return 0
    const whole = arrived[at] as number
    return partDeadline === 0 ? whole : whole - partDeadline * (whole - (arrived[at - 1] as number))
  }

  function waitOfFirst(now: number): number {
    if (backlog < 2) return 0
    const begun = (arrived[now] as number) - backlog + 1
    while ((arrived[waitingSince + 1] as number) <= begun) waitingSince++
    const [before, after] = [arrived[waitingSince] as number, arrived[waitingSince + 1] as number]
    return Math.max(0, now - waitingSince - (begun - before) / (after - before))
  }

  function advance(from: number, to: number): void {
    const tasks = fleet().ready
    const capacity = tasks * capacityPerTask
    const deviation = Math.sqrt(Math.max(0, capacity - roundingVariance))
    const limit = kind === 'web' && tasks > 0 ? patienceSeconds * capacity : Number.POSITIVE_INFINITY
    const share = busyShare(tasks * serversPerTask, (rates[(from + to) >> 1] as number) / capacity)
    let before = arrived[from] as number

    for (let at = from; at < to; at++) {
      const now = arrived[at + 1] as number
      const came = now - before
      before = now
      const could =
        capacity < 20
          ? fewServices(capacity, serviceNoise[at] as number)
          : manyServices(capacity, deviation, serviceNoise[at] as number)
      const steps = came + could
      const dip = (dipNoise[at] as number) * steps
      let after = backlog + came - could
      let lost = 0
      if (after < 0 || 2 * backlog * after < dip) {
        const end = came - could
        const deepest = Math.min(could, Math.floor((Math.sqrt(end * end + 2 * dip) - end) / 2))
        lost = deepest - backlog
        if (lost > 0) after += lost
        else lost = 0
      }
      if (lost > 0 || share > weight) weight = share
      const began = could - lost
      const overdueNow = due(at + 1) - (now - after) - 1.5
      let tooLate = 0
      if (overdue > 0 || overdueNow > 0 || overdue + overdueNow > -3 * Math.sqrt(steps)) {
        tooLate = began * weight * partAboveZero(overdue, overdueNow, steps)
      }
      overdue = overdueNow
      backlog = after
      let dropped = 0
      if (after > limit) {
        dropped = Math.ceil(after - limit)
        backlog -= dropped
        overdue -= dropped
      }
      const waitBefore = wait
      wait = backlog < 2 ? 0 : waitOfFirst(at + 1)
      if (at >= warmUpSeconds) {
        waits.add(waitBefore, (began * weight) / 2)
        waits.add(wait, (began * weight) / 2 + dropped)
        waits.add(0, began * (1 - weight))
      }
      const next = at + 1
      served[next] = (served[at] as number) + began
      late[next] = (late[at] as number) + tooLate + dropped
      gone[next] = (gone[at] as number) + began + dropped
      readyTaskSeconds[next] = (readyTaskSeconds[at] as number) + tasks
      busyTaskSeconds[next] =
        (busyTaskSeconds[at] as number) + (lost === 0 ? tasks : Math.min(tasks, began / capacityPerTask))
    }
  }

  return {
    advance,
    show(course) {
      const servers = fleet().ready * serversPerTask
      const { now } = course
      const lately = now === 0 ? 0 : (arrived[now] as number) - (arrived[now - 1] as number)
      course.waiting = Math.max(0, backlog - 1)
      course.inService =
        backlog > 0 ? servers : Math.min(servers, Math.round((lately * serversPerTask) / capacityPerTask))
      course.oldestWaitSeconds = wait
    },
    lateAtEnd: () => Math.max(0, due(load.seconds) - ((arrived[load.seconds] as number) - backlog) - 1),
  }
}

/** What rounding a normal number to a whole one and the skewness below add to the variance. */
const roundingVariance = 1 / 12 + 1 / 18

/** A Poisson count from a normal number (Cornish and Fisher's expansion). */
function manyServices(capacity: number, deviation: number, noise: number): number {
  const count = Math.floor(capacity + deviation * noise + (noise * noise - 1) / 6 + 0.5)
  return count < 0 ? 0 : count
}

const fewServices = (capacity: number, noise: number): number =>
  capacity === 0 ? 0 : poissonQuantile(normalCdf(noise), capacity)

/** Erlang C over the utilisation; 1 where the tasks cannot keep up. */
function busyShare(servers: number, utilisation: number): number {
  if (!(utilisation < 1)) return 1
  return utilisation <= 0 ? 0 : erlangC(servers, servers * utilisation) / utilisation
}
