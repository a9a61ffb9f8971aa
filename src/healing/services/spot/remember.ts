import type { Outcome } from '../../../model/decision.ts'
import type { SpotFallback, SpotMemory } from '../../../model/memory.ts'
import type { SpotReason } from './reason.ts'
import type { SpotAction } from './situation.ts'

/**
 * The memory after a change of the strategy. One that was overtaken is remembered as if it had been made: DescribeServices has no
 * bound to its lag, and without the owner's strategy nobody could put it back. The next look finds out.
 */
export function rememberSpot(
  memory: SpotMemory = { failures: [] },
  action: SpotAction,
  because: SpotReason,
  outcome: Outcome,
  now: number,
): SpotMemory {
  const { refusedAtMs: _, ...rest } = memory
  if (!outcome.ok && outcome.code !== 'superseded')
    return outcome.transient ? memory : { ...memory, refusedAtMs: now }
  const fallback = fallbackAfter(memory.fallback, action, because, now)
  if (!fallback) return rest
  const deploymentId = outcome.ok ? outcome.operationId : undefined
  return { ...rest, fallback: deploymentId === undefined ? fallback : { ...fallback, deploymentId } }
}

function fallbackAfter(
  before: SpotFallback | undefined,
  action: SpotAction,
  because: SpotReason,
  now: number,
): SpotFallback | undefined {
  if (
    because.code !== 'spot-fallback' &&
    because.code !== 'spot-fallback-again' &&
    because.code !== 'spot-return'
  )
    return before
  const { share } = because
  const change = {
    share: share.after,
    set: action.to,
    before: { strategy: action.from, share: share.before },
    changedAtMs: now,
  }
  if (because.code === 'spot-fallback')
    return { ...change, original: action.from, sinceMs: now, waitMs: because.waitMs }
  if (!before) return undefined
  const { deploymentId: _, ...kept } = before
  if (because.code === 'spot-return') return { ...kept, ...change }
  return { ...kept, ...change, sinceMs: now, waitMs: because.waitMs }
}
