/**
 * How many replicas one metric asks for, as Kubernetes' HPA v2 computes it
 * (kubernetes/kubernetes, pkg/controller/podautoscaler/replica_calculator.go and metrics/utilization.go).
 * Ratios are metric / target; null says that there is nothing to compute with, and the controller keeps the count.
 */

export interface Tolerance {
  /** Default 0.1 each (--horizontal-pod-autoscaler-tolerance). */
  up: number
  down: number
}

export const defaultTolerance: Tolerance = { up: 0.1, down: 0.1 }

const isWithin = (ratio: number, { up, down }: Tolerance): boolean => 1 - down <= ratio && ratio <= 1 + up

/** Binary fractions leave dust (0.57 × 100 is 56.99…) where Kubernetes counts in whole thousandths. */
const dust = 1e-9
const wholeUp = (count: number): number => Math.max(0, Math.ceil(count - dust))
const wholePercent = (share: number): number => Math.trunc(100 * share + dust)

export interface ResourceMetric {
  /** `spec.replicas`. */
  current: number
  /** Ready pods that have a sample. Deleted and failed pods are counted nowhere. */
  ready: number
  /** CPU that those used, summed, in units of what one pod requests: three pods at 50 % are 1.5. */
  usage: number
  /** Pending pods and those whose sample is older than their readiness. */
  unready: number
  /** Ready pods without a sample. */
  missing: number
}

/**
 * CPU utilisation, `targetPercent` of the request. Unready pods count as idle before a scale-out, pods without a sample as
 * idle before a scale-out and as at their target (at least at their request) before a scale-in; when that turns the
 * direction round, the count is kept.
 */
export function resourceReplicas(
  { current, ready, usage, unready, missing }: ResourceMetric,
  targetPercent: number,
  tolerance: Tolerance,
): number | null {
  const ratio = wholePercent(usage / ready) / targetPercent
  if (!(ready > 0) || !Number.isFinite(ratio)) return null

  const areIdle = unready > 0 && ratio > 1
  if (!areIdle && missing === 0) return isWithin(ratio, tolerance) ? current : wholeUp(ratio * ready)

  const counted = ready + missing + (areIdle ? unready : 0)
  const assumed = ratio < 1 ? (missing * Math.max(100, targetPercent)) / 100 : 0
  const cautious = wholePercent((usage + assumed) / counted) / targetPercent
  const hasTurned = (ratio < 1 && cautious > 1) || (ratio > 1 && cautious < 1)
  if (isWithin(cautious, tolerance) || hasTurned) return current
  const replicas = wholeUp(cautious * counted)
  const isBackwards = cautious < 1 ? replicas > current : replicas < current
  return isBackwards ? current : replicas
}

/** External metric with an AverageValue target: `sum` over all replicas, `target` per replica. */
export function averageValueReplicas(
  sum: number,
  target: number,
  statusReplicas: number,
  tolerance: Tolerance,
): number | null {
  if (!Number.isFinite(sum)) return null
  if (isWithin(sum / (target * statusReplicas), tolerance)) return statusReplicas
  return wholeUp(sum / target)
}

/**
 * External metric with a Value target. It multiplies by the *ready* pods, so that a ratio above 1 may shrink a fleet of
 * unready ones: kept as upstream has it.
 */
export function valueReplicas(
  sum: number,
  target: number,
  { current, ready }: Pick<ResourceMetric, 'current' | 'ready'>,
  tolerance: Tolerance,
): number | null {
  const ratio = sum / target
  if (!Number.isFinite(ratio)) return null
  if (current === 0) return wholeUp(ratio)
  return isWithin(ratio, tolerance) ? current : wholeUp(ratio * ready)
}
