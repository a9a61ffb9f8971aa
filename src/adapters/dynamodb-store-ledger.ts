import type { Store } from '../model/ports.ts'
import { type Answer, answered, refused } from '../model/reading.ts'
import type { Lease, TargetState } from '../model/state.ts'
import { inboxKeysMax } from '../model/store-limits.ts'
import { dueShardOf, stateKey, targetOfKey } from './dynamodb-store-keys.ts'
import { readState } from './dynamodb-store-rows.ts'
import type { Item, Table } from './dynamodb-store-table.ts'

/** The ledger: one item per target, single-item conditional writes (docs/decisions/0001-ledger.md). */

const free = 'attribute_not_exists(#owner) OR #leaseUntilMs <= :now'
const mine = '#owner = :owner AND #epoch = :epoch'
const unmarked = `${mine} AND #generation = :generation`

export function createLedger(
  table: Table,
): Pick<Store, 'mark' | 'ensure' | 'acquire' | 'read' | 'record' | 'release'> {
  return {
    async mark(target, keys, nowMs) {
      const operation = 'store:mark'
      const unique = new Set(keys)
      const room = inboxKeysMax - unique.size
      const full = refused(operation, 'quota', `more than ${inboxKeysMax} keys in the inbox`)
      if (room < 0) return full
      const marked = await table.update(operation, stateKey(target), {
        // Under a lease it stays due when the lease ends: the holder sees the new generation before that.
        set: '#nextLookAtMs = :now, #dueAtMs = if_not_exists(#leaseUntilMs, :now), #dueShard = :shard',
        add: `#generation :one${unique.size > 0 ? ', #inbox :keys' : ''}`,
        values: {
          ':now': nowMs,
          ':shard': dueShardOf(target),
          ':one': 1,
          ...(unique.size > 0 ? { ':keys': unique, ':room': room } : {}),
        },
        ...(unique.size > 0 ? { condition: 'attribute_not_exists(#inbox) OR size(#inbox) <= :room' } : {}),
      })
      if (!marked.ok) return marked
      if (marked.value) return answered(undefined)
      const seen = await table.get(operation, stateKey(target))
      return seen.ok ? full : seen
    },

    async ensure(target, nowMs) {
      const created = await table.update('store:ensure', stateKey(target), {
        set: '#generation = :zero, #nextLookAtMs = :now, #dueAtMs = :now, #dueShard = :shard',
        condition: 'attribute_not_exists(#pk)',
        values: { ':zero': 0, ':now': nowMs, ':shard': dueShardOf(target) },
      })
      return created.ok ? answered(created.value !== null) : created
    },

    async acquire(target, owner, nowMs, leaseMs) {
      const operation = 'store:acquire'
      const taken = await table.update(operation, stateKey(target), {
        set: '#owner = :owner, #leaseUntilMs = :until, #dueAtMs = :until, #dueShard = :shard, #generation = if_not_exists(#generation, :zero)',
        add: '#epoch :one',
        condition: free,
        values: {
          ':owner': owner,
          ':until': nowMs + leaseMs,
          ':now': nowMs,
          ':shard': dueShardOf(target),
          ':zero': 0,
          ':one': 1,
        },
        returnItem: true,
      })
      if (!taken.ok) return taken
      if (taken.value) {
        const read = stateOf(operation, taken.value)
        if (!read.ok) return read
        const state = read.value
        const { epoch, generation, leaseUntilMs } = state
        return answered({ lease: { target, owner, epoch, generation, untilMs: leaseUntilMs }, state })
      }
      const seen = await table.get(operation, stateKey(target))
      return seen.ok ? answered(null) : seen
    },

    async read(target) {
      const item = await table.get('store:read', stateKey(target))
      if (!item.ok) return item
      return item.value ? stateOf('store:read', item.value) : answered(null)
    },

    async record(lease, { intents, memory, settled }) {
      const write = {
        set: '#intents = :intents, #memory = :memory',
        values: { ...holder(lease), ':intents': intents, ':memory': memory },
      }
      const key = stateKey(lease.target)
      if (settled.length > 0) {
        const cleared = await table.update('store:record', key, {
          ...write,
          delete: '#inbox :settled',
          condition: unmarked,
          values: { ...write.values, ':settled': new Set(settled), ':generation': lease.generation },
        })
        if (!cleared.ok || cleared.value) return cleared.ok ? answered(true) : cleared
      }
      // Marked meanwhile: the mark may have brought a newer version under a settled key, so all stay for the next look.
      const written = await table.update('store:record', key, { ...write, condition: mine })
      return written.ok ? answered(written.value !== null) : written
    },

    async release(lease, { nextLookAtMs, failures }) {
      const operation = 'store:release'
      const key = stateKey(lease.target)
      const failed = failures > 0
      // A failed look observed nothing, and its target stays due whatever happens.
      const lookAtMs = failed ? (nextLookAtMs ?? lease.untilMs) : nextLookAtMs
      const due = lookAtMs === null ? [] : ['#nextLookAtMs = :next', '#dueAtMs = :next', '#dueShard = :shard']
      const observed = failed ? [] : ['#observedGeneration = :generation']
      const released = await table.update(operation, key, {
        set: ['#failures = :failures', ...observed, ...due].join(', '),
        remove: `#owner, #leaseUntilMs${lookAtMs === null ? ', #nextLookAtMs, #dueAtMs, #dueShard' : ''}`,
        condition: failed ? mine : unmarked,
        values: {
          ...holder(lease),
          ':failures': failures,
          ...(failed ? {} : { ':generation': lease.generation }),
          ...(lookAtMs === null ? {} : { ':next': lookAtMs, ':shard': dueShardOf(lease.target) }),
        },
      })
      if (!released.ok) return released
      if (released.value) return answered({ end: 'released' })
      const seen = await table.get(operation, key)
      if (!seen.ok) return seen
      if (!seen.value) return answered({ end: 'fenced' })
      const read = stateOf(operation, seen.value)
      if (!read.ok) return read
      const state = read.value
      if (state.owner !== lease.owner || state.epoch !== lease.epoch) return answered({ end: 'fenced' })
      return answered({ end: 'marked', lease: { ...lease, generation: state.generation }, state })
    },
  }
}

const holder = (lease: Lease): Item => ({ ':owner': lease.owner, ':epoch': lease.epoch })

/** What `stateKey` items hold. Absent means zero, empty or nobody. */
type StateItem = { pk: string; inbox?: Set<string> } & Partial<Omit<TargetState, 'target' | 'inbox'>>

function stateOf(operation: string, item: Item): Answer<TargetState> {
  const stored = item as StateItem
  const { inbox = new Set<string>() } = stored
  return readState(operation, item, {
    target: targetOfKey(stored.pk),
    generation: stored.generation ?? 0,
    observedGeneration: stored.observedGeneration ?? 0,
    epoch: stored.epoch ?? 0,
    owner: stored.owner ?? null,
    leaseUntilMs: stored.leaseUntilMs ?? 0,
    nextLookAtMs: stored.nextLookAtMs ?? null,
    failures: stored.failures ?? 0,
    // A set is never empty; what is none cannot be read.
    inbox: inbox instanceof Set ? [...inbox].sort() : inbox,
    intents: stored.intents ?? [],
    memory: stored.memory ?? {},
  })
}
