import type { CapacityProviderStrategy } from '../../../model/capacity-provider-strategy.ts'

/** Why the capacity of a service is changed, or is not. */
export type SpotReason =
  | {
      code: 'spot-fallback'
      from: string
      to: string
      failures: number
      withinMs: number
      running: number
      wanted: number
      /** Percent of the weights that `to` had and will have. */
      share: { before: number; after: number }
      waitMs: number
      /** When the first step back is due, epoch ms. */
      returnAtMs: number
    }
  /** Spot failed again on the way back. */
  | {
      code: 'spot-fallback-again'
      from: string
      to: string
      share: { before: number; after: number }
      waitMs: number
      returnAtMs: number
    }
  | {
      code: 'spot-return'
      from: string
      to: string
      share: { before: number; after: number }
      /** When the next step is due, epoch ms; null: it is the owner's strategy again. */
      nextAtMs: number | null
    }
  | { code: 'spot-fallback-lasts'; from: string; to: string; share: number; returnAtMs: number }
  | { code: 'spot-not-changed'; from: string; to: string; why: SpotObstacle }
  | { code: 'spot-fallback-kept'; from: string; to: string; why: SpotObstacle }
  /** Somebody else has changed it. */
  | {
      code: 'spot-strategy-changed'
      original: CapacityProviderStrategy
      found: CapacityProviderStrategy | null
    }
  /** The rule no longer asks for it. */
  | { code: 'spot-not-wanted'; original: CapacityProviderStrategy }

/** Why nothing is changed. */
export type SpotObstacle =
  | 'inactive'
  | 'express'
  | 'controller'
  | 'daemon'
  | 'no-strategy'
  | 'paused'
  | 'deploying'
  | 'ceiling'
  | 'refused'
