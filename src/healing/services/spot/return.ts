import type { SpotFallback } from '../../../model/memory.ts'
import { isDeploying, primaryOf } from '../../../model/service.ts'
import { shortageOf } from './obstacle.ts'
import type { SpotReason } from './reason.ts'
import { fullShare, ownShare, sharedOut } from './shares.ts'
import { type Situation, type Step, soonMs } from './situation.ts'

/** The longest wait, as a multiple of `returnAfter`. */
const waitGrowthMax = 8

/** Slowly back: a step, a while without a failure, the next one; and all the way to the fallback again if Spot fails meanwhile. */
export function returnFrom(fallback: SpotFallback, situation: Situation): Step {
  const { failures, policy, now } = situation
  const { original, share, changedAtMs } = fallback
  const full = fullShare(original, policy)
  const own = ownShare(original, policy)
  const lastFailureMs = failures.at(-1)?.atMs ?? 0
  const isReturning = share < full
  if (isReturning && lastFailureMs > changedAtMs && shortageOf(situation.service).isShort)
    return again(fallback, situation, full)
  if (share <= own)
    return now - changedAtMs < policy.everyMs
      ? { decisions: [], fallback, nextLookAtMs: changedAtMs + policy.everyMs }
      : { decisions: [], fallback: undefined, nextLookAtMs: null }
  const dueAtMs = Math.max(
    isReturning ? changedAtMs + policy.everyMs : fallback.sinceMs + fallback.waitMs,
    lastFailureMs + policy.everyMs,
  )
  return now < dueAtMs ? lasts(fallback, situation, dueAtMs) : stepBack(fallback, situation, own)
}

function again(fallback: SpotFallback, situation: Situation, share: number): Step {
  const { policy, now, obstacle } = situation
  if (obstacle !== null) return kept(fallback, situation)
  const waitMs = Math.min(2 * fallback.waitMs, waitGrowthMax * policy.returnAfterMs)
  return change(fallback, situation, share, {
    code: 'spot-fallback-again',
    from: policy.from,
    to: policy.to,
    share: { before: fallback.share, after: share },
    waitMs,
    returnAtMs: now + waitMs,
  })
}

function stepBack(fallback: SpotFallback, situation: Situation, own: number): Step {
  const { policy, now, obstacle, service } = situation
  // Its own deployment is waited for, too: what runs says more of Spot than what is about to.
  if (obstacle !== null || isDeploying(service)) return kept(fallback, situation)
  const share = Math.max(own, Math.min(fallback.share, policy.upToPercent) - policy.stepPercent)
  return change(fallback, situation, share, {
    code: 'spot-return',
    from: policy.from,
    to: policy.to,
    share: { before: fallback.share, after: share },
    nextAtMs: share <= own ? null : now + policy.everyMs,
  })
}

const change = (
  fallback: SpotFallback,
  { service, policy, now }: Situation,
  share: number,
  because: SpotReason,
): Step => ({
  decisions: [
    {
      do: {
        verb: 'set-capacity-providers',
        cluster: service.cluster,
        service: service.service,
        capacityProvider: policy.from,
        deploymentId: primaryOf(service)?.id ?? null,
        from: fallback.set,
        to: sharedOut(fallback.original, policy, share),
      },
      because,
      tell: true,
    },
  ],
  fallback,
  nextLookAtMs: now + soonMs,
})

function lasts(fallback: SpotFallback, { policy: { from, to } }: Situation, dueAtMs: number): Step {
  const because = {
    code: 'spot-fallback-lasts',
    from,
    to,
    share: fallback.share,
    returnAtMs: dueAtMs,
  } as const
  return {
    decisions: [{ hold: 'healing', about: from, because, untilMs: dueAtMs, tell: false }],
    fallback,
    nextLookAtMs: dueAtMs,
  }
}

/** Told only where nobody but the owner can help. */
function kept(fallback: SpotFallback, { policy: { from, to }, obstacle, now }: Situation): Step {
  const why = obstacle ?? 'deploying'
  const tell = why !== 'deploying' && why !== 'refused'
  const because = { code: 'spot-fallback-kept', from, to, why } as const
  return {
    decisions: [{ hold: 'healing', about: from, because, untilMs: null, tell }],
    fallback,
    nextLookAtMs: now + soonMs,
  }
}
