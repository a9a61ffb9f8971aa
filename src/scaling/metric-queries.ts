import type { MetricQuery } from '../model/alarm.ts'
import type { Service } from '../model/service.ts'

/**
 * What to ask GetMetricData for, from what DescribeServices tells: no other right is needed. Each list has one query that
 * returns data, and that one answers a single series.
 */

/**
 * CPU or memory of the service, percent, the average of its tasks (developer guide, "Amazon ECS CloudWatch metrics"). Every 60 s,
 * or 20 s for a service with `monitoring.metricConfigurations`: the same metric name and dimensions at a shorter period
 * ("Faster auto scaling with high-resolution metrics"). DescribeServices does not tell which, so the owner has to.
 */
export const utilizationQueries = (
  metricName: 'CPUUtilization' | 'MemoryUtilization',
  periodSeconds: number,
  { cluster, service }: Pick<Service, 'cluster' | 'service'>,
): MetricQuery[] => [
  {
    id: 'm',
    returnData: true,
    stat: {
      namespace: 'AWS/ECS',
      metricName,
      dimensions: { ClusterName: cluster, ServiceName: service },
      periodSeconds,
      statistic: 'Average',
    },
    expression: null,
    periodSeconds: null,
  },
]

/** Under which it stands in the view: each period is a series of its own. */
export const utilizationKey = (of: 'cpu' | 'memory', periodSeconds: number): string =>
  `${of} ${periodSeconds}s`

/** Elastic Load Balancing "measures and sends its metrics in 60-second intervals", and none while there is no request. */
const balancerPeriodSeconds = 60

/** Requests in a minute that the targets of the service were given; null where it has no target group. */
export const requestCountQueries = ({
  targetGroupArns,
}: Pick<Service, 'targetGroupArns'>): MetricQuery[] | null =>
  targetGroupArns.length === 0 ? null : expressionOf(`SUM(${search('RequestCount', 'Sum', targetGroupArns)})`)

/**
 * Percent of the requests whose answer took the targets longer than so many seconds, 0 to 100; null where the service has no
 * target group. Of one group by its percentile rank, whose lower bound is exclusive. Of several, as in blue/green, by counts,
 * so that a group with a single request does not weigh as much as one with thousands (user guide, "CloudWatch statistics
 * definitions"). Requests that no target answered are not in it.
 */
export function latePercentQueries(
  { targetGroupArns }: Pick<Service, 'targetGroupArns'>,
  lateAfterSeconds: number,
): MetricQuery[] | null {
  if (targetGroupArns.length === 0) return null
  const times = (statistic: string) => search('TargetResponseTime', statistic, targetGroupArns)
  if (targetGroupArns.length === 1) return expressionOf(`MAX(${times(`PR(${lateAfterSeconds}:)`)})`)
  return expressionOf(`100 * SUM(${times(`TC(${lateAfterSeconds}:)`)}) / SUM(${times('SampleCount')})`)
}

const expressionOf = (expression: string): MetricQuery[] => [
  { id: 'e', returnData: true, stat: null, expression, periodSeconds: balancerPeriodSeconds },
]

/** The load balancer is a dimension too, and ECS does not tell it: a search finds it (user guide, "CloudWatch search expression syntax"). */
function search(metricName: string, statistic: string, targetGroupArns: string[]): string {
  const groups = targetGroupArns.map(arn => `TargetGroup="${arn.slice(arn.lastIndexOf(':') + 1)}"`)
  const terms = `MetricName="${metricName}" AND (${groups.join(' OR ')})`
  const schema = '{AWS/ApplicationELB,LoadBalancer,TargetGroup}'
  return `SEARCH('${schema} ${terms}', '${statistic}', ${balancerPeriodSeconds})`
}

/** A metric of an SQS queue, pushed each minute: `ApproximateAgeOfOldestMessage` (seconds, Maximum), `NumberOfMessagesDeleted` (Sum), … */
export const queueQueries = (queue: string, metricName: string, statistic: string): MetricQuery[] => [
  {
    id: 'm',
    returnData: true,
    stat: {
      namespace: 'AWS/SQS',
      metricName,
      dimensions: { QueueName: queue },
      periodSeconds: 60,
      statistic,
    },
    expression: null,
    periodSeconds: null,
  },
]
