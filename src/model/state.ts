import type { Intent } from './decision.ts'
import type { Memory } from './memory.ts'
import type { Target } from './target.ts'

/** The one item per target that makes work exclusive: the ledger (docs/decisions/0001-ledger.md). */
export interface TargetState {
  target: Target
  /** Grows with every mark: something happened. */
  generation: number
  /** The generation that the last finished look began with. */
  observedGeneration: number
  /** Grows with every acquire; a write with an older epoch is refused. */
  epoch: number
  /** Who holds the lease, and until when; null when nobody. */
  owner: string | null
  leaseUntilMs: number
  /** When the tick should look; null = nothing is due. */
  nextLookAtMs: number | null
  /** Looks that failed in a row. */
  failures: number
  /** Keys of evidence nobody has dealt with. */
  inbox: string[]
  /** Actions written down and not yet known to be done. */
  intents: Intent[]
  memory: Memory
}

/** A lease in hand. Every write under it names its epoch. */
export interface Lease {
  target: Target
  owner: string
  epoch: number
  /** The generation acquired; release compares it. */
  generation: number
  untilMs: number
}
