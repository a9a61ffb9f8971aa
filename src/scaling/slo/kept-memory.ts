import type { ScalingMemory } from '../../model/memory.ts'
import { nothingYet } from '../cooldown.ts'
import type { Trigger } from '../policy.ts'
import { nameOf } from '../trigger-names.ts'

/** The memory of a first look at a service whose start delay is known already: a backtest's, where a new task is told by nobody. */
export function keptMemory(triggers: readonly Trigger[], startSeconds: number): ScalingMemory {
  const kept: NonNullable<ScalingMemory['triggers']> = {}
  for (const trigger of triggers) {
    if (trigger.kind !== 'slo') continue
    const learned = { capacityPerSecond: null, seenUntilMs: 0, starts: [startSeconds] }
    kept[nameOf(trigger)] = {
      slo:
        trigger.of === 'queue' ? { kind: 'queue', ...learned } : { kind: 'requests', ...learned, most: [] },
    }
  }
  return { ...nothingYet, triggers: kept }
}
