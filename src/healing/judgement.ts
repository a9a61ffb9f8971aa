import { createHash } from 'node:crypto'
import { regionOf } from '../model/arn.ts'
import type { Action } from '../model/decision.ts'
import type { LaunchChange, MemoryChange } from '../model/launch-spec.ts'
import type { HealingMemory } from '../model/memory.ts'
import { isScheduled, isStopped, ownStopPrefix, startedByLongshore, type Task } from '../model/task.ts'
import { second } from '../model/time.ts'
import { growthOf, isTooLong } from './growth.ts'
import { goneFor, type ImageReadings, movedFor } from './images.ts'
import { nextInLineage, stopInstant } from './lineage.ts'
import { ruleOf } from './overdue.ts'
import { isSlow, waitMsOf } from './pace.ts'
import type { HealPolicy } from './policy.ts'
import type { HealingReason } from './reason.ts'
import { restartGroupOf } from './restart-group.ts'
import type { FamilyCapacity } from './spot.ts'
import { isOwnStop, type StopCause, stopCause } from './stop-cause.ts'
import { subnetInstead } from './subnet.ts'
import type { StoppedTask } from './view.ts'

export type RunTaskAction = Extract<Action, { verb: 'run-task' }>
export type Placement = HealingMemory['placements'][string]

/** What to do about one stopped task: leave it alone for good, wait, or run it again. */
export type Judgement =
  | { kind: 'leave'; because: HealingReason; tell: boolean }
  | {
      kind: 'wait'
      because: HealingReason
      /** A wait that people should know of. */
      tell?: boolean
      untilMs: number | null
      lookAtMs: number
      /** To be remembered, where no timestamp of AWS says from when the wait counts. */
      placement: Placement | null
    }
  | { kind: 'restart'; because: HealingReason; action: RunTaskAction; stoppedAtMs: number }

export interface Circumstances {
  policy: HealPolicy | null
  /** What earlier RunTask calls for this task came to. */
  placement: Placement | undefined
  /** Memory that its lineage was given before. */
  grown: MemoryChange | undefined
  /** Where it runs instead of where it ran; absent: there. */
  capacity?: FamilyCapacity
  /** `startedBy` of all tasks in sight. */
  started: ReadonlySet<string | null>
  now: number
}

/** A lost STOPPED event is made up for by looking. */
const stoppedEventOverdueMs = 60 * second
const readAgainMs = 10 * second

const leave = (because: HealingReason, tell = false): Judgement => ({ kind: 'leave', because, tell })
const wait = (because: HealingReason, untilMs: number | null, lookAtMs: number): Judgement => ({
  kind: 'wait',
  because,
  untilMs,
  lookAtMs,
  placement: null,
})

export function judge(stopped: StoppedTask, circumstances: Circumstances): Judgement {
  const { task, owner } = stopped
  const { policy, now } = circumstances
  if (owner === 'service') return leave({ code: 'ecs-replaces' })
  if (owner === 'none') return leave({ code: 'other-orchestrator' })
  if (policy === null) return leave({ code: 'no-heal-policy' })
  if (!isStopped(task) && !isSpotWarning(task))
    return wait({ code: 'not-stopped-yet', lastStatus: task.lastStatus }, null, now + stoppedEventOverdueMs)
  const cause = stopCause(task, stopped.essential ?? undefined)
  return leftAlone(cause, task, policy) ?? restartOrWait(stopped, cause, policy, circumstances)
}

/** Two minutes before the end: time enough for a replacement to start (ECS Developer Guide, fargate-capacity-providers). */
const isSpotWarning = (task: Task): boolean =>
  task.desiredStatus === 'STOPPED' && task.stopCode === 'SpotInterruption'

/** Null when the stop is one that the owner wants healed. */
function leftAlone(cause: StopCause, task: Task, { restart, stop }: HealPolicy): Judgement | null {
  if (cause === 'completed' || cause === 'scale-in-or-deployment') return leave({ code: cause })
  if (cause === 'replaced') return leave({ code: 'own-stop' })
  if (cause === 'user-stop')
    return task.stoppedReason?.startsWith(ownStopPrefix)
      ? leave({ code: 'own-stop' })
      : leave({ code: 'user-stop' }, true)
  if (isOwnStop(cause)) {
    if (!stop?.[ruleOf[cause]]?.runAgain) return leave({ code: 'own-stop' })
  } else {
    const group = restartGroupOf(cause, task)
    if (group === 'permanent') return leave({ code: 'permanent', cause }, true)
    if (group === null) return leave({ code: 'cause-unknown' }, true)
    if (!restart.on.includes(group)) return leave({ code: 'not-in-policy', cause, group }, true)
  }
  if (isScheduled(task) && !restart.scheduled) return leave({ code: 'scheduled-elsewhere', cause }, true)
  return null
}

function restartOrWait(
  stopped: StoppedTask,
  cause: StopCause,
  { restart, oom }: HealPolicy,
  { placement, grown, capacity, started, now }: Circumstances,
): Judgement {
  const { task, spec } = stopped
  const { rootTaskId, attempt } = nextInLineage(task, restart.resetAfterMs, now)
  const { attempts } = restart
  const where = cause === 'quota' ? { region: regionOf(task.taskArn) } : {}
  const isGrowing = cause === 'oom' && oom !== undefined
  const most = isGrowing && task.memoryMiB !== null ? { memoryMiB: task.memoryMiB } : {}
  if (started.has(startedByLongshore(rootTaskId, attempt)))
    return leave({ code: 'already-replaced', attempt })
  const exhausted: HealingReason = { code: 'attempts-exhausted', cause, attempts, ...where, ...most }
  if (attempt > attempts) return leave(exhausted, true)
  if (spec.kind === 'missing') return leave({ code: 'launch-spec-missing', cause }, true)
  if (spec.kind === 'failed')
    return wait(
      { code: 'unreadable', what: 'The launch specification', failure: spec.failure.code },
      now + readAgainMs,
      now + readAgainMs,
    )
  const { taskId, unsure } = spec.value
  if (unsure.length > 0) return leave({ code: 'launch-spec-unsure', cause, gaps: unsure }, true)
  const growth = isGrowing ? growthOf(task, oom) : null
  if (growth?.kind === 'most')
    return leave({ code: 'memory-exhausted', memoryMiB: growth.atMiB, upToMiB: oom?.upToMiB ?? 0 }, true)
  const more = growth?.kind === 'more' ? growth : null
  // Its own launch specification tells what it was given; that of its lineage's first task does not.
  const memory = more?.memory ?? (taskId === task.taskId ? undefined : grown)
  if (memory && isTooLong(spec.value, memory))
    return leave({ code: 'launch-spec-unsure', cause, gaps: ['overrides-too-long'] }, true)

  const waitMs = waitMsOf(task, cause, attempt, restart.backoff)
  const stoppedAtMs = stopInstant(task, now)
  const dueAtMs = placement?.nextTryAtMs ?? (stoppedAtMs ?? now) + waitMs
  if (dueAtMs > now) {
    const counted = { attempts, untilMs: dueAtMs }
    const failures = placement?.failures ?? 0
    const isLong = failures === 0 && isSlow(cause, task)
    return {
      kind: 'wait',
      because:
        failures > 0
          ? { code: 'placement-failed-retry', placement: null, failures, ...counted }
          : isLong
            ? { code: 'slow', cause, attempt, ...counted, ...where }
            : { code: 'backoff', cause, attempt, waitMs, ...counted },
      tell: isLong,
      untilMs: dueAtMs,
      lookAtMs: dueAtMs,
      placement: placement ?? (stoppedAtMs === null ? { failures: 0, nextTryAtMs: dueAtMs } : null),
    }
  }
  const subnet = cause === 'network-interface' ? subnetInstead(stopped, spec.value, attempt) : null
  const capacityProvider = capacity?.insteadOf(task, spec.value) ?? null
  const change: LaunchChange = {
    ...(capacityProvider ? { capacityProvider } : {}),
    ...(subnet ? { subnets: [subnet.to] } : {}),
    ...(memory ? { memory } : {}),
  }
  return {
    kind: 'restart',
    because: {
      code: 'restart',
      cause,
      attempt,
      attempts,
      waitedMs: stoppedAtMs === null ? waitMs : now - stoppedAtMs,
      ...(subnet ? { subnet } : {}),
      ...(capacityProvider ? { capacity: { from: spec.value.capacityProvider, to: capacityProvider } } : {}),
      ...(more ? { memory: { fromMiB: more.fromMiB, toMiB: more.toMiB } } : {}),
    },
    action: {
      verb: 'run-task',
      cluster: task.cluster,
      specTaskId: taskId,
      replaces: task.taskArn,
      rootTaskId,
      attempt,
      clientToken: clientToken(task.taskArn, attempt, placement?.failures ?? 0),
      ...(Object.keys(change).length > 0 ? { change } : {}),
    },
    stoppedAtMs: stoppedAtMs ?? now,
  }
}

/** RunTask would start a task that fails at once: that is told instead. What nobody could read is no reason not to try. */
export function unlessGone(judgement: Judgement, task: Task, images: ImageReadings = new Map()): Judgement {
  if (judgement.kind !== 'restart' || judgement.because.code !== 'restart') return judgement
  const { cause } = judgement.because
  const gone = goneFor(task, images)
  if (gone !== null) return leave({ code: 'image-gone', cause, image: gone }, true)
  const moved = movedFor(task, images)
  return moved ? { ...judgement, because: { ...judgement.because, moved } } : judgement
}

/** The same for the same try; another only after a definite placement failure (`ordinal`). 64 characters, RunTask's limit. */
export const clientToken = (taskArn: string, attempt: number, ordinal: number): string =>
  createHash('sha256').update(`${taskArn}/${attempt}/${ordinal}`).digest('hex')
