import type { Autoscaler, Course, ServiceFacts } from '../../src/backtest/autoscaler.ts'

/** The smallest service a peer can be tried on: work flows like water, tasks start after a fixed time and stop at once. */

export const facts = (change: Partial<ServiceFacts> = {}): ServiceFacts => ({
  kind: 'web',
  capacityPerTask: 10,
  deadlineSeconds: 1,
  startSeconds: 45,
  drainSeconds: 30,
  min: 1,
  max: 1000,
  signals: { periodSeconds: 60, delaySeconds: 60 },
  ...change,
})

export interface Run {
  /** Per second: the desired count, tasks that serve, work that waits. */
  desired: Float64Array
  ready: Float64Array
  waiting: Float64Array
  /** Seconds in which the desired count changed. */
  changes: number[]
}

interface Load {
  /** Work that comes in second t. */
  rate: (t: number) => number
  seconds: number
  /** Tasks that serve in the beginning. */
  tasks: number
  service?: ServiceFacts
}

export function run(autoscaler: Autoscaler, { rate, seconds, tasks, service = facts() }: Load): Run {
  const sums = () => new Float64Array(seconds + 1)
  const [arrived, served, late] = [sums(), sums(), sums()]
  const [readyTaskSeconds, busyTaskSeconds] = [sums(), sums()]
  const all: Run = { desired: sums(), ready: sums(), waiting: sums(), changes: [] }
  const startsAt: number[] = []
  let [desired, ready, waiting, busy, nextLook] = [tasks, tasks, 0, 0, autoscaler.firstLook]

  for (let now = 0; now < seconds; now++) {
    while (startsAt[0] !== undefined && startsAt[0] <= now) {
      startsAt.shift()
      ready++
    }
    if (now >= nextLook) {
      const sumsSoFar = { arrived, served, late, readyTaskSeconds, busyTaskSeconds }
      const counts = { desired, ready, starting: startsAt.length }
      const queue = { waiting, inService: busy, oldestWaitSeconds: 0 }
      const course: Course = { now, ...counts, ...queue, ...sumsSoFar, service }
      const answer = autoscaler.look(course)
      if (answer.desired !== desired) all.changes.push(now)
      desired = answer.desired
      nextLook = answer.nextLook
      while (ready + startsAt.length < desired) startsAt.push(now + service.startSeconds)
      while (ready + startsAt.length > desired && startsAt.length > 0) startsAt.pop()
      ready = Math.min(ready, desired)
    }
    const come = rate(now)
    const done = Math.min(waiting + come, ready * service.capacityPerTask)
    waiting += come - done
    // A task works on one piece at a time.
    busy = done / service.capacityPerTask
    if (service.kind === 'web') waiting = Math.min(waiting, 10 * ready * service.capacityPerTask)
    add(arrived, now, come)
    add(served, now, done)
    add(readyTaskSeconds, now, ready)
    add(busyTaskSeconds, now, busy)
    all.desired[now] = desired
    all.ready[now] = ready
    all.waiting[now] = waiting
  }
  return all
}

function add(sums: Float64Array, now: number, value: number): void {
  sums[now + 1] = (sums[now] ?? 0) + value
}
