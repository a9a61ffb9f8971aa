import type { Alarm, MetricQuery, MetricSeries } from '../model/alarm.ts'
import type { EcrImage } from '../model/image.ts'
import type { ContainerInstance, DescribedTask } from '../model/ports.ts'
import type { QueueDepth } from '../model/queues.ts'
import type { Answer } from '../model/reading.ts'
import { isDeploying, primaryOf, type Service, type ServiceDeployment } from '../model/service.ts'
import { second } from '../model/time.ts'
import type { Told } from './history.ts'

/** What one invocation was told of the world: a promise about what was known is judged by it. */

export const nothingTold = (): Told => ({
  services: new Map(),
  alarms: null,
  series: new Map(),
  messages: new Map(),
  health: new Map(),
  ending: new Set(),
  images: new Map(),
  instances: [],
  shown: new Map(),
  evidenceAtMs: null,
  well: new Set(),
  refusals: 0,
  unheard: 0,
})

const telling: ReadonlySet<string> = new Set([
  'ecs.describeServices',
  'ecs.describeTasks',
  'ecs.describeContainerInstances',
  'ecs.ongoingDeployments',
  'cloudMap.listInstances',
  'cloudMap.instancesHealth',
  'cloudWatch.describeAlarms',
  'cloudWatch.getMetricData',
  'queues.depth',
  'images.digestOf',
])

export const isTelling = (operation: string): boolean => telling.has(operation)

export function noteTold(told: Told, operation: string, args: unknown[], heard: unknown, atMs: number): void {
  const { ok, value } = heard as { ok: boolean; value: never }
  switch (operation) {
    case 'ecs.describeServices':
      for (const service of ok ? (value as { services: Service[] }).services : [])
        told.services.set(service.service, laterOf(told.services.get(service.service), service))
      return
    case 'ecs.describeContainerInstances':
      for (const { containerInstanceArn, status, agentConnected, health } of ok
        ? (value as { instances: ContainerInstance[] }).instances
        : [])
        if (status === 'ACTIVE' && agentConnected && health === 'OK') told.well.add(containerInstanceArn)
      return
    case 'ecs.describeTasks':
      for (const { taskId, healthStatus } of ok ? (value as { tasks: DescribedTask[] }).tasks : [])
        told.health.set(taskId, healthStatus)
      return
    case 'ecs.ongoingDeployments':
      for (const { arn, state } of ok ? (value as ServiceDeployment[]) : [])
        if (state === 'ending') told.ending.add(arn)
      return
    case 'cloudMap.listInstances':
      if (ok) told.instances = (value as { id: string }[]).map(({ id }) => id)
      return
    case 'cloudMap.instancesHealth':
      if (ok) told.shown = new Map(Object.entries(value as Record<string, string>))
      return
    case 'cloudWatch.describeAlarms':
      told.alarms = ok ? new Map((value as Alarm[]).map(({ alarmName, state }) => [alarmName, state])) : null
      return
    case 'cloudWatch.getMetricData':
      noteSeries(told, args[0] as MetricQuery[], heard as Answer<MetricSeries[]>, atMs)
      return
    case 'images.digestOf': {
      const { repository } = args[0] as EcrImage
      if (ok) told.images.set(repository, value as string | null)
      else told.images.delete(repository)
      return
    }
    case 'queues.depth': {
      const { visible = 0, inFlight = 0, delayed = 0 } = ok ? (value as QueueDepth) : {}
      told.messages.set(args[0] as string, ok ? visible + inFlight + delayed : null)
    }
  }
}

/** Under which a metric of a service, or of a queue, stands in what was told. */
export const seriesKey = (of: string, metricName: string): string => `${of} ${metricName}`

function noteSeries(
  told: Told,
  queries: MetricQuery[],
  heard: Answer<MetricSeries[]>,
  heardAtMs: number,
): void {
  for (const { id, stat } of queries) {
    if (!stat) continue
    const of = stat.dimensions.ServiceName ?? stat.dimensions.QueueName ?? ''
    const key = seriesKey(of, stat.metricName)
    const series = heard.ok ? heard.value.find(each => each.id === id) : undefined
    if (!series) {
      told.series.set(key, null)
      continue
    }
    const periodMs = stat.periodSeconds * second
    const points = series.points.map(({ atMs, value }) => ({ endMs: atMs + periodMs, value }))
    told.series.set(key, { heardAtMs, isWhole: series.status === 'Complete', periodMs, points })
  }
}

/** Of two readings in one look, the one that knows more: a deployment that has completed stays so, whatever a read that lags says. */
function laterOf(before: Service | undefined, after: Service): Service {
  const isSame = before !== undefined && primaryOf(before)?.id === primaryOf(after)?.id
  return isSame && !isDeploying(before) && isDeploying(after)
    ? { ...after, deployments: before.deployments }
    : after
}
