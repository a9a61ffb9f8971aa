import type { SloQueueMemory } from '../../model/slo-memory.ts'
import { second } from '../../model/time.ts'
import type { SloQueue } from '../policy.ts'
import { newestOf, quietMs } from '../readings.ts'
import { arrivalsAt, olderThan } from './arrivals.ts'
import { learnCapacity } from './capacity.ts'
import { busiestAt, employed } from './employed.ts'
import { flowOf } from './flow.ts'
import { tasksInTime } from './in-time.ts'
import { lastTaskAt } from './last-task.ts'
import { launchedAt, startingSince } from './launched.ts'
import type { QueueSeen, Sized } from './sized.ts'
import { learnStarts, startSecondsOf } from './start-delay.ts'

const lookMs = 10 * second
/** From SIGTERM to the end of the bill, usually. */
const drainSeconds = 30

/**
 * Just enough tasks that every message is begun within its time. The deadline is the buffer: tasks are added only when what waits could not be
 * begun in time otherwise, counting how long new ones take to start, and removed when nothing waits.
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
  const restartSeconds = startSeconds + drainSeconds
  const atSeconds = Math.round(nowMs / second)
  const changed = before.changed?.[1] === count ? before.changed : ([atSeconds, count] as const)
  const lastTask = lastTaskAt(
    before.lastTask,
    { goneAt: count === 0 && before.changed ? changed[0] : null, isWanted: messages >= wish.wakeAt },
    nowMs,
    restartSeconds,
  )
  const employedNow = waiting > 0 ? ready : busy
  const busiest = busiestAt(before.busiest, employedNow, nowMs, lastTask.keptSeconds * second)
  const known: SloQueueMemory = { ...before, ...starts, ...learnedFrom(seen, before), lastTask, busiest }
  const capacityPerSecond = wish.capacityPerSecond ?? known.capacityPerSecond
  const lookInMs = messages > 0 || starting > 0 || ready > 0 ? lookMs : quietLookMs(wish)
  if (capacityPerSecond === null && messages > 0 && count > 0)
    return { tasks: null, because: 'capacity-unknown', memory: known, lookInMs }

  const withinSeconds = wish.drainWithinSeconds
  // Tasks that were stopped finish what they have begun.
  const working = Math.min(depth?.inFlight ?? busy, busiest[0]?.[1] ?? busy)
  const completing = ((working + (before.working ?? working)) / 2) * (capacityPerSecond ?? 0)
  const came = arrivalsAt(before.came, messages, completing, { nowMs, withinSeconds })
  const flow = flowOf(came, (capacityPerSecond ?? 0) * (lookMs / second))
  const launched = launchedAt(before.launched, starting, nowMs)
  // The first task finds out what one can do.
  const urgent =
    capacityPerSecond === null
      ? Math.min(messages, 1)
      : tasksInTime(waiting, seconds => olderThan(came, waiting, seconds), {
          ready,
          starting: startingSince(launched, nowMs),
          capacityPerSecond,
          startSeconds,
          withinSeconds,
          lookSeconds: lookMs / second,
          flow,
        })
  const unchangedSeconds = Math.max(0, atSeconds - changed[0])
  const crew = { count, ready, busy, waiting, capacityPerSecond, withinSeconds }
  const stays = employed({ ...crew, unchangedSeconds, restartSeconds }, flow, busiest)
  const woken = messages >= wish.wakeAt ? 1 : 0
  const tasks = Math.max(urgent, stays, woken)
  const figures = {
    of: 'queue',
    queue: wish.queue,
    messages,
    capacityPerSecond: capacityPerSecond ?? 0,
    withinSeconds,
  } as const
  return { tasks, figures, memory: { ...known, came, launched, changed, working }, lookInMs }
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
