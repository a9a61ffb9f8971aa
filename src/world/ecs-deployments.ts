import { lastSegment } from '../model/arn.ts'
import type { Ecs } from '../model/ports.ts'
import { answered, refused } from '../model/reading.ts'
import type { EcsRecords, ServiceRecord } from './ecs-records.ts'
import type { Services } from './ecs-services.ts'
import type { Faults } from './failures.ts'
import { serviceArn } from './names.ts'
import { clusterNamed, definitionNamed } from './task-definitions.ts'

/** What can be done about a deployment: only ECS's own controller has any (API reference, StopServiceDeployment and UpdateService). */
export function createDeploymentVerbs({
  records,
  faults,
  services,
}: {
  records: EcsRecords
  faults: Faults
  services: Services
}): Pick<Ecs, 'ongoingDeployments' | 'imagesBehind' | 'stopDeployment' | 'rollBackService'> {
  const named = (cluster: string, service: string): ServiceRecord | undefined =>
    clusterNamed(records, cluster) &&
    records.services.get(serviceArn(lastSegment(cluster), lastSegment(service)))

  /** The newest one, unless it is over. */
  const ongoing = (service: ServiceRecord) => {
    const [primary] = service.deployments
    const isOver = service.status !== 'ACTIVE' || service.deploymentController !== 'ECS'
    return isOver || primary?.rolloutState !== 'IN_PROGRESS' ? undefined : primary
  }

  return {
    ongoingDeployments: (cluster, name) =>
      faults.call('ecs:ListServiceDeployments', () => {
        const service = named(cluster, name)
        if (!service) return refused('ecs:ListServiceDeployments', 'not-found', 'Service not found.')
        const deployment = ongoing(service)
        if (!deployment) return answered([])
        const { serviceDeploymentArn: arn, isRollback } = deployment
        return answered([{ arn, state: isRollback ? ('ending' as const) : ('running' as const) }])
      }),

    imagesBehind: arn =>
      faults.call('ecs:DescribeServiceRevisions', () => {
        const [, cluster = '', name = ''] = arn.split('/')
        const service = named(cluster, name)
        const isKnown = service !== undefined && ongoing(service)?.serviceDeploymentArn === arn
        if (!isKnown || service.completed === null) return answered(null)
        return answered(service.completedImages.map(image => ({ ...image })))
      }),

    stopDeployment: arn =>
      faults.call('ecs:StopServiceDeployment', () => {
        const [, cluster = '', name = ''] = arn.split('/')
        const service = named(cluster, name)
        if (!service)
          return refused('ecs:StopServiceDeployment', 'not-found', 'Service deployment not found.')
        const deployment = ongoing(service)
        if (deployment?.serviceDeploymentArn !== arn)
          return refused('ecs:StopServiceDeployment', 'conflict', 'The service deployment has ended.')
        // "The service deployment continues the rollback operation" (developer guide, stop-service-deployment).
        if (deployment.isRollback || services.rollBack(service)) return answered(undefined)
        return refused(
          'ecs:StopServiceDeployment',
          'invalid',
          'There is no service revision to roll back to.',
        )
      }),

    rollBackService: ({ cluster, service: name, taskDefinition }) =>
      faults.call('ecs:UpdateService', () => {
        const service = named(cluster, name)
        if (!service) return refused('ecs:UpdateService', 'not-found', 'Service not found.')
        if (service.status !== 'ACTIVE')
          return refused('ecs:UpdateService', 'invalid', 'Service was not ACTIVE.')
        if (service.deploymentController !== 'ECS')
          return refused(
            'ecs:UpdateService',
            'invalid',
            `Unable to update task definition on services with a ${service.deploymentController} deployment controller.`,
          )
        const definition = definitionNamed(records, taskDefinition)
        if (definition?.status !== 'ACTIVE')
          return refused('ecs:UpdateService', 'invalid', 'TaskDefinition is inactive')
        if (service.deployments[0]?.definition !== definition) services.deploy(service, definition.arn)
        // UpdateService answers without tags.
        return answered({ ...services.describe(service), tags: null })
      }),
  }
}
