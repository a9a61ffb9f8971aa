import { lastSegment } from '../model/arn.ts'
import type { Outcome } from '../model/decision.ts'
import type { HealingMemory } from '../model/memory.ts'
import { second } from '../model/time.ts'
import type { RunTaskAction } from './judgement.ts'
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
  /** The task lives: it is replaced before its stop. */
  isPlanned = false,
): Remembered {
  const before = memory ?? { placements: {}, recovering: {} }
  const taskId = lastSegment(action.replaces)
  const failures = before.placements[taskId]?.failures ?? 0
  const because = meaningOf(outcome, failures + 1, action.attempt, policy.restart.attempts, now)
  const { [taskId]: _, ...placements } = before.placements
  if ('untilMs' in because) {
    // The same token again, unless AWS said that this one started nothing: only a new token is a new try.
    const counted = because.code === 'placement-failed-retry' ? because.failures : failures
    placements[taskId] = { failures: counted, nextTryAtMs: because.untilMs }
    return { memory: { ...before, placements }, settle: false, resolution: because.code, because }
  }
  const { [action.rootTaskId]: __, ...others } = before.recovering
  const recovering = because.code === 'replaced' ? before.recovering : others
  const replaced =
    isPlanned && because.code === 'replaced'
      ? { replaced: { ...before.replaced, [taskId]: { attempt: action.attempt, atMs: now } } }
      : {}
  return {
    memory: { ...before, placements, recovering, ...replaced },
    settle: true,
    resolution: because.code,
    because,
  }
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
  outcome: Outcome,
  failures: number,
  attempt: number,
  attempts: number,
  now: number,
): Meaning {
  // A conflict names the task that the same token started before.
  if (outcome.ok || outcome.code === 'conflict') return { code: 'replaced', attempt }
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
