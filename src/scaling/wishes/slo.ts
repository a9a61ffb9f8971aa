import * as z from 'zod'
import { second } from '../../model/time.ts'
import { queueName } from '../../policy/names.ts'
import { duration, percent, ratePerSecond } from '../../policy/values.ts'
import { type MetricWish, metric } from './metric.ts'
import { wakeAt } from './queue.ts'

/** `- slo: { requests: 1s, late: 0.1% }` or `- slo: { queue: orders, drainWithin: 2m }`: what late means, and nothing else. */
export type SloTrigger = SloRequests | SloQueue

export interface SloRequests {
  kind: 'slo'
  of: 'requests'
  name: string
  /** Longest wait for service that is not late. */
  deadlineSeconds: number
  /** Share of the requests that may be late, 0.00001 to 0.5. */
  lateShare: number
  /** Requests per second that one task serves; null = learned. */
  capacityPerSecond: number | null
  /** Counts requests; null = the load balancer's count for the service's own target group. */
  from: MetricWish | null
  /** Counts late requests; null = none is read. */
  lateFrom: MetricWish | null
}

export interface SloQueue {
  kind: 'slo'
  of: 'queue'
  name: string
  queue: string
  /** Longest time from sent to done. */
  drainWithinSeconds: number
  /** Messages per second that one task completes; null = learned. */
  capacityPerSecond: number | null
  wakeAt: number
}

const capacity = ratePerSecond.optional()
const span = duration.refine(ms => ms > 0, { error: 'no time at all. Write at least 1s.' })

const requests = z.strictObject({
  requests: span.meta({
    description: 'How long a request may wait for service before it is late.',
    examples: ['1s'],
  }),
  late: percent({ least: 0.001, most: 50 })
    .prefault('0.1%')
    .meta({ description: 'Share of the requests that may be late.', examples: ['0.1%'] }),
  capacity: capacity.meta({
    description: 'Requests that one task serves. Left out: learned from the load and the CPU of the service.',
    examples: ['50/s'],
  }),
  from: metric.optional().meta({
    description:
      'Metric that counts requests. Left out: the load balancer’s count for the service’s own target group.',
  }),
  lateFrom: metric.optional().meta({ description: 'Metric that counts late requests, where there is one.' }),
})

const queue = z.strictObject({
  queue: queueName.meta({
    description: 'Name of the SQS queue in this account and Region.',
    examples: ['orders'],
  }),
  drainWithin: span.meta({ description: 'How long a message may take from sent to done.', examples: ['2m'] }),
  capacity: capacity.meta({
    description: 'Messages that one task completes. Left out: learned from what was completed.',
    examples: ['0.5/s'],
  }),
  wakeAt,
})

export const sloWish = z
  .strictObject({
    slo: z.union([requests, queue]).meta({ description: 'What late means for this service.' }),
  })
  .transform(({ slo }): SloTrigger => {
    const capacityPerSecond = slo.capacity ?? null
    if ('queue' in slo) {
      const { queue, drainWithin, wakeAt } = slo
      const drainWithinSeconds = drainWithin / second
      return { kind: 'slo', of: 'queue', name: 'slo', queue, drainWithinSeconds, capacityPerSecond, wakeAt }
    }
    return {
      kind: 'slo',
      of: 'requests',
      name: 'slo',
      deadlineSeconds: slo.requests / second,
      lateShare: slo.late / 100,
      capacityPerSecond,
      from: slo.from ?? null,
      lateFrom: slo.lateFrom ?? null,
    }
  })
