/** A task definition as DescribeTaskDefinition tells it, without anything that could be a secret. */

export interface TaskDefinition {
  taskDefinitionArn: string
  status: 'ACTIVE' | 'INACTIVE' | 'DELETE_IN_PROGRESS'
  /** Where the task's address comes from; `bridge` where the definition names none (Docker's own network). */
  networkMode: NetworkMode
  containers: ContainerDefinition[]
  /** Absent where nobody told. */
  settings?: TaskSettings
}

export interface ContainerDefinition {
  name: string
  essential: boolean
  hasHealthCheck: boolean
  image: string | null
  /** Absent where nobody told. */
  settings?: ContainerSettings
}

/**
 * Stands for a value that is never told: the same for the same value, and good for nothing else. Only marks that one port gave are
 * comparable, and only as long as it lives.
 */
export type Mark = string

export interface TaskSettings {
  /** Null: each container has its own. */
  cpuUnits: number | null
  memoryMiB: number | null
  /** Everything else that is set, by the API's name. */
  others: Record<string, Mark>
}

export interface ContainerSettings {
  cpuUnits: number | null
  /** Hard limit. */
  memoryMiB: number | null
  memoryReservationMiB: number | null
  /** By the variable's name. */
  environment: Record<string, Mark>
  /** By the variable's name; the mark is that of the place it is read from. */
  secrets: Record<string, Mark>
  /** Everything else that is set, by the API's name: `command`, `entryPoint`, `healthCheck`, … */
  others: Record<string, Mark>
  /** Null: it has no log configuration of its own. */
  log: LogDestination | null
}

export interface LogDestination {
  /** `awslogs`, `awsfirelens`, `splunk`, … */
  driver: string
  /** Of `awslogs`; null where none is named. */
  group: string | null
  region: string | null
  streamPrefix: string | null
}

export const networkModes = ['awsvpc', 'bridge', 'host', 'none'] as const
export type NetworkMode = (typeof networkModes)[number]
