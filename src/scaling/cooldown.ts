import type { ScalingMemory } from '../model/memory.ts'

/** The memory of a first look. */
export const nothingYet: ScalingMemory = { cooldown: null, lastWrite: null }

/**
 * Cooldowns as Application Auto Scaling has them (StepScalingPolicyConfiguration.Cooldown). While one runs:
 * - scale-out after a scale-out adds only the difference to the count from before the first one;
 * - scale-out after a scale-in goes ahead at once, and its own cooldown replaces the scale-in's;
 * - scale-in waits, after a scale-in and after a scale-out ("scale-in activities are blocked until the cooldown period has
 *   expired", said of the previous scaling activity in either direction).
 * Each successful step starts a cooldown anew; going back inside the bounds neither waits for a cooldown nor starts one.
 */
export interface Cooling {
  after: 'out' | 'in'
  /** Desired count before the first scale-out of this cooldown. */
  baseCount: number
  endsAtMs: number
  remainingMs: number
}

/** The cooldown that runs at `nowMs`; null when none does. A clock set back by more than the whole cooldown ends it. */
export function coolingAt({ cooldown }: ScalingMemory, nowMs: number): Cooling | null {
  if (!cooldown) return null
  const lengthMs = cooldown.endsAtMs - cooldown.startedAtMs
  if (!(Math.abs(nowMs - cooldown.startedAtMs) < lengthMs)) return null
  return {
    after: cooldown.direction,
    baseCount: cooldown.baseCount,
    endsAtMs: cooldown.endsAtMs,
    remainingMs: cooldown.endsAtMs - nowMs,
  }
}

/**
 * The count a scale-out step is applied to. Never above the present count: when somebody lowered it meanwhile, the
 * tasks from before the cooldown are no longer there to build on.
 */
export const scaleOutBase = (count: number, cooling: Cooling | null): number =>
  cooling?.after === 'out' ? Math.min(count, cooling.baseCount) : count
