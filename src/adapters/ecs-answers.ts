import type {
  ContainerInstance as SdkContainerInstance,
  ContainerOverride as SdkContainerOverride,
  Service as SdkService,
  ServiceDeploymentBrief as SdkServiceDeployment,
  Task as SdkTask,
  TaskOverride as SdkTaskOverride,
  Tag,
} from '@aws-sdk/client-ecs'
import { parseTask } from '../intake/task.ts'
import { lastSegment } from '../model/arn.ts'
import type { ContainerOverride, TaskOverride } from '../model/launch-spec.ts'
import type { ContainerInstance, DescribedTask } from '../model/ports.ts'
import type { Deployment, RollsBack, Service, ServiceDeployment } from '../model/service.ts'
import { parseTimestamp } from '../model/time.ts'

/** ECS answers in the project's words. Null: a field is missing without which the rest means nothing. */

export function serviceOf(service: SdkService): Service | null {
  const { serviceArn, serviceName, clusterArn, desiredCount, runningCount, pendingCount } = service
  if (!serviceArn || !serviceName || !clusterArn) return null
  if (desiredCount === undefined || runningCount === undefined || pendingCount === undefined) return null
  return {
    serviceArn,
    cluster: lastSegment(clusterArn),
    service: serviceName,
    // A status that we do not know is nobody's to change.
    status: service.status === 'ACTIVE' || service.status === 'DRAINING' ? service.status : 'INACTIVE',
    schedulingStrategy: service.schedulingStrategy === 'DAEMON' ? 'DAEMON' : 'REPLICA',
    deploymentController: service.deploymentController?.type ?? 'ECS',
    resourceManagementType: service.resourceManagementType ?? 'CUSTOMER',
    desiredCount,
    runningCount,
    pendingCount,
    deployments: (service.deployments ?? []).map(deploymentOf),
    taskSetCount: service.taskSets?.length ?? 0,
    rollsBack: rollsBackOf(service),
    targetGroupArns: targetGroupsOf(service),
    tags: service.tags === undefined ? null : tagsOf(service.tags),
    ...placeOf(service),
  }
}

/** A capacity provider wins over a launch type. */
function placeOf({ launchType, capacityProviderStrategy = [] }: SdkService): Pick<Service, 'onFargate'> {
  if (capacityProviderStrategy.length > 0)
    return {
      onFargate: capacityProviderStrategy.every(({ capacityProvider }) =>
        capacityProvider?.startsWith('FARGATE'),
      ),
    }
  return launchType === undefined ? {} : { onFargate: launchType === 'FARGATE' }
}

function rollsBackOf({ deploymentConfiguration = {} }: SdkService): RollsBack {
  const { deploymentCircuitBreaker: breaker, alarms } = deploymentConfiguration
  return {
    circuitBreaker: !breaker?.enable ? 'off' : breaker.rollback ? 'roll-back' : 'fail',
    onAlarm: alarms?.enable === true && alarms.rollback === true,
  }
}

/** Other task sets serve nobody yet, or nobody any more. A Classic Load Balancer has a name instead. */
function targetGroupsOf({ loadBalancers = [], taskSets = [] }: SdkService): string[] {
  const primary = taskSets.filter(({ status }) => status === 'PRIMARY')
  const balancers = [...loadBalancers, ...primary.flatMap(taskSet => taskSet.loadBalancers ?? [])]
  const arns = balancers.flatMap(({ targetGroupArn, advancedConfiguration }) => [
    targetGroupArn ?? [],
    advancedConfiguration?.alternateTargetGroupArn ?? [],
  ])
  return [...new Set(arns.flat())]
}

function deploymentOf(deployment: NonNullable<SdkService['deployments']>[number]): Deployment {
  const { status } = deployment
  return {
    id: deployment.id ?? '',
    status: status === 'PRIMARY' || status === 'ACTIVE' ? status : 'INACTIVE',
    rolloutState: deployment.rolloutState ?? null,
    taskDefinitionArn: deployment.taskDefinition ?? null,
    desiredCount: deployment.desiredCount ?? 0,
    runningCount: deployment.runningCount ?? 0,
    pendingCount: deployment.pendingCount ?? 0,
    failedTasks: deployment.failedTasks ?? 0,
    createdAtMs: parseTimestamp(deployment.createdAt),
  }
}

/** Neither SUCCESSFUL nor STOPPED, and no roll-back that is over. */
export const ongoingStates = [
  'PENDING',
  'IN_PROGRESS',
  'STOP_REQUESTED',
  'ROLLBACK_REQUESTED',
  'ROLLBACK_IN_PROGRESS',
] as const

/** Null: it has no ARN, or is none of those asked for. */
export function serviceDeploymentOf({
  serviceDeploymentArn,
  status,
}: SdkServiceDeployment): ServiceDeployment | null {
  if (!serviceDeploymentArn || !ongoingStates.some(state => state === status)) return null
  const isRunning = status === 'PENDING' || status === 'IN_PROGRESS'
  return { arn: serviceDeploymentArn, state: isRunning ? 'running' : 'ending' }
}

export function describedTaskOf(answer: SdkTask): DescribedTask | null {
  const task = parseTask(answer)
  return task && { ...task, tags: tagsOf(answer.tags ?? []), overrides: overridesOf(answer.overrides ?? {}) }
}

export const containerInstanceOf = (told: SdkContainerInstance): ContainerInstance | null =>
  told.containerInstanceArn
    ? {
        containerInstanceArn: told.containerInstanceArn,
        ec2InstanceId: told.ec2InstanceId ?? null,
        status: told.status ?? null,
        agentConnected: told.agentConnected ?? null,
        health: told.healthStatus?.overallStatus ?? null,
      }
    : null

export const tagsOf = (tags: Tag[]): Record<string, string> =>
  Object.fromEntries(tags.flatMap(({ key, value }) => (key === undefined ? [] : [[key, value ?? '']])))

/** Only what RunTask takes, and no undefined members: the store refuses them. */
function overridesOf(overrides: SdkTaskOverride): TaskOverride {
  const { cpu, memory, taskRoleArn, executionRoleArn, ephemeralStorage, containerOverrides } = overrides
  return {
    ...(containerOverrides ? { containerOverrides: containerOverrides.map(containerOverrideOf) } : {}),
    ...(cpu === undefined ? {} : { cpu }),
    ...(memory === undefined ? {} : { memory }),
    ...(taskRoleArn === undefined ? {} : { taskRoleArn }),
    ...(executionRoleArn === undefined ? {} : { executionRoleArn }),
    ...(ephemeralStorage?.sizeInGiB === undefined
      ? {}
      : { ephemeralStorage: { sizeInGiB: ephemeralStorage.sizeInGiB } }),
  }
}

function containerOverrideOf(override: SdkContainerOverride): ContainerOverride {
  const { name, command, cpu, memory, memoryReservation } = override
  return {
    ...(name === undefined ? {} : { name }),
    ...(command ? { command } : {}),
    ...(override.environment
      ? {
          environment: override.environment.flatMap(({ name, value }) =>
            name === undefined ? [] : [{ name, value: value ?? '' }],
          ),
        }
      : {}),
    ...(override.environmentFiles
      ? {
          environmentFiles: override.environmentFiles.flatMap(({ value, type }) =>
            value === undefined ? [] : [{ value, type: type ?? 's3' }],
          ),
        }
      : {}),
    ...(cpu === undefined ? {} : { cpu }),
    ...(memory === undefined ? {} : { memory }),
    ...(memoryReservation === undefined ? {} : { memoryReservation }),
    ...(override.resourceRequirements
      ? {
          resourceRequirements: override.resourceRequirements.flatMap(({ value, type }) =>
            value === undefined || (type !== 'GPU' && type !== 'InferenceAccelerator')
              ? []
              : [{ value, type }],
          ),
        }
      : {}),
  }
}
