import type { Autoscaler, ServiceFacts } from './autoscaler.ts'

export type PeerName =
  | 'target-tracking'
  | 'target-tracking-20s'
  | 'step'
  | 'hpa'
  | 'keda'
  | 'predictive'
  | 'static'

/** What a peer's settings may be made from. */
export interface Subject {
  service: ServiceFacts
  /** Tasks that the clairvoyant optimum runs at the peak of the history: what somebody who provisions for it would know. */
  peakTasks: number
}

export interface PeerSetting {
  /** The peer's one knob and its value, as people write it: `target 70%`. */
  setting: string
  /** A new one, without memory. */
  create(): Autoscaler
}

export interface Peer {
  name: PeerName
  /** One sentence for people. */
  describe: string
  /** From the most cautious to the cheapest, ten for every subject: a place in the list is one setting for all histories. */
  settings(subject: Subject): PeerSetting[]
  /** Place of the setting that is used when nobody sweeps. */
  usual(subject: Subject): number
}

/** Target utilisations of every peer that has one, percent; dense where the late ones begin, so that each is met at its best. */
export const targets = [30, 40, 50, 60, 70, 75, 80, 85, 90, 95]
export const usualTarget = targets.indexOf(70)

/** A peer whose one knob is its target utilisation, percent. */
export const targetPeer = (
  { name, describe }: Pick<Peer, 'name' | 'describe'>,
  create: (targetPercent: number, service: ServiceFacts) => Pick<Autoscaler, 'firstLook' | 'look'>,
): Peer => ({
  name,
  describe,
  settings: ({ service }) =>
    targets.map(target => {
      const setting = `target ${target}%`
      return { setting, create: () => ({ name, setting, ...create(target, service) }) }
    }),
  usual: () => usualTarget,
})
