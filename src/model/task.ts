/** An ECS task as both the events and `DescribeTasks` tell it, without its overrides (they may hold secrets). */

/** In the order of the task lifecycle (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html). */
export const taskStatuses = [
  'PROVISIONING',
  'PENDING',
  'ACTIVATING',
  'RUNNING',
  'DEACTIVATING',
  'STOPPING',
  'DEPROVISIONING',
  'STOPPED',
  'DELETED',
] as const
export type TaskStatus = (typeof taskStatuses)[number]

export interface Task {
  taskArn: string
  /** Last segment of the ARN; fits Cloud Map's instance id. */
  taskId: string
  clusterArn: string
  cluster: string
  /** `service:NAME`, `family:FAMILY`, or any text a RunTask caller chose; null when not told. */
  group: string | null
  /** `ecs-svc/<deployment>`, `AWS Step Functions`, `events-rule/…`, `chronos-schedule/…`, ours (`longshore/…`), or null. */
  startedBy: string | null
  taskDefinitionArn: string | null
  family: string | null
  revision: number | null
  lastStatus: TaskStatus
  desiredStatus: 'RUNNING' | 'STOPPED'
  /** Counts the changes of this task; equal = duplicate, lower = stale. Null when the source does not tell it. */
  version: number | null
  stopCode: string | null
  stoppedReason: string | null
  containers: Container[]
  /** Null in events (they do not carry it); from DescribeTasks only. */
  healthStatus: 'HEALTHY' | 'UNHEALTHY' | 'UNKNOWN' | null
  networkInterface: {
    id: string
    subnetId: string | null
    privateIpv4: string | null
    ipv6: string | null
  } | null
  availabilityZone: string | null
  launchType: string | null
  capacityProvider: string | null
  platformVersion: string | null
  containerInstanceArn: string | null
  /** CPU units and MiB of the whole task; null when not told. */
  cpuUnits: number | null
  memoryMiB: number | null
  enableExecuteCommand: boolean
  ephemeralStorageGiB: number | null
  /** True when an EBS volume is attached: its parameters cannot be read back. */
  hasEbsVolume: boolean
  createdAtMs: number | null
  startedAtMs: number | null
  stoppingAtMs: number | null
  stoppedAtMs: number | null
}

export interface Container {
  name: string
  lastStatus: string | null
  exitCode: number | null
  reason: string | null
  image: string | null
  imageDigest: string | null
  /** Its own hard limit; null or absent when it has none, or nobody tells. */
  memoryMiB?: number | null
  healthStatus: 'HEALTHY' | 'UNHEALTHY' | 'UNKNOWN' | null
  /** Network mode bridge: which port of the machine leads to which of the container. Absent where none is told. */
  portBindings?: PortBinding[]
}

export interface PortBinding {
  containerPort: number
  hostPort: number
}

/** A stop has begun or is over: nothing should be routed to this task any more. */
export const isStopping = (task: Pick<Task, 'lastStatus' | 'desiredStatus'>): boolean =>
  task.desiredStatus === 'STOPPED' || taskStatuses.indexOf(task.lastStatus) > taskStatuses.indexOf('RUNNING')

export const isStopped = (task: Pick<Task, 'lastStatus'>): boolean =>
  task.lastStatus === 'STOPPED' || task.lastStatus === 'DELETED'

/** When its stop ended, or began, epoch ms; of a stop whose time is not told, the last that is known of its life. */
export const stopTimeOf = (
  task: Pick<Task, 'stoppedAtMs' | 'stoppingAtMs' | 'startedAtMs' | 'createdAtMs'>,
): number => task.stoppedAtMs ?? task.stoppingAtMs ?? task.startedAtMs ?? task.createdAtMs ?? 0

/** RUNNING and meant to stay so. */
export const isRunning = (task: Pick<Task, 'lastStatus' | 'desiredStatus'>): boolean =>
  task.lastStatus === 'RUNNING' && task.desiredStatus === 'RUNNING'

/** Names of containers that AWS injects and that RunTask would refuse in overrides. */
export const isInjectedContainer = (name: string): boolean =>
  /^(aws-guardduty-agent-|ecs-service-connect-)/.test(name)

/**
 * Who keeps a task alive: `service` = ECS's scheduler, `standalone` = nobody but us,
 * `none` = another orchestrator (AWS Batch, Step Functions) or not told.
 */
export type Owner = 'service' | 'standalone' | 'none'

/** EventBridge starts such tasks on a schedule and forgets them: standalone, but its next run may overlap with a restart. */
export const isScheduled = (task: Pick<Task, 'startedBy'>): boolean =>
  /^(events-rule|chronos-schedule)\//.test(task.startedBy ?? '')

/** The `startedBy` of a task that Longshore started: `longshore/<root task id>/<attempt>`, letters, digits, `-`, `_`, `/` (RunTask's charset). */
export const startedByLongshore = (rootTaskId: string, attempt: number): string =>
  `longshore/${rootTaskId}/${attempt}`

/** Root and attempt of a task that Longshore started; null for anyone else's. */
export function lineageOf(startedBy: string | null): { rootTaskId: string; attempt: number } | null {
  const match = /^longshore\/([^/]+)\/(\d+)$/.exec(startedBy ?? '')
  return match?.[1] ? { rootTaskId: match[1], attempt: Number(match[2]) } : null
}

/** Longshore's own StopTask calls begin their `reason` with this; it comes back as `stoppedReason`. */
export const ownStopPrefix = 'longshore:'
