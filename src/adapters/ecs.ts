import {
  ConflictException,
  DescribeContainerInstancesCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ECSClient,
  ListServiceDeploymentsCommand,
  ListTasksCommand,
  RunTaskCommand,
  type RunTaskCommandInput,
  StopServiceDeploymentCommand,
  StopTaskCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs'
import { createMarks } from '../model/mark.ts'
import { couldBeSecret, overrideValues } from '../model/override-values.ts'
import type { ContainerInstance, DescribedTask, Ecs, RunTaskRequest } from '../model/ports.ts'
import { answered } from '../model/reading.ts'
import { redact } from '../model/redaction.ts'
import type { Service } from '../model/service.ts'
import { batches, everyPage } from './batches.ts'
import {
  containerInstanceOf,
  describedTaskOf,
  ongoingStates,
  serviceDeploymentOf,
  serviceOf,
} from './ecs-answers.ts'
import { sortFailures, strangeFailure, unreadable } from './ecs-failures.ts'
import { imagesBehind } from './ecs-revisions.ts'
import { taskDefinitionOf } from './ecs-task-definition.ts'
import { ask } from './failure.ts'
import { randomKey } from './ids.ts'
import { type AwsSettings, clientSettings } from './settings.ts'

/** Limits of the API: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/ */
const servicesPerCall = 10
const tasksPerCall = 100
const containerInstancesPerCall = 100

export function createEcs(settings: AwsSettings): Ecs {
  const client = new ECSClient(clientSettings(settings))
  const markOf = createMarks(randomKey())
  return {
    describeServices: (cluster, names) =>
      ask('ecs:DescribeServices', async () => {
        const services: Service[] = []
        const missing: string[] = []
        for (const batch of batches(names, servicesPerCall)) {
          const answer = await client.send(
            new DescribeServicesCommand({ cluster, services: batch, include: ['TAGS'] }),
          )
          for (const described of answer.services ?? []) {
            // Asked with TAGS: none told is none there.
            const service = serviceOf({ ...described, tags: described.tags ?? [] })
            if (!service) return unreadable('ecs:DescribeServices', 'a service without an ARN or its counts')
            services.push(service)
          }
          const strange = sortFailures(answer.failures, batch, missing)
          if (strange) return strangeFailure('ecs:DescribeServices', strange)
        }
        return answered({ services, missing })
      }),

    describeTasks: (cluster, asked) =>
      ask('ecs:DescribeTasks', async () => {
        const tasks: DescribedTask[] = []
        const missing: string[] = []
        for (const batch of batches(asked, tasksPerCall)) {
          const answer = await client.send(
            new DescribeTasksCommand({ cluster, tasks: batch, include: ['TAGS'] }),
          )
          for (const described of answer.tasks ?? []) {
            const task = describedTaskOf(described)
            if (!task) return unreadable('ecs:DescribeTasks', 'a task without an ARN or a status')
            tasks.push(task)
          }
          const strange = sortFailures(answer.failures, batch, missing)
          if (strange) return strangeFailure('ecs:DescribeTasks', strange)
        }
        return answered({ tasks, missing })
      }),

    listTasks: (cluster, { service, ...filter }) =>
      ask('ecs:ListTasks', async () => {
        const asked = { cluster, ...filter, ...(service === undefined ? {} : { serviceName: service }) }
        const pages = await everyPage(
          nextToken => client.send(new ListTasksCommand({ ...asked, nextToken })),
          page => page.nextToken,
        )
        return answered(pages.flatMap(page => page.taskArns ?? []))
      }),

    describeTaskDefinition: arn =>
      ask('ecs:DescribeTaskDefinition', async () => {
        const answer = await client.send(new DescribeTaskDefinitionCommand({ taskDefinition: arn }))
        const definition = answer.taskDefinition && taskDefinitionOf(answer.taskDefinition, markOf)
        if (!definition) return unreadable('ecs:DescribeTaskDefinition', 'no task definition')
        return answered(definition)
      }),

    describeContainerInstances: (cluster, asked) =>
      ask('ecs:DescribeContainerInstances', async () => {
        const instances: ContainerInstance[] = []
        const missing: string[] = []
        for (const batch of batches(asked, containerInstancesPerCall)) {
          const answer = await client.send(
            new DescribeContainerInstancesCommand({
              cluster,
              containerInstances: batch,
              include: ['CONTAINER_INSTANCE_HEALTH'],
            }),
          )
          for (const described of answer.containerInstances ?? []) {
            const instance = containerInstanceOf(described)
            if (!instance)
              return unreadable('ecs:DescribeContainerInstances', 'a container instance without an ARN')
            instances.push(instance)
          }
          const strange = sortFailures(answer.failures, batch, missing)
          if (strange) return strangeFailure('ecs:DescribeContainerInstances', strange)
        }
        return answered({ instances, missing })
      }),

    updateService: ({ cluster, service, desiredCount }) =>
      ask('ecs:UpdateService', async () => {
        const answer = await client.send(new UpdateServiceCommand({ cluster, service, desiredCount }))
        const updated = answer.service && serviceOf(answer.service)
        if (!updated) return unreadable('ecs:UpdateService', 'no service')
        return answered(updated)
      }),

    ongoingDeployments: (cluster, service) =>
      ask('ecs:ListServiceDeployments', async () => {
        const pages = await everyPage(
          nextToken =>
            client.send(
              new ListServiceDeploymentsCommand({ cluster, service, status: [...ongoingStates], nextToken }),
            ),
          page => page.nextToken,
        )
        return answered(
          pages
            .flatMap(page => page.serviceDeployments ?? [])
            .flatMap(each => serviceDeploymentOf(each) ?? []),
        )
      }),

    imagesBehind: arn => ask('ecs:DescribeServiceRevisions', () => imagesBehind(client, arn)),

    stopDeployment: serviceDeploymentArn =>
      ask('ecs:StopServiceDeployment', async () => {
        await client.send(new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType: 'ROLLBACK' }))
        return answered(undefined)
      }),

    rollBackService: ({ cluster, service, taskDefinition }) =>
      ask('ecs:UpdateService', async () => {
        const answer = await client.send(new UpdateServiceCommand({ cluster, service, taskDefinition }))
        const updated = answer.service && serviceOf(answer.service)
        if (!updated) return unreadable('ecs:UpdateService', 'no service')
        return answered(updated)
      }),

    stopTask: ({ cluster, task, reason }) =>
      ask('ecs:StopTask', async () => {
        await client.send(new StopTaskCommand({ cluster, task, reason }))
        return answered(undefined)
      }),

    runTask: request => {
      const told = (text: string) => redact(text, overrideValues(request.spec.overrides))
      return ask(
        'ecs:RunTask',
        async () => {
          try {
            const { tasks = [], failures = [] } = await client.send(new RunTaskCommand(runTaskInput(request)))
            return answered({
              taskArns: tasks.flatMap(task => task.taskArn ?? []),
              failures: failures.map(({ reason, detail }) => ({
                reason: told(reason ?? 'UNKNOWN'),
                detail: detail === undefined ? null : told(detail),
              })),
            })
          } catch (error) {
            // The token has run these tasks before (docs.aws.amazon.com/AmazonECS/latest/APIReference/ECS_Idempotency.html).
            if (error instanceof ConflictException && error.resourceIds?.length)
              return answered({ taskArns: error.resourceIds, failures: [] })
            throw error
          }
        },
        secretsIn(request),
      )
    },
  }
}

/** A capacity provider and a launch type exclude each other; the provider is the narrower word. */
function runTaskInput({ spec, startedBy, clientToken }: RunTaskRequest): RunTaskCommandInput {
  const tags = Object.entries(spec.tags).map(([key, value]) => ({ key, value }))
  return {
    cluster: spec.cluster,
    taskDefinition: spec.taskDefinitionArn,
    count: 1,
    clientToken,
    startedBy,
    enableECSManagedTags: spec.enableEcsManagedTags,
    enableExecuteCommand: spec.enableExecuteCommand,
    ...(spec.network ? { networkConfiguration: { awsvpcConfiguration: spec.network } } : {}),
    ...(spec.capacityProvider !== null
      ? { capacityProviderStrategy: [{ capacityProvider: spec.capacityProvider, weight: 1 }] }
      : spec.launchType !== null
        ? { launchType: spec.launchType as NonNullable<RunTaskCommandInput['launchType']> }
        : {}),
    ...(spec.platformVersion === null ? {} : { platformVersion: spec.platformVersion }),
    ...(Object.keys(spec.overrides).length === 0 ? {} : { overrides: spec.overrides }),
    ...(spec.group === null ? {} : { group: spec.group }),
    ...(tags.length === 0 ? {} : { tags }),
  }
}

/** AWS repeats what it refuses. In an error every value may go; the reasons of a placement are made of words that must stay. */
const secretsIn = ({ spec }: RunTaskRequest): string[] => [
  ...overrideValues(spec.overrides),
  ...(spec.overrides.containerOverrides ?? []).flatMap(override => [
    ...(override.command ?? []),
    ...(override.environment ?? []).map(({ value }) => value),
  ]),
  ...Object.values(spec.tags).filter(couldBeSecret),
]
