import type {
  ContainerDefinition as SdkContainerDefinition,
  TaskDefinition as SdkTaskDefinition,
} from '@aws-sdk/client-ecs'
import {
  type ContainerSettings,
  type LogDestination,
  type Mark,
  networkModes,
  type TaskDefinition,
} from '../model/task-definition.ts'

/** A task definition in the project's words. Of what may hold a secret only marks leave this file. */

type MarkOf = (value: unknown) => Mark

/** Null: it has no ARN. */
export function taskDefinitionOf(definition: SdkTaskDefinition, markOf: MarkOf): TaskDefinition | null {
  const { taskDefinitionArn, status } = definition
  if (!taskDefinitionArn) return null
  return {
    taskDefinitionArn,
    status: status === 'ACTIVE' || status === 'DELETE_IN_PROGRESS' ? status : 'INACTIVE',
    networkMode: networkModes.find(mode => mode === definition.networkMode) ?? 'bridge',
    containers: (definition.containerDefinitions ?? []).map(container => ({
      name: container.name ?? '',
      // AWS: "If this parameter is omitted, a container is assumed to be essential."
      essential: container.essential ?? true,
      hasHealthCheck: container.healthCheck !== undefined,
      image: container.image ?? null,
      settings: settingsOf(container, markOf),
    })),
    settings: {
      cpuUnits: amountOf(definition.cpu),
      memoryMiB: amountOf(definition.memory),
      others: marked(definition, ofTheTask, markOf),
    },
  }
}

function settingsOf(container: SdkContainerDefinition, markOf: MarkOf): ContainerSettings {
  const { environment = [], secrets = [] } = container
  return {
    // 0 is how ECS tells that none was given.
    cpuUnits: container.cpu || null,
    memoryMiB: container.memory ?? null,
    memoryReservationMiB: container.memoryReservation ?? null,
    environment: Object.fromEntries(environment.map(({ name = '', value = '' }) => [name, markOf(value)])),
    secrets: Object.fromEntries(secrets.map(({ name = '', valueFrom = '' }) => [name, markOf(valueFrom)])),
    others: marked(container, ofTheContainer, markOf),
    log: logOf(container),
  }
}

function logOf({ logConfiguration }: SdkContainerDefinition): LogDestination | null {
  if (!logConfiguration?.logDriver) return null
  const { logDriver: driver, options = {} } = logConfiguration
  return {
    driver,
    group: options['awslogs-group'] ?? null,
    region: options['awslogs-region'] ?? null,
    streamPrefix: options['awslogs-stream-prefix'] ?? null,
  }
}

const amountOf = (text: string | undefined): number | null =>
  text !== undefined && /^\d+$/.test(text) ? Number(text) : null

/** Told by a field of their own, or another with each revision. */
const ofTheContainer = new Set([
  'name',
  'image',
  'essential',
  'cpu',
  'memory',
  'memoryReservation',
  'environment',
  'secrets',
])
const ofTheTask = new Set([
  'taskDefinitionArn',
  'containerDefinitions',
  'family',
  'revision',
  'status',
  'cpu',
  'memory',
  'registeredAt',
  'registeredBy',
  'deregisteredAt',
  'deleteRequestedAt',
  'compatibilities',
  'requiresAttributes',
])

const marked = (told: object, without: ReadonlySet<string>, markOf: MarkOf): Record<string, Mark> =>
  Object.fromEntries(
    Object.entries(told)
      .filter(([name, value]) => !without.has(name) && !isNothing(value))
      .map(([name, value]) => [name, markOf(value)]),
  )

/** ECS tells empty lists for what was not given. */
const isNothing = (value: unknown): boolean =>
  value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0)
