import * as z from 'zod'
import { lastSegment } from '../model/arn.ts'
import type { TaskOverride } from '../model/launch-spec.ts'
import type { Ecs, RunTaskRequest } from '../model/ports.ts'
import type { Clock } from '../model/time.ts'
import { clusterArn } from './names.ts'
import { taskShape } from './wire-ecs-shapes.ts'
import { type Reply, refusal, reply } from './wire-verb.ts'

/** Strict: what the world cannot run as asked, it does not run. */
export const runTaskRequest = z.strictObject({
  cluster: z.string().transform(lastSegment).default('default'),
  taskDefinition: z.string(),
  count: z.int().min(1).max(10).default(1),
  clientToken: z.string().max(64).optional(),
  startedBy: z
    .string()
    .max(128)
    .regex(/^[\w/-]*$/, 'letters, numbers, hyphens, slashes and underscores only')
    .default(''),
  group: z.string().optional(),
  launchType: z.enum(['EC2', 'FARGATE', 'EXTERNAL', 'MANAGED_INSTANCES']).optional(),
  capacityProviderStrategy: z
    .array(z.object({ capacityProvider: z.string(), weight: z.int().optional(), base: z.int().optional() }))
    .optional(),
  platformVersion: z.string().optional(),
  networkConfiguration: z
    .object({
      awsvpcConfiguration: z.object({
        subnets: z.array(z.string()).max(16),
        securityGroups: z.array(z.string()).max(5).default([]),
        assignPublicIp: z.enum(['ENABLED', 'DISABLED']).default('DISABLED'),
      }),
    })
    .optional(),
  overrides: z.custom<TaskOverride>(value => typeof value === 'object' && value !== null).default({}),
  enableExecuteCommand: z.boolean().default(false),
  enableECSManagedTags: z.boolean().default(false),
  tags: z
    .array(z.object({ key: z.string(), value: z.string() }))
    .max(50)
    .default([]),
})
type RunTaskInput = z.output<typeof runTaskRequest>

/** `token`: for a request that brings none. */
export async function runTask(ecs: Ecs, clock: Clock, input: RunTaskInput, token: string): Promise<Reply> {
  const invalid = (message: string) => refusal('InvalidParameterException', message)
  if (input.count !== 1) return invalid('One task per call, here.')
  if (input.launchType !== undefined && input.capacityProviderStrategy !== undefined)
    return invalid('Specifying both a launch type and capacity provider strategy is not supported.')
  if (JSON.stringify(input.overrides).length > 8_192)
    return invalid('Overrides are too long: 8192 characters.')

  const answer = await ecs.runTask(requestOf(input, clock.now(), token))
  if (!answer.ok) return reply('ecs:RunTask', answer, () => ({}))
  const { taskArns, failures } = answer.value
  return {
    body: {
      tasks: await taskShapes(ecs, input.cluster, taskArns),
      failures: failures.map(({ reason, detail }) => ({ reason, detail: detail ?? undefined })),
    },
  }
}

const requestOf = (input: RunTaskInput, nowMs: number, token: string): RunTaskRequest => ({
  startedBy: input.startedBy,
  clientToken: input.clientToken ?? token,
  spec: {
    taskId: '',
    cluster: input.cluster,
    taskDefinitionArn: input.taskDefinition,
    network: input.networkConfiguration?.awsvpcConfiguration ?? null,
    capacityProvider: input.capacityProviderStrategy?.[0]?.capacityProvider ?? null,
    launchType: input.launchType ?? null,
    platformVersion: input.platformVersion ?? null,
    overrides: input.overrides,
    enableExecuteCommand: input.enableExecuteCommand,
    group: input.group ?? null,
    tags: Object.fromEntries(input.tags.map(({ key, value }) => [key, value])),
    enableEcsManagedTags: input.enableECSManagedTags,
    recordedAtMs: nowMs,
    unsure: [],
  },
})

/** The port tells ARNs, the API tells whole tasks; a task just started may not be known to DescribeTasks yet. */
async function taskShapes(ecs: Ecs, cluster: string, taskArns: string[]) {
  const described = taskArns.length === 0 ? null : await ecs.describeTasks(cluster, taskArns)
  const known = described?.ok ? described.value.tasks : []
  return taskArns.map(taskArn => {
    const task = known.find(candidate => candidate.taskArn === taskArn)
    return task
      ? taskShape(task, true)
      : { taskArn, clusterArn: clusterArn(cluster), lastStatus: 'PROVISIONING', desiredStatus: 'RUNNING' }
  })
}
