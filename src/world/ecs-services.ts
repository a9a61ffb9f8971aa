import type { CapacityProviderStrategy } from '../model/capacity-provider-strategy.ts'
import { neverRollsBack, type RevisionImage, type RollsBack, type Service } from '../model/service.ts'
import type { EcsRecords, Network, ServiceRecord, TaskDefinitionRecord } from './ecs-records.ts'
import { serviceArn, serviceDeploymentArn } from './names.ts'
import { launchTypeOf } from './placement.ts'
import type { Randomness } from './randomness.ts'
import type { Registry } from './registry.ts'
import type { ServiceScheduler } from './service-scheduler.ts'
import { clusterNamed, definitionNamed } from './task-definitions.ts'
import type { Timeline } from './timeline.ts'

/** What an owner says in CreateService. */
export interface ServiceParameters {
  cluster: string
  name: string
  /** `family`, `family:revision` or the ARN. */
  taskDefinition: string
  /** Default 1; not for DAEMON. */
  desiredCount?: number
  /** Default REPLICA. */
  schedulingStrategy?: 'REPLICA' | 'DAEMON'
  /** Default ECS. */
  deploymentController?: 'ECS' | 'CODE_DEPLOY' | 'EXTERNAL'
  /** Default: launch type FARGATE for REPLICA, EC2 for DAEMON. */
  capacityProvider?: string
  /** Instead of a single one. */
  capacityProviderStrategy?: CapacityProviderStrategy
  /** For network mode awsvpc. Default: two subnets, one security group, no public address. */
  network?: Network
  tags?: Record<string, string>
  /** Of its load balancers. Default none. */
  targetGroupArns?: string[]
  /** Defaults 100 and 200; DAEMON 0 and 100 (API reference, DeploymentConfiguration). */
  minimumHealthyPercent?: number
  maximumPercent?: number
  /** What ECS does about a failing deployment. Told only: the world's deployments never fail by themselves. Default nothing. */
  rollsBack?: RollsBack
  /** `ECS`: Express mode. Default CUSTOMER. */
  resourceManagementType?: Service['resourceManagementType']
}

export const defaultNetwork: Network = {
  subnets: ['subnet-0a1b2c3d4e5f60701', 'subnet-0a1b2c3d4e5f60702'],
  securityGroups: ['sg-0f1e2d3c4b5a69780'],
  assignPublicIp: 'DISABLED',
}

export interface Services {
  create(parameters: ServiceParameters): ServiceRecord
  /** UpdateService with another task definition, or the same with `forceNewDeployment`. */
  deploy(service: ServiceRecord, taskDefinition: string): void
  /** UpdateService with a strategy and `forceNewDeployment`. */
  setCapacityProviders(service: ServiceRecord, strategy: CapacityProviderStrategy): void
  /** What StopServiceDeployment with a roll-back does. False: no deployment has completed before. */
  rollBack(service: ServiceRecord): boolean
  /** DeleteService with `force`: INACTIVE at once, its tasks stop. A new one may take its name. */
  delete(service: ServiceRecord): void
  describe(service: ServiceRecord): Service
}

export function createServices(world: {
  records: EcsRecords
  timeline: Timeline
  random: Randomness
  scheduler: ServiceScheduler
  registry: Registry
}): Services {
  const { records, timeline, random, scheduler, registry } = world

  /** "Amazon ECS resolves container image names and any image tags to digests" (API reference, ContainerImage). */
  const resolved = ({ containers }: TaskDefinitionRecord): RevisionImage[] =>
    containers.map(({ image }) => ({ image, digest: registry.pull(image) ?? null }))

  const beginDeployment = (
    service: ServiceRecord,
    definition: TaskDefinitionRecord,
    rollsBack: string | null = null,
    images = resolved(definition),
  ): void => {
    for (const older of service.deployments) older.status = 'ACTIVE'
    const id = random.digits(19)
    service.deployments.unshift({
      id: `ecs-svc/${id}`,
      serviceDeploymentArn: rollsBack ?? serviceDeploymentArn(service.cluster.name, service.name, id),
      isRollback: rollsBack !== null,
      images,
      status: 'PRIMARY',
      rolloutState: 'IN_PROGRESS',
      definition,
      failedTasks: 0,
      createdAtMs: timeline.clock.now(),
    })
    service.steady = false
    // A new task definition ends the throttle (developer guide, "Amazon ECS service throttle logic").
    service.startsHeldUntilMs = timeline.clock.now()
    scheduler.tellDeployment(service, 'SERVICE_DEPLOYMENT_IN_PROGRESS')
    scheduler.wake(service)
  }

  return {
    create(parameters) {
      const cluster = clusterNamed(records, parameters.cluster)
      const definition = definitionNamed(records, parameters.taskDefinition)
      const {
        name,
        schedulingStrategy = 'REPLICA',
        deploymentController = 'ECS',
        capacityProvider,
        capacityProviderStrategy = capacityProvider ? [{ capacityProvider, base: 0, weight: 1 }] : null,
      } = parameters
      const daemon = schedulingStrategy === 'DAEMON'
      if (!cluster || !definition) throw new Error(`service ${name}: no such cluster or task definition`)
      if (daemon && (parameters.desiredCount !== undefined || deploymentController !== 'ECS')) {
        throw new Error(`service ${name}: DAEMON takes no desired count and only the controller ECS`)
      }
      const [first] = capacityProviderStrategy ?? []
      const launchType = first ? launchTypeOf(first.capacityProvider) : daemon ? 'EC2' : 'FARGATE'
      if (daemon && launchType === 'FARGATE') throw new Error(`service ${name}: no DAEMON on Fargate`)
      const service: ServiceRecord = {
        name,
        arn: serviceArn(cluster.name, name),
        status: 'ACTIVE',
        cluster,
        schedulingStrategy,
        deploymentController,
        desiredCount: daemon ? cluster.instances.length : (parameters.desiredCount ?? 1),
        deployments: [],
        network: definition.networkMode === 'awsvpc' ? (parameters.network ?? defaultNetwork) : null,
        capacityProviderStrategy,
        launchType,
        tags: { ...parameters.tags },
        targetGroupArns: [...(parameters.targetGroupArns ?? [])],
        minimumHealthyPercent: parameters.minimumHealthyPercent ?? (daemon ? 0 : 100),
        maximumPercent: parameters.maximumPercent ?? (daemon ? 100 : 200),
        rollsBack: parameters.rollsBack ?? neverRollsBack,
        resourceManagementType: parameters.resourceManagementType ?? 'CUSTOMER',
        completed: null,
        completedImages: [],
        steady: false,
        steadyAgain: () => {},
        startsHeldUntilMs: 0,
        pass: null,
      }
      if (records.services.get(service.arn)?.status === 'ACTIVE')
        throw new Error(`service ${name} exists already`)
      records.services.set(service.arn, service)
      beginDeployment(service, definition)
      return service
    },

    deploy(service, taskDefinition) {
      const definition = definitionNamed(records, taskDefinition)
      if (!definition) throw new Error(`no task definition ${taskDefinition}`)
      if (service.deploymentController !== 'ECS') {
        // The sentence of UpdateService for CODE_DEPLOY; EXTERNAL services change by their task sets.
        throw new Error(
          `Unable to update task definition on services with a ${service.deploymentController} deployment controller`,
        )
      }
      beginDeployment(service, definition)
    },

    setCapacityProviders(service, strategy) {
      const [primary] = service.deployments
      if (!primary) return
      service.capacityProviderStrategy = structuredClone(strategy)
      beginDeployment(service, primary.definition)
    },

    rollBack(service) {
      const [primary] = service.deployments
      if (!primary || service.completed === null) return false
      beginDeployment(service, service.completed, primary.serviceDeploymentArn, service.completedImages)
      return true
    },

    delete(service) {
      service.status = 'INACTIVE'
      service.desiredCount = 0
      service.pass?.cancel()
      service.steadyAgain()
      scheduler.stopAll(service)
    },

    describe(service) {
      const tasks = scheduler.tasksOf(service)
      const countsOf = (deploymentId: string | null) => {
        const counted = tasks.filter(
          ({ owner }) => deploymentId === null || owner?.deploymentId === deploymentId,
        )
        return {
          runningCount: counted.filter(({ lastStatus }) => lastStatus === 'RUNNING').length,
          pendingCount: counted.filter(
            ({ lastStatus, desiredStatus }) =>
              desiredStatus === 'RUNNING' && ['PROVISIONING', 'PENDING', 'ACTIVATING'].includes(lastStatus),
          ).length,
        }
      }
      const live = tasks.filter(({ desiredStatus }) => desiredStatus === 'RUNNING')
      const byEcs = service.deploymentController === 'ECS'
      return {
        serviceArn: service.arn,
        cluster: service.cluster.name,
        service: service.name,
        status: service.status,
        schedulingStrategy: service.schedulingStrategy,
        deploymentController: service.deploymentController,
        resourceManagementType: service.resourceManagementType,
        onFargate: service.launchType === 'FARGATE',
        desiredCount: service.desiredCount,
        ...countsOf(null),
        // `deployments` is the ECS controller's, task sets are the others' (API reference, Service).
        deployments: (byEcs ? service.deployments : []).map(deployment => ({
          id: deployment.id,
          status: deployment.status,
          rolloutState: deployment.rolloutState,
          taskDefinitionArn: deployment.definition.arn,
          desiredCount:
            deployment.status === 'PRIMARY'
              ? service.desiredCount
              : live.filter(({ owner }) => owner?.deploymentId === deployment.id).length,
          ...countsOf(deployment.id),
          failedTasks: deployment.failedTasks,
          createdAtMs: deployment.createdAtMs,
        })),
        minimumHealthyPercent: service.minimumHealthyPercent,
        capacityProviderStrategy: structuredClone(service.capacityProviderStrategy),
        rollsBack: { ...service.rollsBack },
        taskSetCount: byEcs ? 0 : service.deployments.length,
        targetGroupArns: [...service.targetGroupArns],
        tags: { ...service.tags },
      }
    },
  }
}
