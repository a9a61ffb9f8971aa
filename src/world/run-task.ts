import type { TaskOverride } from '../model/launch-spec.ts'
import type { RunTaskResult } from '../model/ports.ts'
import { type Answer, answered, refused } from '../model/reading.ts'
import { day, hour } from '../model/time.ts'
import type { EcsRecords, Network, TaskDefinitionRecord, TaskRecord } from './ecs-records.ts'
import type { Tasks } from './ecs-tasks.ts'
import { isAssociated, launchTypeOf, type Placement } from './placement.ts'
import { clusterNamed, definitionNamed } from './task-definitions.ts'
import type { Timeline } from './timeline.ts'

/** RunTask's parameters with `count` 1 (API reference, RunTask; developer guide, "Ensuring idempotency"). */
export interface RunTaskParameters {
  cluster: string
  /** `family`, `family:revision` or the ARN. */
  taskDefinition: string
  /** At most one of both; default launch type FARGATE. */
  capacityProvider?: string | null
  launchType?: string | null
  platformVersion?: string | null
  /** For network mode awsvpc. */
  network?: Network | null
  overrides?: TaskOverride
  tags?: Record<string, string>
  enableEcsManagedTags?: boolean
  enableExecuteCommand?: boolean
  /** Default `family:FAMILY`. */
  group?: string | null
  startedBy?: string | null
  clientToken?: string | null
}

export const overridesLengthMax = 8_192
const startedByLengthMax = 128
const tagsMax = 50

/** `resourceIds`: the tasks that a ConflictException names. */
export type RunTask = (parameters: RunTaskParameters) => Answer<RunTaskResult> & { resourceIds?: string[] }

interface SpentToken {
  fingerprint: string
  task: TaskRecord
  spentAtMs: number
}

const refuse = (code: 'invalid' | 'not-found' | 'conflict', message: string): Answer<never> =>
  refused('ecs:RunTask', code, message)

export function createRunTask(world: {
  records: EcsRecords
  timeline: Timeline
  tasks: Tasks
  placement: Placement
}): RunTask {
  const { records, timeline, tasks, placement } = world
  /** By cluster and token. */
  const tokens = new Map<string, SpentToken>()

  /** A token lives for 24 hours, or one hour longer than its task, whichever is less. */
  const spent = (key: string): SpentToken | undefined => {
    const token = tokens.get(key)
    if (!token) return undefined
    const { stoppedAtMs } = token.task
    const endsAtMs = Math.min(token.spentAtMs + day, stoppedAtMs === null ? Infinity : stoppedAtMs + hour)
    if (timeline.clock.now() < endsAtMs) return token
    tokens.delete(key)
    return undefined
  }

  return parameters => {
    const cluster = clusterNamed(records, parameters.cluster)
    if (!cluster) return refuse('not-found', 'Cluster not found.')
    const problem = problemOf(parameters)
    if (problem) return refuse('invalid', problem)

    const key = `${cluster.name} ${parameters.clientToken}`
    const fingerprint = fingerprintOf(parameters)
    const token = parameters.clientToken ? spent(key) : undefined
    if (token && token.fingerprint !== fingerprint) {
      const conflict = refuse('conflict', 'The client token was used with other parameters.')
      return { ...conflict, resourceIds: [token.task.arn] }
    }
    if (token) return answered({ taskArns: [token.task.arn], failures: [] })

    const definition = definitionNamed(records, parameters.taskDefinition)
    if (!definition) return refuse('not-found', 'TaskDefinition not found.')
    const mismatch = mismatchOf(parameters, definition)
    if (mismatch) return refuse('invalid', mismatch)

    const capacityProvider = parameters.capacityProvider ?? null
    const launchType = capacityProvider
      ? launchTypeOf(capacityProvider)
      : parameters.launchType === 'EC2'
        ? 'EC2'
        : 'FARGATE'
    if (capacityProvider !== null && !isAssociated(cluster, capacityProvider))
      return refuse(
        'invalid',
        `The specified capacity provider '${capacityProvider}' is not associated with the cluster.`,
      )
    const place = placement.place(cluster, { launchType, capacityProvider })
    // The normal form of failure: an answer without tasks, and no event.
    if ('noPlace' in place)
      return answered({ taskArns: [], failures: [{ reason: place.noPlace, detail: null }] })

    const managed = parameters.enableEcsManagedTags ? { 'aws:ecs:clusterName': cluster.name } : {}
    const task = tasks.start({
      cluster,
      definition,
      group: parameters.group ?? `family:${definition.family}`,
      startedBy: parameters.startedBy ?? null,
      owner: null,
      network: parameters.network ?? null,
      capacityProvider,
      launchType,
      platformVersion: launchType === 'FARGATE' ? (parameters.platformVersion ?? 'LATEST') : null,
      instance: place.instance,
      overrides: parameters.overrides ?? {},
      tags: { ...managed, ...parameters.tags },
      enableExecuteCommand: parameters.enableExecuteCommand ?? false,
    })
    if (parameters.clientToken) tokens.set(key, { fingerprint, task, spentAtMs: timeline.clock.now() })
    return answered({ taskArns: [task.arn], failures: [] })
  }
}

/** What is wrong with the request whatever it names; null when nothing is. */
function problemOf(parameters: RunTaskParameters): string | null {
  const { clientToken, startedBy, capacityProvider, launchType, tags = {}, overrides = {} } = parameters
  if (clientToken != null && !/^[\x21-\x7e]{1,64}$/.test(clientToken)) {
    return 'clientToken must be 1 to 64 characters of the ASCII range 33 to 126.'
  }
  if (startedBy != null && (startedBy.length > startedByLengthMax || !/^[A-Za-z0-9_/-]*$/.test(startedBy))) {
    return `startedBy must be at most ${startedByLengthMax} letters, numbers, hyphens, forward slashes and underscores.`
  }
  if (capacityProvider != null && launchType != null) {
    return 'Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.'
  }
  const keys = Object.keys(tags)
  if (keys.length > tagsMax) return `Number of tags exceeds the limit of ${tagsMax}.`
  if (keys.some(key => /^aws:/i.test(key))) return 'Tag keys must not begin with aws:, which is reserved.'
  // "Maximum of 8192 characters ... includes the JSON formatting characters of the override structure" (API reference, TaskOverride).
  if (JSON.stringify(overrides).length > overridesLengthMax) {
    return `Overrides must be at most ${overridesLengthMax} characters.`
  }
  const unnamed = (overrides.containerOverrides ?? []).some(
    override => override.name === undefined && Object.keys(override).length > 0,
  )
  return unnamed ? 'Container override must have a name.' : null
}

/** What does not fit the task definition; null when all does. */
function mismatchOf(parameters: RunTaskParameters, definition: TaskDefinitionRecord): string | null {
  if (definition.status !== 'ACTIVE') return 'TaskDefinition is inactive.'
  const names = definition.containers.map(({ name }) => name)
  for (const { name } of parameters.overrides?.containerOverrides ?? []) {
    if (name !== undefined && !names.includes(name)) {
      return `Override for container named ${name} is not a container in the TaskDefinition.`
    }
  }
  const awsvpc = definition.networkMode === 'awsvpc'
  if (awsvpc && !parameters.network) {
    return "Network Configuration must be provided when networkMode 'awsvpc' is specified."
  }
  if (awsvpc && parameters.network?.subnets.length === 0) return 'subnets can not be empty.'
  if (!awsvpc && parameters.network) {
    return 'Network Configuration is not valid for the given networkMode of this task definition.'
  }
  return null
}

/** The same for the same parameters, in whatever order their keys came. */
function fingerprintOf(parameters: RunTaskParameters): string {
  const sorted = (_: string, value: unknown): unknown =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value
  return JSON.stringify(parameters, sorted)
}
