import type { IdleMemory } from '../../model/slo-memory.ts'
import { second } from '../../model/time.ts'

/** Which of the tasks have nothing to do. */

const meanSeconds = 300
/** Idle at two looks in a row, so far apart at least. */
const twiceMs = 10 * second
/** From this share of the tasks on, idle ones go at once; a single one only when it was idle for minutes. */
const manyShare = 0.2
const meanEnough = 1

/** The memory with one more look. `idle` is a whole number from 0 on. */
export function idleOf(memory: IdleMemory | undefined, idle: number, nowMs: number): IdleMemory {
  if (!memory) return { atMs: nowMs, now: idle, before: 0, mean: 0 }
  const seconds = (nowMs - memory.atMs) / second
  // A clock that was set back, or a second look at once, says nothing new.
  if (seconds * second < twiceMs && seconds >= 0) return { ...memory, now: Math.min(memory.now, idle) }
  const weight = 1 - Math.exp(-Math.max(0, seconds) / meanSeconds)
  const mean = memory.mean + weight * (idle - memory.mean)
  return { atMs: nowMs, now: idle, before: memory.now, mean: Math.round(mean * 1e3) / 1e3 }
}

/** Tasks that can go. */
export function surplus({ now, before, mean }: IdleMemory, ready: number): number {
  const twice = Math.min(now, before)
  if (twice >= Math.max(2, manyShare * ready) || twice === ready) return twice
  return mean >= meanEnough ? Math.min(twice, Math.floor(mean)) : 0
}
