import type { Mark } from '../model/slo-memory.ts'
import { type Bounds, clamp, type Stage } from './bounds.ts'
import { fewestAllowed, mostAllowed } from './change-limit.ts'
import type { Cooling } from './cooldown.ts'
import { startingPercent } from './defaults.ts'
import type { ScalePolicy } from './policy.ts'
import type { Proposal } from './proposal.ts'
import type { AskReason, Limit, ScalingReason } from './reason.ts'
import type { Crew } from './seen.ts'

/** What limits a change, beside what is asked for. */
export interface Rules {
  scale: ScalePolicy
  bounds: Bounds
  cooling: Cooling | null
  deploying: boolean
  crew: Crew
  changes: readonly Mark[]
  nowMs: number
}

type Asking = Extract<Proposal, { asks: true }>
type Wish = Asking & { because: AskReason }

/**
 * One count of what all triggers ask for. The largest wins (PutScalingPolicy, HPA); the bounds cut it; then the limits of its
 * direction. Fewer tasks only when every trigger that might ask for more can be judged.
 */
export function combine(count: number, proposals: readonly Proposal[], rules: Rules): Stage {
  const wish = largest(proposals)
  if (!wish) return { count, because: null }
  if (!isWish(wish)) return { count, because: wish.because }
  const { trigger } = wish
  const { wanted } = wish.because
  const { min, max } = rules.bounds

  // A count above the maximum is there only while something keeps it there: then nothing may be added to it either.
  const limited = clamp(wish.count, { min, max: Math.max(max, count) })
  if (limited === count && wanted > count) return { count, because: { code: 'at-max', trigger, wanted, max } }
  if (limited === count && wanted < count) return { count, because: { code: 'at-min', trigger, wanted, min } }
  if (limited < count) return inward(count, limited, wish, proposals, rules)
  if (limited > count) return outward(count, limited, wish, rules)
  return { count, because: { ...wish.because, limit: null } }
}

function inward(
  count: number,
  limited: number,
  wish: Wish,
  proposals: readonly Proposal[],
  { scale, cooling, deploying, changes, nowMs }: Rules,
): Stage {
  const { trigger } = wish
  const stays = (because: ScalingReason): Stage => ({ count, because })
  if (deploying && scale.whileDeploying !== 'normal')
    return stays({ code: 'deployment-in-progress', trigger, wanted: limited, desired: count })
  if (scale.pause.in !== null)
    return stays({
      code: 'paused-direction',
      trigger,
      wanted: limited,
      direction: 'in',
      note: scale.pause.in,
    })
  const unsure = proposals.find(proposal => !proposal.asks && proposal.unsure)
  if (unsure) return stays({ code: 'scale-in-unsure', trigger, wanted: limited, unsure: unsure.trigger })
  if (cooling) {
    const { after, remainingMs } = cooling
    return stays({ code: 'cooldown-in', trigger, wanted: limited, after, remainingMs })
  }
  const fewest = fewestAllowed(count, scale.in, changes, nowMs)
  if (fewest >= count)
    return stays({ code: 'rate-limit', trigger, wanted: limited, desired: count, direction: 'in' })
  return fewest > limited ? moved(fewest, wish, 'rate') : moved(limited, wish, null)
}

function outward(
  count: number,
  limited: number,
  wish: Wish,
  { scale, deploying, changes, nowMs, crew }: Rules,
): Stage {
  const { trigger } = wish
  const stays = (because: ScalingReason): Stage => ({ count, because })
  if (deploying && scale.whileDeploying === 'freeze')
    return stays({ code: 'deployment-in-progress', trigger, wanted: limited, desired: count })
  if (scale.pause.out !== null)
    return stays({
      code: 'paused-direction',
      trigger,
      wanted: limited,
      direction: 'out',
      note: scale.pause.out,
    })
  const most = mostAllowed(count, scale.out, changes, nowMs)
  if (most <= count)
    return stays({ code: 'rate-limit', trigger, wanted: limited, desired: count, direction: 'out' })
  const grown = grownAtMost(count, wish, scale, crew)
  if (grown <= count) {
    const { starting } = crew
    return stays({
      code: 'tasks-starting',
      trigger,
      wanted: limited,
      starting,
      most: starting + grown - count,
    })
  }
  if (Math.min(most, grown) >= limited) return moved(limited, wish, null)
  return grown < most ? moved(grown, wish, 'starting') : moved(most, wish, 'rate')
}

/** Tasks that may always be starting, however few are ready. */
const leastStarting = 10

/** A service whose tasks do not come up is not given ever more of them (Autopilot limits growth in the same way). */
function grownAtMost(count: number, { kind }: Wish, scale: ScalePolicy, { ready, starting }: Crew): number {
  const share = startingPercent(kind, scale)
  if (share === null) return Number.POSITIVE_INFINITY
  const mayStart = Math.max(leastStarting, Math.floor((ready * share) / 100))
  return count + mayStart - starting
}

/** The change with its reason; `cut` is what made less of it than its trigger or the bounds would have. */
function moved(count: number, { count: asked, because }: Wish, cut: Limit['bound'] | null): Stage {
  const { wanted } = because
  const bound =
    cut ?? (count === asked ? (asked === wanted ? null : 'window') : count < wanted ? 'max' : 'min')
  return { count, because: { ...because, limit: bound === null ? null : { bound, tasks: count } } }
}

const isWish = (asking: Asking): asking is Wish => 'limit' in asking.because

/** The first of the largest, in the policy's order; null when nothing asks. */
function largest(proposals: readonly Proposal[]): Asking | null {
  let most: Asking | null = null
  for (const proposal of proposals)
    if (proposal.asks && (most === null || proposal.count > most.count)) most = proposal
  return most
}
