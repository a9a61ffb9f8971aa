import type { SloQueueMemory } from '../../model/slo-memory.ts'
import { second } from '../../model/time.ts'

/**
 * How long the last task stays idle before it goes: as long as a restart costs (ski rental: never twice as dear as knowing the future). Short messages come and go
 * between two looks, and the queue seems empty for longer than it is; but once nobody is there, the next one is seen. If it came so soon that the task
 * had better stayed, the next time it stays twice as long.
 */

export type LastTask = NonNullable<SloQueueMemory['lastTask']>

const longestSeconds = 1_200

/**
 * @param goneAt since when nobody is there, seconds since the epoch; null: somebody is
 * @param isWanted somebody should be
 */
export function lastTaskAt(
  before: LastTask | undefined,
  { goneAt, isWanted }: { goneAt: number | null; isWanted: boolean },
  nowMs: number,
  restartSeconds: number,
): LastTask {
  const keptSeconds = Math.max(before?.keptSeconds ?? 0, restartSeconds)
  const judgedAt = before?.judgedAt ?? 0
  if (goneAt === null || !isWanted || goneAt === judgedAt) return { keptSeconds, judgedAt }
  const isTooSoon = nowMs / second - goneAt < restartSeconds
  const next = isTooSoon ? 2 * keptSeconds : keptSeconds / 2
  return { keptSeconds: Math.max(restartSeconds, Math.min(next, longestSeconds)), judgedAt: goneAt }
}
