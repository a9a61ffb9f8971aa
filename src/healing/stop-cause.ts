import { type Container, isInjectedContainer, isStopping, ownStopPrefix, type Task } from '../model/task.ts'
import { blamesNetwork, hostCause, reasonCause, schedulerCause } from './cause-patterns.ts'

/** Why a task stopped, from what AWS tells about it: the stop code first, then its reason, then the containers'. */

export const stopCauses = [
  'not-stopped',
  'completed',
  'app-crash',
  'oom',
  'image-not-found',
  'image-auth',
  'image-network',
  'image-rate-limit',
  'secrets',
  'network-interface',
  'health-check-elb',
  'health-check-container',
  'spot-interruption',
  'host-terminated',
  'maintenance',
  'placement',
  'user-stop',
  'scale-in-or-deployment',
  'volume',
  'log-driver',
  'start-timeout',
  'quota',
  // Longshore's own stops.
  'max-runtime',
  'stuck',
  'unhealthy',
  'replaced',
  'unknown',
] as const
export type StopCause = (typeof stopCauses)[number]

/** Why Longshore itself stops a task: what follows its prefix in the reason of StopTask. */
export const ownStops = ['max-runtime', 'stuck', 'unhealthy'] as const
export type OwnStop = (typeof ownStops)[number]

/** Stops of tasks in whose place another runs already (docs/planned.md). */
const plannedStops = ['retirement', 'host'] as const

export const isOwnStop = (cause: StopCause): cause is OwnStop =>
  (ownStops as readonly StopCause[]).includes(cause)

/**
 * The cause of a stop that has begun or is over; both phases give the same. `essential`: names of the essential
 * containers when the task definition was read; without it every container of the owner counts.
 */
export function stopCause(task: Task, essential?: readonly string[] | null): StopCause {
  if (!isStopping(task)) return 'not-stopped'
  // Stryker disable next-line StringLiteral: neither text names a cause.
  const reason = task.stoppedReason ?? ''
  const containers = countingContainers(task, essential)
  switch (task.stopCode) {
    case 'SpotInterruption':
      return 'spot-interruption'
    // The reason is the caller's own text here, so only AWS's own sentences about the host are believed.
    case 'UserInitiated': {
      const own = ownStops.find(each => reason === `${ownStopPrefix}${each}`)
      if (own) return own
      if (plannedStops.some(each => reason === `${ownStopPrefix}${each}`)) return 'replaced'
      return hostCause(reason) ?? 'user-stop'
    }
    case 'ServiceSchedulerInitiated':
      return schedulerCause(reason) ?? 'scale-in-or-deployment'
    case 'TerminationNotice':
    case 'InfrastructureHealth':
      return schedulerCause(reason) ?? 'host-terminated'
    case 'EssentialContainerExited':
      return namedByContainers(containers) ?? exitCause(containers)
    case 'TaskFailedToStart':
      return reasonCause(reason) ?? namedByContainers(containers) ?? failedExit(containers) ?? 'unknown'
    default:
      return causeWithoutCode(reason, containers)
  }
}

/** Old events carry no stop code, and some carry one that ECS does not have. */
function causeWithoutCode(reason: string, containers: Container[]): StopCause {
  const named = schedulerCause(reason) ?? reasonCause(reason) ?? namedByContainers(containers)
  if (named) return named
  if (/^task stopped by user/i.test(reason)) return 'user-stop'
  // Without a word on who ended the containers, their exit codes prove nothing: a stopped task may exit with 0, 2 or 137.
  return /^essential container/i.test(reason) ? exitCause(containers) : 'unknown'
}

/** The essential containers where they are known, else all of the owner's: never those that AWS injects. */
export function countingContainers(
  task: Pick<Task, 'containers'>,
  essential?: readonly string[] | null,
): Container[] {
  const owned = task.containers.filter(container => !isInjectedContainer(container.name))
  const named = owned.filter(container => essential?.includes(container.name))
  return named.length > 0 ? named : owned
}

function namedByContainers(containers: Container[]): StopCause | null {
  // Stryker disable next-line StringLiteral: neither text names a cause.
  const causes = containers.flatMap(({ reason }) => reasonCause(reason ?? '') ?? [])
  return causes.find(cause => cause === 'oom') ?? causes[0] ?? null
}

/** Exit codes of a process that a signal ended: 128 + 9, 128 + 15. */
export const sigkill = 137
export const sigterm = 143

/** Exit codes after a container ended by itself: no scheduler and no user stopped the task. */
function exitCause(containers: Container[]): StopCause {
  const exits = containers.map(container => container.exitCode).filter(code => code !== null)
  const failed = failedExit(containers)
  if (failed) return failed
  if (exits.length === 0) return 'unknown'
  // Beside a 0, 143 and 137 are sidecars that ECS ended afterwards; 143 alone is a SIGTERM that was honoured.
  if (exits.includes(0) || !exits.includes(sigkill)) return 'completed'
  // ECS names memory when it knows; 137 stands for it only where nothing else was said.
  return containers.some(({ exitCode, reason }) => exitCode === sigkill && reason) ? 'app-crash' : 'oom'
}

/** Any exit that no signal of ECS explains; 139 is a segmentation fault, not memory. */
const failedExit = (containers: Container[]): StopCause | null =>
  containers.some(({ exitCode }) => exitCode !== null && ![0, sigkill, sigterm].includes(exitCode))
    ? 'app-crash'
    : null

/**
 * What helps: `transient` = the same again, soon; `slow` = the same again, after tens of minutes; `permanent` = nothing
 * until someone changes something; `owner` = the owner's policy decides; `none` = nothing went wrong.
 */
export type RemedyClass = 'transient' | 'slow' | 'permanent' | 'owner' | 'none'

/** ECS Developer Guide, stopped-task-error-codes and api_failures_messages: the remedies they name. */
const remedies: Record<StopCause, RemedyClass> = {
  'not-stopped': 'none',
  completed: 'none',
  'user-stop': 'none',
  'scale-in-or-deployment': 'none',
  'app-crash': 'owner',
  oom: 'owner',
  'health-check-elb': 'owner',
  'health-check-container': 'owner',
  unknown: 'owner',
  'network-interface': 'transient',
  'image-network': 'transient',
  volume: 'transient',
  placement: 'transient',
  'start-timeout': 'transient',
  'spot-interruption': 'transient',
  'host-terminated': 'transient',
  maintenance: 'transient',
  'image-rate-limit': 'slow',
  quota: 'slow',
  'image-not-found': 'permanent',
  'image-auth': 'permanent',
  'log-driver': 'permanent',
  'max-runtime': 'owner',
  stuck: 'owner',
  unhealthy: 'owner',
  replaced: 'owner',
  secrets: 'permanent',
}

/** The task's words refine the class: a secret out of reach is transient, a missing one is permanent. */
export function remedyClass(
  cause: StopCause,
  { stoppedReason, containers }: Pick<Task, 'stoppedReason' | 'containers'>,
): RemedyClass {
  const words = [stoppedReason, ...containers.map(({ reason }) => reason)].join('\n')
  if ((cause === 'secrets' || cause === 'log-driver') && blamesNetwork(words)) return 'transient'
  if (cause === 'placement' && /^(attribute|location)$|placement constraint/im.test(words)) return 'permanent'
  if (cause === 'start-timeout' && /taskdependency|dependson/i.test(words)) return 'permanent'
  return remedies[cause]
}
