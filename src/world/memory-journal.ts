import type { JournalEntry } from '../model/decision.ts'
import type { Store } from '../model/ports.ts'
import { answered } from '../model/reading.ts'
import { noticeBackstopMs } from '../model/store-limits.ts'
import { type Target, targetKey } from '../model/target.ts'
import { copyOf, type Keep, refusal } from './memory-values.ts'

/** The journal and its outbox in memory, with a listener in the place of the table's stream. */

/** `pending`: to be sent now; `sending`: claimed; `waiting`: for its retry; null: nobody is told. */
export type Outbox = 'pending' | 'sending' | 'waiting' | 'sent' | 'given-up' | null

export interface JournalLine {
  entry: JournalEntry
  outbox: Outbox
  attempts: number
  /** When the tick should see it; null = never. */
  dueAtMs: number | null
  /** Slack's `ts` when it was sent and Slack told one. */
  ts: string | null
  /** Why it was given up. */
  why: string | null
}

/** A change of one line, as the stream tells it. The notifier's filter lets only `pending` pass. */
export interface JournalChange extends JournalLine {
  eventName: 'INSERT' | 'MODIFY'
  target: Target
  entryId: string
}

export type JournalListener = (change: JournalChange) => void

export interface MemoryJournal
  extends Pick<Store, 'writeJournal' | 'readJournal' | 'claimNotice' | 'finishNotice' | 'wakeNotice'> {
  /** Tells every change afterwards, in order, never within the call that made it. The answer ends it. */
  onJournal(listener: JournalListener): () => void
  lines(): JournalLine[]
  /** When each unfinished notice is due. */
  dueTimes(): { target: Target; entryId: string; atMs: number }[]
}

export function createMemoryJournal(keep: Keep): MemoryJournal {
  const lines = new Map<string, JournalLine>()
  const listeners = new Set<JournalListener>()
  const keyOf = (target: Target, entryId: string): string => `${targetKey(target)} ${entryId}`

  const write = (line: JournalLine): void => {
    const { target, id } = line.entry
    const key = keyOf(target, id)
    const eventName = lines.has(key) ? 'MODIFY' : 'INSERT'
    lines.set(key, line)
    const change = { eventName, target, entryId: id, ...line } as const
    for (const listener of listeners) queueMicrotask(() => listener(change))
  }

  const unfinished = (target: Target, entryId: string): JournalLine | null => {
    const line = lines.get(keyOf(target, entryId))
    return line && ['pending', 'waiting', 'sending'].includes(line.outbox ?? '') ? line : null
  }

  return {
    async writeJournal(entry) {
      const kept = keep('store:writeJournal', entry)
      if (!kept.ok) return kept
      if (lines.has(keyOf(entry.target, entry.id))) return answered(undefined)
      const [outbox, dueAtMs] = entry.tell
        ? (['pending', entry.atMs + noticeBackstopMs] as const)
        : [null, null]
      write({ entry: kept.value, outbox, attempts: 0, dueAtMs, ts: null, why: null })
      return answered(undefined)
    },

    async readJournal(target, limit, sinceMs = 0) {
      const bad = refusal('store:readJournal', { sinceMs })
      if (bad) return bad
      const of = [...lines.values()].filter(line => targetKey(line.entry.target) === targetKey(target))
      const since = of.filter(({ entry }) => entry.atMs >= sinceMs)
      const sorted = since.map(line => line.entry).sort((a, b) => b.atMs - a.atMs || (a.id < b.id ? 1 : -1))
      return answered(sorted.slice(0, Math.max(0, limit)))
    },

    async claimNotice(target, entryId, nowMs, untilMs) {
      const bad = refusal('store:claimNotice', { nowMs, untilMs })
      if (bad) return bad
      const line = unfinished(target, entryId)
      if (!line || (line.outbox !== 'pending' && (line.dueAtMs ?? 0) > nowMs)) return answered(null)
      write({ ...line, outbox: 'sending', dueAtMs: untilMs, attempts: line.attempts + 1 })
      return answered({ entry: line.entry, attempts: line.attempts })
    },

    async finishNotice(target, entryId, end) {
      const bad = refusal('store:finishNotice', end)
      if (bad) return bad
      const line = unfinished(target, entryId)
      if (!line) return answered(undefined)
      if (end.end === 'sent') write({ ...line, outbox: 'sent', dueAtMs: null, ts: end.ts })
      if (end.end === 'given-up') write({ ...line, outbox: 'given-up', dueAtMs: null, why: end.why })
      if (end.end === 'retry') write({ ...line, outbox: 'waiting', dueAtMs: end.atMs })
      return answered(undefined)
    },

    async wakeNotice(target, entryId, nowMs) {
      const bad = refusal('store:wakeNotice', { nowMs })
      if (bad) return bad
      const line = unfinished(target, entryId)
      if (line?.dueAtMs != null && line.dueAtMs <= nowMs) {
        write({ ...line, outbox: 'pending', dueAtMs: nowMs + noticeBackstopMs })
      }
      return answered(undefined)
    },

    onJournal(listener) {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },

    lines: () => copyOf([...lines.values()]),

    dueTimes: () =>
      [...lines.values()].flatMap(({ entry: { target, id }, dueAtMs }) =>
        dueAtMs === null ? [] : [{ target, entryId: id, atMs: dueAtMs }],
      ),
  }
}
