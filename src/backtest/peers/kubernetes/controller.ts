import { type Behaviour, downLimit, type Gained, upLimit } from './behaviour.ts'
import { recentExtreme } from './stabilization.ts'

/** The HPA's control loop around its metrics: bounds, stabilization, rate limits (pkg/controller/podautoscaler/horizontal.go). */

/** --horizontal-pod-autoscaler-sync-period. */
export const syncSeconds = 15

export interface Bounds {
  min: number
  max: number
}

export interface Controller {
  /**
   * The count to write at `now`, seconds. `wanted` is the largest of what the metrics ask for; null when none could be
   * read: then the count is kept, but still taken inside the bounds.
   */
  reconcile(current: number, wanted: number | null, now: number): number
}

export function controller({ min, max }: Bounds, behaviour: Behaviour): Controller {
  const { up, down } = behaviour
  const stabilizedUp = recentExtreme('smallest', up.stabilizationSeconds)
  const stabilizedDown = recentExtreme('largest', down.stabilizationSeconds)
  const changes: { at: number; by: number }[] = []
  const longestPeriod = Math.max(0, ...[...up.rules, ...down.rules].map(rule => rule.periodSeconds))
  let isFirst = true
  let now = 0

  const gained: Gained = periodSeconds => {
    let sum = 0
    for (const { at, by } of changes) if (at > now - periodSeconds) sum += by
    return sum
  }

  function recommend(current: number, wanted: number): number {
    // A controller that has just started takes the present count for its first recommendation.
    if (isFirst) {
      stabilizedUp.add(current, now)
      stabilizedDown.add(current, now)
      isFirst = false
    }
    const [floor, ceiling] = [stabilizedUp.add(wanted, now), stabilizedDown.add(wanted, now)]
    const stable = Math.min(Math.max(current, floor), ceiling)
    if (stable > current) return Math.min(stable, max, upLimit(current, up, gained))
    if (stable < current) return Math.max(stable, min, downLimit(current, down, gained))
    return current
  }

  return {
    reconcile(current, wanted, at) {
      now = at
      if (current === 0 && min !== 0) return 0
      const desired =
        current > max
          ? max
          : current < min
            ? min
            : wanted === null || !Number.isFinite(wanted)
              ? current
              : recommend(current, wanted)
      while (changes[0] && changes[0].at <= now - longestPeriod) changes.shift()
      if (desired !== current) changes.push({ at: now, by: desired - current })
      return desired
    },
  }
}
