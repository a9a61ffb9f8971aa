import { type Cooling, scaleOutBase } from '../../../scaling/cooldown.ts'
import type { Step } from '../../../scaling/policy.ts'
import { adjusted, type Side, stepAt } from '../../../scaling/step.ts'

/** A step scaling policy and the side of the threshold on which its alarm breaches. */
export interface StepPolicy {
  side: Side
  steps: readonly Step[]
  /** MinAdjustmentMagnitude. */
  atLeastTasks: number
}

const operators = { above: 'GreaterThanThreshold', below: 'LessThanThreshold' } as const

/**
 * The capacity after one breach, `delta` = metric minus threshold; may leave the bounds. While a scale-out cools, a step that adds is applied to the count
 * from before it, so that only the difference comes on top. Where several policies answer, the largest capacity wins.
 */
export function stepCapacity(
  { side, steps, atLeastTasks }: StepPolicy,
  count: number,
  delta: number,
  cooling: Cooling | null,
): number {
  const step = stepAt(steps, delta, operators[side])
  if (!step) return count
  const wanted = adjusted(count, step.adjustment, atLeastTasks)
  if (wanted <= count) return wanted
  return Math.max(count, adjusted(scaleOutBase(count, cooling), step.adjustment, atLeastTasks))
}
