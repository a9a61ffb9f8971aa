import { createCompletions } from './completions.ts'
import { createDraws } from './draws.ts'
import { createLane, type Lane } from './lane.ts'
import type { CreateModel } from './model.ts'
import { addWait } from './wait-histogram.ts'

interface Task {
  launchedAt: number
  /** When it was told to stop; null while it serves. */
  stoppedAt: number | null
  busy: number
  /** From where it takes its requests: the common lane, or one of its own. */
  lane: Lane
}

/**
 * The service request by request: exact, for hours, and for queues over months. `common`: whoever is free takes the first that waits;
 * `round-robin`: requests are dealt to the tasks in turn and wait there, however free the next task is. A task that is to stop finishes what it
 * serves, and what waits in a lane of its own.
 */
export const createRequestModel =
  (balancing: 'common' | 'round-robin'): CreateModel =>
  ({ load, conditions, ledger, waits, fleet }) => {
    const { arrived, demand } = load
    const { capacityPerTask, deadlineSeconds, kind } = demand
    const { serversPerTask, patienceSeconds, warmUpSeconds, drainSeconds, serviceTimes } = conditions
    const arrivals = createDraws(load.seed, 4)
    const services = createDraws(conditions.seed, 5)
    const meanService = serversPerTask / capacityPerTask
    const completions = createCompletions()
    /** By the number that the completions know. */
    const tasks: Task[] = []
    /** Numbers, the oldest first. */
    let ready: number[] = []
    const draining = new Set<number>()
    /** Numbers of tasks with a free server; those that are to stop are skipped. */
    const idle: number[] = []
    const common = createLane()
    let turn = 0
    let instants = new Float64Array(64)

    let clock = 0
    let busy = 0
    let busyOfStopping = 0
    /** Sums of the second. */
    let busySeconds = 0
    let stoppingSeconds = 0
    let servedNow = 0
    let lateNow = 0
    let goneNow = 0

    function passTo(instant: number): void {
      busySeconds += busy * (instant - clock)
      stoppingSeconds += busyOfStopping * (instant - clock)
      clock = instant
    }

    function begin(number: number, arrivedAt: number): void {
      const task = tasks[number] as Task
      const waited = clock - arrivedAt
      if (waited > deadlineSeconds) lateNow++
      if (clock >= warmUpSeconds) addWait(waits, waited, 1)
      goneNow++
      busy++
      if (task.stoppedAt !== null) busyOfStopping++
      task.busy++
      completions.push(clock + meanService * (serviceTimes === 'fixed' ? 1 : services.exponential()), number)
    }

    function arrive(at: number): void {
      passTo(at)
      if (balancing === 'common' || ready.length === 0) {
        let free = idle.pop()
        while (free !== undefined && (tasks[free] as Task).stoppedAt !== null) free = idle.pop()
        if (free === undefined) common.push(at)
        else begin(free, at)
      } else deal(at)
    }

    function deal(arrivedAt: number): void {
      turn = turn + 1 < ready.length ? turn + 1 : 0
      const number = ready[turn] as number
      const task = tasks[number] as Task
      if (task.busy < serversPerTask) begin(number, arrivedAt)
      else task.lane.push(arrivedAt)
    }

    function complete(): void {
      passTo(completions.next())
      const number = completions.pop()
      const task = tasks[number] as Task
      busy--
      servedNow++
      task.busy--
      if (task.stoppedAt !== null) busyOfStopping--
      const takesMore = task.stoppedAt === null || balancing === 'round-robin'
      if (takesMore && task.lane.length > 0) begin(number, task.lane.shift())
      else if (task.stoppedAt === null) {
        if (balancing === 'common') idle.push(number)
      } else if (task.busy === 0) finish(number, task, task.stoppedAt)
    }

    function finish(number: number, task: Task, stoppedAt: number): void {
      draining.delete(number)
      fleet().bill(task.launchedAt, Math.max(stoppedAt + drainSeconds, clock))
    }

    function giveUp(lane: Lane, most: number): void {
      while (lane.length > most) {
        const waited = clock - lane.shift()
        if (clock >= warmUpSeconds) addWait(waits, waited, 1)
        lateNow++
        goneNow++
      }
    }

    function dropTheImpatient(): void {
      if (kind !== 'web' || ready.length === 0) return
      const most = patienceSeconds * capacityPerTask
      giveUp(common, most * ready.length)
      if (balancing === 'round-robin') for (const number of ready) giveUp((tasks[number] as Task).lane, most)
    }

    function playSecond(at: number): void {
      const count = (arrived[at + 1] as number) - (arrived[at] as number)
      if (instants.length < count) instants = new Float64Array(2 * count)
      // Uniform and in order: partial sums of exponential gaps over their total.
      let sum = 0
      for (let each = 0; each < count; each++) {
        sum += arrivals.exponential()
        instants[each] = sum
      }
      const total = count === 0 ? 1 : sum + arrivals.exponential()
      for (let each = 0; each < count; ) {
        const next = at + (instants[each] as number) / total
        if (completions.next() <= next) complete()
        else {
          arrive(next)
          each++
        }
      }
      while (completions.next() < at + 1) complete()
      passTo(at + 1)
      dropTheImpatient()
    }

    return {
      advance(from, to) {
        for (let at = from; at < to; at++) {
          const tasksReady = ready.length
          playSecond(at)
          const next = at + 1
          ledger.served[next] = (ledger.served[at] as number) + servedNow
          ledger.late[next] = (ledger.late[at] as number) + lateNow
          ledger.gone[next] = (ledger.gone[at] as number) + goneNow
          ledger.readyTaskSeconds[next] =
            (ledger.readyTaskSeconds[at] as number) + tasksReady + stoppingSeconds / serversPerTask
          ledger.busyTaskSeconds[next] = (ledger.busyTaskSeconds[at] as number) + busySeconds / serversPerTask
          busySeconds = 0
          stoppingSeconds = 0
          servedNow = 0
          lateNow = 0
          goneNow = 0
        }
      },
      onReady(launchedAt, now) {
        const number = tasks.length
        const lane = balancing === 'common' ? common : createLane()
        tasks.push({ launchedAt, stoppedAt: null, busy: 0, lane })
        ready.push(number)
        passTo(now)
        if (balancing === 'round-robin') {
          for (let left = common.length; left > 0; left--) deal(common.shift())
          return
        }
        for (let free = serversPerTask; free > 0; free--) {
          if (common.length > 0) begin(number, common.shift())
          else idle.push(number)
        }
      },
      onStop(_launchedAt, now) {
        const number = ready[0] as number
        ready = ready.slice(1)
        const task = tasks[number] as Task
        task.stoppedAt = now
        draining.add(number)
        busyOfStopping += task.busy
        if (task.busy === 0) finish(number, task, now)
      },
      show(course) {
        const lanes = lanesOf()
        course.waiting = lanes.reduce((sum, { length }) => sum + length, 0)
        course.inService = busy
        course.oldestWaitSeconds = lanes.reduce(
          (oldest, lane) => (lane.length > 0 ? Math.max(oldest, course.now - lane.first()) : oldest),
          0,
        )
      },
      lateAtEnd: () =>
        lanesOf().reduce((sum, lane) => sum + lane.countBefore(load.seconds - deadlineSeconds), 0),
      billAtEnd() {
        for (const number of draining) fleet().bill((tasks[number] as Task).launchedAt, load.seconds)
      },
    }

    function lanesOf(): Lane[] {
      if (balancing === 'common') return [common]
      return [common, ...[...ready, ...draining].map(number => (tasks[number] as Task).lane)]
    }
  }
