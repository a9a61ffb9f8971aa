import type { Action, Outcome } from '../model/decision.ts'
import type { ScalingMemory } from '../model/memory.ts'
import { clamp, isRecent } from './bounds.ts'
import { coolingAt, nothingYet, scaleOutBase } from './cooldown.ts'
import type { ScalePolicy } from './policy.ts'

/**
 * The memory after an action. A cooldown starts once the change succeeded; a further scale-out starts it anew and keeps
 * the count from before the first. When the answer never came (`unavailable`) the change may have happened: the cooldown
 * starts all the same. For a scale-out that costs nothing, because repeating the step adds only what is not there yet.
 */
export function remember(
  memory: ScalingMemory | undefined,
  action: Action,
  outcome: Outcome,
  nowMs: number,
  scale: ScalePolicy,
): ScalingMemory {
  const before = memory ?? nothingYet
  if (action.verb !== 'update-service') return before
  if (!outcome.ok && outcome.code !== 'unavailable') return before

  const { desiredCount, previousDesiredCount } = action
  const earlier = isRecent(before.lastWrite, nowMs) ? before.lastWrite.replaced : []
  const replaced = [...new Set([previousDesiredCount, ...earlier])]
  const lastWrite = outcome.ok ? { desiredCount, replaced, atMs: nowMs } : before.lastWrite
  const from = clamp(previousDesiredCount, scale)
  const direction = desiredCount > from ? 'out' : desiredCount < from ? 'in' : null
  // What only leads back inside the bounds is no step and cools nothing.
  if (direction === null) return { ...before, lastWrite }

  const cooldown = {
    direction,
    startedAtMs: nowMs,
    endsAtMs: nowMs + scale[direction].cooldownMs,
    baseCount: direction === 'out' ? scaleOutBase(from, coolingAt(before, nowMs)) : from,
  } as const
  return { cooldown, lastWrite }
}
