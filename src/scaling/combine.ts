import { clamp, type Stage } from './bounds.ts'
import type { Cooling } from './cooldown.ts'
import type { ScalePolicy } from './policy.ts'
import type { Proposal } from './proposal.ts'

/**
 * One count of what all alarms ask for. The largest wins (PutScalingPolicy); the bounds cut it; fewer tasks only when
 * no deployment is in progress, every alarm that might ask for more can be judged, and nothing cools.
 */
export function combine(
  count: number,
  proposals: readonly Proposal[],
  { scale, cooling, deploying }: { scale: ScalePolicy; cooling: Cooling | null; deploying: boolean },
): Stage {
  const wish = largest(proposals)
  if (!wish) return { count, because: null }
  if (wish.because.code === 'cooldown-out') return { count, because: wish.because }
  const { alarm } = wish
  const { wanted } = wish.because

  // A count above the maximum is there only while a deployment keeps it there: then the step may not add to it either.
  const limited = clamp(wish.count, { min: scale.min, max: Math.max(scale.max, count) })
  if (limited === count && wanted > count)
    return { count, because: { code: 'at-max', alarm, wanted, max: scale.max } }
  if (limited === count && wanted < count)
    return { count, because: { code: 'at-min', alarm, wanted, min: scale.min } }

  if (limited < count) {
    if (deploying)
      return { count, because: { code: 'deployment-in-progress', alarm, wanted: limited, desired: count } }
    const unsure = proposals.find(proposal => !proposal.asks && proposal.unsure)
    if (unsure)
      return { count, because: { code: 'scale-in-unsure', alarm, wanted: limited, unsure: unsure.alarm } }
    if (cooling) {
      const { after, remainingMs } = cooling
      return { count, because: { code: 'cooldown-in', alarm, wanted: limited, after, remainingMs } }
    }
  }
  const limit =
    limited === wanted ? null : ({ bound: limited < wanted ? 'max' : 'min', tasks: limited } as const)
  return { count: limited, because: { ...wish.because, limit } }
}

type Asking = Extract<Proposal, { asks: true }>

/** The first of the largest, in the policy's order; null when no alarm asks. */
function largest(proposals: readonly Proposal[]): Asking | null {
  const asking = proposals.filter(proposal => proposal.asks)
  const [first, ...others] = asking
  return first ? others.reduce((most, next) => (next.count > most.count ? next : most), first) : null
}
