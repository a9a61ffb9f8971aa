import { lastSegment, parseTaskDefinition } from '../model/arn.ts'
import type { TaskDefinition } from '../model/ports.ts'
import type { ClusterRecord, EcsRecords, TaskDefinitionRecord } from './ecs-records.ts'
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
    containers: containers.map(({ name, image, essential = true, healthCheck = false, port = null }) => ({
      name,
      image,
      essential,
      healthCheck,
      port,
    })),
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

export const describeTaskDefinition = (definition: TaskDefinitionRecord): TaskDefinition => ({
  taskDefinitionArn: definition.arn,
  status: definition.status,
  networkMode: definition.networkMode,
  containers: definition.containers.map(({ name, image, essential, healthCheck }) => ({
    name,
    essential,
    hasHealthCheck: healthCheck,
    image,
  })),
})
