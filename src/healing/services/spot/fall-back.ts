import { primaryOf } from '../../../model/service.ts'
import { shortageOf } from './obstacle.ts'
import { fullShare, ownShare, sharedOut } from './shares.ts'
import { type Situation, type Step, soonMs } from './situation.ts'

/** Only after so many failures, and only while tasks are missing: one failure is none, and a shortage that has passed is over. */
export function fallBack({ service, failures, policy, obstacle, now }: Situation): Step {
  const { from, to, after, withinMs } = policy
  const none: Step = { decisions: [], fallback: undefined, nextLookAtMs: null }
  const within = failures.filter(({ atMs }) => now - atMs < withinMs)
  const original = service.capacityProviderStrategy
  const { running, isShort } = shortageOf(service)
  if (within.length < after || !isShort) return none
  // The events tell of Spot; a service that does not name it has another strategy by now.
  if (
    original !== null &&
    !original.some(each => each.capacityProvider === from && each.weight + each.base > 0)
  )
    return none
  const [before, share] =
    original === null ? [0, 0] : [ownShare(original, policy), fullShare(original, policy)]
  const why = obstacle ?? (share <= before ? 'ceiling' : null)
  if (why !== null || original === null) {
    const because = { code: 'spot-not-changed', from, to, why: why ?? 'no-strategy' } as const
    return {
      decisions: [{ hold: 'healing', about: from, because, untilMs: null, tell: why !== 'refused' }],
      fallback: undefined,
      nextLookAtMs: now + soonMs,
    }
  }
  return {
    decisions: [
      {
        do: {
          verb: 'set-capacity-providers',
          cluster: service.cluster,
          service: service.service,
          capacityProvider: from,
          deploymentId: primaryOf(service)?.id ?? null,
          from: original,
          to: sharedOut(original, policy, share),
        },
        because: {
          code: 'spot-fallback',
          from,
          to,
          failures: within.length,
          withinMs,
          running,
          wanted: service.desiredCount,
          share: { before, after: share },
          waitMs: policy.returnAfterMs,
          returnAtMs: now + policy.returnAfterMs,
        },
        tell: true,
      },
    ],
    fallback: undefined,
    nextLookAtMs: now + soonMs,
  }
}
