import { hour, isoTime, minute, second } from '../model/time.ts'
import type { ContainerInstanceRecord, EcsRecords, ServiceRecord, TaskRecord } from './ecs-records.ts'
import type { Tasks } from './ecs-tasks.ts'
import type { EventBus } from './events.ts'
import { capacityProviderArn } from './names.ts'
import type { Placement } from './placement.ts'
import type { Randomness } from './randomness.ts'
import { isServing, planDaemon, planReplica } from './service-plan.ts'
import type { Timeline } from './timeline.ts'

/** Keeps services at their desired count (developer guide, "Amazon ECS services"), and says so in events. */
export interface ServiceScheduler {
  /** Something changed: a pass soon. */
  wake(service: ServiceRecord): void
  tasksOf(service: ServiceRecord): TaskRecord[]
  tellDeployment(service: ServiceRecord, eventName: string): void
  /** The service is deleted. */
  stopAll(service: ServiceRecord): void
}

/** Steady state is told again "periodically" (developer guide, "Amazon ECS service event messages"); how often is not documented. */
const steadyStateEveryMs = 6 * hour
/** The longest throttle of a service whose tasks do not start (developer guide, "Amazon ECS service throttle logic"). */
const startsHeldMaxMs = 27 * minute
/** Failed starts in a row until the service is called impaired; not documented. */
const impairedAfter = 3

export function createServiceScheduler(world: {
  records: EcsRecords
  timeline: Timeline
  random: Randomness
  events: EventBus
  tasks: Tasks
  placement: Placement
}): ServiceScheduler {
  const { records, timeline, random, events, tasks, placement } = world
  const now = (): number => timeline.clock.now()

  const tasksOf = (service: ServiceRecord): TaskRecord[] =>
    [...records.tasks.values()].filter(({ owner }) => owner?.service === service)

  const wakeAt = (service: ServiceRecord, atMs: number): void => {
    if (service.status !== 'ACTIVE') return
    if (service.pass && service.pass.atMs <= atMs) return
    service.pass?.cancel()
    service.pass = { atMs, cancel: timeline.at(atMs, () => pass(service)) }
  }
  const wake = (service: ServiceRecord): void => wakeAt(service, now() + random.between(500, 2_500))

  const stop = (task: TaskRecord, stoppedReason: string): void =>
    tasks.stop(task, { stopCode: 'ServiceSchedulerInitiated', stoppedReason })

  const pass = (service: ServiceRecord): void => {
    service.pass = null
    const daemon = service.schedulingStrategy === 'DAEMON'
    // DescribeServices shows a count that ECS keeps for DAEMON services.
    if (daemon) service.desiredCount = service.cluster.instances.length
    const present = tasksOf(service).filter(({ lastStatus }) => lastStatus !== 'STOPPED')
    const live = present.filter(({ desiredStatus }) => desiredStatus === 'RUNNING')
    const plan = daemon ? planDaemon(service, present) : planReplica(service, live, random)
    for (const { task, because } of plan.stops) {
      const stoppedReason =
        because === 'scaling'
          ? `Scaling activity initiated by (deployment ${service.deployments[0]?.id})`
          : 'Task failed container health checks'
      stop(task, stoppedReason)
    }
    if (plan.starts.length > 0 && now() < service.startsHeldUntilMs)
      wakeAt(service, service.startsHeldUntilMs)
    else for (const instance of plan.starts) if (!startOne(service, instance)) break
    settle(service)
  }

  /** False: there is no place. */
  const startOne = (service: ServiceRecord, onInstance: ContainerInstanceRecord | null): boolean => {
    const deployment = service.deployments[0]
    if (!deployment) return false
    const place = onInstance ? { instance: onInstance } : placement.place(service.cluster, service)
    if ('noPlace' in place) {
      tellAction(service, 'ERROR', 'SERVICE_TASK_PLACEMENT_FAILURE', {
        capacityProviderArns: service.capacityProvider
          ? [capacityProviderArn(service.capacityProvider)]
          : undefined,
        reason: place.noPlace,
      })
      service.startsHeldUntilMs = now() + minute
      wakeAt(service, service.startsHeldUntilMs)
      return false
    }
    tasks.start({
      cluster: service.cluster,
      definition: deployment.definition,
      group: `service:${service.name}`,
      startedBy: deployment.id,
      owner: { service, deploymentId: deployment.id },
      network: service.network,
      capacityProvider: service.capacityProvider,
      launchType: service.launchType,
      platformVersion: service.launchType === 'FARGATE' ? 'LATEST' : null,
      instance: place.instance,
      overrides: {},
      tags: {},
      enableExecuteCommand: false,
    })
    return true
  }

  const settle = (service: ServiceRecord): void => {
    const [primary] = service.deployments
    if (!primary) return
    const all = tasksOf(service).filter(({ lastStatus }) => lastStatus !== 'STOPPED')
    const serving = all.filter(task => task.owner?.deploymentId === primary.id && isServing(task))
    const settled =
      serving.length === service.desiredCount &&
      all.every(task => task.owner?.deploymentId === primary.id && task.desiredStatus === 'RUNNING')
    if (settled && primary.rolloutState === 'IN_PROGRESS') {
      primary.rolloutState = 'COMPLETED'
      service.completed = primary.definition
      service.completedImages = primary.images
      service.deployments = [primary]
      tellDeployment(service, 'SERVICE_DEPLOYMENT_COMPLETED')
    }
    const steady = settled && all.length === service.desiredCount
    if (steady && !service.steady) tellSteady(service)
    service.steady = steady
  }

  const tellSteady = (service: ServiceRecord): void => {
    tellAction(service, 'INFO', 'SERVICE_STEADY_STATE', {})
    service.steadyAgain()
    service.steadyAgain = timeline.after(steadyStateEveryMs, () => {
      if (service.steady) tellSteady(service)
    })
  }

  const tellAction = (service: ServiceRecord, eventType: string, eventName: string, more: object): void =>
    events.emit('aws.ecs', 'ECS Service Action', service.arn, {
      eventType,
      eventName,
      clusterArn: service.cluster.arn,
      createdAt: isoTime(now()),
      ...more,
    })

  const tellDeployment = (service: ServiceRecord, eventName: string): void => {
    // Only the rolling update of ECS's own controller has these events (developer guide, "Amazon ECS service deployment state change events").
    if (service.deploymentController !== 'ECS') return
    const deploymentId = service.deployments[0]?.id
    const happened = eventName === 'SERVICE_DEPLOYMENT_COMPLETED' ? 'completed' : 'in progress'
    events.emit('aws.ecs', 'ECS Deployment State Change', service.arn, {
      eventType: 'INFO',
      eventName,
      deploymentId,
      updatedAt: isoTime(now()),
      reason: `ECS deployment ${deploymentId} ${happened}.`,
    })
  }

  const countStart = (service: ServiceRecord, task: TaskRecord): void => {
    const deployment = service.deployments.find(({ id }) => id === task.owner?.deploymentId)
    if (!deployment) return
    // The throttle counts only tasks that never reached RUNNING; one that runs ends it.
    if (task.lastStatus === 'RUNNING' && task.desiredStatus === 'RUNNING') {
      deployment.failedTasks = 0
      service.startsHeldUntilMs = now()
    }
    if (task.lastStatus === 'STOPPED' && task.stopCode === 'TaskFailedToStart') {
      deployment.failedTasks += 1
      const rounds = Math.ceil(deployment.failedTasks / Math.max(1, service.desiredCount))
      const heldMs = Math.min(startsHeldMaxMs, 10 * second * 2 ** (rounds - 1))
      service.startsHeldUntilMs = now() + heldMs
      if (deployment.failedTasks === impairedAfter)
        tellAction(service, 'WARN', 'SERVICE_TASK_START_IMPAIRED', {})
    }
  }

  tasks.onChange(task => {
    if (!task.owner) return
    countStart(task.owner.service, task)
    wake(task.owner.service)
  })

  const stopAll = (service: ServiceRecord): void => {
    for (const task of tasksOf(service))
      stop(task, `Service ${service.name} was deleted (deployment ${service.deployments[0]?.id})`)
  }

  return { wake, tasksOf, tellDeployment, stopAll }
}
