import { lastSegment } from '../model/arn.ts'
import { parseTimestamp } from '../model/time.ts'
import type { EventBridgeEvent } from '../world/events.ts'
import { createMachineTruth, type MachineTruth } from './truth-machines.ts'

/**
 * What really happened, taken from the events at their source and from who caused them: what Longshore was told, late, twice or
 * never, is judged by it. Reads raw payloads by itself, so that a mistake in intake does not blind the judge as well.
 */
export interface Truth {
  hear(event: EventBridgeEvent): void
  /** Who or what ends a task, as its author knows. */
  blame(taskId: string, cause: string): void
  /** How tasks of this revision end, unless somebody ends them first. */
  destine(taskDefinitionArn: string, cause: string | null): void
  /** How they end, as `destine` was told; null = they live. */
  fateOf(taskDefinitionArn: string): string | null
  tasks: Map<string, TrueTask>
  /** Task definitions that the owner deployed, by service, oldest first; the first one of all is not told. */
  releases: Map<string, { atMs: number; taskDefinitionArn: string }[]>
  /** Alarm states by name, oldest first. */
  alarms: Map<string, { atMs: number; state: string }[]>
  machines: MachineTruth
  /** Tasks whose end AWS announced, and for when. */
  announced: Map<string, number>
  /** Standalone tasks of a family that are meant to live, oldest first. */
  living(family: string): TrueTask[]
}

export interface TrueTask {
  taskId: string
  family: string
  taskDefinitionArn: string
  /** Null for standalone tasks. */
  service: string | null
  startedBy: string | null
  /** Its owner's alone, or somebody else's to run again, too. */
  keeper: 'nobody' | 'schedule' | 'orchestrator'
  /** The container instance it runs on. */
  host: string | null
  capacityProvider: string | null
  lastStatus: string
  desiredStatus: string
  createdAtMs: number
  runningAtMs: number | null
  /** When its end began. */
  endingAtMs: number | null
  stoppedAtMs: number | null
  /** CPU units and MiB of the whole task. */
  cpuUnits: number
  memoryMiB: number
  /** It ended as no task of a service should: it crashed, ran out of memory, failed health checks, or did not start. */
  hasFailed: boolean
  /** The author's word: `crash`, `oom`, `user`, `spot`, …; null when its end had no author (yet). */
  cause: string | null
  /** Events about its end that were delivered, at least once. */
  toldOfEnd: boolean
}

export function createTruth(now: () => number): Truth {
  const tasks = new Map<string, TrueTask>()
  const alarms: Truth['alarms'] = new Map()
  const machines = createMachineTruth(now)
  const causes = new Map<string, string>()
  const fates = new Map<string, string>()

  const hearTask = (detail: Record<string, unknown>): void => {
    const taskId = lastSegment(String(detail.taskArn))
    const group = String(detail.group ?? '')
    const before = tasks.get(taskId)
    const lastStatus = String(detail.lastStatus)
    const desiredStatus = String(detail.desiredStatus)
    const definition = lastSegment(String(detail.taskDefinitionArn))
    tasks.set(taskId, {
      taskId,
      taskDefinitionArn: String(detail.taskDefinitionArn),
      family: definition.slice(0, definition.lastIndexOf(':')),
      service: group.startsWith('service:') ? group.slice('service:'.length) : null,
      startedBy: typeof detail.startedBy === 'string' ? detail.startedBy : null,
      keeper: keeperOf(group, String(detail.startedBy ?? '')),
      host: typeof detail.containerInstanceArn === 'string' ? detail.containerInstanceArn : null,
      capacityProvider: typeof detail.capacityProviderName === 'string' ? detail.capacityProviderName : null,
      lastStatus,
      desiredStatus,
      createdAtMs: before?.createdAtMs ?? now(),
      runningAtMs: before?.runningAtMs ?? (lastStatus === 'RUNNING' ? now() : null),
      endingAtMs: before?.endingAtMs ?? (desiredStatus === 'STOPPED' ? now() : null),
      stoppedAtMs: before?.stoppedAtMs ?? parseTimestamp(detail.stoppedAt),
      cpuUnits: Number(detail.cpu),
      memoryMiB: Number(detail.memory),
      hasFailed: lastStatus === 'STOPPED' && isFailure(detail),
      cause: pullOf(detail) ?? causes.get(taskId) ?? fates.get(definition) ?? null,
      toldOfEnd: before?.toldOfEnd ?? false,
    })
  }

  return {
    tasks,
    alarms,
    releases: new Map(),
    fateOf: arn => fates.get(lastSegment(arn)) ?? null,
    machines,
    announced: new Map(),
    hear(event) {
      const { 'detail-type': type, detail } = event
      machines.hear(event)
      if (type === 'ECS Task State Change') hearTask(detail)
      if (type === 'CloudWatch Alarm State Change') {
        const name = String(detail.alarmName)
        const state = String((detail.state as { value: string }).value)
        alarms.set(name, [...(alarms.get(name) ?? []), { atMs: now(), state }])
      }
    },
    blame(taskId, cause) {
      causes.set(taskId, cause)
    },
    destine(taskDefinitionArn, cause) {
      if (cause === null) fates.delete(lastSegment(taskDefinitionArn))
      else fates.set(lastSegment(taskDefinitionArn), cause)
    },
    living: family =>
      [...tasks.values()].filter(
        task =>
          task.family === family &&
          task.service === null &&
          task.keeper !== 'orchestrator' &&
          task.desiredStatus === 'RUNNING',
      ),
  }
}

/** Of a raw event, by what the developer guide says of stop codes. */
function isFailure({ stopCode, stoppedReason, containers }: Record<string, unknown>): boolean {
  const exitCodes = (containers as { exitCode?: number }[]).flatMap(({ exitCode }) => exitCode ?? [])
  switch (stopCode) {
    case 'TaskFailedToStart':
      return true
    case 'EssentialContainerExited':
      return exitCodes.some(code => code !== 0 && code !== 143)
    case 'ServiceSchedulerInitiated':
      return String(stoppedReason).includes('health checks')
    default:
      return false
  }
}

/** An image that was deleted meanwhile has no author among those who end tasks. */
const pullOf = ({ stoppedReason }: Record<string, unknown>): string | null =>
  String(stoppedReason ?? '').startsWith('CannotPullContainerError') ? 'image-not-found' : null

const keeperOf = (group: string, startedBy: string): TrueTask['keeper'] =>
  group.startsWith('AWSBatch') ? 'orchestrator' : startedBy.startsWith('events-rule/') ? 'schedule' : 'nobody'
