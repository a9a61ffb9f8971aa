import { minute, second } from '../model/time.ts'
import { scaleDefaults } from '../scaling/defaults.ts'
import type { ScalePolicy, Trigger } from '../scaling/policy.ts'
import type { MetricWish } from '../scaling/wishes/metric.ts'
import { pushedRequestsMetric } from '../world/load-metrics.ts'
import type { MetricName } from '../world/metrics.ts'
import type { ServicePart, SignalKind, SignalPart } from './scenario.ts'

/** The rule of a service that is scaled by what is measured. */

/** Requests per second that one task serves, in the world. */
export const capacityPerTask = 100
/** Requests per second and task that `requests` aims at, and the same in percent of CPU for `cpu`. */
export const targetPerTask = 60
/** Messages per second that one task completes. */
export const messagesPerTask = 1
const pushedEverySeconds = 10

export const isOfQueue = (kind: SignalKind): boolean => kind === 'queue' || kind === 'slo-queue'

export const queueOf = (service: string): string => `${service}-jobs`

const pushed = (cluster: string, service: string): MetricWish => {
  const { namespace, metricName, dimensions }: MetricName = pushedRequestsMetric(cluster, service)
  const stat = { namespace, metricName, dimensions, periodSeconds: pushedEverySeconds, statistic: 'Sum' }
  return {
    queries: [{ id: 'm', returnData: true, stat, expression: null, periodSeconds: null }],
    periodSeconds: pushedEverySeconds,
    isCount: true,
  }
}

const tolerance = { out: 0.1, in: 0.1 }

const triggerOf = (kind: SignalKind, cluster: string, service: string): Trigger => {
  const queue = queueOf(service)
  const name = kind
  switch (kind) {
    case 'cpu': {
      const signal = { of: 'cpu', periodSeconds: 60 } as const
      return { kind: 'target', name, signal, per: 'service', target: targetPerTask, tolerance, wakeAt: null }
    }
    case 'requests': {
      const signal = { of: 'metric', metric: pushed(cluster, service) } as const
      const target = targetPerTask * pushedEverySeconds
      return { kind: 'target', name, signal, per: 'task', target, tolerance, wakeAt: 0 }
    }
    case 'queue':
      return { kind: 'queue', name, queue, perTask: 30, wakeAt: 1 }
    case 'slo-requests':
      return {
        kind: 'slo',
        of: 'requests',
        name,
        deadlineSeconds: 1,
        lateShare: 0.01,
        capacityPerSecond: 0.8 * capacityPerTask,
        from: pushed(cluster, service),
        lateFrom: null,
      }
    case 'slo-queue': {
      const drainWithinSeconds = (2 * minute) / second
      return {
        kind: 'slo',
        of: 'queue',
        name,
        queue,
        drainWithinSeconds,
        capacityPerSecond: messagesPerTask,
        wakeAt: 1,
      }
    }
  }
}

const scheduleOf = ({ window }: SignalPart): Trigger[] =>
  window
    ? [
        {
          kind: 'schedule',
          name: 'schedule',
          from: `${window.fromMinute} * * * *`,
          to: `${window.toMinute} * * * *`,
          timeZone: 'UTC',
          min: window.min,
          max: window.max,
        },
      ]
    : []

/** All of the rule but its bounds. */
export function signalRule(
  { name }: ServicePart,
  signals: SignalPart,
  cluster: string,
): Omit<ScalePolicy, 'min' | 'max'> {
  const { inWindowMs, outWindowMs, inLimit, outLimit, pause, fallback, whileDeploying, idleMs } = signals
  return {
    ...scaleDefaults,
    triggers: [...signals.kinds.map(kind => triggerOf(kind, cluster, name)), ...scheduleOf(signals)],
    in: { ...scaleDefaults.in, afterMs: inWindowMs, atMost: inLimit ? [inLimit] : [] },
    out: { ...scaleDefaults.out, afterMs: outWindowMs, atMost: outLimit ? [outLimit] : [] },
    pause: {
      all: null,
      in: pause === 'in' ? 'by the rule' : null,
      out: pause === 'out' ? 'by the rule' : null,
    },
    zero: { initialCooldownMs: 0, idleMs },
    fallback,
    whileDeploying,
  }
}
