/** How fast the HPA may move (KEP-853, pkg/apis/autoscaling/v2/defaults.go). */

export interface ScalingRule {
  kind: 'pods' | 'percent'
  value: number
  periodSeconds: number
}

export interface ScalingRules {
  /** The HPA goes no further than any recommendation of so many seconds. */
  stabilizationSeconds: number
  rules: readonly ScalingRule[]
  /** Which rule counts when several apply: the one that moves most, the one that moves least, or no move at all. */
  select: 'max' | 'min' | 'disabled'
}

export interface Behaviour {
  up: ScalingRules
  down: ScalingRules
}

export const defaultBehaviour: Behaviour = {
  up: {
    stabilizationSeconds: 0,
    rules: [
      { kind: 'pods', value: 4, periodSeconds: 15 },
      { kind: 'percent', value: 100, periodSeconds: 15 },
    ],
    select: 'max',
  },
  down: {
    stabilizationSeconds: 300,
    rules: [{ kind: 'percent', value: 100, periodSeconds: 15 }],
    select: 'max',
  },
}

/** Replicas gained (added minus removed) in the last so many seconds. */
export type Gained = (periodSeconds: number) => number

/** The largest count a scale-up may reach now; never below `current`. */
export function upLimit(current: number, { rules, select }: ScalingRules, gained: Gained): number {
  if (select === 'disabled') return current
  const limits = rules.map(({ kind, value, periodSeconds }) => {
    const start = current - gained(periodSeconds)
    return kind === 'pods' ? start + value : Math.ceil(start * (1 + value / 100))
  })
  return Math.max(current, select === 'max' ? Math.max(...limits) : Math.min(...limits))
}

/** The smallest count a scale-down may reach now; never above `current`. */
export function downLimit(current: number, { rules, select }: ScalingRules, gained: Gained): number {
  if (select === 'disabled') return current
  const limits = rules.map(({ kind, value, periodSeconds }) => {
    const start = current - gained(periodSeconds)
    return kind === 'pods' ? start - value : Math.trunc(start * (1 - value / 100))
  })
  return Math.min(current, select === 'max' ? Math.min(...limits) : Math.max(...limits))
}
