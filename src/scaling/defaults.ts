import { minute, second } from '../model/time.ts'
import type { ScalePolicy, TriggerKind } from './policy.ts'

/** What holds where an owner says nothing, as the schema fills it in; for rules that are made without a file. */
export const scaleDefaults: Omit<ScalePolicy, 'min' | 'max' | 'triggers'> = {
  in: { cooldownMs: 5 * minute, afterMs: null, atMost: [], select: 'largest' },
  out: { cooldownMs: 5 * minute, afterMs: null, atMost: [], select: 'largest', startingPercent: null },
  whileDeploying: 'out-only',
  fallback: null,
  zero: { initialCooldownMs: 0, idleMs: null },
  suspicious: { dropPercent: 90, holdMs: 5 * minute },
  pause: { all: null, in: null, out: null },
}

/** HPA's stabilization window for scale-in (300 s) where the trigger has no hold of its own. */
export const inWindowMs = (kind: TriggerKind, { in: rules }: Pick<ScalePolicy, 'in'>): number =>
  rules.afterMs ?? (kind === 'target' || kind === 'queue' ? 5 * minute : 0)

export const outWindowMs = ({ out }: Pick<ScalePolicy, 'out'>): number => out.afterMs ?? 0

/** A queue with a deadline tells by itself when it is done; KEDA waits 300 s (cooldownPeriod). */
export const idleAfterMs = (kind: TriggerKind, { zero }: Pick<ScalePolicy, 'zero'>): number =>
  zero.idleMs ?? (kind === 'slo' ? 20 * second : 5 * minute)

/** Percent of the ready tasks that may be starting; null = any number: AWS's steps know no such limit. */
export const startingPercent = (kind: TriggerKind, { out }: Pick<ScalePolicy, 'out'>): number | null =>
  out.startingPercent ?? (kind === 'step' ? null : 300)
