import { targetPeer } from '../peer.ts'
import { generousCooldowns } from './aws/cooldowns.ts'
import { type Metric, usualMetric } from './aws/metric.ts'
import { targetTracker } from './aws/target-tracker.ts'

export const peer = targetPeer(
  {
    name: 'target-tracking',
    describe:
      'Application Auto Scaling target tracking on 60 s metrics: requests per target where there is a load balancer, else CPU.',
  },
  (targetPercent, { kind }) => trackTarget(usualMetric(kind), targetPercent),
)

/** A look whenever a new data point can be acted upon. */
export function trackTarget(metric: Metric, targetPercent: number, cooldownSeconds = generousCooldowns) {
  const tracker = targetTracker({ metric, targetPercent, cooldownSeconds })
  return {
    firstLook: metric.periodSeconds,
    look: (course: Parameters<typeof tracker.look>[0]) => ({
      desired: tracker.look(course, 0),
      nextLook: course.now + metric.periodSeconds,
    }),
  }
}
