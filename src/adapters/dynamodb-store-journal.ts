import type { JournalEntry } from '../model/decision.ts'
import type { Store } from '../model/ports.ts'
import { type Answer, answered } from '../model/reading.ts'
import { noticeBackstopMs } from '../model/store-limits.ts'
import type { Target } from '../model/target.ts'
import { dueShardOf, expiresAt, journalKey } from './dynamodb-store-keys.ts'
import { journalOrder, journalRange, newestOf } from './dynamodb-store-order.ts'
import { readEntry } from './dynamodb-store-rows.ts'
import type { Change, Item, Table } from './dynamodb-store-table.ts'
import { journalLifetimeMs } from './table.ts'

/**
 * The journal, and the outbox in it: `pending` → `sending` → `sent` | `given-up`, or `waiting` for its retry.
 * Only a line that becomes `pending` passes the stream's filter, so claiming and finishing wake nobody.
 */
const unfinished = '#outbox IN (:pending, :waiting, :sending)'
const unfinishedValues = { ':pending': 'pending', ':waiting': 'waiting', ':sending': 'sending' }

export function createJournal(
  table: Table,
): Pick<Store, 'writeJournal' | 'readJournal' | 'claimNotice' | 'finishNotice' | 'wakeNotice'> {
  /** Null when the condition did not hold. */
  const change = async (
    operation: string,
    target: Target,
    entryId: string,
    change: Change,
  ): Promise<Answer<Item | null>> => {
    const key = journalKey(target, entryId)
    const changed = await table.update(operation, key, change)
    if (!changed.ok || changed.value) return changed
    const seen = await table.get(operation, key)
    return seen.ok ? answered(null) : seen
  }

  return {
    async writeJournal(entry) {
      const { target, id, atMs } = entry
      const line = {
        ...journalKey(target, id),
        entry,
        journalOrder: journalOrder(atMs, id),
        expiresAt: expiresAt(atMs, journalLifetimeMs),
      }
      const outbox = { outbox: 'pending', dueAtMs: atMs + noticeBackstopMs, dueShard: dueShardOf(target) }
      const item = entry.tell ? { ...line, ...outbox } : line
      const written = await table.put('store:writeJournal', item, 'attribute_not_exists(#pk)')
      return written.ok ? answered(undefined) : written
    },

    async readJournal(target, limit, sinceMs = 0) {
      const items = await newestOf(table, 'store:readJournal', target, sinceMs, journalRange, limit)
      if (!items.ok) return items
      const entries: JournalEntry[] = []
      for (const item of items.value) {
        const read = readEntry('store:readJournal', item)
        if (!read.ok) return read
        entries.push(read.value)
      }
      return answered(entries)
    },

    async claimNotice(target, entryId, nowMs, untilMs) {
      const claimed = await change('store:claimNotice', target, entryId, {
        set: '#outbox = :sending, #dueAtMs = :until',
        add: '#attempts :one',
        condition: '#outbox = :pending OR (#outbox IN (:waiting, :sending) AND #dueAtMs <= :now)',
        values: { ...unfinishedValues, ':until': untilMs, ':now': nowMs, ':one': 1 },
        returnItem: true,
      })
      if (!claimed.ok) return claimed
      if (claimed.value === null) return answered(null)
      const entry = readEntry('store:claimNotice', claimed.value)
      return entry.ok ? answered({ entry: entry.value, attempts: attemptsOf(claimed.value) - 1 }) : entry
    },

    async finishNotice(target, entryId, end) {
      const finished = await change('store:finishNotice', target, entryId, finishing(end))
      return finished.ok ? answered(undefined) : finished
    },

    async wakeNotice(target, entryId, nowMs) {
      const woken = await table.update('store:wakeNotice', journalKey(target, entryId), {
        // An update that changes nothing writes no stream record: `wokenAtMs` always changes something.
        set: '#outbox = :pending, #dueAtMs = :again, #wokenAtMs = :now',
        condition: `${unfinished} AND #dueAtMs <= :now`,
        values: { ...unfinishedValues, ':again': nowMs + noticeBackstopMs, ':now': nowMs },
      })
      return woken.ok ? answered(undefined) : woken
    },
  }
}

/** What is sent or given up stays so, and leaves the index. */
function finishing(end: Parameters<Store['finishNotice']>[2]): Change {
  const notDue = '#dueAtMs, #dueShard'
  switch (end.end) {
    case 'sent': {
      const values = { ...unfinishedValues, ':sent': 'sent', ':ts': end.ts }
      return { condition: unfinished, set: '#outbox = :sent, #ts = :ts', remove: notDue, values }
    }
    case 'given-up': {
      const values = { ...unfinishedValues, ':givenUp': 'given-up', ':why': end.why }
      return { condition: unfinished, set: '#outbox = :givenUp, #why = :why', remove: notDue, values }
    }
    case 'retry': {
      const values = { ...unfinishedValues, ':at': end.atMs }
      return { condition: unfinished, set: '#outbox = :waiting, #dueAtMs = :at', values }
    }
  }
}

/** The claim has just added one to it. */
const attemptsOf = (item: Item): number => (item as { attempts: number }).attempts
