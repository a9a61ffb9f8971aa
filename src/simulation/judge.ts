import type { Intent, JournalEntry } from '../model/decision.ts'
import type { Answer } from '../model/reading.ts'
import type { Service } from '../model/service.ts'
import type { Lease } from '../model/state.ts'
import { type Target, targetKey } from '../model/target.ts'
import { minute } from '../model/time.ts'
import type { Policy } from '../policy/policy.ts'
import type { Invocation } from './sandbox.ts'
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

/** What was done and written, as it reached AWS and the table. */
export interface History {
  /** Intents on the ledger, by target. */
  ledger: Map<string, Intent[]>
  /** Tokens of RunTask that ever were on the ledger: under the same one, a call that comes late starts nothing more. */
  tokens: Set<string>
  leases: Map<string, { lease: Lease; isOver: boolean }>
  /** Evidence by target and key: its version. */
  evidence: Map<string, number>
  /** Since when the end of a task is in the table, by target and key. */
  ended: Map<string, number>
  /** Keys in inboxes or marks, by target: what was marked at all. */
  marked: Set<string>
  journal: JournalEntry[]
  /** UpdateService calls that were carried out, by service. */
  counts: Map<string, CountChange[]>
  /** Tasks that Longshore started, by what it gave as `startedBy`. */
  replacements: Map<string, string>
  /** Calls that change production, carried out or not, by target and verb: when. */
  attempts: Map<string, number[]>
  /** Since when a target is marked and nobody has begun to look. */
  waiting: Map<string, number>
  /** When a look at a target last ended well. */
  looked: Map<string, number>
  /** Tasks that were on a list of the living that was written down. */
  seenLiving: Set<string>
  /** What one invocation was told, by its number. */
  told: Map<number, Told>
  /** Times at which somebody else wrote a desired count, or made or deployed the service, by service. */
  foreign: Map<string, number[]>
}

export interface CountChange {
  atMs: number
  from: number
  to: number
  /** The reason's code. */
  code: string
  inCooldownMs: number
  outCooldownMs: number
  policyVersion: number
}

export interface Told {
  services: Map<string, Service>
  /** The alarms of the last DescribeAlarms, by name; null = it failed. */
  alarms: Set<string> | null
  /** GetMetricData: did every answer hold points? */
  metrics: 'none' | 'points' | 'missing'
  /** When it last read the table's evidence. */
  evidenceAtMs: number | null
  /** Answers of the table that were no. */
  refusals: number
}

export const emptyHistory = (): History => ({
  ledger: new Map(),
  tokens: new Set(),
  leases: new Map(),
  evidence: new Map(),
  ended: new Map(),
  marked: new Set(),
  journal: [],
  counts: new Map(),
  replacements: new Map(),
  attempts: new Map(),
  waiting: new Map(),
  looked: new Map(),
  seenLiving: new Set(),
  told: new Map(),
  foreign: new Map(),
})

export const targetOf = (kind: 'service' | 'family', name: string): string => `${kind}/prod/${name}`

/** Writes down what reached the table and what a worker was told; judges read it. */
export function note(
  court: Courtroom,
  invocation: Invocation,
  operation: string,
  args: unknown[],
  answer: unknown,
  heard: unknown,
): void {
  const { history, now, violate } = court
  const told = history.told.get(invocation.id) ?? nothingTold()
  history.told.set(invocation.id, told)
  if (operation === 'ecs.describeServices' || operation.startsWith('cloudWatch.')) {
    noteTold(told, operation, heard)
    return
  }
  if (operation.startsWith('store.') && !(heard as Answer<unknown>).ok) told.refusals += 1
  if (operation === 'store.evidence') told.evidenceAtMs = now()
  const applied = answer as Answer<unknown> | null
  if (!applied?.ok) return
  switch (operation) {
    case 'store.acquire': {
      const acquired = applied.value as { lease: Lease } | null
      if (!acquired) return
      const key = targetKey(acquired.lease.target)
      judgePace(court, `${key}, looks`, looksPerMinuteMax)
      judgeWait(court, key)
      const before = history.leases.get(key)
      // Both clocks may be five seconds off.
      if (before && !before.isOver && before.lease.untilMs - 10_000 > now())
        violate(
          'S4',
          `${key}: a lease of epoch ${acquired.lease.epoch} beside a live one of epoch ${before.lease.epoch}`,
        )
      history.leases.set(key, { lease: acquired.lease, isOver: false })
      return
    }
    case 'store.record': {
      const [lease, change] = args as [Lease, { intents: Intent[]; memory: { living?: string[] } }]
      if (applied.value !== true) return
      const key = targetKey(lease.target)
      const newest = history.leases.get(key)?.lease.epoch ?? 0
      if (lease.epoch < newest)
        violate('S4', `${key}: epoch ${lease.epoch} wrote to the ledger after epoch ${newest} began`)
      history.ledger.set(key, structuredClone(change.intents))
      for (const { action } of change.intents)
        if ('clientToken' in action) history.tokens.add(action.clientToken)
      for (const id of change.memory.living ?? []) history.seenLiving.add(id)
      return
    }
    case 'store.release': {
      const [lease] = args as [Lease]
      const { end } = applied.value as { end: string }
      const key = targetKey(lease.target)
      if (end === 'fenced') return
      const newest = history.leases.get(key)
      if (newest && lease.epoch < newest.lease.epoch)
        violate('S4', `${key}: epoch ${lease.epoch} gave the lease of epoch ${newest.lease.epoch} back`)
      if (end === 'marked') judgeWait(court, key)
      if (end === 'released' && newest) newest.isOver = true
      if (end === 'released' && (args[1] as { failures: number }).failures === 0)
        history.looked.set(key, now())
      return
    }
    case 'store.keepEvidence': {
      const [target, { key, version, task }] = args as [
        Target,
        { key: string; version: number; task?: { desiredStatus: string } },
      ]
      const id = `${targetKey(target)} ${key}`
      history.evidence.set(id, Math.max(version, history.evidence.get(id) ?? -1))
      if (task?.desiredStatus === 'STOPPED' && !history.ended.has(id)) history.ended.set(id, now())
      return
    }
    case 'store.mark': {
      const [target, keys] = args as [Target, string[]]
      for (const key of keys) history.marked.add(`${targetKey(target)} ${key}`)
      if (!history.waiting.has(targetKey(target))) history.waiting.set(targetKey(target), now())
      return
    }
    case 'store.writeJournal':
      history.journal.push(args[0] as JournalEntry)
  }
}

export const nothingTold = (): Told => ({
  services: new Map(),
  alarms: null,
  metrics: 'none',
  evidenceAtMs: null,
  refusals: 0,
})

const looksPerMinuteMax = 40
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
function judgeWait({ history, scenario, startAtMs, now, violate }: Courtroom, key: string): void {
  const sinceMs = history.waiting.get(key)
  history.waiting.delete(key)
  if (sinceMs === undefined || sinceMs < startAtMs + scenario.quietFromMs + calmAfterMs) return
  if (now() - sinceMs > waitMaxMs)
    violate('S17', `${key} was marked and waited ${Math.round((now() - sinceMs) / 1_000)} s to be looked at`)
}

function noteTold(told: Told, operation: string, heard: unknown): void {
  const { ok, value } = heard as { ok: boolean; value: never }
  if (operation === 'ecs.describeServices') {
    for (const service of ok ? (value as { services: Service[] }).services : [])
      told.services.set(service.service, service)
  } else if (operation === 'cloudWatch.describeAlarms')
    told.alarms = ok ? new Set((value as { alarmName: string }[]).map(({ alarmName }) => alarmName)) : null
  else
    told.metrics =
      ok && (value as { points: unknown[] }[]).every(({ points }) => points.length > 0) ? 'points' : 'missing'
}
