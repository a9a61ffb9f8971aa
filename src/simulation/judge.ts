import { minute, second } from '../model/time.ts'
import type { Policy } from '../policy/policy.ts'
import type { History } from './history.ts'
import type { Scenario } from './scenario.ts'
import type { Truth } from './truth.ts'
import type { InvariantId } from './violation.ts'

/** What the judges of a run look at. */
export interface Courtroom {
  scenario: Scenario
  policies: Policy[]
  truth: Truth
  history: History
  /** True time. */
  now(): number
  startAtMs: number
  violate(invariant: InvariantId, sentence: string): void
}

export const targetOf = (kind: 'service' | 'family', name: string): string => `${kind}/prod/${name}`

/** By which clocks may differ. */
export const skewMs = 10 * second

export const looksPerMinuteMax = 40
export const callsPerMinuteMax = 20

/** Whatever fails is tried again with back-off. */
export function judgePace({ history, now, violate }: Courtroom, what: string, perMinuteMax: number): void {
  const recent = (history.attempts.get(what) ?? []).filter(atMs => now() - atMs < minute)
  recent.push(now())
  history.attempts.set(what, recent)
  if (recent.length > perMinuteMax) violate('S13', `${what}: ${recent.length} within a minute`)
}

/** What the storm left behind may still be in the way. */
const calmAfterMs = 3 * minute
export const waitMaxMs = 2 * minute

/** In calm weather, who is marked is looked at at once, or by the next tick. */
export function judgeWait(court: Courtroom, key: string): void {
  const { history, scenario, startAtMs, now, violate } = court
  const sinceMs = history.waiting.get(key)
  history.waiting.delete(key)
  if (isBugged(court, key)) return
  if (sinceMs === undefined || sinceMs < startAtMs + scenario.quietFromMs + calmAfterMs) return
  if (now() - sinceMs > waitMaxMs)
    violate('S17', `${key} was marked and waited ${Math.round((now() - sinceMs) / 1_000)} s to be looked at`)
}

/** Whether our own code is broken about this target, on purpose: then nothing is promised for it. */
export const isBugged = ({ scenario }: Courtroom, key: string): boolean => scenario.bug?.target === key
