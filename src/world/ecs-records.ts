import type { CapacityProviderStrategy } from '../model/capacity-provider-strategy.ts'
import type { TaskOverride } from '../model/launch-spec.ts'
import type { RevisionImage, RollsBack, Service } from '../model/service.ts'
import type { PortBinding, TaskStatus } from '../model/task.ts'
import type { LogDestination } from '../model/task-definition.ts'
import type { NetworkInterfaceRecord } from './network-interfaces.ts'
import type { StopCauseName } from './stop-causes.ts'
import type { Cancel } from './timeline.ts'

/** What the world's ECS remembers. Mutable, and never handed out: ports and events make their own copies. */

export interface ClusterRecord {
  name: string
  arn: string
  /** Of Fargate's own, those that are associated with the cluster. */
  fargateProviders: FargateProvider[]
  instances: ContainerInstanceRecord[]
  /** True: tasks started from now on carry an injected GuardDuty agent. */
  injectSidecar: boolean
}

export type FargateProvider = 'FARGATE' | 'FARGATE_SPOT'

export interface ContainerInstanceRecord {
  arn: string
  ec2InstanceId: string
  privateIpv4: string
  availabilityZone: string
  version: number
  status: 'ACTIVE' | 'DRAINING'
  /** Without it nothing is placed here, and nothing that happens here is told. */
  agentConnected: boolean
  health: 'OK' | 'IMPAIRED'
}

export interface ContainerDefinition {
  name: string
  image: string
  essential: boolean
  healthCheck: boolean
  /** The container's port that bridge mode publishes on a port of the machine; null = none. */
  port: number | null
  cpuUnits: number | null
  memoryMiB: number | null
  memoryReservationMiB: number | null
  environment: Record<string, string>
  /** Where each is read from. */
  secrets: Record<string, string>
  command: string[] | null
  log: LogDestination | null
}

export interface TaskDefinitionRecord {
  arn: string
  family: string
  revision: number
  status: 'ACTIVE' | 'INACTIVE'
  containers: ContainerDefinition[]
  /** CPU units and MiB of the whole task. */
  cpuUnits: number
  memoryMiB: number
  networkMode: 'awsvpc' | 'bridge' | 'host'
  /** How every task of this revision ends from now on; null = they live. */
  fate: Fate | null
}

export interface Fate {
  how: StopCauseName
  /** After RUNNING, milliseconds; causes that prevent the start ignore it. */
  afterMs: number
  /** What the container that ends writes before. Default nothing. */
  lastWords?: string[]
}

export interface Network {
  subnets: string[]
  securityGroups: string[]
  assignPublicIp: 'ENABLED' | 'DISABLED'
}

export interface ContainerRecord {
  arn: string
  name: string
  image: string | null
  imageDigest: string
  runtimeId: string
  essential: boolean
  hasHealthCheck: boolean
  injected: boolean
  /** Set in network mode bridge once its ports are published. */
  portBinding: PortBinding | null
  lastStatus: 'PENDING' | 'RUNNING' | 'STOPPED'
  exitCode: number | null
  reason: string | null
  healthStatus: 'HEALTHY' | 'UNHEALTHY' | 'UNKNOWN'
}

export interface TaskRecord {
  arn: string
  id: string
  cluster: ClusterRecord
  definition: TaskDefinitionRecord
  group: string
  startedBy: string | null
  /** The service and the deployment that started it; null for standalone tasks. */
  owner: { service: ServiceRecord; deploymentId: string } | null
  lastStatus: TaskStatus
  desiredStatus: 'RUNNING' | 'STOPPED'
  version: number
  stopCode: string | null
  stoppedReason: string | null
  containers: ContainerRecord[]
  attachment: {
    id: string
    status: 'PRECREATED' | 'ATTACHED' | 'DELETED'
    networkInterface: NetworkInterfaceRecord
  } | null
  availabilityZone: string
  launchType: 'FARGATE' | 'EC2'
  capacityProvider: string | null
  platformVersion: string | null
  instance: ContainerInstanceRecord | null
  overrides: TaskOverride
  tags: Record<string, string>
  enableExecuteCommand: boolean
  createdAtMs: number
  connectivityAtMs: number | null
  pullStartedAtMs: number | null
  pullStoppedAtMs: number | null
  startedAtMs: number | null
  stoppingAtMs: number | null
  executionStoppedAtMs: number | null
  stoppedAtMs: number | null
  updatedAtMs: number
  fate: Fate | null
  /** Unplans the next change of status. */
  next: Cancel
  /** What happens once the agent of its machine is connected again; null = nothing waits for it. */
  stalled: (() => void) | null
}

export interface DeploymentRecord {
  id: string
  status: 'PRIMARY' | 'ACTIVE'
  rolloutState: 'IN_PROGRESS' | 'COMPLETED'
  definition: TaskDefinitionRecord
  failedTasks: number
  createdAtMs: number
  /** The service deployment that it belongs to: its own, or the one that it rolls back. */
  serviceDeploymentArn: string
  isRollback: boolean
  /** Of its service revision. */
  images: RevisionImage[]
}

export interface ServiceRecord {
  name: string
  arn: string
  /** INACTIVE: deleted, and still described for a while. */
  status: 'ACTIVE' | 'INACTIVE'
  cluster: ClusterRecord
  schedulingStrategy: 'REPLICA' | 'DAEMON'
  deploymentController: 'ECS' | 'CODE_DEPLOY' | 'EXTERNAL'
  desiredCount: number
  /** Newest first; the first is PRIMARY. */
  deployments: DeploymentRecord[]
  network: Network | null
  /** Null: it has a launch type. */
  capacityProviderStrategy: CapacityProviderStrategy | null
  launchType: 'FARGATE' | 'EC2'
  tags: Record<string, string>
  targetGroupArns: string[]
  minimumHealthyPercent: number
  maximumPercent: number
  rollsBack: RollsBack
  resourceManagementType: Service['resourceManagementType']
  /** Of the deployment that completed last. */
  completed: TaskDefinitionRecord | null
  completedImages: RevisionImage[]
  steady: boolean
  /** Unplans the next repeat of the steady state. */
  steadyAgain: Cancel
  /** The scheduler starts nothing before, epoch ms. */
  startsHeldUntilMs: number
  /** Unplans the scheduler's next pass; null when none is planned. */
  pass: { atMs: number; cancel: Cancel } | null
}

export interface EcsRecords {
  clusters: Map<string, ClusterRecord>
  /** By family, revision n at index n - 1. */
  definitions: Map<string, TaskDefinitionRecord[]>
  /** By id, until an hour after they stopped. */
  tasks: Map<string, TaskRecord>
  /** By ARN. */
  services: Map<string, ServiceRecord>
}

export const emptyRecords = (): EcsRecords => ({
  clusters: new Map(),
  definitions: new Map(),
  tasks: new Map(),
  services: new Map(),
})
