import type { ContainerOverride, TaskOverride } from '../model/launch-spec.ts'
import type {
  ClusterRecord,
  ContainerInstanceRecord,
  ContainerRecord,
  Network,
  TaskDefinitionRecord,
  TaskRecord,
} from './ecs-records.ts'
import { containerArn, region, taskArn } from './names.ts'
import { availabilityZoneOf, type NetworkInterfaces } from './network-interfaces.ts'
import type { Randomness } from './randomness.ts'

/** A task as somebody asked for it, checked already. */
export interface TaskStart {
  cluster: ClusterRecord
  definition: TaskDefinitionRecord
  group: string
  startedBy: string | null
  /** Null for standalone tasks. */
  owner: TaskRecord['owner']
  /** Set exactly for network mode awsvpc. */
  network: Network | null
  capacityProvider: string | null
  launchType: 'FARGATE' | 'EC2'
  platformVersion: string | null
  /** Where it is placed; null on Fargate. */
  instance: ContainerInstanceRecord | null
  overrides: TaskOverride
  tags: Record<string, string>
  enableExecuteCommand: boolean
}

/** The new task, version 0: nobody has been told. */
export function newTask(
  start: TaskStart,
  nowMs: number,
  random: Randomness,
  networkInterfaces: NetworkInterfaces,
): TaskRecord {
  const { cluster, definition, overrides, network, platformVersion, tags, ...asAsked } = start
  const id = random.hex(32)
  // The agent is named as recorded events name it; it has no image to tell.
  const sidecar = cluster.injectSidecar ? `aws-guardduty-agent-${random.hex(6)}` : null
  const networkInterface = network && networkInterfaces.create(network)

  const container = (of: Pick<ContainerRecord, 'name' | 'image' | 'essential' | 'hasHealthCheck'>) => ({
    ...of,
    arn: containerArn(cluster.name, id, random.uuid()),
    imageDigest: `sha256:${random.hex(64)}`,
    runtimeId: `${id}-${random.digits(10)}`,
    injected: of.name === sidecar,
    portBinding: null,
    lastStatus: 'PENDING' as const,
    exitCode: null,
    reason: null,
    healthStatus: 'UNKNOWN' as const,
  })
  const own = definition.containers.map(({ name, image, essential, healthCheck }) =>
    container({ name, image, essential, hasHealthCheck: healthCheck }),
  )
  const injected = sidecar
    ? [container({ name: sidecar, image: null, essential: false, hasHealthCheck: false })]
    : []

  return {
    ...asAsked,
    cluster,
    definition,
    arn: taskArn(cluster.name, id),
    id,
    // Fargate answers with the revision that LATEST stands for (developer guide, "Fargate platform versions").
    platformVersion: platformVersion === 'LATEST' ? '1.4.0' : platformVersion,
    lastStatus: networkInterface ? 'PROVISIONING' : 'PENDING',
    desiredStatus: 'RUNNING',
    version: 0,
    stopCode: null,
    stoppedReason: null,
    containers: [...own, ...injected],
    attachment: networkInterface && { id: random.uuid(), status: 'PRECREATED', networkInterface },
    availabilityZone:
      start.instance?.availabilityZone ??
      (networkInterface ? availabilityZoneOf(networkInterface.subnetId) : `${region}a`),
    overrides: { ...structuredClone(overrides), containerOverrides: containerOverrides(start, sidecar) },
    tags: { ...tags },
    createdAtMs: nowMs,
    connectivityAtMs: networkInterface ? null : nowMs,
    pullStartedAtMs: networkInterface ? null : nowMs,
    pullStoppedAtMs: null,
    startedAtMs: null,
    stoppingAtMs: null,
    executionStoppedAtMs: null,
    stoppedAtMs: null,
    updatedAtMs: nowMs,
    fate: definition.fate,
    next: () => {},
    stalled: null,
  }
}

/** One entry for every container, the injected one with an environment of its own (recorded event of a task with GuardDuty). */
function containerOverrides(start: TaskStart, sidecar: string | null): ContainerOverride[] {
  const own = start.definition.containers.map(({ name }) => ({
    ...structuredClone(start.overrides.containerOverrides?.find(override => override.name === name)),
    name,
  }))
  if (!sidecar) return own
  const environment = [
    { name: 'CLUSTER_NAME', value: start.cluster.name },
    { name: 'REGION', value: region },
    { name: 'AGENT_RUNTIME_ENVIRONMENT', value: 'ecsfargate' },
  ]
  return [...own, { name: sidecar, environment, memory: 128 }]
}
