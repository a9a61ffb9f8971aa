import { minute, second } from '../model/time.ts'
import type { ServiceRecord } from './ecs-records.ts'
import type { MetricName, MetricStore } from './metrics.ts'
import { isServing } from './service-plan.ts'
import type { ServiceScheduler } from './service-scheduler.ts'
import type { Timeline } from './timeline.ts'

/**
 * How much is asked of a service, and what that does to it. Each serving task is a server that handles `capacityPerTask` requests a second, and
 * the load is spread evenly: with m the capacity and r = load / (tasks x m),
 *   CPU = 100 r percent, at most 100 (a Fargate task cannot use more than it has), and
 *   p99 = ln(100) / (m (1 - r)), at most 30 s: the time in an M/M/1 queue is exponential with rate m (1 - r)
 *   (Kleinrock, Queueing Systems I, 3.2); at r >= 1 the queue grows without end and callers give up.
 */
export interface Load {
  /** Requests per second from now on; 0 is a load too. Published at every full minute for the minute that ended. */
  set(service: ServiceRecord, requestsPerSecond: number, capacityPerTask?: number): void
  /** Whether its metrics are published; the load itself goes on. */
  silence(service: ServiceRecord, silent: boolean): void
}

const defaultCapacityPerTask = 100
export const callersGiveUpAfterMs = 30 * second

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

export function createLoad(timeline: Timeline, metrics: MetricStore, scheduler: ServiceScheduler): Load {
  const loads = new Map<ServiceRecord, { requestsPerSecond: number; capacityPerTask: number }>()
  const silent = new Set<ServiceRecord>()

  const publish = (service: ServiceRecord): void => {
    const load = loads.get(service)
    if (!load || silent.has(service)) return
    const { requestsPerSecond, capacityPerTask } = load
    const { name } = service.cluster
    const atMs = timeline.clock.now() - minute
    metrics.put(requestsMetric(name, service.name), atMs, requestsPerSecond * 60)
    const tasks = scheduler.tasksOf(service).filter(isServing).length
    // Without a task there is no CPU to measure and no answer to time: no data, which is not zero.
    if (tasks === 0) return
    metrics.put(cpuMetric(name, service.name), atMs, cpuPercent(requestsPerSecond, tasks, capacityPerTask))
    metrics.put(
      latencyMetric(name, service.name),
      atMs,
      latencyP99Ms(requestsPerSecond, tasks, capacityPerTask),
    )
  }

  const publishEveryMinute = (service: ServiceRecord): void => {
    const nextMs = (Math.floor(timeline.clock.now() / minute) + 1) * minute
    timeline.at(nextMs, () => {
      publish(service)
      publishEveryMinute(service)
    })
  }

  return {
    silence(service, isSilent) {
      if (isSilent) silent.add(service)
      else silent.delete(service)
    },
    set(service, requestsPerSecond, capacityPerTask) {
      const known = loads.get(service)
      loads.set(service, {
        requestsPerSecond,
        capacityPerTask: capacityPerTask ?? known?.capacityPerTask ?? defaultCapacityPerTask,
      })
      if (!known) publishEveryMinute(service)
    },
  }
}

export const cpuPercent = (requestsPerSecond: number, tasks: number, capacityPerTask: number): number =>
  Math.min(100, (100 * requestsPerSecond) / (tasks * capacityPerTask))

export function latencyP99Ms(requestsPerSecond: number, tasks: number, capacityPerTask: number): number {
  const spare = capacityPerTask - requestsPerSecond / tasks
  return spare <= 0 ? callersGiveUpAfterMs : Math.min(callersGiveUpAfterMs, (Math.log(100) / spare) * second)
}
