import { parseTaskDefinition } from '../model/arn.ts'
import type { ContainerSettings, TaskDefinition } from '../model/task-definition.ts'

/** A task definition in the shape of the ECS API. What is only known by its mark is told as its mark. */
export const taskDefinitionShape = (definition: TaskDefinition) => {
  const { family, revision } = parseTaskDefinition(definition.taskDefinitionArn)
  const { settings } = definition
  return {
    taskDefinitionArn: definition.taskDefinitionArn,
    family,
    revision: revision ?? undefined,
    status: definition.status,
    networkMode: definition.networkMode,
    cpu: settings?.cpuUnits?.toString(),
    memory: settings?.memoryMiB?.toString(),
    containerDefinitions: definition.containers.map(container => ({
      name: container.name,
      image: container.image ?? undefined,
      essential: container.essential,
      healthCheck: container.hasHealthCheck ? { command: ['CMD-SHELL', 'true'] } : undefined,
      ...(container.settings ? settingShapes(container.settings) : {}),
    })),
  }
}

const settingShapes = (settings: ContainerSettings) => ({
  // ECS tells 0 where none was given.
  cpu: settings.cpuUnits ?? 0,
  memory: settings.memoryMiB ?? undefined,
  memoryReservation: settings.memoryReservationMiB ?? undefined,
  environment: Object.entries(settings.environment).map(([name, value]) => ({ name, value })),
  secrets: Object.entries(settings.secrets).map(([name, valueFrom]) => ({ name, valueFrom })),
  command: settings.others.command === undefined ? [] : [settings.others.command],
  portMappings: [],
  logConfiguration: settings.log
    ? {
        logDriver: settings.log.driver,
        options: Object.fromEntries(
          Object.entries({
            'awslogs-group': settings.log.group,
            'awslogs-region': settings.log.region,
            'awslogs-stream-prefix': settings.log.streamPrefix,
          }).filter(([, value]) => value !== null),
        ),
      }
    : undefined,
})
