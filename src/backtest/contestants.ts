import type { ScalePolicy } from '../scaling/policy.ts'
import { createOurs } from './ours.ts'
import { ours } from './outcome.ts'
import type { Peer, PeerName } from './peer.ts'
import { peers } from './peers.ts'

/** Who is compared. */

/** Ours or a peer. */
export interface Contestant extends Omit<Peer, 'name'> {
  name: string
}

/** What ours is asked to keep. Plain data: it crosses threads. */
export interface Wishes {
  /** Share of requests that may be late. */
  lateShare: number
  /** The rule of the owner's policy; null: the trigger we recommend, alone. */
  scale: ScalePolicy | null
}

/** Ours and the peers asked for, by name. */
export const contestantNames = (against: readonly PeerName[]): string[] => [ours, ...against]

/** Null when nobody is called so. */
export function contestantNamed(name: string, wishes: Wishes): Contestant | null {
  if (name === ours) return createOurs(wishes)
  return Object.hasOwn(peers, name) ? peers[name as PeerName] : null
}
