import type { DescribedTask } from '../model/ports.ts'
import type { RevisionImage, Service } from '../model/service.ts'
import { clusterArn } from './names.ts'
import { epochSeconds } from './wire-verb.ts'

/** The project's words in the shapes of the ECS API (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Types.html). */

export const serviceShape = (service: Service, withTags: boolean) => ({
  serviceArn: service.serviceArn,
  serviceName: service.service,
  clusterArn: clusterArn(service.cluster),
  status: service.status,
  schedulingStrategy: service.schedulingStrategy,
  deploymentController: { type: service.deploymentController },
  resourceManagementType: service.resourceManagementType,
  launchType: service.onFargate === undefined ? undefined : service.onFargate ? 'FARGATE' : 'EC2',
  desiredCount: service.desiredCount,
  runningCount: service.runningCount,
  pendingCount: service.pendingCount,
  deployments: service.deployments.map(deployment => ({
    id: deployment.id,
    status: deployment.status,
    rolloutState: deployment.rolloutState ?? undefined,
    taskDefinition: deployment.taskDefinitionArn ?? undefined,
    desiredCount: deployment.desiredCount,
    runningCount: deployment.runningCount,
    pendingCount: deployment.pendingCount,
    failedTasks: deployment.failedTasks,
    createdAt: epochSeconds(deployment.createdAtMs),
  })),
  deploymentConfiguration: {
    deploymentCircuitBreaker: {
      enable: service.rollsBack.circuitBreaker !== 'off',
      rollback: service.rollsBack.circuitBreaker === 'roll-back',
    },
    alarms: { alarmNames: [], enable: service.rollsBack.onAlarm, rollback: service.rollsBack.onAlarm },
  },
  loadBalancers: service.targetGroupArns.map(targetGroupArn => ({ targetGroupArn })),
  taskSets: Array.from({ length: service.taskSetCount }, (_, index) => ({
    id: `ecs-svc/${index + 1}`,
    serviceArn: service.serviceArn,
  })),
  tags: withTags && service.tags ? tagShapes(service.tags) : undefined,
})

export const taskShape = (task: DescribedTask, withTags: boolean) => ({
  taskArn: task.taskArn,
  clusterArn: task.clusterArn,
  taskDefinitionArn: task.taskDefinitionArn ?? undefined,
  group: task.group ?? undefined,
  startedBy: task.startedBy ?? undefined,
  lastStatus: task.lastStatus,
  desiredStatus: task.desiredStatus,
  version: task.version ?? undefined,
  stopCode: task.stopCode ?? undefined,
  stoppedReason: task.stoppedReason ?? undefined,
  healthStatus: task.healthStatus ?? undefined,
  availabilityZone: task.availabilityZone ?? undefined,
  launchType: task.launchType ?? undefined,
  capacityProviderName: task.capacityProvider ?? undefined,
  platformVersion: task.platformVersion ?? undefined,
  containerInstanceArn: task.containerInstanceArn ?? undefined,
  cpu: task.cpuUnits === null ? undefined : String(task.cpuUnits),
  memory: task.memoryMiB === null ? undefined : String(task.memoryMiB),
  enableExecuteCommand: task.enableExecuteCommand,
  ephemeralStorage: task.ephemeralStorageGiB === null ? undefined : { sizeInGiB: task.ephemeralStorageGiB },
  attachments: attachmentShapes(task),
  containers: containerShapes(task),
  overrides: task.overrides,
  tags: withTags ? tagShapes(task.tags) : undefined,
  createdAt: epochSeconds(task.createdAtMs),
  startedAt: epochSeconds(task.startedAtMs),
  stoppingAt: epochSeconds(task.stoppingAtMs),
  stoppedAt: epochSeconds(task.stoppedAtMs),
})

/** The API says `ElasticNetworkInterface` where events say `eni`. */
function attachmentShapes({ taskId, networkInterface, hasEbsVolume }: DescribedTask) {
  const shapes = []
  if (networkInterface)
    shapes.push({
      id: attachmentId(taskId),
      type: 'ElasticNetworkInterface',
      status: 'ATTACHED',
      details: detailShapes({
        subnetId: networkInterface.subnetId,
        networkInterfaceId: networkInterface.id,
        privateIPv4Address: networkInterface.privateIpv4,
        ipv6Address: networkInterface.ipv6,
      }),
    })
  if (hasEbsVolume)
    shapes.push({
      id: `ebs-${taskId}`,
      type: 'AmazonElasticBlockStorage',
      status: 'ATTACHED',
      details: detailShapes({ volumeName: 'data' }),
    })
  return shapes
}

const attachmentId = (taskId: string): string => `eni-attach-${taskId}`

const detailShapes = (details: Record<string, string | null>) =>
  Object.entries(details).flatMap(([name, value]) => (value === null ? [] : [{ name, value }]))

const containerShapes = ({ taskArn, taskId, containers, networkInterface }: DescribedTask) =>
  containers.map(container => ({
    containerArn: `${taskArn.replace(':task/', ':container/')}/${container.name}`,
    taskArn,
    name: container.name,
    lastStatus: container.lastStatus ?? undefined,
    exitCode: container.exitCode ?? undefined,
    reason: container.reason ?? undefined,
    image: container.image ?? undefined,
    imageDigest: container.imageDigest ?? undefined,
    memory: container.memoryMiB?.toString(),
    healthStatus: container.healthStatus ?? undefined,
    networkInterfaces: networkInterface
      ? [
          {
            attachmentId: attachmentId(taskId),
            privateIpv4Address: networkInterface.privateIpv4 ?? undefined,
            ipv6Address: networkInterface.ipv6 ?? undefined,
          },
        ]
      : [],
    networkBindings: container.portBindings?.map(binding => ({
      bindIP: '0.0.0.0',
      protocol: 'tcp',
      ...binding,
    })),
  }))

export const revisionShape = (arn: string, images: RevisionImage[]) => ({
  serviceRevisionArn: arn,
  containerImages: images.map(({ image, digest }, index) => ({
    containerName: `container-${index + 1}`,
    image: image ?? undefined,
    imageDigest: digest ?? undefined,
  })),
})

const tagShapes = (tags: Record<string, string>) =>
  Object.entries(tags).map(([key, value]) => ({ key, value }))
