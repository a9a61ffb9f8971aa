import type { Action, Decision } from '../../../model/decision.ts'
import type { SpotFallback, SpotMemory } from '../../../model/memory.ts'
import type { Service } from '../../../model/service.ts'
import { minute } from '../../../model/time.ts'
import type { SpotFallbackPolicy } from './policy.ts'
import type { SpotObstacle, SpotReason } from './reason.ts'

export type SpotAction = Extract<Action, { verb: 'set-capacity-providers' }>
export type SpotDecision = Decision<SpotReason, SpotAction>

/** What a change has to be decided from. */
export interface Situation {
  service: Service
  failures: SpotMemory['failures']
  policy: SpotFallbackPolicy
  /** What stands in the way of any change; null when nothing does. */
  obstacle: SpotObstacle | null
  now: number
}

/** What is decided, and what is left of the fallback. */
export interface Step {
  decisions: SpotDecision[]
  fallback: SpotFallback | undefined
  nextLookAtMs: number | null
}

/** What stands in the way may pass without an event, and what is done has to be seen. */
export const soonMs = minute
