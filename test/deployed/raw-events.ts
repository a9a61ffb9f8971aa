import type { Task } from '@aws-sdk/client-ecs'
import { textOf } from '../house/house.ts'

/** Events as AWS sends them, recorded in events/, about what is in the emulator's account. */

export type Raw = ReturnType<typeof recorded>

export const recorded = (
  name: string,
): {
  source: string
  'detail-type': string
  // biome-ignore lint/suspicious/noExplicitAny: an event as deep as AWS writes it
  detail: any
  resources: string[]
} => JSON.parse(textOf(`events/${name}.json`))

/** A standalone task ended; what DescribeTasks says of it, in the event's own form. */
export function taskStopped(task: Task): Raw {
  const { detail, ...event } = recorded('task-stopped-oom-standalone')
  const [app] = detail.containers
  const iso = (at: Date | undefined) => at?.toISOString()
  const known = {
    availabilityZone: task.availabilityZone,
    clusterArn: task.clusterArn,
    containerInstanceArn: task.containerInstanceArn,
    containers: task.containers?.map(({ name, exitCode, containerArn }) => ({
      ...app,
      name,
      exitCode,
      containerArn,
      reason: undefined,
      taskArn: task.taskArn,
      networkInterfaces: [],
    })),
    desiredStatus: task.desiredStatus,
    group: task.group,
    lastStatus: task.lastStatus,
    launchType: task.launchType,
    overrides: task.overrides,
    stopCode: task.stopCode,
    stoppedReason: task.stoppedReason,
    taskArn: task.taskArn,
    taskDefinitionArn: task.taskDefinitionArn,
    createdAt: iso(task.createdAt),
    connectivityAt: iso(task.connectivityAt),
    pullStartedAt: iso(task.pullStartedAt),
    pullStoppedAt: iso(task.pullStoppedAt),
    startedAt: iso(task.startedAt),
    executionStoppedAt: iso(task.stoppedAt),
    stoppingAt: iso(task.stoppingAt),
    stoppedAt: iso(task.stoppedAt),
    updatedAt: iso(task.stoppedAt),
  }
  const onlyFargate = {
    capacityProviderName: undefined,
    ephemeralStorage: undefined,
    platformVersion: undefined,
  }
  return {
    ...event,
    detail: { ...detail, ...onlyFargate, ...known, attachments: [] },
    resources: [task.taskArn ?? ''],
  }
}

/** The latency of checkout went over its threshold. */
export function alarmWentOff(): Raw {
  const event = recorded('alarm-high-to-alarm')
  const timestamp = (agoSeconds: number) =>
    new Date(Date.now() - agoSeconds * 1_000).toISOString().replace('Z', '+0000')
  event.detail.state.timestamp = timestamp(1)
  event.detail.previousState.timestamp = timestamp(3_600)
  return event
}

/** AWS Health says that tasks will be stopped in a week: of services, named as `cluster|service`, or standalone ones by their ARNs. */
export function retirementOf({ services = [], tasks = [] }: { services?: string[]; tasks?: string[] }): Raw {
  const { detail, ...event } = recorded('health-task-retirement')
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toUTCString()
  const times = { startTime: inDays(7), endTime: inDays(9), lastUpdatedTime: inDays(0) }
  const affectedEntities = tasks.map(entityValue => ({ entityValue }))
  return { ...event, detail: { ...detail, ...times, affectedEntities }, resources: services }
}

/** What a worker can do nothing with, and acknowledges: a look at what no rule names. */
export const lookAtNobody = { longshore: 'look', target: 'family/prod/nobody' }

export const unreadable = {
  source: 'aws.ecs',
  'detail-type': 'ECS Task State Change',
  detail: { lastStatus: 'STOPPED' },
}
