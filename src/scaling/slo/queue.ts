import type { SloQueueMemory } from '../../model/slo-memory.ts'
import { second } from '../../model/time.ts'
import type { SloQueue } from '../policy.ts'
import { newestOf, quietMs } from '../readings.ts'
import { arrivalsAt, type Came, cameWithin, olderThan } from './arrivals.ts'
import { learnCapacity } from './capacity.ts'
import { busyAt, employed } from './employed.ts'
import { tasksInTime } from './in-time.ts'
import type { QueueSeen, Sized } from './sized.ts'
import { learnStarts, startSecondsOf } from './start-delay.ts'

const lookMs = 10 * second
/** From SIGTERM to the end of the bill, usually. */
const drainSeconds = 30

/**
 * Just enough tasks that every message is begun within its time. The deadline is the buffer: tasks are added only when what waits could not be
 * begun in time otherwise, counting how long new ones take to start, and removed when they are idle.
 */
export function sizeForQueue(
  wish: SloQueue,
  seen: QueueSeen,
  memory: SloQueueMemory | null,
): Sized<SloQueueMemory> {
  const { nowMs, count, ready, starting, messages } = seen
  const before: SloQueueMemory = memory ?? { kind: 'queue', capacityPerSecond: null, seenUntilMs: 0 }
  const depth = seen.depth?.kind === 'value' ? seen.depth.value : null
  const waiting = depth ? depth.visible + depth.delayed : messages
  const busy = Math.min(ready, depth?.inFlight ?? ready)
  const starts = learnStarts(before, seen.tasks, nowMs)
  const startSeconds = startSecondsOf({ ...before, ...starts })
  const restartMs = (startSeconds + drainSeconds) * second
  const employment = busyAt(before.busy, waiting > 0 ? ready : busy, nowMs, restartMs)
  const known: SloQueueMemory = {
    ...before,
    ...starts,
    ...learnedFrom(seen, before),
    busy: employment,
  }
  const capacityPerSecond = wish.capacityPerSecond ?? known.capacityPerSecond
  const lookInMs = messages > 0 || starting > 0 || ready > 0 ? lookMs : quietLookMs(wish)
  if (capacityPerSecond === null && messages > 0 && count > 0)
    return { tasks: null, because: 'capacity-unknown', memory: known, lookInMs }

  const withinSeconds = wish.drainWithinSeconds
  const completing = busy * (capacityPerSecond ?? 0)
  const came = arrivalsAt(before.came, messages, completing, { nowMs, withinSeconds })
  // The first task finds out what one can do.
  const urgent =
    capacityPerSecond === null
      ? Math.min(messages, 1)
      : tasksInTime(waiting, seconds => olderThan(came, waiting, seconds), {
          ready,
          starting,
          capacityPerSecond,
          startSeconds,
          withinSeconds,
          lookSeconds: lookMs / second,
        })
  const grows = urgent > ready + starting && capacityPerSecond !== null
  const jump = grows ? Math.floor(surelyCame(came) / capacityPerSecond) : 0
  const stays = employed(employment, count, (capacityPerSecond ?? 0) * withinSeconds)
  const working = messages >= wish.wakeAt ? 1 : 0
  const tasks = Math.max(urgent, jump, stays, working)
  const figures = {
    of: 'queue',
    queue: wish.queue,
    messages,
    capacityPerSecond: capacityPerSecond ?? 0,
    withinSeconds,
  } as const
  return { tasks, figures, memory: { ...known, came }, lookInMs }
}

const latelySeconds = 30

/** Messages a second that surely came lately, one deviation below what was counted: a queue that must grow does it once. */
function surelyCame(came: Came): number {
  const counted = cameWithin(came, latelySeconds)
  return Math.max(0, counted - Math.sqrt(counted)) / latelySeconds
}

/** From an empty queue no message may wait for a look much longer than it may wait at all. */
const quietLookMs = ({ drainWithinSeconds }: SloQueue): number =>
  Math.min(quietMs, Math.max(lookMs, (drainWithinSeconds * second) / 6))

/** Completions per task, while there was more to do than one could. */
function learnedFrom(seen: QueueSeen, before: SloQueueMemory): Partial<SloQueueMemory> {
  const deleted = newestOf(seen.deleted, 'deleted', seen.nowMs)
  if ('code' in deleted || deleted.endMs <= before.seenUntilMs) return {}
  const { endMs, value, periodMs } = deleted
  const isSaturated = seen.depth?.kind === 'value' && seen.depth.value.visible > 0 && seen.ready > 0
  const perTask = isSaturated ? value / (periodMs / second) / seen.ready : Number.NaN
  return {
    ...learnCapacity(before, { perTask, utilisation: 1, seconds: periodMs / second }, seen.revision),
    seenUntilMs: endMs,
  }
}
