import type { Intent, Outcome, Reason } from '../model/decision.ts'
import type { ScalingMemory } from '../model/memory.ts'
import { isRecent } from './bounds.ts'
import { withChange } from './change-limit.ts'
import { nothingYet } from './cooldown.ts'
import type { ScalePolicy } from './policy.ts'
import type { StepReason } from './reason.ts'

/**
 * The memory after an action. A cooldown starts once the change succeeded; a further scale-out starts it anew and keeps
 * the count from before the first. When the answer never came (`unavailable`) the change may have happened: the cooldown
 * starts all the same. For a scale-out that costs nothing, because repeating the step adds only what is not there yet.
 * Only an alarm's step cools: going back inside the bounds does not, whatever they are by now. Every change counts for the limits
 * per period from when it was decided: what came of it may be known only minutes later.
 */
export function remember(
  memory: ScalingMemory | undefined,
  { action, because, recordedAtMs }: Pick<Intent, 'action' | 'because' | 'recordedAtMs'>,
  outcome: Outcome,
  nowMs: number,
  scale: Pick<ScalePolicy, 'in' | 'out'>,
): ScalingMemory {
  const before = memory ?? nothingYet
  if (action.verb !== 'update-service') return before
  if (!outcome.ok && outcome.code !== 'unavailable') return before

  const { desiredCount, previousDesiredCount } = action
  const earlier = isRecent(before.lastWrite, nowMs) ? before.lastWrite.replaced : []
  const replaced = [...new Set([previousDesiredCount, ...earlier])]
  const lastWrite = outcome.ok ? { desiredCount, replaced, atMs: nowMs } : before.lastWrite
  const limits = [...scale.in.atMost, ...scale.out.atMost]
  const changed = withChange(before.changes ?? [], [recordedAtMs, previousDesiredCount], limits, nowMs)
  const { changes: _, ...rest } = before
  const after = { ...rest, lastWrite, ...(changed.length > 0 ? { changes: changed } : {}) }
  if (!isStep(because)) return after

  const direction = because.code === 'step-out' ? 'out' : 'in'
  const endsAtMs = nowMs + scale[direction].cooldownMs
  return { ...after, cooldown: { direction, startedAtMs: nowMs, endsAtMs, baseCount: because.base } }
}

const isStep = (because: Reason): because is StepReason =>
  because.code === 'step-out' || because.code === 'step-in'
