import { aggregate, distance } from '../../scaling/step.ts'
import { type Course, newestPeriodEnd } from '../autoscaler.ts'
import { targetPeer } from '../peer.ts'
import { type Alarm, isInAlarm } from './aws/alarm.ts'
import { cooldowns, generousCooldowns } from './aws/cooldowns.ts'
import { type Metric, usualMetric } from './aws/metric.ts'
import { type StepPolicy, stepCapacity } from './aws/step-capacity.ts'

/** Step scaling leaves the policy to its owner; this is one that many have: 10 % for a small breach, 30 % for a large one, both ways. */
const largeBreach = 15
/** The low alarm's threshold lies so many points under the high one's. */
const bandPoints = 20

const percent = (from: number | null, to: number | null, percent: number) =>
  ({ from, to, adjustment: { kind: 'percent', percent } }) as const

const out: StepPolicy = {
  side: 'above',
  steps: [percent(0, largeBreach, 10), percent(largeBreach, null, 30)],
  atLeastTasks: 1,
}
const inward: StepPolicy = {
  side: 'below',
  steps: [percent(null, -largeBreach, -30), percent(-largeBreach, 0, -10)],
  atLeastTasks: 1,
}

export const peer = targetPeer(
  {
    name: 'step',
    describe:
      'Application Auto Scaling step scaling on 60 s metrics: 10 or 30 % more after 2 minutes, fewer after 15.',
  },
  (target, { kind }) => scaleBySteps(usualMetric(kind), target),
)

export function scaleBySteps(metric: Metric, target: number, cooldownSeconds = generousCooldowns) {
  const high: Alarm = { points: 2, breaches: percent => percent > target }
  const low: Alarm = { points: 15, breaches: percent => percent < target - bandPoints }
  const cooldown = cooldowns(cooldownSeconds)

  function desiredAfter(course: Course): number {
    const { now, desired, service } = course
    const least = Math.min(Math.max(1, service.min), service.max)
    if (desired < least) return least
    if (desired > service.max) return service.max

    const end = newestPeriodEnd(now, metric)
    const valueAt = (ago: number) => metric.percent(course, end - ago * metric.periodSeconds)
    const cooling = cooldown.at(now)
    const take = (policy: StepPolicy, alarm: Alarm, threshold: number): number => {
      const points = Array.from({ length: alarm.points }, (_, ago) => valueAt(ago)).filter(
        point => point !== null,
      )
      const average = aggregate(points, 'average')
      if (average === null) return desired
      const wanted = stepCapacity(policy, desired, distance(average, threshold), cooling)
      const next = Math.min(Math.max(wanted, least), service.max)
      if (next === desired || (next < desired && cooling)) return desired
      const again = next > desired && cooling?.after === 'out'
      cooldown.start(desired, next, again ? cooling.baseCount : desired, now)
      return next
    }
    if (isInAlarm(high, valueAt)) return take(out, high, target)
    return isInAlarm(low, valueAt) ? take(inward, low, target - bandPoints) : desired
  }

  return {
    firstLook: metric.periodSeconds,
    look: (course: Course) => ({
      desired: desiredAfter(course),
      nextLook: course.now + metric.periodSeconds,
    }),
  }
}
