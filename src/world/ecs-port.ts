import { lastSegment } from '../model/arn.ts'
import type { Ecs, RunTaskResult } from '../model/ports.ts'
import { type Answer, answered, refused } from '../model/reading.ts'
import { createDeploymentVerbs } from './ecs-deployments.ts'
import type { ClusterRecord, EcsRecords } from './ecs-records.ts'
import type { Services } from './ecs-services.ts'
import { stopByUser, type Tasks } from './ecs-tasks.ts'
import type { Faults, Operation } from './failures.ts'
import { serviceArn } from './names.ts'
import type { RunTask } from './run-task.ts'
import type { ServiceScheduler } from './service-scheduler.ts'
import { clusterNamed, definitionNamed, describeTaskDefinition } from './task-definitions.ts'
import { describeTask } from './task-description.ts'

/** The verbs of ECS that Longshore uses, on the world's records. Reads are consistent here; AWS's lag behind. */
export function createEcsPort(world: {
  records: EcsRecords
  faults: Faults
  services: Services
  scheduler: ServiceScheduler
  runTask: RunTask
  tasks: Tasks
}): Ecs {
  const { records, faults, services, scheduler, runTask, tasks } = world

  const inCluster = <T>(
    operation: Operation,
    cluster: string,
    run: (cluster: ClusterRecord) => Answer<T>,
  ): Promise<Answer<T>> =>
    faults.call(operation, () => {
      const record = clusterNamed(records, cluster)
      return record ? run(record) : refused(operation, 'not-found', 'Cluster not found.')
    })

  return {
    describeServices: (cluster, names) =>
      inCluster('ecs:DescribeServices', cluster, ({ name: clusterName }) => {
        const asked = names.map(name => ({
          name,
          service: records.services.get(serviceArn(clusterName, lastSegment(name))),
        }))
        return answered({
          services: asked.flatMap(({ service }) => (service ? [services.describe(service)] : [])),
          missing: asked.filter(({ service }) => !service).map(({ name }) => name),
        })
      }),

    describeTasks: (cluster, ids) =>
      inCluster('ecs:DescribeTasks', cluster, record => {
        const asked = ids.map(id => ({ id, task: records.tasks.get(lastSegment(id)) }))
        const isHere = ({ task }: (typeof asked)[number]): boolean => task?.cluster === record
        return answered({
          tasks: asked.filter(isHere).flatMap(({ task }) => (task ? [describeTask(task)] : [])),
          missing: asked.filter(entry => !isHere(entry)).map(({ id }) => id),
        })
      }),

    listTasks: (cluster, { desiredStatus = 'RUNNING', ...filter }) =>
      inCluster('ecs:ListTasks', cluster, record => {
        const { family, startedBy, service, containerInstance } = filter
        const others = [family, service, containerInstance]
        // "When you specify startedBy as the filter, it must be the only filter" (API reference, ListTasks).
        if (startedBy !== undefined && others.some(each => each !== undefined)) {
          return refused('ecs:ListTasks', 'invalid', 'startedBy must be the only filter.')
        }
        if (service !== undefined && !records.services.has(serviceArn(record.name, lastSegment(service)))) {
          return refused('ecs:ListTasks', 'not-found', 'Service not found.')
        }
        const found = [...records.tasks.values()].filter(
          task =>
            task.cluster === record &&
            task.desiredStatus === desiredStatus &&
            (family === undefined || task.definition.family === family) &&
            (service === undefined || task.owner?.service.name === lastSegment(service)) &&
            (startedBy === undefined || task.startedBy === startedBy) &&
            (containerInstance === undefined ||
              (task.instance !== null && lastSegment(task.instance.arn) === lastSegment(containerInstance))),
        )
        return answered(found.map(({ arn }) => arn))
      }),

    describeTaskDefinition: arn =>
      faults.call('ecs:DescribeTaskDefinition', () => {
        const definition = definitionNamed(records, arn)
        return definition
          ? answered(describeTaskDefinition(definition))
          : refused('ecs:DescribeTaskDefinition', 'not-found', 'Unable to describe task definition.')
      }),

    describeContainerInstances: (cluster, arns) =>
      inCluster('ecs:DescribeContainerInstances', cluster, ({ instances }) => {
        const found = instances.filter(({ arn }) =>
          arns.some(asked => lastSegment(asked) === lastSegment(arn)),
        )
        const isFound = (asked: string) => found.some(({ arn }) => lastSegment(arn) === lastSegment(asked))
        return answered({
          instances: found.map(({ arn, ec2InstanceId, status, agentConnected, health }) => ({
            containerInstanceArn: arn,
            ec2InstanceId,
            status,
            agentConnected,
            health,
          })),
          missing: arns.filter(asked => !isFound(asked)),
        })
      }),

    updateService: ({ cluster, service: name, desiredCount }) =>
      inCluster('ecs:UpdateService', cluster, ({ name: clusterName }) => {
        const service = records.services.get(serviceArn(clusterName, lastSegment(name)))
        if (!service) return refused('ecs:UpdateService', 'not-found', 'Service not found.')
        if (service.status !== 'ACTIVE')
          return refused('ecs:UpdateService', 'invalid', 'Service was not ACTIVE.')
        if (service.schedulingStrategy === 'DAEMON') {
          return refused(
            'ecs:UpdateService',
            'invalid',
            'The daemon scheduling strategy does not support a desired count for services. Remove the desired count value and try again',
          )
        }
        if (!Number.isInteger(desiredCount) || desiredCount < 0) {
          return refused('ecs:UpdateService', 'invalid', 'desiredCount must be a whole number from 0 on.')
        }
        // No SERVICE_DESIRED_COUNT_UPDATED: that event is not sent when a caller changes the count.
        service.desiredCount = desiredCount
        scheduler.wake(service)
        // UpdateService answers without tags.
        return answered({ ...services.describe(service), tags: null })
      }),

    ...createDeploymentVerbs({ records, faults, services }),
    stopTask: ({ cluster, task, reason }) =>
      inCluster('ecs:StopTask', cluster, record => {
        const found = records.tasks.get(lastSegment(task))
        if (found?.cluster !== record)
          return refused('ecs:StopTask', 'invalid', 'The referenced task was not found.')
        if (reason.length > 1_024) return refused('ecs:StopTask', 'invalid', 'The reason is too long.')
        stopByUser(tasks, found, reason)
        return answered(undefined)
      }),

    runTask: ({ spec, startedBy, clientToken }) =>
      faults.call('ecs:RunTask', (): Answer<RunTaskResult> => {
        const answer = runTask({
          cluster: spec.cluster,
          taskDefinition: spec.taskDefinitionArn,
          capacityProvider: spec.capacityProvider,
          launchType: spec.launchType,
          platformVersion: spec.platformVersion,
          network: spec.network,
          overrides: spec.overrides,
          tags: spec.tags,
          enableEcsManagedTags: spec.enableEcsManagedTags,
          enableExecuteCommand: spec.enableExecuteCommand,
          group: spec.group,
          startedBy,
          clientToken,
        })
        // A conflict that names the tasks which the token already started is what the caller wants.
        return answer.resourceIds ? answered({ taskArns: answer.resourceIds, failures: [] }) : answer
      }),
  }
}
