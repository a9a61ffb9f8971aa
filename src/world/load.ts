import { minute, second } from '../model/time.ts'
import type { ServiceRecord } from './ecs-records.ts'
import {
  balancerMetric,
  cpuMetric,
  freshness,
  latencyMetric,
  pushedRequestsMetric,
  requestsMetric,
} from './load-metrics.ts'
import type { MetricName, MetricStore } from './metrics.ts'
import { responseTimes } from './response-times.ts'
import { isServing } from './service-plan.ts'
import type { ServiceScheduler } from './service-scheduler.ts'
import type { Timeline } from './timeline.ts'

/**
 * How much is asked of a service, and what that does to it. Each serving task is a server that handles `capacityPerTask` requests a second, and
 * the load is spread evenly: with m the capacity and r = load / (tasks x m),
 *   CPU = 100 r percent, at most 100 (a Fargate task cannot use more than it has), and
 *   p99 = ln(100) / (m (1 - r)), at most 30 s: the time in an M/M/1 queue is exponential with rate m (1 - r)
 *   (Kleinrock, Queueing Systems I, 3.2); at r >= 1 the queue grows without end and callers give up.
 * A load balancer in front measures the times of one queue for all tasks (response-times.ts).
 */
export interface Load {
  /** Requests per second from now on; 0 is a load too. Published at every full minute for the minute that ended. */
  set(service: ServiceRecord, requestsPerSecond: number, capacityPerTask?: number): void
  /** Whether its metrics are published; the load itself goes on. */
  silence(service: ServiceRecord, silent: boolean): void
  /** From now on also: requests pushed every 10 s, and CPU every 20 s instead of every minute. */
  refine(service: ServiceRecord, finer: Finer): void
}

export interface Finer {
  pushed?: boolean
  highResolution?: boolean
}

interface LoadRecord {
  requestsPerSecond: number
  capacityPerTask: number
}

const defaultCapacityPerTask = 100
export const callersGiveUpAfterMs = 30 * second

export function createLoad(timeline: Timeline, metrics: MetricStore, scheduler: ServiceScheduler): Load {
  const loads = new Map<ServiceRecord, LoadRecord>()
  const silent = new Set<ServiceRecord>()
  const finer = new Map<ServiceRecord, Finer>()
  const serving = (service: ServiceRecord): number => scheduler.tasksOf(service).filter(isServing).length
  const put = (metric: MetricName, delayMs: number, atMs: number, value: number, count?: number): void => {
    timeline.after(delayMs, () => metrics.put(metric, atMs, value, count))
  }

  const publish = (service: ServiceRecord, { requestsPerSecond, capacityPerTask }: LoadRecord): void => {
    const { name } = service.cluster
    const atMs = timeline.clock.now() - minute
    metrics.put(requestsMetric(name, service.name), atMs, requestsPerSecond * 60)
    const tasks = serving(service)
    // Without a task there is no CPU to measure and no answer to time: no data, which is not zero.
    if (tasks === 0) return
    if (!finer.get(service)?.highResolution)
      metrics.put(cpuMetric(name, service.name), atMs, cpuPercent(requestsPerSecond, tasks, capacityPerTask))
    metrics.put(
      latencyMetric(name, service.name),
      atMs,
      latencyP99Ms(requestsPerSecond, tasks, capacityPerTask),
    )
  }

  /** Only where there is a request; without a target there is none that one answers. */
  const publishBalancer = (
    service: ServiceRecord,
    { requestsPerSecond, capacityPerTask }: LoadRecord,
  ): void => {
    const [targetGroup] = service.targetGroupArns
    const { periodMs, delayMs } = freshness.balancer
    const atMs = timeline.clock.now() - periodMs
    const requests = (requestsPerSecond * periodMs) / second
    const tasks = serving(service)
    if (targetGroup === undefined || requests === 0 || tasks === 0) return
    put(balancerMetric('RequestCount', targetGroup), delayMs, atMs, requests)
    const station = { requestsPerSecond, tasks, capacityPerTask }
    for (const { value, count } of responseTimes(requests, station, callersGiveUpAfterMs / second))
      put(balancerMetric('TargetResponseTime', targetGroup), delayMs, atMs, value, count)
  }

  const publishPushed = (service: ServiceRecord, { requestsPerSecond }: LoadRecord): void => {
    if (!finer.get(service)?.pushed) return
    const { periodMs, delayMs } = freshness.pushed
    const atMs = timeline.clock.now() - periodMs
    const requests = (requestsPerSecond * periodMs) / second
    put(pushedRequestsMetric(service.cluster.name, service.name), delayMs, atMs, requests)
  }

  const publishFine = (service: ServiceRecord, { requestsPerSecond, capacityPerTask }: LoadRecord): void => {
    const tasks = serving(service)
    if (tasks === 0 || !finer.get(service)?.highResolution) return
    const { periodMs, delayMs } = freshness.highResolution
    const atMs = timeline.clock.now() - periodMs
    const cpu = cpuPercent(requestsPerSecond, tasks, capacityPerTask)
    put(cpuMetric(service.cluster.name, service.name), delayMs, atMs, cpu)
  }

  const every = (
    periodMs: number,
    service: ServiceRecord,
    tell: (service: ServiceRecord, load: LoadRecord) => void,
  ): void => {
    timeline.at((Math.floor(timeline.clock.now() / periodMs) + 1) * periodMs, () => {
      const load = loads.get(service)
      // A service that is deleted publishes nothing, whatever is asked of the one that follows it.
      if (load && !silent.has(service) && service.status === 'ACTIVE') tell(service, load)
      every(periodMs, service, tell)
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
      if (known) return
      every(minute, service, publish)
      if (service.targetGroupArns.length > 0) every(freshness.balancer.periodMs, service, publishBalancer)
    },
    refine(service, wanted) {
      const known = finer.get(service)
      finer.set(service, wanted)
      if (known) return
      every(freshness.pushed.periodMs, service, publishPushed)
      every(freshness.highResolution.periodMs, service, publishFine)
    },
  }
}

export const cpuPercent = (requestsPerSecond: number, tasks: number, capacityPerTask: number): number =>
  Math.min(100, (100 * requestsPerSecond) / (tasks * capacityPerTask))

export function latencyP99Ms(requestsPerSecond: number, tasks: number, capacityPerTask: number): number {
  const spare = capacityPerTask - requestsPerSecond / tasks
  return spare <= 0 ? callersGiveUpAfterMs : Math.min(callersGiveUpAfterMs, (Math.log(100) / spare) * second)
}
