import * as z from 'zod'
import { percent, ratePerSecond } from '../../policy/values.ts'
import { type MetricWish, metric } from './metric.ts'

/** `- cpu: 65%`, `- memory: 70%`, `- requestsPerTask: 600/min`, `- target: 100` of any metric. */
export interface TargetTrigger {
  kind: 'target'
  /** Unique in the rule; names it in sentences and in the memory. */
  name: string
  signal: TargetSignal
  /** `service`: the signal is a level that falls as tasks are added. `task`: it is a total that the tasks share. */
  per: 'task' | 'service'
  /** What is aimed at: percent for cpu and memory, requests per second and task for requests, else as the metric counts. */
  target: number
  /** Within these shares of the target nothing changes. */
  tolerance: Tolerance
  /** Below it the trigger is inactive; null = it has no say about zero tasks. */
  wakeAt: number | null
}

export type TargetSignal =
  | { of: 'cpu' | 'memory'; periodSeconds: number }
  /** Of the load balancer, for the service's own target group, each minute. */
  | { of: 'requests' }
  | { of: 'metric'; metric: MetricWish }

/** Fractions of the target. */
export interface Tolerance {
  out: number
  in: number
}

const share = percent({ least: 0, most: 100 }).transform(value => value / 100)

const tolerance = z
  .union([
    share.meta({ title: 'percent' }),
    z.strictObject({
      out: share.prefault('10%').meta({ description: 'How far above the target nothing is added.' }),
      in: share.prefault('10%').meta({ description: 'How far below the target nothing is removed.' }),
    }),
  ])
  .transform((written): Tolerance => (typeof written === 'number' ? { out: written, in: written } : written))
  .prefault('10%')
  .meta({
    title: 'percent, or out and in',
    examples: ['10%'],
    description: 'How far from the target the count stays as it is: 10%, or { out: 5%, in: 10% }.',
  })

const utilization = percent({ least: 1, most: 100 })

/** ECS publishes them each minute, or every 20 s where the service asks for it (MetricConfiguration.resolutionSeconds). */
const period = z
  .enum(['20s', '1m'])
  .default('1m')
  .transform(written => (written === '20s' ? 20 : 60))
  .meta({
    description:
      '20s where the service publishes this metric in high resolution (monitoring.metricConfigurations).',
  })

export const cpuWish = z
  .strictObject({
    cpu: utilization.meta({
      description: 'Average CPU utilisation of the service to aim at.',
      examples: ['65%'],
    }),
    tolerance,
    period,
  })
  .transform(({ cpu, tolerance, period }): TargetTrigger => ofService('cpu', cpu, tolerance, period))

export const memoryWish = z
  .strictObject({
    memory: utilization.meta({
      description: 'Average memory utilisation of the service to aim at.',
      examples: ['70%'],
    }),
    tolerance,
    period,
  })
  .transform(({ memory, tolerance, period }): TargetTrigger => ofService('memory', memory, tolerance, period))

const ofService = (
  of: 'cpu' | 'memory',
  target: number,
  tolerance: Tolerance,
  periodSeconds: number,
): TargetTrigger => ({
  kind: 'target',
  name: of,
  signal: { of, periodSeconds },
  per: 'service',
  target,
  tolerance,
  wakeAt: null,
})

export const requestsWish = z
  .strictObject({
    requestsPerTask: ratePerSecond.meta({
      description:
        'Requests that one task is to serve, from the load balancer’s count for the service’s own target group.',
      examples: ['600/min'],
    }),
    tolerance,
  })
  .transform(
    ({ requestsPerTask, tolerance }): TargetTrigger => ({
      kind: 'target',
      name: 'requestsPerTask',
      signal: { of: 'requests' },
      per: 'task',
      target: requestsPerTask,
      tolerance,
      wakeAt: 0,
    }),
  )

const positive = z.number().positive().max(1e12)

export const targetWish = z
  .strictObject({
    target: positive.meta({ description: 'The value of the metric to aim at.', examples: [100] }),
    metric: metric.meta({ description: 'A CloudWatch metric, or metric math over several.' }),
    per: z.enum(['task', 'service']).default('task').meta({
      description:
        'task: the metric is a total that the tasks share, and the target is the share of one. service: the metric is a level that falls as tasks are added.',
    }),
    tolerance,
    wakeAt: positive.optional().meta({
      description:
        'With min: 0, the trigger is inactive while the metric is below this. Left out: while a total is 0; a level has no say about it.',
      examples: [1],
    }),
  })
  .transform(
    ({ target, metric, per, tolerance, wakeAt }): TargetTrigger => ({
      kind: 'target',
      name: metric.queries.find(({ returnData }) => returnData)?.stat?.metricName ?? 'expression',
      signal: { of: 'metric', metric },
      per,
      target,
      tolerance,
      wakeAt: wakeAt ?? (per === 'task' ? 0 : null),
    }),
  )
