import type { DescribedTask } from '../model/ports.ts'
import type { ContainerRecord, TaskRecord } from './ecs-records.ts'

/** A task as DescribeTasks tells it, with tags. */
export function describeTask(task: TaskRecord): DescribedTask {
  const attached = task.attachment && task.attachment.status !== 'PRECREATED' ? task.attachment : null
  return {
    taskArn: task.arn,
    taskId: task.id,
    clusterArn: task.cluster.arn,
    cluster: task.cluster.name,
    group: task.group,
    startedBy: task.startedBy,
    taskDefinitionArn: task.definition.arn,
    family: task.definition.family,
    revision: task.definition.revision,
    lastStatus: task.lastStatus,
    desiredStatus: task.desiredStatus,
    version: task.version,
    stopCode: task.stopCode,
    stoppedReason: task.stoppedReason,
    containers: task.containers.map(container => ({
      name: container.name,
      lastStatus: container.lastStatus,
      exitCode: container.exitCode,
      reason: container.reason,
      image: container.image,
      imageDigest: task.pullStoppedAtMs === null ? null : container.imageDigest,
      memoryMiB: memoryOf(task, container.name),
      healthStatus: container.healthStatus,
      ...(container.portBinding ? { portBindings: [{ ...container.portBinding }] } : {}),
    })),
    healthStatus: healthOf(task.containers),
    networkInterface: attached && {
      id: attached.networkInterface.id,
      subnetId: attached.networkInterface.subnetId,
      privateIpv4: attached.networkInterface.privateIpv4,
      ipv6: null,
    },
    availabilityZone: task.availabilityZone,
    launchType: task.launchType,
    capacityProvider: task.capacityProvider,
    platformVersion: task.platformVersion,
    containerInstanceArn: task.instance?.arn ?? null,
    cpuUnits: Number(task.overrides.cpu ?? task.definition.cpuUnits),
    memoryMiB: Number(task.overrides.memory ?? task.definition.memoryMiB),
    enableExecuteCommand: task.enableExecuteCommand,
    ephemeralStorageGiB:
      task.launchType === 'FARGATE' ? (task.overrides.ephemeralStorage?.sizeInGiB ?? 20) : null,
    hasEbsVolume: false,
    createdAtMs: task.createdAtMs,
    startedAtMs: task.startedAtMs,
    stoppingAtMs: task.stoppingAtMs,
    stoppedAtMs: task.stoppedAtMs,
    tags: { ...task.tags },
    overrides: structuredClone(task.overrides),
  }
}

/**
 * Health of a task from its essential containers with a check: UNHEALTHY when one is, UNKNOWN while one is or none has a
 * check, else HEALTHY (developer guide, "Determine Amazon ECS task health using container health checks").
 */
export function healthOf(containers: ContainerRecord[]): 'HEALTHY' | 'UNHEALTHY' | 'UNKNOWN' {
  const checked = containers.filter(container => container.essential && container.hasHealthCheck)
  if (checked.some(container => container.healthStatus === 'UNHEALTHY')) return 'UNHEALTHY'
  if (checked.length === 0 || checked.some(container => container.healthStatus === 'UNKNOWN'))
    return 'UNKNOWN'
  return 'HEALTHY'
}

/** A container's own limit: here only an override gives it one. */
export const memoryOf = ({ overrides }: TaskRecord, name: string): number | null =>
  overrides.containerOverrides?.find(each => each.name === name)?.memory ?? null
