import type { MetricQuery } from '../model/alarm.ts'
import type { ServiceTarget } from '../model/target.ts'
import type { Trigger } from '../scaling/policy.ts'
import { queueNamesOf } from '../scaling/trigger-names.ts'
import type { MetricWish } from '../scaling/wishes/metric.ts'
import { resolveAlarm } from './alarm-name.ts'
import { distinct } from './pattern-lists.ts'
import type { Policy } from './policy.ts'

/** A rule's trigger for one service: `{service}` and `{cluster}` become its names. */
export function triggerFor(trigger: Trigger, target: Pick<ServiceTarget, 'cluster' | 'service'>): Trigger {
  const fill = (text: string): string => resolveAlarm(text, target)
  switch (trigger.kind) {
    case 'step':
      return { ...trigger, alarm: fill(trigger.alarm) }
    case 'queue':
      return { ...trigger, name: fill(trigger.name), queue: fill(trigger.queue) }
    case 'slo':
      return trigger.of === 'queue'
        ? { ...trigger, queue: fill(trigger.queue) }
        : {
            ...trigger,
            from: trigger.from && metricFor(trigger.from, fill),
            lateFrom: trigger.lateFrom && metricFor(trigger.lateFrom, fill),
          }
    case 'target':
      return trigger.signal.of === 'metric'
        ? {
            ...trigger,
            name: fill(trigger.name),
            signal: { of: 'metric', metric: metricFor(trigger.signal.metric, fill) },
          }
        : trigger
    case 'schedule':
      return trigger
  }
}

const metricFor = (metric: MetricWish, fill: (text: string) => string): MetricWish => ({
  ...metric,
  queries: metric.queries.map(query => queryFor(query, fill)),
})

const queryFor = (query: MetricQuery, fill: (text: string) => string): MetricQuery =>
  query.stat === null
    ? { ...query, expression: query.expression && fill(query.expression) }
    : {
        ...query,
        stat: {
          ...query.stat,
          namespace: fill(query.stat.namespace),
          metricName: fill(query.stat.metricName),
          dimensions: Object.fromEntries(
            Object.entries(query.stat.dimensions).map(([name, value]) => [name, fill(value)]),
          ),
        },
      }

/** The queues that the policy names, with the rule's own `*` where it is for several services; each covered once. */
export const queuesOf = (policy: Policy): string[] =>
  distinct(
    policy.services.flatMap(({ match, scale }) =>
      (scale ? queueNamesOf(scale) : []).map(queue => resolveAlarm(queue, match)),
    ),
  )
