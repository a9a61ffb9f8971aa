import { isoTime } from '../model/time.ts'
import type { ContainerRecord, TaskRecord } from './ecs-records.ts'
import { memoryOf } from './task-description.ts'

const time = (atMs: number | null): string | undefined => (atMs === null ? undefined : isoTime(atMs))

/**
 * `detail` of an ECS Task State Change event (developer guide, "Amazon ECS task state change events"). Beside DescribeTasks:
 * times are ISO texts, the attachment's type is `eni`, there are no tags and no health, numbers are texts, and the
 * private address is spelt in two ways.
 */
export const taskEventDetail = (task: TaskRecord): object => ({
  attachments: task.attachment ? [attachmentOf(task.attachment)] : [],
  attributes: [{ name: 'ecs.cpu-architecture', value: 'x86_64' }],
  availabilityZone: task.availabilityZone,
  capacityProviderName: task.capacityProvider ?? undefined,
  clusterArn: task.cluster.arn,
  connectivity: task.connectivityAtMs === null ? undefined : 'CONNECTED',
  connectivityAt: time(task.connectivityAtMs),
  containerInstanceArn: task.instance?.arn,
  containers: task.containers.map(container => containerOf(task, container)),
  cpu: task.overrides.cpu ?? String(task.definition.cpuUnits),
  createdAt: time(task.createdAtMs),
  desiredStatus: task.desiredStatus,
  enableExecuteCommand: task.enableExecuteCommand,
  ephemeralStorage:
    task.launchType === 'FARGATE' ? (task.overrides.ephemeralStorage ?? { sizeInGiB: 20 }) : undefined,
  executionStoppedAt: time(task.executionStoppedAtMs),
  group: task.group,
  launchType: task.launchType,
  lastStatus: task.lastStatus,
  memory: task.overrides.memory ?? String(task.definition.memoryMiB),
  overrides: task.overrides,
  platformVersion: task.platformVersion ?? undefined,
  pullStartedAt: time(task.pullStartedAtMs),
  pullStoppedAt: time(task.pullStoppedAtMs),
  startedAt: time(task.startedAtMs),
  startedBy: task.startedBy ?? undefined,
  stoppingAt: time(task.stoppingAtMs),
  stoppedAt: time(task.stoppedAtMs),
  stoppedReason: task.stoppedReason ?? undefined,
  stopCode: task.stopCode ?? undefined,
  taskArn: task.arn,
  taskDefinitionArn: task.definition.arn,
  updatedAt: time(task.updatedAtMs),
  version: task.version,
})

function attachmentOf(attachment: NonNullable<TaskRecord['attachment']>): object {
  const { id, status, networkInterface } = attachment
  const subnet = { name: 'subnetId', value: networkInterface.subnetId }
  // A recorded PROVISIONING event names the subnet and nothing else.
  if (status === 'PRECREATED') return { id, type: 'eni', status, details: [subnet] }
  const details = [
    subnet,
    { name: 'networkInterfaceId', value: networkInterface.id },
    { name: 'macAddress', value: networkInterface.macAddress },
    { name: 'privateDnsName', value: networkInterface.privateDnsName },
    { name: 'privateIPv4Address', value: networkInterface.privateIpv4 },
  ]
  return { id, type: 'eni', status, details }
}

function containerOf(task: TaskRecord, container: ContainerRecord): object {
  const attached = task.attachment && task.attachment.status !== 'PRECREATED' ? task.attachment : null
  const pulled = task.pullStoppedAtMs !== null
  return {
    containerArn: container.arn,
    exitCode: container.exitCode ?? undefined,
    lastStatus: container.lastStatus,
    name: container.name,
    image: container.image ?? undefined,
    imageDigest: pulled ? container.imageDigest : undefined,
    runtimeId: pulled ? container.runtimeId : undefined,
    taskArn: task.arn,
    networkInterfaces: attached
      ? [{ attachmentId: attached.id, privateIpv4Address: attached.networkInterface.privateIpv4 }]
      : [],
    networkBindings: container.portBinding
      ? [{ bindIP: '0.0.0.0', protocol: 'tcp', ...container.portBinding }]
      : undefined,
    // Injected containers have no CPU of their own; recorded events say so with the text `null`.
    cpu: container.injected ? 'null' : '0',
    memory: memoryOf(task, container.name)?.toString(),
    reason: container.reason ?? undefined,
  }
}
