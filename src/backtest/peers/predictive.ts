import type { Course } from '../autoscaler.ts'
import { targetPeer } from '../peer.ts'
import { generousCooldowns } from './aws/cooldowns.ts'
import { hourlyForecast } from './aws/hourly-forecast.ts'
import { usualMetric } from './aws/metric.ts'
import { targetCapacity } from './aws/target-capacity.ts'
import { targetTracker } from './aws/target-tracker.ts'

/** SchedulingBufferTime: so long before its hour the forecast's capacity is launched. */
const bufferSeconds = 300

export const peer = targetPeer(
  {
    name: 'predictive',
    describe:
      'Application Auto Scaling predictive scaling: an hourly seasonal forecast as a floor under target tracking on 60 s metrics.',
  },
  (targetPercent, { kind }) => {
    const metric = usualMetric(kind)
    const tracker = targetTracker({ metric, targetPercent, cooldownSeconds: generousCooldowns })
    const forecast = hourlyForecast(metric.delaySeconds)
    const tasksAt = (course: Course, second: number): number => {
      const load = forecast.loadAt(course, second)
      return load === null ? 0 : targetCapacity(load, 100, targetPercent)
    }
    return {
      firstLook: metric.periodSeconds,
      look: course => {
        const floor = Math.max(tasksAt(course, course.now), tasksAt(course, course.now + bufferSeconds))
        return { desired: tracker.look(course, floor), nextLook: course.now + metric.periodSeconds }
      },
    }
  },
)
