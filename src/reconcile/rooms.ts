import { explain as explainDiscovery } from '../discovery/explain.ts'
import type { DiscoveryReason } from '../discovery/reason.ts'
import { explain as explainHealing } from '../healing/explain.ts'
import type { HealingReason } from '../healing/reason.ts'
import { explain as explainServiceHealing } from '../healing/services/explain.ts'
import type { ServiceHealingReason } from '../healing/services/reason.ts'
import type { Decision, Do } from '../model/decision.ts'
import { explain as explainScaling } from '../scaling/explain.ts'
import type { ScalingReason } from '../scaling/reason.ts'

/** A decision with the room it came from and its sentence: what the journal, Slack and the command line show. */
export interface Explained {
  room: 'scaling' | 'healing' | 'discovery'
  decision: Decision
  sentence: string
}

export type ExplainedDo = Explained & { decision: Do }

export const explainedScaling = (decisions: Decision<ScalingReason>[]): Explained[] =>
  decisions.map(decision => ({ room: 'scaling', decision, sentence: explainScaling(decision.because) }))

export const explainedHealing = (decisions: Decision<HealingReason>[]): Explained[] =>
  decisions.map(decision => ({ room: 'healing', decision, sentence: explainHealing(decision.because) }))

export const explainedServiceHealing = (decisions: Decision<ServiceHealingReason>[]): Explained[] =>
  decisions.map(decision => ({
    room: 'healing',
    decision,
    sentence: explainServiceHealing(decision.because),
  }))

export const explainedDiscovery = (decisions: Decision<DiscoveryReason>[]): Explained[] =>
  decisions.map(decision => ({ room: 'discovery', decision, sentence: explainDiscovery(decision.because) }))
