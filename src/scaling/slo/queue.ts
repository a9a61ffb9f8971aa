import type { SloMemory } from '../../model/slo-memory.ts'
import { second } from '../../model/time.ts'
import type { SloQueue } from '../policy.ts'
import { newestOf, quietMs, tasksFor } from '../readings.ts'
import type { QueueSeen, Sized } from './sized.ts'

type Memory = Extract<SloMemory, { kind: 'queue' }>

/** Launch to healthy, and what is read and done late. */
const startSeconds = 60
const learning = 0.2

/** Enough tasks to be done with all messages in the time that is left, of which new tasks spend some on starting. */
export function sizeForQueue(wish: SloQueue, seen: QueueSeen, memory: Memory | null): Sized<Memory> {
  const learned = learnedCapacity(seen, memory)
  const { endMs } = learned
  const capacityPerSecond = wish.capacityPerSecond ?? learned.perSecond
  const kept: Memory = { kind: 'queue', capacityPerSecond: learned.perSecond, seenUntilMs: endMs }
  const lookInMs = seen.messages > 0 || seen.starting > 0 ? 10 * second : quietLookMs(wish)
  if (capacityPerSecond === null && seen.messages > 0 && seen.count > 0)
    return { tasks: null, because: 'capacity-unknown', memory: kept, lookInMs }

  const oldest = newestOf(seen.oldest, 'oldest', seen.nowMs)
  const ageSeconds = 'code' in oldest || seen.messages === 0 ? 0 : oldest.value
  const leftSeconds = wish.drainWithinSeconds - startSeconds - ageSeconds
  const withinSeconds = Math.max(leftSeconds, wish.drainWithinSeconds / 8, 1)
  // The first task finds out what one can do.
  const need =
    seen.messages === 0
      ? 0
      : capacityPerSecond === null
        ? 1
        : seen.messages / (capacityPerSecond * withinSeconds)
  const figures = {
    of: 'queue',
    queue: wish.queue,
    messages: seen.messages,
    capacityPerSecond: capacityPerSecond ?? 0,
    withinSeconds,
  } as const
  return { tasks: tasksFor(need), figures, memory: kept, lookInMs }
}

/** From an empty queue no message may wait for a look much longer than it may wait at all. */
const quietLookMs = ({ drainWithinSeconds }: SloQueue): number =>
  Math.min(quietMs, Math.max(10 * second, (drainWithinSeconds * second) / 4))

/** Completions per ready task, while there was more to do than one could. */
function learnedCapacity(
  seen: QueueSeen,
  memory: Memory | null,
): { perSecond: number | null; endMs: number } {
  const before = { perSecond: memory?.capacityPerSecond ?? null, endMs: memory?.seenUntilMs ?? 0 }
  const deleted = newestOf(seen.deleted, 'deleted', seen.nowMs)
  if ('code' in deleted || deleted.endMs <= before.endMs) return before
  const { endMs, value, periodMs } = deleted
  const waiting = seen.depth?.kind === 'value' ? seen.depth.value.visible : 0
  if (waiting === 0 || value === 0 || seen.ready === 0) return { ...before, endMs }
  const measured = value / (periodMs / second) / seen.ready
  return {
    perSecond:
      before.perSecond === null ? measured : before.perSecond + learning * (measured - before.perSecond),
    endMs,
  }
}
