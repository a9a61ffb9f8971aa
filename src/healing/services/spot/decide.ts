import { isSameStrategy } from '../../../model/capacity-provider-strategy.ts'
import type { SpotFallback, SpotMemory } from '../../../model/memory.ts'
import type { Service } from '../../../model/service.ts'
import { hour, minute } from '../../../model/time.ts'
import type { ServiceHealingView } from '../view.ts'
import { fallBack } from './fall-back.ts'
import { obstacleOf } from './obstacle.ts'
import type { SpotFallbackPolicy } from './policy.ts'
import { returnFrom } from './return.ts'
import type { SpotDecision } from './situation.ts'
import { mergedFailures } from './window.ts'

export interface SpotVerdict {
  decisions: SpotDecision[]
  /** Absent: nothing to remember. */
  memory: SpotMemory | undefined
  nextLookAtMs: number | null
}

/** DescribeServices lags behind UpdateService; for so long the strategy from before says nothing. */
const visibleAfterMs = 2 * minute
const lookMs = minute

/** Whether a service falls back on on-demand capacity, or a step back from it. One change at a time, and none that somebody else began. */
export function decideSpot(
  view: ServiceHealingView,
  policy: SpotFallbackPolicy | undefined,
  before: SpotMemory | undefined,
  now: number,
): SpotVerdict {
  if (!policy) return notWanted(before)
  const failures = mergedFailures(before?.failures ?? [], view.placements, policy, now)
  const refusedAtMs = before?.refusedAtMs
  const memory: SpotMemory = {
    failures,
    ...(before?.fallback ? { fallback: before.fallback } : {}),
    ...(refusedAtMs !== undefined && now - refusedAtMs < 24 * hour ? { refusedAtMs } : {}),
  }
  const wait = (atMs: number | null): SpotVerdict => ({ decisions: [], memory, nextLookAtMs: atMs })
  const isOpen = failures.length > 0 || memory.fallback !== undefined
  if (view.service.kind !== 'value') return wait(isOpen ? now + lookMs : null)
  const service = view.service.value
  const seen = memory.fallback && seenAs(memory.fallback, service, now)
  if (seen === 'lag') return wait(now + lookMs)
  if (seen === 'changed') return changed(memory, service, policy)
  const fallback = seen === 'never' ? undefined : seen
  const situation = { service, failures, policy, obstacle: obstacleOf(view, service, memory, now), now }
  const decided = fallback ? returnFrom(fallback, situation) : fallBack(situation)
  return {
    decisions: decided.decisions,
    memory: isOpen || memory.refusedAtMs !== undefined ? withFallback(memory, decided.fallback) : undefined,
    nextLookAtMs: decided.nextLookAtMs,
  }
}

const withFallback = (
  { fallback: _, ...memory }: SpotMemory,
  fallback: SpotFallback | undefined,
): SpotMemory => (fallback ? { ...memory, fallback } : memory)

/**
 * Whether the strategy is the one that Longshore set. `lag`: perhaps, it is not visible yet. `never`: the first change did not come
 * about. `changed`: somebody else did. Where a later one did not come about, or ECS rolled it back, what was before it counts.
 */
function seenAs(
  fallback: SpotFallback,
  service: Service,
  now: number,
): SpotFallback | 'lag' | 'never' | 'changed' {
  const { set, before, original, changedAtMs } = fallback
  const found = service.capacityProviderStrategy
  if (found === null) return 'changed'
  if (isSameStrategy(found, set)) return { ...fallback, isSeen: true }
  if (!isSameStrategy(found, before.strategy)) return 'changed'
  if (now - changedAtMs < visibleAfterMs) return 'lag'
  if (isSameStrategy(found, original)) return fallback.isSeen ? 'changed' : 'never'
  return { ...fallback, set: before.strategy, share: before.share }
}

function changed(memory: SpotMemory, service: Service, { from }: SpotFallbackPolicy): SpotVerdict {
  const { original = [], isSeen } = memory.fallback ?? {}
  const because = {
    code: 'spot-strategy-changed',
    original,
    found: service.capacityProviderStrategy,
  } as const
  return {
    // A change that never came about was changed by nobody.
    decisions: isSeen ? [{ hold: 'healing', about: from, because, untilMs: null, tell: true }] : [],
    // What was counted under another strategy says nothing of this one.
    memory: undefined,
    nextLookAtMs: null,
  }
}

function notWanted(before: SpotMemory | undefined): SpotVerdict {
  const { fallback } = before ?? {}
  if (!fallback) return { decisions: [], memory: undefined, nextLookAtMs: null }
  const because = { code: 'spot-not-wanted', original: fallback.original } as const
  return {
    decisions: [{ hold: 'healing', about: null, because, untilMs: null, tell: true }],
    memory: undefined,
    nextLookAtMs: null,
  }
}
