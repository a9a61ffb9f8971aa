import type { ContainerInstanceRecord, ServiceRecord, TaskRecord } from './ecs-records.ts'
import type { Randomness } from './randomness.ts'
import { healthOf } from './task-description.ts'

/** What the service scheduler does in one pass. */
export interface ServicePlan {
  /** One entry for each task to start: a machine for DAEMON, null where placement chooses. */
  starts: (ContainerInstanceRecord | null)[]
  stops: { task: TaskRecord; because: 'scaling' | 'unhealthy' }[]
}

/** RUNNING and, where it has checks, HEALTHY. */
export const isServing = (task: TaskRecord): boolean =>
  task.lastStatus === 'RUNNING' &&
  (healthOf(task.containers) === 'HEALTHY' || !task.containers.some(({ hasHealthCheck }) => hasHealthCheck))

const isUnhealthy = (task: TaskRecord): boolean => healthOf(task.containers) === 'UNHEALTHY'

/**
 * REPLICA with rolling updates: never fewer serving tasks than the minimum healthy percent (rounded up), never more tasks
 * than the maximum percent (rounded down) (API reference, DeploymentConfiguration). Unhealthy tasks leave once their
 * replacements serve, or first when there is no room for them (developer guide, "Amazon ECS services").
 * `live`: the service's tasks that are meant to run.
 */
export function planReplica(service: ServiceRecord, live: TaskRecord[], random: Randomness): ServicePlan {
  const { desiredCount } = service
  const lower = Math.ceil((desiredCount * service.minimumHealthyPercent) / 100)
  const upper = Math.floor((desiredCount * service.maximumPercent) / 100)
  const wanted = live.filter(task => isCurrent(service, task) && !isUnhealthy(task))
  const unwanted = live.filter(task => !wanted.includes(task))
  const missing = desiredCount - wanted.length
  const startCount = Math.max(0, Math.min(missing, upper - live.length))
  const stops: ServicePlan['stops'] = scaleIn(wanted, -missing, random).map(task => ({
    task,
    because: 'scaling',
  }))

  const leaving = stops.map(({ task }) => task)
  let serving = live.filter(task => isServing(task) && !leaving.includes(task)).length
  const crowded = missing > 0 && startCount === 0
  for (const task of unwanted) {
    const because = isCurrent(service, task) ? 'unhealthy' : 'scaling'
    if (task.lastStatus !== 'RUNNING') stops.push({ task, because })
    else if (!isServing(task) && (serving >= lower || crowded)) stops.push({ task, because })
    else if (isServing(task) && serving > lower) {
      serving -= 1
      stops.push({ task, because })
    }
  }
  return { starts: Array.from({ length: startCount }, () => null), stops }
}

/**
 * DAEMON: one task on each machine; the old one is gone before the new one comes (developer guide, "Daemon scheduling strategy").
 * `present`: the service's tasks that have not stopped, the leaving ones too.
 */
export function planDaemon(service: ServiceRecord, present: TaskRecord[]): ServicePlan {
  const stops = present
    .filter(task => task.desiredStatus === 'RUNNING' && (!isCurrent(service, task) || isUnhealthy(task)))
    .map(task => ({
      task,
      because: isCurrent(service, task) ? ('unhealthy' as const) : ('scaling' as const),
    }))
  const starts = service.cluster.instances.filter(
    instance => !present.some(task => task.instance === instance),
  )
  return { starts, stops }
}

const isCurrent = (service: ServiceRecord, task: TaskRecord): boolean =>
  task.owner?.deploymentId === service.deployments[0]?.id

/** Fargate keeps the zones balanced; which task of the fullest zone goes is not documented, so it is drawn (developer guide, "Replica scheduling strategy"). */
function scaleIn(tasks: TaskRecord[], count: number, random: Randomness): TaskRecord[] {
  const staying = [...tasks]
  const leaving: TaskRecord[] = []
  while (leaving.length < count && staying.length > 0) {
    const sizes = new Map<string, number>()
    for (const { availabilityZone } of staying) {
      sizes.set(availabilityZone, (sizes.get(availabilityZone) ?? 0) + 1)
    }
    const fullest = Math.max(...sizes.values())
    const task = random.pick(
      staying.filter(({ availabilityZone }) => sizes.get(availabilityZone) === fullest),
    )
    staying.splice(staying.indexOf(task), 1)
    leaving.push(task)
  }
  return leaving
}
