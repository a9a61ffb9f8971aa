import type { Adjustment, Step, StepTrigger } from './policy.ts'

/**
 * Step adjustments exactly as Application Auto Scaling does them
 * (https://docs.aws.amazon.com/autoscaling/application/userguide/step-scaling-policy-overview.html).
 */

/** One number of the alarm's newest data points; null when there is none or one of them is no finite number. */
export function aggregate(points: readonly number[], statistic: StepTrigger['statistic']): number | null {
  if (points.length === 0 || !points.every(Number.isFinite)) return null
  if (statistic === 'minimum') return Math.min(...points)
  if (statistic === 'maximum') return Math.max(...points)
  return points.reduce((sum, point) => sum + point) / points.length
}

/** Metric minus threshold, without the dust of binary fractions (0.3 - 0.1 is 0.2), so that a bound is met exactly. */
export const distance = (metric: number, threshold: number): number => Number((metric - threshold).toFixed(9))

export type Side = 'above' | 'below'

/** The side an alarm's operator breaches on; null for composite alarms and two-sided anomaly bands. */
export const sideOf = (comparisonOperator: string | null): Side | null =>
  sides.get(comparisonOperator) ?? null

const sides: ReadonlyMap<string | null, Side> = new Map([
  ['GreaterThanThreshold', 'above'],
  ['GreaterThanOrEqualToThreshold', 'above'],
  ['GreaterThanUpperThreshold', 'above'],
  ['LessThanThreshold', 'below'],
  ['LessThanOrEqualToThreshold', 'below'],
  ['LessThanLowerThreshold', 'below'],
])

/**
 * The step for a distance from the threshold. Above it the lower bound belongs to the step, below it the upper one does.
 * Exactly on it AWS does not say; the alarm's operator decides, `above` when that is unknown.
 */
export function stepAt(steps: readonly Step[], delta: number, operator: string | null): Step | null {
  const isAbove = delta > 0 || (delta === 0 && sideOf(operator) !== 'below')
  const covers = ({ from, to }: Step): boolean => {
    const [lower, upper] = [from ?? -Infinity, to ?? Infinity]
    return isAbove ? lower <= delta && delta < upper : lower < delta && delta <= upper
  }
  return steps.find(covers) ?? null
}

/** Steps that could apply to an alarm whose metric is unknown: those that reach onto its side, all when it has none. */
export function stepsOn(steps: readonly Step[], side: Side | null): Step[] {
  if (side === null) return [...steps]
  return steps.filter(({ from, to }) => (side === 'above' ? (to ?? Infinity) > 0 : (from ?? -Infinity) < 0))
}

/** 12.7 → 12, 0.67 → 1, -0.58 → -1, -6.67 → -6, 0 → 0: toward zero, but never to nothing. */
export const roundChange = (change: number): number =>
  Math.sign(change) * Math.max(1, Math.floor(Math.abs(change)))

/**
 * What an adjustment makes of a count; may leave the bounds, also below zero. A percentage moves at least `atLeastTasks`
 * (MinAdjustmentMagnitude), also from zero tasks; 0 % moves nothing.
 */
export function adjusted(count: number, adjustment: Adjustment, atLeastTasks: number): number {
  if (adjustment.kind === 'exact') return adjustment.tasks
  if (adjustment.kind === 'change') return count + adjustment.tasks
  const change = roundChange((count * adjustment.percent) / 100)
  const magnitude = Math.max(Math.abs(change), atLeastTasks)
  const after = count + Math.sign(adjustment.percent) * magnitude
  return Math.max(-Number.MAX_SAFE_INTEGER, Math.min(after, Number.MAX_SAFE_INTEGER))
}
