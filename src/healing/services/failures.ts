import type { ServiceStop } from '../../model/memory.ts'
import { isStopped, type Task } from '../../model/task.ts'
import { endedContainer, exitSummary } from '../cause-text.ts'
import { type StopCause, stopCause } from '../stop-cause.ts'

/** Which stops of a service's tasks are failures, and what is remembered of them. */

/** What the revision itself may be to blame for: another one may do better. */
const ofTheRevision: readonly StopCause[] = [
  'app-crash',
  'oom',
  'health-check-elb',
  'health-check-container',
  'image-not-found',
  'image-auth',
  'secrets',
  'log-driver',
  'start-timeout',
]

/** The task did not start, and most likely no other revision would. */
const ofItsSurroundings: readonly StopCause[] = [
  'image-network',
  'image-rate-limit',
  'network-interface',
  'volume',
]

/**
 * Null: no failure, or one that no task of the service could help: no place to run, Spot, the host, a quota. What a scheduler or
 * a person stopped is none, nor is exit code 0: some services are fed by tasks that end when their work is done.
 */
export function failureOf(task: Task): StopCause | null {
  if (!isStopped(task)) return null
  const cause = stopCause(task)
  if (ofTheRevision.includes(cause) || ofItsSurroundings.includes(cause)) return cause
  return cause === 'unknown' && task.stopCode === 'TaskFailedToStart' ? cause : null
}

export const blamesRevision = ({ cause }: Pick<ServiceStop, 'cause'>): boolean =>
  ofTheRevision.some(each => each === cause)

const summaryMax = 160

/** Null: no failure, or nobody tells of which revision or when. */
export function serviceStopOf(task: Task, now: number): ServiceStop | null {
  const cause = failureOf(task)
  const atMs = task.stoppedAtMs ?? task.stoppingAtMs ?? task.createdAtMs
  if (cause === null || atMs === null || task.taskDefinitionArn === null) return null
  const container = endedContainer(task)
  return {
    taskId: task.taskId,
    version: task.version ?? 0,
    taskDefinitionArn: task.taskDefinitionArn,
    // A clock that is ahead of ours must not keep the window open.
    stoppedAtMs: Math.min(atMs, now),
    cause,
    summary: exitSummary(task).slice(0, summaryMax),
    ...(container === null ? {} : { container }),
  }
}
