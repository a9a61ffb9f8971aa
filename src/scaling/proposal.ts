import type { TriggerMemory } from '../model/memory.ts'
import type { TriggerKind } from './policy.ts'
import type { AlarmReason, AskReason, HeldReason, SignalReason } from './reason.ts'

/** What one trigger makes of what was seen. */
export type Proposed = (
  | {
      asks: true
      count: number
      because: AskReason | HeldReason
      /** Above its activation threshold; null = it has no say about zero tasks. */
      active: boolean | null
    }
  | {
      asks: false
      because: AlarmReason | SignalReason
      /** It could not be judged, and might have asked for more: nothing is removed. */
      unsure: boolean
      /** It could not be judged: a fallback holds after a while. */
      failed: boolean
    }
) & {
  /** What only this kind of trigger remembers. */
  memory?: Pick<TriggerMemory, 'slo'>
  /** How soon it is worth looking again; absent = nothing presses. */
  lookInMs?: number
}

/** A trigger's name is its alarm's, or what it watches. */
export type Proposal = Proposed & { trigger: string; kind: TriggerKind }

/** Which way a count would move. */
export const directionOf = (wanted: number, count: number): 'out' | 'in' | 'met' =>
  wanted > count ? 'out' : wanted < count ? 'in' : 'met'
