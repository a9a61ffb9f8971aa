import { type Course, newestPeriodEnd } from '../../autoscaler.ts'
import { type Alarm, isInAlarm } from './alarm.ts'
import { type CooldownSeconds, cooldowns } from './cooldowns.ts'
import type { Metric } from './metric.ts'
import { targetCapacity } from './target-capacity.ts'

/**
 * A target tracking policy of Application Auto Scaling: two alarms that it manages itself (3 points above the target, 15 below
 * nine tenths of it: observed, not promised by AWS), capacity in proportion to the metric, cooldowns.
 * AWS starts from the running tasks. Here they are those of the data point's own period: with the present ones, points
 * that are minutes old would count a scale-out twice, and the policy would run away, which it does not do in AWS.
 */
export interface TargetTracker {
  /** The desired count; `floor` is what some other policy asks for at least. */
  look(course: Course, floor: number): number
}

export interface TargetTracking {
  metric: Metric
  targetPercent: number
  cooldownSeconds: CooldownSeconds
}

export function targetTracker({ metric, targetPercent, cooldownSeconds }: TargetTracking): TargetTracker {
  const high: Alarm = { points: 3, breaches: percent => percent > targetPercent }
  const low: Alarm = { points: 15, breaches: percent => percent < 0.9 * targetPercent }
  const cooldown = cooldowns(cooldownSeconds)

  /** What the newest data point asks for, less what was added to `base` since; NaN when there is no point. */
  function wanted(course: Course, end: number, base: number): number {
    for (let at = end; at > 0; at -= metric.periodSeconds) {
      const [percent, capacity] = [metric.percent(course, at), metric.capacity(course, at)]
      if (percent === null || capacity === null) continue
      const added = Math.max(0, capacity - base)
      return Math.ceil(targetCapacity(capacity, percent, targetPercent) - added)
    }
    return Number.NaN
  }

  return {
    look(course, floor) {
      const { now, desired, ready, service } = course
      // It cannot leave zero: without tasks there is no metric.
      const least = Math.min(Math.max(1, service.min, floor), service.max)
      if (desired < least) return least
      if (desired > service.max) return service.max

      const end = newestPeriodEnd(now, metric)
      const valueAt = (periodsAgo: number) => metric.percent(course, end - periodsAgo * metric.periodSeconds)
      const cooling = cooldown.at(now)
      if (isInAlarm(high, valueAt)) {
        // While a scale-out cools, an adjustment adds only what it asks for beyond the first.
        const base = cooling?.after === 'out' ? cooling.baseCount : Number.POSITIVE_INFINITY
        const next = Math.min(wanted(course, end, base), service.max)
        if (!(next > desired)) return desired
        cooldown.start(desired, next, Math.min(ready, base), now)
        return next
      }
      if (cooling || !isInAlarm(low, valueAt)) return desired
      const next = Math.max(wanted(course, end, Number.POSITIVE_INFINITY), least)
      if (!(next < desired)) return desired
      cooldown.start(desired, next, desired, now)
      return next
    },
  }
}
