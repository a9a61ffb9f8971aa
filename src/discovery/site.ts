import type { CloudMapService } from '../model/cloud-map.ts'
import type { Action, Decision, Hold } from '../model/decision.ts'
import { minute, second } from '../model/time.ts'
import type { DiscoverPolicy } from './policy.ts'
import type { DiscoveryReason } from './reason.ts'
import type { DiscoveryView } from './view.ts'

/** What welcomes and farewells share. */

export type DiscoveryAction = Extract<
  Action,
  { verb: 'register-instance' | 'deregister-instance' | 'set-instance-health' }
>
export type DiscoveryDecision = Decision<DiscoveryReason, DiscoveryAction>

/** A health check or a machine that is not known yet is looked at again so soon. */
export const healthLookMs = 20 * second
/** Seen missing twice, this far apart, before a task counts as gone. */
export const goneAfterMs = minute

export interface Site {
  service: CloudMapService
  policy: DiscoverPolicy
  view: DiscoveryView
  /** An operation on it is under way, or its last one failed a moment ago. */
  busy: (instanceId: string) => boolean
  /** False: people have heard of the first tries. */
  isTold: (instanceId: string) => boolean
  now: number
}

/** How messages name the instance's Cloud Map service. */
export const where = ({ service }: Site) => ({
  cloudMapServiceId: service.id,
  cloudMapName: `${service.service}.${service.namespace}`,
})

export const hold = (
  about: string | null,
  because: DiscoveryReason,
  untilMs: number | null,
  tell = false,
): Hold<DiscoveryReason> => ({ hold: 'discovery', about, because, untilMs, tell })
