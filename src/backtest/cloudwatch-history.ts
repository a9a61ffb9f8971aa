import type { MetricQuery, MetricSeries } from '../model/alarm.ts'
import { day, isoTime, minute, second } from '../model/time.ts'

/** A service's history as CloudWatch kept it, written in the form of a file. */

/** What the work of a service is counted by. */
export type Source =
  | { kind: 'target-groups'; arns: string[] }
  /** The queue's name. */
  | { kind: 'queue'; name: string }

export interface HistoryRequest {
  queries: MetricQuery[]
  fromMs: number
  toMs: number
  periodSeconds: number
}

/**
 * CloudWatch keeps points of 60 s for 15 days and points of 300 s for 63 days, and refuses a finer period for an older start
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html).
 */
const minutesKeptMs = 15 * day
const fiveMinutesKeptMs = 63 * day
export const daysMax = 63

/** The newest points are still being added to: load balancers report within minutes. */
const settledMs = 3 * minute

export function historyRequest(source: Source, days: number, nowMs: number): HistoryRequest {
  const periodSeconds = days * day <= minutesKeptMs ? 60 : 300
  const periodMs = periodSeconds * second
  const keptMs = periodSeconds === 60 ? minutesKeptMs : fiveMinutesKeptMs
  const toMs = Math.floor((nowMs - settledMs) / periodMs) * periodMs
  const oldestMs = Math.ceil((nowMs - keptMs + minute) / periodMs) * periodMs
  const fromMs = Math.max(toMs - days * day, oldestMs)
  return { queries: queriesFor(source, periodSeconds), fromMs, toMs, periodSeconds }
}

/**
 * Requests are counted per target group and load balancer, and ECS does not tell the load balancer: a search finds it by the
 * target group, whose name is unique (CloudWatch user guide, "Use search expressions in graphs").
 */
function queriesFor(source: Source, periodSeconds: number): MetricQuery[] {
  if (source.kind === 'queue')
    return [
      {
        id: 'h0',
        returnData: true,
        stat: {
          namespace: 'AWS/SQS',
          metricName: 'NumberOfMessagesSent',
          dimensions: { QueueName: source.name },
          periodSeconds,
          statistic: 'Sum',
        },
        expression: null,
        periodSeconds: null,
      },
    ]
  return source.arns.map((arn, index) => ({
    id: `h${index}`,
    returnData: true,
    stat: null,
    expression: `SUM(SEARCH('{AWS/ApplicationELB,LoadBalancer,TargetGroup} MetricName="RequestCount" TargetGroup="${targetGroupOf(arn)}"', 'Sum', ${periodSeconds}))`,
    periodSeconds,
  }))
}

/** `targetgroup/web/0123456789abcdef`: the resource of the ARN is the value of the dimension. */
const targetGroupOf = (arn: string): string => arn.slice(arn.lastIndexOf(':') + 1)

/** The sum of all series in each period; null when there is not one point. Periods without a point had no request: both metrics leave out what is zero. */
export function sumsOf(
  series: MetricSeries[],
  request: HistoryRequest,
): { firstAtMs: number; sums: number[] } | null {
  const periodMs = request.periodSeconds * second
  const points = series
    .flatMap(({ points }) => points)
    .filter(({ atMs, value }) => atMs >= request.fromMs && atMs < request.toMs && value >= 0)
  const firstAtMs = points.reduce((first, { atMs }) => Math.min(first, atMs), Number.POSITIVE_INFINITY)
  if (firstAtMs === Number.POSITIVE_INFINITY) return null
  const sums = new Array<number>(Math.round((request.toMs - firstAtMs) / periodMs)).fill(0)
  for (const { atMs, value } of points) {
    const index = Math.floor((atMs - firstAtMs) / periodMs)
    sums[index] = (sums[index] ?? 0) + value
  }
  return { firstAtMs, sums }
}

export interface FetchedHistory {
  name: string
  source: Source
  firstAtMs: number
  periodSeconds: number
  sums: number[]
  capacityPerTask: number
  deadlineSeconds: number
}

/** The file that `longshore backtest` reads. */
export function historyFile(history: FetchedHistory): string {
  const { source, periodSeconds } = history
  const [unit, metric] =
    source.kind === 'queue'
      ? ['messages', `NumberOfMessagesSent of queue ${source.name}`]
      : ['HTTP requests', `RequestCount of ${source.arns.map(arn => targetGroupOf(arn)).join(', ')}`]
  const header = [
    `trace: ${history.name}`,
    `unit: ${unit} arriving per interval of ${periodSeconds} s`,
    `interval_s: ${periodSeconds}`,
    `start: ${isoTime(history.firstAtMs).replace('.000Z', 'Z')}`,
    `kind: ${source.kind === 'queue' ? 'queue' : 'web'}`,
    `slo_delay_s: ${history.deadlineSeconds}`,
    `capacity_per_task_per_s: ${history.capacityPerTask}`,
    `source: CloudWatch, ${metric}`,
  ].map(line => `# ${line}\n`)
  const rows = history.sums.map((sum, index) => `${index * periodSeconds},${sum}\n`)
  return [...header, 'timestamp_s,value\n', ...rows].join('')
}
