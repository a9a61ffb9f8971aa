import type { ScalingMemory } from '../model/memory.ts'
import { idleAfterMs } from './defaults.ts'
import type { ScalePolicy } from './policy.ts'
import type { Proposal } from './proposal.ts'

/**
 * From one to zero and back, as KEDA decides it (pkg/scaling/executor/scale_scaledobjects.go): activation beats scaling. But what
 * comes of it is a proposal like any other, and goes through the same limits. Triggers without an activation threshold have
 * no say, and those that cannot be judged keep what is there.
 */
export interface Zeroed {
  proposals: Proposal[]
  /** Absent: nothing to remember. */
  lastActiveAtMs?: number
}

export function settleZero(
  proposals: Proposal[],
  count: number,
  { lastActiveAtMs }: Pick<ScalingMemory, 'lastActiveAtMs'>,
  scale: ScalePolicy,
  nowMs: number,
): Zeroed {
  if (scale.min > 0) return { proposals }
  let idleMs = -1
  let isActive = false
  let isUnknown = false
  for (const proposal of proposals) {
    if (!proposal.asks) isUnknown ||= proposal.unsure
    else if (proposal.active !== null) {
      idleMs = Math.max(idleMs, idleAfterMs(proposal.kind, scale))
      isActive ||= proposal.active
    }
  }
  if (idleMs < 0) return { proposals, ...(lastActiveAtMs === undefined ? {} : { lastActiveAtMs }) }
  // What cannot be judged may be active.
  if (isActive || isUnknown)
    return {
      proposals: proposals.map(proposal => (isActiveOne(proposal) ? atLeastOne(proposal) : proposal)),
      lastActiveAtMs: isActive ? nowMs : (lastActiveAtMs ?? nowMs),
    }
  const since = Math.min(lastActiveAtMs ?? nowMs - idleMs + scale.zero.initialCooldownMs, nowMs + idleMs)
  const remainingMs = since + idleMs - nowMs
  if (count > 0 && remainingMs > 0)
    return { proposals: proposals.map(each => keptOne(each, count, remainingMs)), lastActiveAtMs: since }
  const idleForMs = Math.max(0, nowMs - since)
  return { proposals: proposals.map(each => none(each, idleForMs)), lastActiveAtMs: since }
}

const isActiveOne = (proposal: Proposal): boolean => proposal.asks && proposal.active === true

function atLeastOne(proposal: Proposal): Proposal {
  if (!proposal.asks || proposal.count > 0 || !('limit' in proposal.because)) return proposal
  return { ...proposal, count: 1, because: { ...proposal.because, wanted: 1 } }
}

/** Not idle for long enough: the last task stays. */
function keptOne(proposal: Proposal, count: number, remainingMs: number): Proposal {
  if (!proposal.asks || proposal.active === null || proposal.count > 0) return proposal
  if (count > 1) return atLeastOne(proposal)
  return { ...proposal, count: 1, because: { code: 'not-idle-yet', trigger: proposal.trigger, remainingMs } }
}

/** Idle: every trigger with a threshold wants none, and a utilisation alone keeps no task. A step is the owner's word. */
function none(proposal: Proposal, idleForMs: number): Proposal {
  const { trigger, kind } = proposal
  if (!proposal.asks || kind === 'step') return proposal
  if (proposal.active === null) {
    if (proposal.because.code === 'fallback') return proposal
    return { ...proposal, asks: false, because: { code: 'inactive', trigger }, unsure: false, failed: false }
  }
  return { ...proposal, count: 0, because: { code: 'idle', trigger, idleForMs, wanted: 0, limit: null } }
}
