import { parseEcsArn } from '../model/arn.ts'
import type { EcsRecords, ServiceRecord, TaskDefinitionRecord, TaskRecord } from './ecs-records.ts'
import { serviceArn } from './names.ts'
import { definitionNamed } from './task-definitions.ts'

/** Records by the names that the control panel takes; throws where there is none. */
export const recordsByName = (records: EcsRecords) => ({
  taskOf(arnOrId: string): TaskRecord {
    const task = records.tasks.get(parseEcsArn(arnOrId)?.id ?? arnOrId)
    if (!task) throw new Error(`no task ${arnOrId}`)
    return task
  },
  /** By ARN or `cluster/name`. */
  serviceOf(arnOrName: string): ServiceRecord {
    const [cluster = '', name = ''] = arnOrName.split('/').slice(-2)
    const service = records.services.get(serviceArn(cluster, name))
    if (!service) throw new Error(`no service ${arnOrName}`)
    return service
  },
  definitionOf(arnOrName: string): TaskDefinitionRecord {
    const definition = definitionNamed(records, arnOrName)
    if (!definition) throw new Error(`no task definition ${arnOrName}`)
    return definition
  },
})
