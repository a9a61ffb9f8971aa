import type { Course } from '../../autoscaler.ts'

/** What CloudWatch says of a service, as percent of its capacity: one data point per period. Null = no data point. */
export interface Metric {
  periodSeconds: number
  /** End of a period to action upon it: publication, the alarm's own evaluation, the scaling activity. */
  delaySeconds: number
  /** Tasks that ran in the period that ends at `end`. */
  capacity(course: Course, end: number): number | null
  /** In percent of what that capacity serves when it is never idle; above 100 only where the metric does not saturate. */
  percent(course: Course, end: number): number | null
}

type Point = (course: Course, from: number, end: number) => number

/** Sums begin with the history: no period reaches before it. */
const point =
  (periodSeconds: number, of: Point) =>
  (course: Course, end: number): number | null => {
    const value =
      end >= periodSeconds && end <= course.now ? of(course, end - periodSeconds, end) : Number.NaN
    return Number.isFinite(value) ? value : null
  }

const over = (sums: Float64Array, from: number, end: number): number =>
  (sums[end] ?? Number.NaN) - (sums[from] ?? Number.NaN)

const averageCapacity: Point = ({ readyTaskSeconds }, from, end) => {
  const seconds = over(readyTaskSeconds, from, end)
  return seconds > 0 ? seconds / (end - from) : Number.NaN
}

const lastCapacity: Point = ({ readyTaskSeconds }, _from, end) =>
  over(readyTaskSeconds, end - 1, end) || Number.NaN

/** ECSServiceAverageCPUUtilization: no task, no data point. */
const cpuPercent: Point = ({ busyTaskSeconds, readyTaskSeconds }, from, end) => {
  const seconds = over(readyTaskSeconds, from, end)
  return seconds > 0 ? (100 * over(busyTaskSeconds, from, end)) / seconds : Number.NaN
}

/** ALBRequestCountPerTarget: a load balancer reports only while requests flow through it (ELB user guide, CloudWatch metrics). */
const requestPercent: Point = ({ arrived, readyTaskSeconds, service }, from, end) => {
  const requests = over(arrived, from, end)
  const served = over(readyTaskSeconds, from, end) * service.capacityPerTask
  return requests > 0 && served > 0 ? (100 * requests) / served : Number.NaN
}

/**
 * The 60 s metrics: load balancers and ECS know no finer ones, and Application Auto Scaling takes no finer custom ones, whatever
 * else the service publishes. Known 60 s after their period, and acted upon 60 s later: a policy that needs three points then
 * begins 300 to 360 s after a step, where AWS measured 363 s (containers-roadmap #2113).
 */
const minutely = { periodSeconds: 60, delaySeconds: 120 }

/** ECS' own 20 s metrics. Three points make 80 to 100 s after a step, where AWS measured 86 s. */
const highResolution = { periodSeconds: 20, delaySeconds: 20 }

const metric = (
  { periodSeconds, delaySeconds }: typeof minutely,
  capacity: Point,
  percent: Point,
): Metric => ({
  periodSeconds,
  delaySeconds,
  capacity: point(periodSeconds, capacity),
  percent: point(periodSeconds, percent),
})

export const requestsPerTarget: Metric = metric(minutely, averageCapacity, requestPercent)
/** CPU that ended at 100 % tells of no load beyond: tasks that came during the period were needed as well. */
export const cpu: Metric = metric(minutely, lastCapacity, cpuPercent)
export const cpuHighResolution: Metric = metric(highResolution, lastCapacity, cpuPercent)

/** Requests per target does not saturate, so whoever has a load balancer uses it; queues have only CPU. */
export const usualMetric = (kind: 'web' | 'queue'): Metric => (kind === 'web' ? requestsPerTarget : cpu)
