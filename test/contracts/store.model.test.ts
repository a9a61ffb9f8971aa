import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Lease } from '../../src/model/state.ts'
import { createMemoryStore } from '../../src/world/memory-store.ts'
import { etl, granted, present, t0 } from './store-values.ts'

/** What two workers, a stream of events and time may do to one target, in any order. */
const worker = fc.constantFrom('w1', 'w2')
const step = fc.oneof(
  fc.record({ do: fc.constant('mark'), keys: fc.subarray(['task/a', 'task/b']) }),
  fc.record({ do: fc.constant('wait'), ms: fc.constantFrom(1, 10_000, 30_000, 31_000) }),
  fc.record({ do: fc.constant('acquire'), worker }),
  fc.record({ do: fc.constant('record'), worker, settled: fc.subarray(['task/a', 'task/b']) }),
  fc.record({
    do: fc.constant('release'),
    worker,
    failures: fc.constantFrom(0, 0, 1),
    nextInMs: fc.constantFrom(null, 0, 60_000),
  }),
)

test('whatever the order: one live lease, growing epochs, no lost wake-up, no lost key', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async steps => {
      const store = createMemoryStore()
      const leases = new Map<string, Lease>()
      /** The worker whose lease counts: it acquired last and has not given it back. */
      let holder: string | null = null
      let nowMs = t0
      let epochs = 0
      let marks = 0
      let observed = 0
      const markedAt = new Map<string, number>()

      for (const [n, one] of steps.entries()) {
        if (one.do === 'wait') nowMs += one.ms
        if (one.do === 'mark') {
          granted(await store.mark(etl, one.keys, nowMs))
          marks++
          for (const key of one.keys) markedAt.set(key, marks)
        }
        if (one.do === 'acquire') {
          const taken = granted(await store.acquire(etl, `${one.worker} ${n}`, nowMs, 30_000))
          const live = holder !== null && present(leases.get(holder)).untilMs > nowMs
          expect(taken === null).toBe(live)
          if (taken) {
            expect(taken.lease.epoch).toBe(++epochs)
            expect(taken.lease.generation).toBe(marks)
            leases.set(one.worker, taken.lease)
            holder = one.worker
          }
        }
        const lease = 'worker' in one ? leases.get(one.worker) : undefined
        const mine = 'worker' in one && holder === one.worker
        if (one.do === 'record' && lease) {
          const change = { intents: [], memory: {}, settled: one.settled }
          expect(granted(await store.record(lease, change))).toBe(mine)
          for (const key of one.settled) {
            if (mine && lease.generation === marks) markedAt.delete(key)
          }
        }
        if (one.do === 'release' && lease) {
          const nextLookAtMs = one.nextInMs === null ? null : nowMs + one.nextInMs
          const released = granted(await store.release(lease, { nextLookAtMs, failures: one.failures }))
          const late = one.failures === 0 && lease.generation < marks
          expect(released.end).toBe(!mine ? 'fenced' : late ? 'marked' : 'released')
          if (released.end === 'marked') {
            expect(released.lease.generation).toBe(marks)
            leases.set(one.worker, released.lease)
          }
          if (released.end === 'released') {
            holder = null
            if (one.failures === 0) observed = lease.generation
          }
        }
        const state = granted(await store.read(etl))
        expect(state?.inbox ?? []).toEqual([...markedAt.keys()].sort())
        const leased = holder !== null && present(leases.get(holder)).untilMs > nowMs
        if (leased) expect(granted(await store.due(nowMs, 1)).targets).toEqual([])
        if (marks > observed) expect(granted(await store.due(nowMs + 3_600_000, 1)).targets).toEqual([etl])
      }
    }),
    { seed: 20_261_123, numRuns: 500 },
  )
})
