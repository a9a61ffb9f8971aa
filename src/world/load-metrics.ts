import { minute, second } from '../model/time.ts'
import type { MetricName } from './metrics.ts'

/** Names of what a service under load publishes, and how late it comes. */

/** `AWS/ECS CPUUtilization`, percent, as ECS publishes it (developer guide, "Amazon ECS CloudWatch metrics"). */
export const cpuMetric = (cluster: string, service: string): MetricName => ({
  namespace: 'AWS/ECS',
  metricName: 'CPUUtilization',
  dimensions: { ClusterName: cluster, ServiceName: service },
})
/** The application's own metric, milliseconds: the p99 of the minute as one sample. */
export const latencyMetric = (cluster: string, service: string): MetricName => ({
  namespace: 'Application',
  metricName: 'LatencyP99',
  dimensions: { ClusterName: cluster, ServiceName: service },
})
/** The application's own metric: requests in the minute, to be summed. */
export const requestsMetric = (cluster: string, service: string): MetricName => ({
  namespace: 'Application',
  metricName: 'Requests',
  dimensions: { ClusterName: cluster, ServiceName: service },
})
/** The same, pushed in high resolution. */
export const pushedRequestsMetric = (cluster: string, service: string): MetricName => ({
  namespace: 'Application',
  metricName: 'PushedRequests',
  dimensions: { ClusterName: cluster, ServiceName: service },
})
/** `RequestCount` and `TargetResponseTime` (seconds) of an Application Load Balancer, reported where there is a request (ELB guide). */
export const balancerMetric = (metricName: string, targetGroupArn: string): MetricName => ({
  namespace: 'AWS/ApplicationELB',
  metricName,
  dimensions: {
    LoadBalancer: 'app/shop/50dc6c495c0c9188',
    TargetGroup: `targetgroup/${targetGroupArn.split('/').slice(-2).join('/')}`,
  },
})

/**
 * Classes of freshness: length of a period, and how long after its end it can be read. The delays of AWS's own are those of
 * its published trigger times, about a minute at 60 s and 20 s at 20 s (aws/containers-roadmap #2113).
 */
export const freshness = {
  pushed: { periodMs: 10 * second, delayMs: 5 * second },
  highResolution: { periodMs: 20 * second, delayMs: 20 * second },
  balancer: { periodMs: minute, delayMs: minute },
} as const
