import * as z from 'zod'
import { lastSegment } from '../model/arn.ts'
import type { Ecs } from '../model/ports.ts'
import type { Clock } from '../model/time.ts'
import { serviceArn, taskArn } from './names.ts'
import { revisionShape, serviceShape, taskShape } from './wire-ecs-shapes.ts'
import { runTask, runTaskRequest } from './wire-run-task.ts'
import { taskDefinitionShape } from './wire-task-definition.ts'
import { pageOf, pageSize, refusal, reply, type Verbs, verb } from './wire-verb.ts'

const invalid = 'InvalidParameterException'
/** A name or an ARN. */
const name = z.string().transform(lastSegment)
const cluster = name.default('default')
const deploymentStatuses = [
  'PENDING',
  'SUCCESSFUL',
  'STOPPED',
  'STOP_REQUESTED',
  'IN_PROGRESS',
  'ROLLBACK_REQUESTED',
  'ROLLBACK_IN_PROGRESS',
  'ROLLBACK_SUCCESSFUL',
  'ROLLBACK_FAILED',
] as const
const include = z.array(z.string()).default([])

/** ECS as AWS bounds it: ten services, a hundred tasks, pages of a hundred. */
export function ecsVerbs(ecs: Ecs, clock: Clock): Verbs {
  let runs = 0
  return {
    DescribeServices: verb(
      invalid,
      z.object({ cluster, services: z.array(name).min(1).max(10), include }),
      async input => {
        const answer = await ecs.describeServices(input.cluster, input.services)
        return reply('ecs:DescribeServices', answer, ({ services, missing }) => ({
          services: services.map(service => serviceShape(service, input.include.includes('TAGS'))),
          failures: missing.map(lost => ({ arn: serviceArn(input.cluster, lost), reason: 'MISSING' })),
        }))
      },
    ),

    DescribeTasks: verb(
      invalid,
      z.object({ cluster, tasks: z.array(name).min(1).max(100), include }),
      async input => {
        const answer = await ecs.describeTasks(input.cluster, input.tasks)
        return reply('ecs:DescribeTasks', answer, ({ tasks, missing }) => ({
          tasks: tasks.map(task => taskShape(task, input.include.includes('TAGS'))),
          failures: missing.map(lost => ({
            arn: taskArn(input.cluster, lastSegment(lost)),
            reason: 'MISSING',
          })),
        }))
      },
    ),

    DescribeContainerInstances: verb(
      invalid,
      z.object({ cluster, containerInstances: z.array(z.string()).min(1).max(100), include }),
      async input => {
        const answer = await ecs.describeContainerInstances(input.cluster, input.containerInstances)
        return reply('ecs:DescribeContainerInstances', answer, ({ instances, missing }) => ({
          containerInstances: instances.map(instance => ({
            containerInstanceArn: instance.containerInstanceArn,
            ec2InstanceId: instance.ec2InstanceId ?? undefined,
            status: instance.status ?? undefined,
            agentConnected: instance.agentConnected ?? undefined,
            // Told to those who ask for it alone.
            ...(input.include.includes('CONTAINER_INSTANCE_HEALTH') && instance.health !== null
              ? { healthStatus: { overallStatus: instance.health } }
              : {}),
          })),
          failures: missing.map(arn => ({ arn, reason: 'MISSING' })),
        }))
      },
    ),

    // Strict: a filter that the world does not know would silently list too much.
    ListTasks: verb(
      invalid,
      z.strictObject({
        cluster,
        family: z.string().optional(),
        startedBy: z.string().optional(),
        serviceName: name.optional(),
        containerInstance: name.optional(),
        desiredStatus: z.enum(['RUNNING', 'STOPPED']).optional(),
        maxResults: pageSize(100),
        nextToken: z.string().optional(),
      }),
      async ({ cluster, maxResults, nextToken, serviceName, containerInstance, ...rest }) => {
        const { family, startedBy, desiredStatus } = rest
        const others = [family, serviceName, containerInstance]
        if (startedBy !== undefined && others.some(each => each !== undefined))
          return refusal(invalid, 'startedBy must be the only filter that you use.')
        const answer = await ecs.listTasks(cluster, {
          ...(family === undefined ? {} : { family }),
          ...(startedBy === undefined ? {} : { startedBy }),
          ...(serviceName === undefined ? {} : { service: serviceName }),
          ...(containerInstance === undefined ? {} : { containerInstance }),
          ...(desiredStatus === undefined ? {} : { desiredStatus }),
        })
        const page = answer.ok ? pageOf(answer.value, nextToken, maxResults) : undefined
        if (page === null) return refusal(invalid, 'Invalid token.')
        return reply('ecs:ListTasks', answer, () => ({ taskArns: page?.items, nextToken: page?.next }))
      },
    ),

    DescribeTaskDefinition: verb('ClientException', z.object({ taskDefinition: z.string() }), async input =>
      reply(
        'ecs:DescribeTaskDefinition',
        await ecs.describeTaskDefinition(input.taskDefinition),
        definition => ({
          taskDefinition: taskDefinitionShape(definition),
        }),
      ),
    ),

    // Strict: of all that UpdateService can change, the world knows the count and the task definition, one at a time.
    UpdateService: verb(
      invalid,
      z.union([
        z.strictObject({ cluster, service: name, desiredCount: z.int().min(0) }),
        z.strictObject({ cluster, service: name, taskDefinition: z.string() }),
      ]),
      async change =>
        reply(
          'ecs:UpdateService',
          await ('desiredCount' in change ? ecs.updateService(change) : ecs.rollBackService(change)),
          service => ({ service: serviceShape(service, false) }),
        ),
    ),

    // The world has none that ended.
    ListServiceDeployments: verb(
      invalid,
      z.strictObject({
        cluster,
        service: name,
        status: z.array(z.enum(deploymentStatuses)).min(1),
        nextToken: z.string().optional(),
      }),
      async ({ cluster, service, status }) =>
        reply('ecs:ListServiceDeployments', await ecs.ongoingDeployments(cluster, service), ongoing => ({
          serviceDeployments: ongoing
            .map(({ arn, state }) => ({
              serviceDeploymentArn: arn,
              serviceArn: serviceArn(cluster, service),
              status: state === 'running' ? ('IN_PROGRESS' as const) : ('ROLLBACK_IN_PROGRESS' as const),
            }))
            .filter(deployment => status.includes(deployment.status)),
        })),
    ),

    // The world tells the images of one revision: its ARN is that of the deployment which would go back to it.
    DescribeServiceDeployments: verb(
      invalid,
      z.strictObject({ serviceDeploymentArns: z.array(z.string()).length(1) }),
      async ({ serviceDeploymentArns: [arn = ''] }) =>
        reply('ecs:DescribeServiceDeployments', await ecs.imagesBehind(arn), images => ({
          serviceDeployments: [
            {
              serviceDeploymentArn: arn,
              sourceServiceRevisions:
                images === null ? [] : [{ arn: arn.replace('service-deployment', 'service-revision') }],
            },
          ],
        })),
    ),

    DescribeServiceRevisions: verb(
      invalid,
      z.strictObject({ serviceRevisionArns: z.array(z.string()).length(1) }),
      async ({ serviceRevisionArns: [arn = ''] }) =>
        reply(
          'ecs:DescribeServiceRevisions',
          await ecs.imagesBehind(arn.replace('service-revision', 'service-deployment')),
          images => ({ serviceRevisions: images === null ? [] : [revisionShape(arn, images)] }),
        ),
    ),

    StopServiceDeployment: verb(
      invalid,
      z.strictObject({ serviceDeploymentArn: z.string(), stopType: z.literal('ROLLBACK') }),
      async ({ serviceDeploymentArn }) =>
        reply('ecs:StopServiceDeployment', await ecs.stopDeployment(serviceDeploymentArn), () => ({
          serviceDeploymentArn,
        })),
    ),

    StopTask: verb(
      invalid,
      z.object({ cluster, task: name, reason: z.string().max(1_024).default('Task stopped by user') }),
      async stop => {
        const answer = await ecs.stopTask(stop)
        const seen = answer.ok ? await ecs.describeTasks(stop.cluster, [stop.task]) : null
        const [task] = seen?.ok ? seen.value.tasks : []
        return reply('ecs:StopTask', answer, () => (task ? { task: taskShape(task, false) } : {}))
      },
    ),

    RunTask: verb(invalid, runTaskRequest, input => runTask(ecs, clock, input, `wire-${++runs}`)),
  }
}
