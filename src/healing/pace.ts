import { createHash } from 'node:crypto'
import type { Task } from '../model/task.ts'
import { hour, minute } from '../model/time.ts'
import { backoffMs } from './lineage.ts'
import type { HealPolicy } from './policy.ts'
import { restartGroupOf } from './restart-group.ts'
import { remedyClass, type StopCause } from './stop-cause.ts'

/** How long a restart waits after the stop. */

/** Only time helps against a rate limit or a quota: Docker Hub counts over hours, and a larger quota is granted by people. */
const slow = { firstMs: 15 * minute, maxMs: hour }

/** Restarting soon would only use up the attempts. */
export const isSlow = (cause: StopCause, task: Task): boolean => remedyClass(cause, task) === 'slow'

/** The wait before the n-th try where only time helps: 15 minutes, doubling up to an hour, and never less than the owner's longest. */
export const slowMs = (tries: number, backoff: HealPolicy['restart']['backoff']): number =>
  Math.max(backoff.maxMs, backoffMs(tries, slow))

/**
 * The owner's back-off; after a rate limit or a quota at least 15 minutes, doubling up to an hour. Tasks that could not start
 * mostly failed together, at something they share: up to a quarter more, by the task's name, so that they do not come back together.
 */
export function waitMsOf(
  task: Task,
  cause: StopCause,
  attempt: number,
  backoff: HealPolicy['restart']['backoff'],
): number {
  const wholeMs = isSlow(cause, task) ? slowMs(attempt, backoff) : backoffMs(attempt, backoff)
  const isShared = restartGroupOf(cause, task) === 'start'
  return isShared ? wholeMs + Math.floor((wholeMs / 4) * share(`${task.taskArn}/${attempt}`)) : wholeMs
}

/** In [0, 1), the same for the same text: decisions repeat. */
export const share = (text: string): number =>
  createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32
