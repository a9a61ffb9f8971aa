import type { Peer, PeerName } from './peer.ts'
import { peer as hpa } from './peers/hpa.ts'
import { peer as keda } from './peers/keda.ts'
import { peer as predictive } from './peers/predictive.ts'
import { peer as fixed } from './peers/static.ts'
import { peer as step } from './peers/step.ts'
import { peer as targetTracking } from './peers/target-tracking.ts'
import { peer as targetTracking20s } from './peers/target-tracking-20s.ts'

/** Everybody Longshore is compared with, one file each in `peers/`. */
export const peers: Readonly<Record<PeerName, Peer>> = {
  'target-tracking': targetTracking,
  'target-tracking-20s': targetTracking20s,
  step,
  hpa,
  keda,
  predictive,
  static: fixed,
}
