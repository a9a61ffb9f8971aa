import * as z from 'zod'
import { lastSegment, parseEcsArn, parseTaskDefinition } from '../model/arn.ts'
import { overrideValues } from '../model/override-values.ts'
import type { Refusal, Signal } from '../model/signal.ts'
import { type Container, type Task, type TaskStatus, taskStatuses } from '../model/task.ts'
import type { Event } from './event.ts'
import { camelKeys, hasCapitals } from './keys.ts'
import {
  flag,
  inside,
  instant,
  integer,
  isRecord,
  list,
  oneOf,
  text,
  upper,
  wordsWithout,
} from './lenient.ts'
import { attachment, containerInterface, isEbsVolume, networkInterfaceOf } from './network-interface.ts'
import { familyOf, ownerOf, targetOf } from './owner.ts'
import { notOurs, poison, quote } from './refusal.ts'

/**
 * `ECS Task State Change`, the answers of DescribeTasks, StopTask and RunTask, and what Step Functions returns for a task:
 * `{"taskArn":"arn:…:task/prod/a117","clusterArn":"…","group":"family:etl-nightly","startedBy":"…","taskDefinitionArn":"…:5",
 * "lastStatus":"STOPPED","desiredStatus":"STOPPED","version":5,"stopCode":"EssentialContainerExited","stoppedReason":"…",
 * "containers":[{"name":"app","lastStatus":"STOPPED","exitCode":137,"reason":"OutOfMemoryError: …","image":"…"}],
 * "attachments":[…],"launchType":"FARGATE","capacityProviderName":"FARGATE_SPOT","cpu":"256","memory":"512",
 * "createdAt":"2025-05-06T11:02:34Z",…}`
 */
const container = z.object({
  name: text,
  lastStatus: upper,
  exitCode: integer,
  reason: text,
  image: text,
  imageDigest: text,
  memory: integer,
  healthStatus: oneOf(['HEALTHY', 'UNHEALTHY', 'UNKNOWN']),
  networkInterfaces: list(containerInterface),
  networkBindings: list(z.object({ containerPort: integer, hostPort: integer })),
})

const task = z.object({
  taskArn: text,
  clusterArn: text,
  group: text,
  startedBy: text,
  taskDefinitionArn: text,
  lastStatus: upper,
  desiredStatus: oneOf(['RUNNING', 'STOPPED']),
  version: integer,
  stopCode: text,
  stoppedReason: text,
  containers: list(container),
  attachments: list(attachment),
  healthStatus: oneOf(['HEALTHY', 'UNHEALTHY', 'UNKNOWN']),
  availabilityZone: text,
  launchType: text,
  capacityProviderName: text,
  platformVersion: text,
  containerInstanceArn: text,
  cpu: integer,
  memory: integer,
  enableExecuteCommand: flag,
  ephemeralStorage: inside({ sizeInGiB: integer }),
  createdAt: instant,
  startedAt: instant,
  stoppingAt: instant,
  stoppedAt: instant,
})

/** A task as an event or the API tells it; null when it names no task, no cluster or no status that we know. */
export function parseTask(detail: unknown): Task | null {
  const read = readTask(detail, [])
  return 'refused' in read ? null : read
}

export function taskSignal({ detail, resources }: Pick<Event, 'detail' | 'resources'>): Signal | Refusal {
  const read = readTask(detail, resources)
  if ('refused' in read) return read
  return { kind: 'task', task: read, owner: ownerOf(read), target: targetOf(read) }
}

function readTask(detail: unknown, resources: string[]): Task | Refusal {
  const camel = hasCapitals(detail) ? camelKeys(detail) : detail
  const told = task.parse(isRecord(camel) ? camel : {})
  // An input transformer may have cut off the ARN; `resources` names the task as well.
  const taskArn = [told.taskArn, ...resources].find(arn => arn !== null && parseEcsArn(arn)?.type === 'task')
  if (!taskArn)
    return poison('task', 'Task event without a task ARN: neither detail.taskArn nor resources[0] holds one.')
  if (told.lastStatus === null)
    return poison('task', `Task event without detail.lastStatus for ${quote(lastSegment(taskArn))}.`)
  const lastStatus = taskStatuses.find(status => status === told.lastStatus)
  if (!lastStatus)
    return notOurs(
      'task',
      `Task event with detail.lastStatus ${quote(told.lastStatus)}, no status that we know.`,
    )
  const clusterArn = [told.clusterArn, clusterArnOf(taskArn)].find(
    arn => arn !== null && lastSegment(arn) !== '',
  )
  if (!clusterArn)
    return poison(
      'task',
      `Task event without a cluster for ${quote(lastSegment(taskArn))}: neither detail.clusterArn nor the task's ARN names it.`,
    )
  const { family, revision } = definitionOf(told)
  // AWS and the program repeat what the task was given.
  const words = wordsWithout(overrideValues(isRecord(camel) ? camel.overrides : null))
  return {
    taskArn,
    taskId: lastSegment(taskArn),
    clusterArn,
    cluster: lastSegment(clusterArn),
    group: told.group,
    startedBy: told.startedBy,
    taskDefinitionArn: told.taskDefinitionArn,
    family,
    revision,
    lastStatus,
    desiredStatus: told.desiredStatus ?? derivedDesire(lastStatus, told.stopCode),
    version: told.version,
    stopCode: told.stopCode,
    stoppedReason: words.parse(told.stoppedReason),
    containers: told.containers.map(each => ({ ...containerOf(each), reason: words.parse(each.reason) })),
    healthStatus: told.healthStatus,
    networkInterface: networkInterfaceOf(
      told.attachments,
      told.containers.flatMap(({ networkInterfaces }) => networkInterfaces),
    ),
    availabilityZone: told.availabilityZone,
    launchType: told.launchType,
    capacityProvider: told.capacityProviderName,
    platformVersion: told.platformVersion,
    containerInstanceArn: told.containerInstanceArn,
    cpuUnits: told.cpu,
    memoryMiB: told.memory,
    enableExecuteCommand: told.enableExecuteCommand ?? false,
    ephemeralStorageGiB: told.ephemeralStorage.sizeInGiB,
    hasEbsVolume: told.attachments.some(isEbsVolume),
    createdAtMs: told.createdAt,
    startedAtMs: told.startedAt,
    stoppingAtMs: told.stoppingAt,
    stoppedAtMs: told.stoppedAt,
  }
}

function containerOf(told: z.infer<typeof container>): Container {
  const { networkInterfaces, networkBindings, name, memory, ...rest } = told
  const portBindings = networkBindings.flatMap(({ containerPort, hostPort }) =>
    containerPort === null || hostPort === null ? [] : [{ containerPort, hostPort }],
  )
  return {
    ...rest,
    memoryMiB: memory,
    name: name ?? 'unnamed',
    ...(portBindings.length > 0 ? { portBindings } : {}),
  }
}

function definitionOf(told: { taskDefinitionArn: string | null; group: string | null }) {
  const revision =
    told.taskDefinitionArn === null ? null : parseTaskDefinition(told.taskDefinitionArn).revision
  return { family: familyOf(told), revision }
}

/** `arn:…:task/prod/a117` → `arn:…:cluster/prod`; null for the short form, which names no cluster. */
function clusterArnOf(taskArn: string): string | null {
  const cluster = parseEcsArn(taskArn)?.cluster
  return cluster ? taskArn.replace(/:task\/.*$/, `:cluster/${cluster}`) : null
}

/** Where nothing tells it: a stop code or a stopping phase means that the task is to stop. */
const derivedDesire = (lastStatus: TaskStatus, stopCode: string | null): 'RUNNING' | 'STOPPED' =>
  stopCode !== null || taskStatuses.indexOf(lastStatus) > taskStatuses.indexOf('RUNNING')
    ? 'STOPPED'
    : 'RUNNING'
