import { lastSegment, parseTaskDefinition } from '../model/arn.ts'
import { createMarks } from '../model/mark.ts'
import type { LogDestination, TaskDefinition } from '../model/task-definition.ts'
import type { ClusterRecord, ContainerDefinition, EcsRecords, TaskDefinitionRecord } from './ecs-records.ts'
import { taskDefinitionArn } from './names.ts'

export interface TaskDefinitionParameters {
  family: string
  containers: {
    name: string
    image: string
    /** Default true. */
    essential?: boolean
    /** Default false. */
    healthCheck?: boolean
    /** Published on a port of the machine in network mode bridge. Default none. */
    port?: number
    /** Of the container alone. Default none. */
    cpuUnits?: number
    memoryMiB?: number
    memoryReservationMiB?: number
    environment?: Record<string, string>
    /** Where each is read from. */
    secrets?: Record<string, string>
    command?: string[]
    /** Default: none. */
    log?: Partial<LogDestination>
  }[]
  /** CPU units. Default 256. */
  cpuUnits?: number
  /** Default 512. */
  memoryMiB?: number
  /** Default awsvpc. */
  networkMode?: 'awsvpc' | 'bridge' | 'host'
}

/** The next revision of the family. */
export function registerTaskDefinition(
  records: EcsRecords,
  parameters: TaskDefinitionParameters,
): TaskDefinitionRecord {
  const { family, containers, cpuUnits = 256, memoryMiB = 512, networkMode = 'awsvpc' } = parameters
  const revisions = records.definitions.get(family) ?? []
  const revision = revisions.length + 1
  const definition: TaskDefinitionRecord = {
    arn: taskDefinitionArn(family, revision),
    family,
    revision,
    status: 'ACTIVE',
    containers: containers.map(container => ({ ...nothingMore, ...container, log: logOf(container.log) })),
    cpuUnits,
    memoryMiB,
    networkMode,
    fate: null,
  }
  if (!definition.containers.some(({ essential }) => essential)) {
    throw new Error(`task definition ${family}: at least one container must be essential`)
  }
  records.definitions.set(family, [...revisions, definition])
  return definition
}

/** By `family:revision` or ARN; without a revision the newest ACTIVE one (API reference, RunTask). */
export function definitionNamed(records: EcsRecords, arnOrName: string): TaskDefinitionRecord | undefined {
  const { family, revision } = parseTaskDefinition(arnOrName)
  const revisions = records.definitions.get(family) ?? []
  return revision === null ? revisions.findLast(({ status }) => status === 'ACTIVE') : revisions[revision - 1]
}

/** By name or ARN. */
export const clusterNamed = (records: EcsRecords, arnOrName: string): ClusterRecord | undefined =>
  records.clusters.get(lastSegment(arnOrName))

const nothingMore: Omit<ContainerDefinition, 'name' | 'image'> = {
  essential: true,
  healthCheck: false,
  port: null,
  cpuUnits: null,
  memoryMiB: null,
  memoryReservationMiB: null,
  environment: {},
  secrets: {},
  command: null,
  log: null,
}

const logOf = (log: Partial<LogDestination> | undefined): LogDestination | null =>
  log ? { driver: 'awslogs', group: null, region: null, streamPrefix: null, ...log } : null

const markOf = createMarks('the world')

const marked = (values: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => [name, markOf(value)]),
  )

export const describeTaskDefinition = (definition: TaskDefinitionRecord): TaskDefinition => ({
  taskDefinitionArn: definition.arn,
  status: definition.status,
  networkMode: definition.networkMode,
  settings: {
    cpuUnits: definition.cpuUnits,
    memoryMiB: definition.memoryMiB,
    others: marked({ networkMode: definition.networkMode }),
  },
  containers: definition.containers.map(container => ({
    name: container.name,
    essential: container.essential,
    hasHealthCheck: container.healthCheck,
    image: container.image,
    settings: {
      cpuUnits: container.cpuUnits,
      memoryMiB: container.memoryMiB,
      memoryReservationMiB: container.memoryReservationMiB,
      environment: marked(container.environment),
      secrets: marked(container.secrets),
      others: marked({
        command: container.command,
        logConfiguration: container.log,
        healthCheck: container.healthCheck || null,
        portMappings: container.port,
      }),
      log: container.log && { ...container.log },
    },
  })),
})
