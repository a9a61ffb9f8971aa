import type { Conditions } from './conditions.ts'
import { createStarts } from './start-delay.ts'

/** The tasks of the service: launched, starting, ready, and their bill. Instants are whole seconds of the replay. */
export interface Fleet {
  desired: number
  ready: number
  starting: number
  /** Sets the desired count; scale-in takes effect at once, scale-out with the next `settle`. */
  want(desired: number, now: number): void
  /** Launches what the launch rate allows, and lets tasks become ready. */
  settle(now: number): void
  /** The next second in which `settle` has something to do. */
  nextChange(now: number): number
  bill(launchedAt: number, endAt: number): void
  /** Bills what still runs, and answers all task-seconds of the window. */
  close(): number
}

export interface FleetOptions {
  conditions: Conditions
  initial: number
  /** Only task-seconds within count. */
  window: { from: number; to: number }
  onReady?: (launchedAt: number) => void
  /** A ready task is to stop. When given, it is for the listener to bill it. */
  onStop?: (launchedAt: number, now: number) => void
}

export function createFleet({ conditions, initial, window, onReady, onStop }: FleetOptions): Fleet {
  const { drainSeconds, leastBillSeconds, launchRate } = conditions
  const nextStart = createStarts(conditions.start, conditions.seed)
  /** In order of launch. */
  const starting: { launchedAt: number; readyAt: number }[] = []
  /** Launch instants in order of readiness; the oldest stop first. */
  let ready: number[] = []
  let oldest = 0
  let nextReadyAt = Number.POSITIVE_INFINITY
  let tokens = launchRate.burst
  let tokensAt = 0
  let billed = 0

  const missing = (): number => fleet.desired - fleet.ready - fleet.starting

  function launch(now: number): void {
    tokens = Math.min(launchRate.burst, tokens + (now - tokensAt) * launchRate.perSecond)
    tokensAt = now
    for (let left = Math.min(missing(), Math.floor(tokens)); left > 0; left--) {
      tokens--
      const readyAt = now + nextStart()
      starting.push({ launchedAt: now, readyAt })
      nextReadyAt = Math.min(nextReadyAt, readyAt)
    }
    fleet.starting = starting.length
  }

  function becomeReady(now: number): void {
    let kept = 0
    nextReadyAt = Number.POSITIVE_INFINITY
    for (const task of starting) {
      if (task.readyAt > now) {
        starting[kept++] = task
        nextReadyAt = Math.min(nextReadyAt, task.readyAt)
        continue
      }
      ready.push(task.launchedAt)
      fleet.ready++
      onReady?.(task.launchedAt)
    }
    starting.length = kept
    fleet.starting = kept
  }

  function stopOldest(now: number): void {
    const launchedAt = ready[oldest++] as number
    fleet.ready--
    if (onStop) onStop(launchedAt, now)
    else fleet.bill(launchedAt, now + drainSeconds)
    if (oldest > 1000 && oldest * 2 > ready.length) {
      ready = ready.slice(oldest)
      oldest = 0
    }
  }

  const fleet: Fleet = {
    desired: initial,
    ready: 0,
    starting: 0,
    want(desired, now) {
      fleet.desired = desired
      for (let excess = -missing(); excess > 0; excess--) {
        const newest = starting.pop()
        if (newest) fleet.bill(newest.launchedAt, now)
        else stopOldest(now)
        fleet.starting = starting.length
      }
    },
    settle(now) {
      if (nextReadyAt <= now) becomeReady(now)
      if (missing() > 0) launch(now)
    },
    nextChange: now => (missing() > 0 ? now + 1 : nextReadyAt),
    bill(launchedAt, endAt) {
      const end = Math.max(endAt, launchedAt + leastBillSeconds)
      billed += Math.max(0, Math.min(end, window.to) - Math.max(launchedAt, window.from))
    },
    close() {
      for (const { launchedAt } of starting) fleet.bill(launchedAt, window.to)
      for (const launchedAt of ready.slice(oldest)) fleet.bill(launchedAt, window.to)
      return billed
    },
  }
  for (let task = 0; task < initial; task++) {
    ready.push(0)
    fleet.ready++
    onReady?.(0)
  }
  return fleet
}
