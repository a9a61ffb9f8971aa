import type { SloQueueMemory } from '../../model/slo-memory.ts'
import { second } from '../../model/time.ts'
import { withMark } from '../marks.ts'

/**
 * How many tasks have something to do. To stop a task and start another costs its start and its drain, so a task goes when it was idle for as long as
 * that (ski rental: never twice as dear as knowing the future), or when on average there is one too many. When nobody has anything to do, the
 * work is over.
 */

type Busy = NonNullable<SloQueueMemory['busy']>

const overMs = 15 * second
const meanSeconds = 1_200

export function busyAt(memory: Busy | undefined, busy: number, nowMs: number, restartMs: number): Busy {
  const seconds = memory ? Math.max(0, (nowMs - memory.atMs) / second) : 0
  const mean = memory ? memory.mean + (1 - Math.exp(-seconds / meanSeconds)) * (busy - memory.mean) : busy
  return {
    long: withMark(memory?.long ?? [], busy, { nowMs, windowMs: restartMs, sign: 1 }),
    short: withMark(memory?.short ?? [], busy, { nowMs, windowMs: overMs, sign: 1 }),
    mean: Math.round(mean * 1e3) / 1e3,
    atMs: nowMs,
  }
}

/** Messages per task and deadline below which chance asks for a task in reserve. */
const fewMessages = 3

/** Of `count` tasks those that are to stay. `messagesInTime`: what one task completes within the time that a message has. */
export function employed({ long, short, mean }: Busy, count: number, messagesInTime: number): number {
  // Between two looks a message may have come and gone: the last task stays for as long as it would take to be replaced.
  if (short[0]?.[1] === 0) return Math.min(1, long[0]?.[1] ?? 0)
  const reserve = Math.min(1, fewMessages / messagesInTime)
  const most = (long[0]?.[1] ?? 0) + Math.round(reserve)
  const usual = count >= mean + 1 + reserve / 2 ? Math.ceil(mean + reserve / 2) : count
  return Math.min(count, most, usual)
}
