import { tellable } from '../model/redaction.ts'
import type { Container, Task } from '../model/task.ts'
import { countingContainers, type StopCause, sigkill, sigterm } from './stop-cause.ts'

/** The words for a cause, as they stand in messages. */

const labels: Record<StopCause, string> = {
  'not-stopped': 'not stopped',
  completed: 'finished',
  'app-crash': 'application crashed',
  oom: 'out of memory',
  'image-not-found': 'image not found',
  'image-auth': 'no access to the image',
  'image-network': 'image not pulled, network',
  'image-rate-limit': 'image not pulled, rate limit of the registry',
  secrets: 'secret or registry login not read',
  'network-interface': 'network interface not attached',
  'health-check-elb': 'load balancer health check failed',
  'health-check-container': 'container health check failed',
  'spot-interruption': 'Spot interruption',
  'host-terminated': 'host gone',
  maintenance: 'maintenance by ECS',
  placement: 'no place to run',
  'user-stop': 'stopped by a user',
  'scale-in-or-deployment': 'scale-in or deployment',
  volume: 'volume or disk failed',
  'log-driver': 'log driver failed',
  'start-timeout': 'did not start in time',
  quota: 'quota reached',
  'max-runtime': 'ran too long',
  stuck: 'did not get as far as running',
  unhealthy: 'unhealthy for too long',
  replaced: 'replaced beforehand',
  unknown: 'unknown cause',
}

export const causeLabel = (cause: StopCause): string => labels[cause]

const summaryLengthMax = 300

/** `container app, exit 137, OutOfMemoryError`; without secrets, one line, at most 300 characters. Empty when nothing was told. */
export function exitSummary(task: Task, essential?: readonly string[] | null): string {
  const container = tellingContainer(countingContainers(task, essential))
  const parts = [
    container && `container ${container.name}`,
    container?.exitCode != null && `exit ${container.exitCode}`,
    container?.reason && shortened(container.reason),
    task.stoppedReason &&
      !/^essential container in task exited/i.test(task.stoppedReason) &&
      task.stoppedReason,
  ]
  return tellable(parts.filter(part => part).join(', '), summaryLengthMax)
}

/** Of the container that the stop is about, where it ran at all; null where none did. */
export function endedContainer(task: Task, essential?: readonly string[] | null): string | null {
  const ended = countingContainers(task, essential).filter(({ exitCode }) => exitCode !== null)
  return tellingContainer(ended)?.name ?? null
}

/** The error's name says it all where the rest is always the same. */
const shortened = (reason: string): string =>
  /^OutOfMemoryError\b/.test(reason) ? 'OutOfMemoryError' : reason

/** The container the stop is about: one with a reason, else one that failed, else one that ended. */
function tellingContainer(containers: Container[]): Container | undefined {
  const exited = (isTelling: (exitCode: number) => boolean) =>
    containers.find(({ exitCode }) => exitCode !== null && isTelling(exitCode))
  return (
    containers.find(({ reason }) => reason) ??
    exited(code => code !== 0 && code !== sigkill && code !== sigterm) ??
    exited(code => code === sigkill) ??
    exited(() => true)
  )
}
