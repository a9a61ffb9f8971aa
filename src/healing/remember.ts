import { lastSegment, regionOf } from '../model/arn.ts'
import type { Outcome } from '../model/decision.ts'
import type { HealingMemory } from '../model/memory.ts'
import { hour, minute, second } from '../model/time.ts'
import { spentWithin } from './budget.ts'
import { reasonCause } from './cause-patterns.ts'
import type { RunTaskAction } from './judgement.ts'
import type { StopTaskAction } from './overdue.ts'
import { slowMs } from './pace.ts'
import { isPlacementPermanent, placementRetryMs, placementWord } from './placement.ts'
import type { HealPolicy } from './policy.ts'
import type { HealingReason } from './reason.ts'

/** What came of a restart. */
export interface Remembered {
  memory: HealingMemory
  /** True: the stop is dealt with for good, by `resolution`. False: it is decided again at `nextTryAtMs`. */
  settle: boolean
  /** The code of `because`. */
  resolution: string
  because: HealingReason
}

const sameAgainMs = 10 * second

/** The memory after a RunTask call. */
export function remember(
  memory: HealingMemory | undefined,
  action: RunTaskAction,
  outcome: Outcome,
  now: number,
  policy: HealPolicy,
  /** The task lives: why it is replaced before its stop. */
  planned: 'retirement' | 'host' | null = null,
): Remembered {
  const before = memory ?? { placements: {}, recovering: {} }
  const taskId = lastSegment(action.replaces)
  const failures = before.placements[taskId]?.failures ?? 0
  const because = meaningOf(action, outcome, failures + 1, policy.restart, now)
  const { [taskId]: _, ...placements } = before.placements
  if ('untilMs' in because) {
    // The same token again, unless AWS said that this one started nothing: only a new token is a new try.
    const counted = because.code === 'placement-failed-retry' ? because.failures : failures
    placements[taskId] = { failures: counted, nextTryAtMs: because.untilMs }
    return { memory: { ...before, placements }, settle: false, resolution: because.code, because }
  }
  const { [action.rootTaskId]: __, ...others } = before.recovering
  const recovering = because.code === 'replaced' ? before.recovering : others
  const isReplaced = because.code === 'replaced'
  const by = outcome.ok ? outcome.taskArns?.map(lastSegment)[0] : undefined
  const replaced = isReplaced ? succeeded(before.replaced ?? {}, taskId, by) : (before.replaced ?? {})
  if (planned && isReplaced)
    replaced[taskId] = { attempt: action.attempt, atMs: now, for: planned, ...(by ? { by } : {}) }
  const leftOnHost =
    planned === 'host' && !isReplaced ? { leftOnHost: { ...before.leftOnHost, [taskId]: now } } : {}
  const { budget } = policy.restart
  const spent = spentWithin(before.restarts ?? [], budget.withinMs, now)
  const restarts = isReplaced && !planned ? { restarts: [...spent, now].slice(-budget.restarts) } : {}
  return {
    memory: {
      ...before,
      placements,
      recovering,
      ...(Object.keys(replaced).length > 0 ? { replaced } : {}),
      ...leftOnHost,
      ...restarts,
    },
    settle: true,
    resolution: because.code,
    because,
  }
}

/** A replacement that is itself replaced hands on whose place it stands in. */
const succeeded = (
  replaced: NonNullable<HealingMemory['replaced']>,
  taskId: string,
  by: string | undefined,
): NonNullable<HealingMemory['replaced']> =>
  Object.fromEntries(
    Object.entries(replaced).map(([id, each]) => [id, each.by === taskId && by ? { ...each, by } : each]),
  )

/** A stop that took effect shows within seconds; a refused one is no use soon. */
const askAgainMs = { asked: 5 * minute, refused: hour }

/** The memory after a StopTask call. */
export function rememberStop(
  memory: HealingMemory | undefined,
  { taskArn }: StopTaskAction,
  outcome: Outcome,
  now: number,
): HealingMemory {
  const before = memory ?? { placements: {}, recovering: {} }
  if (!outcome.ok && outcome.transient) return before
  const askAgainAtMs = now + (outcome.ok ? askAgainMs.asked : askAgainMs.refused)
  return { ...before, stopping: { ...before.stopping, [lastSegment(taskArn)]: { askAgainAtMs } } }
}

type Meaning = Extract<
  HealingReason,
  {
    code:
      | 'replaced'
      | 'placement-failed-retry'
      | 'placement-exhausted'
      | 'placement-permanent'
      | 'call-failed-retry'
      | 'call-refused'
      | 'call-forgotten'
  }
>

function meaningOf(
  { attempt, replaces }: RunTaskAction,
  outcome: Outcome,
  failures: number,
  { attempts, backoff }: HealPolicy['restart'],
  now: number,
): Meaning {
  // A conflict names the task that the same token started before.
  if (outcome.ok || outcome.code === 'conflict') return { code: 'replaced', attempt }
  // Of vCPUs or of a size: under which error AWS says so is not documented, its words are. Other quotas, such as that of
  // tasks in PROVISIONING, are free again within seconds.
  if (reasonCause(outcome.message) === 'quota') {
    const quota = { placement: 'quota', failures, region: regionOf(replaces) }
    if (failures > attempts) return { code: 'placement-exhausted', ...quota }
    const untilMs = now + slowMs(failures, backoff)
    return { code: 'placement-failed-retry', ...quota, attempts, untilMs }
  }
  if (outcome.code === 'placement' || outcome.code === 'quota') {
    const placement = outcome.code === 'quota' ? 'quota' : placementWord(outcome.message)
    if (isPlacementPermanent(outcome.message)) return { code: 'placement-permanent', placement }
    if (failures > attempts) return { code: 'placement-exhausted', placement, failures }
    const untilMs = now + placementRetryMs(failures)
    return { code: 'placement-failed-retry', placement, failures, attempts, untilMs }
  }
  if (outcome.transient)
    return { code: 'call-failed-retry', failure: outcome.code, untilMs: now + sameAgainMs }
  if (outcome.code === 'forgotten') return { code: 'call-forgotten' }
  return { code: 'call-refused', failure: outcome.code }
}
