import type { Store } from '../model/ports.ts'
import { answered, refused } from '../model/reading.ts'
import type { Lease, TargetState } from '../model/state.ts'
import { inboxKeysMax } from '../model/store-limits.ts'
import { type Target, targetKey } from '../model/target.ts'
import { copyOf, type Keep, refusal } from './memory-values.ts'

/** The ledger in memory. Each operation is one step: it reads and writes without waiting in between. */

export interface MemoryLedger
  extends Pick<Store, 'mark' | 'ensure' | 'acquire' | 'read' | 'record' | 'release'> {
  states(): TargetState[]
  /** When each target is due; those that never are, are left out. */
  dueTimes(): { target: Target; atMs: number }[]
}

export function createMemoryLedger(keep: Keep): MemoryLedger {
  const states = new Map<string, TargetState>()
  const stateOf = (target: Target): TargetState => states.get(targetKey(target)) ?? emptyState(target)
  /** What changes only in the ledger's own hands needs no copy, unless it might outgrow an item. */
  const write = (operation: string, state: TargetState, isOwn = state.inbox.length < inboxKeysMax / 10) => {
    const kept = isOwn ? answered(Object.freeze(state)) : keep(operation, state)
    if (kept.ok) states.set(targetKey(state.target), kept.value)
    return kept
  }
  /** The state, if the lease is still its own. */
  const heldBy = (lease: Lease): TargetState | null => {
    const state = states.get(targetKey(lease.target))
    return state && state.owner === lease.owner && state.epoch === lease.epoch ? state : null
  }

  return {
    async mark(target, keys, nowMs) {
      const operation = 'store:mark'
      const bad = refusal(operation, { nowMs })
      if (bad) return bad
      const state = stateOf(target)
      const room = inboxKeysMax - new Set(keys).size
      if (room < 0 || (keys.length > 0 && state.inbox.length > room)) {
        return refused(operation, 'quota', `more than ${inboxKeysMax} keys in the inbox`)
      }
      const inbox = Object.freeze([...new Set([...state.inbox, ...keys])].sort()) as string[]
      const marked = write(operation, {
        ...state,
        generation: state.generation + 1,
        inbox,
        nextLookAtMs: nowMs,
      })
      return marked.ok ? answered(undefined) : marked
    },

    async ensure(target, nowMs) {
      const bad = refusal('store:ensure', { nowMs })
      if (bad) return bad
      if (states.has(targetKey(target))) return answered(false)
      const created = write('store:ensure', { ...emptyState(target), nextLookAtMs: nowMs })
      return created.ok ? answered(true) : created
    },

    async acquire(target, owner, nowMs, leaseMs) {
      const bad = refusal('store:acquire', { nowMs, leaseMs })
      if (bad) return bad
      const before = stateOf(target)
      if (before.owner !== null && before.leaseUntilMs > nowMs) return answered(null)
      const untilMs = nowMs + leaseMs
      const taken = write('store:acquire', {
        ...before,
        owner,
        leaseUntilMs: untilMs,
        epoch: before.epoch + 1,
      })
      if (!taken.ok) return taken
      const { epoch, generation } = taken.value
      return answered({ lease: { target, owner, epoch, generation, untilMs }, state: taken.value })
    },

    async read(target) {
      const state = states.get(targetKey(target))
      return answered(state ?? null)
    },

    async record(lease, { intents, memory, settled }) {
      const bad = refusal('store:record', { intents, memory })
      if (bad) return bad
      const state = heldBy(lease)
      if (!state) return answered(false)
      const marked = state.generation !== lease.generation
      // Marked meanwhile: the mark may have brought a newer version under a settled key, so all stay for the next look.
      const inbox = marked ? state.inbox : state.inbox.filter(key => !settled.includes(key))
      const written = write('store:record', { ...state, intents, memory, inbox }, false)
      return written.ok ? answered(true) : written
    },

    async release(lease, { nextLookAtMs, failures }) {
      const bad = refusal('store:release', { nextLookAtMs, failures })
      if (bad) return bad
      const state = heldBy(lease)
      if (!state) return answered({ end: 'fenced' })
      const failed = failures > 0
      if (!failed && state.generation !== lease.generation) {
        return answered({
          end: 'marked',
          lease: { ...lease, generation: state.generation },
          state,
        })
      }
      const released = write('store:release', {
        ...state,
        owner: null,
        leaseUntilMs: 0,
        failures,
        // A failed look observed nothing, and its target stays due whatever happens.
        observedGeneration: failed ? state.observedGeneration : lease.generation,
        nextLookAtMs: failed ? (nextLookAtMs ?? lease.untilMs) : nextLookAtMs,
      })
      return released.ok ? answered({ end: 'released' }) : released
    },

    states: () => copyOf([...states.values()]),

    dueTimes: () =>
      [...states.values()].flatMap(({ target, owner, leaseUntilMs, nextLookAtMs }) => {
        // Under a lease it is due when the lease ends.
        const atMs = owner === null ? nextLookAtMs : leaseUntilMs
        return atMs === null ? [] : [{ target, atMs }]
      }),
  }
}

const emptyState = (target: Target): TargetState => ({
  target: Object.freeze({ ...target }),
  generation: 0,
  observedGeneration: 0,
  epoch: 0,
  owner: null,
  leaseUntilMs: 0,
  nextLookAtMs: null,
  failures: 0,
  inbox: [],
  intents: [],
  memory: {},
})
