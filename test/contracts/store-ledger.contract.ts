import { describe, expect, test } from 'vitest'
import type { TriggerMemory } from '../../src/model/memory.ts'
import type { Store } from '../../src/model/ports.ts'
import type { Mark } from '../../src/model/slo-memory.ts'
import type { Lease, TargetState } from '../../src/model/state.ts'
import { familyTarget, serviceTarget } from '../../src/model/target.ts'
import { codeOf, etl, granted, intent, present, t0 } from './store-values.ts'

const lease30 = 30_000

export function ledgerContract(make: () => Promise<Store>): void {
  const acquire = async (store: Store, owner: string, atMs = t0, leaseMs = lease30) =>
    granted(await store.acquire(etl, owner, atMs, leaseMs))
  const held = async (store: Store, owner = 'w1', atMs = t0) =>
    present(await acquire(store, owner, atMs)).lease
  const state = async (store: Store) => present(granted(await store.read(etl)))
  const dueTargets = async (store: Store, atMs: number, limit = 10) =>
    granted(await store.due(atMs, limit)).targets
  const done = { nextLookAtMs: null, failures: 0 }

  describe('mark and ensure', () => {
    test('a target nobody marked has no state', async () => {
      const store = await make()
      expect(granted(await store.read(etl))).toBeNull()
      expect(await dueTargets(store, t0)).toEqual([])
    })

    test('the first mark creates the state, due now', async () => {
      const store = await make()
      granted(await store.mark(etl, ['task/b', 'task/a', 'task/b'], t0))
      expect(await state(store)).toEqual({
        target: { kind: 'family', cluster: 'prod', family: 'etl' },
        generation: 1,
        observedGeneration: 0,
        epoch: 0,
        owner: null,
        leaseUntilMs: 0,
        nextLookAtMs: t0,
        failures: 0,
        inbox: ['task/a', 'task/b'],
        intents: [],
        memory: {},
      } satisfies TargetState)
      expect(await dueTargets(store, t0 - 1)).toEqual([])
      expect(await dueTargets(store, t0)).toEqual([etl])
    })

    test('every mark counts, with keys or without; a key is kept once', async () => {
      const store = await make()
      granted(await store.mark(etl, ['task/a'], t0))
      granted(await store.mark(etl, [], t0 + 1))
      granted(await store.mark(etl, ['task/a'], t0 + 2))
      expect(await state(store)).toMatchObject({ generation: 3, inbox: ['task/a'], nextLookAtMs: t0 + 2 })
    })

    test('targets do not see each other', async () => {
      const store = await make()
      granted(await store.mark(serviceTarget('prod', 'etl'), ['task/a'], t0))
      expect(granted(await store.read(etl))).toBeNull()
      expect(granted(await store.read(familyTarget('stage', 'etl')))).toBeNull()
    })

    test('ensure creates once, due now, and counts as no event', async () => {
      const store = await make()
      expect(granted(await store.ensure(etl, t0))).toBe(true)
      expect(granted(await store.ensure(etl, t0 + 5))).toBe(false)
      expect(await state(store)).toMatchObject({ generation: 0, nextLookAtMs: t0, inbox: [], owner: null })
      expect(await dueTargets(store, t0)).toEqual([etl])
    })

    test('two ensures at once: one creates', async () => {
      const store = await make()
      const answers = await Promise.all([store.ensure(etl, t0), store.ensure(etl, t0)])
      expect(answers.map(granted).sort()).toEqual([false, true])
    })

    test('twenty marks at once are twenty generations', async () => {
      const store = await make()
      const marks = Array.from({ length: 20 }, (_, n) => store.mark(etl, [`task/${n}`], t0))
      for (const answer of await Promise.all(marks)) granted(answer)
      const { generation, inbox } = await state(store)
      expect([generation, inbox.length]).toEqual([20, 20])
    })

    test('a mark under a lease leaves the lease alone and is due when it ends', async () => {
      const store = await make()
      const lease = await held(store)
      granted(await store.mark(etl, ['task/a'], t0 + 1_000))
      expect(await state(store)).toMatchObject({ owner: 'w1', epoch: lease.epoch, leaseUntilMs: t0 + 30_000 })
      expect(await dueTargets(store, t0 + 29_999)).toEqual([])
      expect(await dueTargets(store, t0 + 30_000)).toEqual([etl])
    })
  })

  describe('inbox', () => {
    const keys = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, n) => `task/${String(from + n).padStart(32, '0')}`)

    test('holds 2,000 keys through marks, acquire, record and release', async () => {
      const store = await make()
      for (let from = 0; from < 2_000; from += 500) granted(await store.mark(etl, keys(from, from + 500), t0))
      const taken = present(await acquire(store, 'w1'))
      expect(taken.state.inbox).toEqual(keys(0, 2_000))
      expect(
        granted(await store.record(taken.lease, { intents: [], memory: {}, settled: keys(0, 1_999) })),
      ).toBe(true)
      expect((await state(store)).inbox).toEqual(keys(1_999, 2_000))
    })

    test('refuses what goes beyond 4,000 with `quota` and changes nothing; a mark without keys still counts', async () => {
      const store = await make()
      granted(await store.mark(etl, keys(0, 4_000), t0))
      expect(codeOf(await store.mark(etl, ['task/one more'], t0 + 1))).toBe('quota')
      expect(await state(store)).toMatchObject({ generation: 1, nextLookAtMs: t0 })
      granted(await store.mark(etl, [], t0 + 2))
      const after = await state(store)
      expect([after.generation, after.inbox.length, after.nextLookAtMs]).toEqual([2, 4_000, t0 + 2])
    })

    test('refuses 4,001 keys at once', async () => {
      const store = await make()
      expect(codeOf(await store.mark(etl, keys(0, 4_001), t0))).toBe('quota')
      expect(granted(await store.read(etl))).toBeNull()
    })
  })

  describe('acquire', () => {
    test('gives the state as it is now, under the lease', async () => {
      const store = await make()
      granted(await store.mark(etl, ['task/a'], t0))
      const taken = present(await acquire(store, 'w1', t0 + 10))
      expect(taken.lease).toEqual({ target: etl, owner: 'w1', epoch: 1, generation: 1, untilMs: t0 + 30_010 })
      expect(taken.state).toMatchObject({
        owner: 'w1',
        leaseUntilMs: t0 + 30_010,
        epoch: 1,
        generation: 1,
        observedGeneration: 0,
        inbox: ['task/a'],
      })
      expect(await state(store)).toEqual(taken.state)
    })

    test('works on a target without a state', async () => {
      const store = await make()
      const taken = present(await acquire(store, 'w1'))
      expect(taken.lease).toMatchObject({ epoch: 1, generation: 0 })
      expect(granted(await store.release(taken.lease, done))).toEqual({ end: 'released' })
    })

    test('is null while another holds it, until the very moment its lease ends', async () => {
      const store = await make()
      await held(store)
      expect(await acquire(store, 'w2', t0)).toBeNull()
      expect(await acquire(store, 'w2', t0 + 29_999)).toBeNull()
      expect(present(await acquire(store, 'w2', t0 + 30_000)).lease).toMatchObject({ owner: 'w2', epoch: 2 })
    })

    test('is null for its own owner too: an owner names one acquire', async () => {
      const store = await make()
      await held(store)
      expect(await acquire(store, 'w1', t0 + 1)).toBeNull()
    })

    test('of two at once exactly one wins', async () => {
      const store = await make()
      granted(await store.mark(etl, [], t0))
      const both = await Promise.all([acquire(store, 'w1'), acquire(store, 'w2')])
      expect(both.filter(taken => taken !== null)).toHaveLength(1)
      expect((await state(store)).epoch).toBe(1)
    })

    test('of ten at once after an abandoned lease exactly one wins', async () => {
      const store = await make()
      await held(store, 'dead')
      const all = await Promise.all(
        Array.from({ length: 10 }, (_, n) => acquire(store, `w${n}`, t0 + 60_000)),
      )
      expect(all.filter(taken => taken !== null).map(taken => taken.lease.epoch)).toEqual([2])
    })

    test('an abandoned lease is due when it ends', async () => {
      const store = await make()
      await held(store)
      expect(await dueTargets(store, t0 + 29_999)).toEqual([])
      expect(await dueTargets(store, t0 + 30_000)).toEqual([etl])
    })
  })

  describe('record', () => {
    test('writes intents and memory and takes settled keys out of the inbox', async () => {
      const store = await make()
      granted(await store.mark(etl, ['task/a', 'task/b'], t0))
      const lease = await held(store)
      const memory = {
        healing: { placements: { b: { failures: 2, nextTryAtMs: t0 + 0.5 } }, recovering: {} },
        scaling: {
          cooldown: null,
          lastWrite: { desiredCount: 0, replaced: [0], atMs: t0 },
          triggers: {
            'queue orders': { failedSinceMs: t0, suspiciousUntilMs: t0, most: [[t0, 4]], least: [] },
            'office hours': {
              window: { of: '0 8 * * *|0 20 * * *|UTC', open: true, sinceMs: t0, untilMs: t0 + 1 },
            },
          } satisfies Record<string, TriggerMemory>,
          changes: [[t0, 3]] satisfies Mark[],
          lastActiveAtMs: t0,
        },
      }
      const change = { intents: [intent('i1')], memory, settled: ['task/a', 'task/never there'] }
      expect(granted(await store.record(lease, change))).toBe(true)
      const after = await state(store)
      expect(after.intents).toEqual([intent('i1')])
      expect(after.memory).toEqual(memory)
      expect(after.inbox).toEqual(['task/b'])
      expect(after).toMatchObject({ owner: 'w1', generation: 1, observedGeneration: 0 })
    })

    test('replaces what was recorded before, also by nothing', async () => {
      const store = await make()
      granted(await store.mark(etl, ['task/a'], t0))
      const lease = await held(store)
      granted(
        await store.record(lease, {
          intents: [intent('i1')],
          memory: { discovery: emptyDiscovery },
          settled: [],
        }),
      )
      granted(await store.record(lease, { intents: [], memory: {}, settled: ['task/a'] }))
      expect(await state(store)).toMatchObject({ intents: [], memory: {}, inbox: [] })
    })

    test('after a mark meanwhile it writes, and keeps the settled keys: the mark may speak of a newer version', async () => {
      const store = await make()
      granted(await store.mark(etl, ['task/a'], t0))
      const lease = await held(store)
      granted(await store.mark(etl, ['task/a'], t0 + 1))
      const change = { intents: [intent('i1')], memory: {}, settled: ['task/a'] }
      expect(granted(await store.record(lease, change))).toBe(true)
      expect(await state(store)).toMatchObject({ intents: [{ id: 'i1' }], inbox: ['task/a'] })
      const again = granted(await store.release(lease, done))
      if (again.end !== 'marked') throw new Error(again.end)
      expect(granted(await store.record(again.lease, { intents: [], memory: {}, settled: ['task/a'] }))).toBe(
        true,
      )
      expect((await state(store)).inbox).toEqual([])
    })

    test.each<[string, (store: Store, lease: Lease) => Promise<Lease>]>([
      [
        'after another took over',
        async (store, lease) => {
          await held(store, 'w2', t0 + 30_000)
          return lease
        },
      ],
      [
        'after its own release',
        async (store, lease) => {
          granted(await store.release(lease, done))
          return lease
        },
      ],
      ['with an older epoch', async (_, lease) => ({ ...lease, epoch: lease.epoch - 1 })],
      ['with another owner', async (_, lease) => ({ ...lease, owner: 'w9' })],
      [
        'of a target without a state',
        async (_, lease) => ({ ...lease, target: familyTarget('prod', 'gone') }),
      ],
    ])('%s: fenced, and nothing is written', async (_, when) => {
      const store = await make()
      granted(await store.mark(etl, ['task/a'], t0))
      const lease = await when(store, await held(store))
      const before = await state(store)
      for (const settled of [[], ['task/a']]) {
        expect(granted(await store.record(lease, { intents: [intent('i1')], memory: {}, settled }))).toBe(
          false,
        )
      }
      expect(granted(await store.release(lease, done))).toEqual({ end: 'fenced' })
      expect(granted(await store.release(lease, { nextLookAtMs: t0, failures: 1 }))).toEqual({
        end: 'fenced',
      })
      expect(await state(store)).toEqual(before)
      expect(granted(await store.read(familyTarget('prod', 'gone')))).toBeNull()
    })

    test('past the end of its lease it still writes while nobody took over: the epoch decides, not the clock', async () => {
      const store = await make()
      const lease = await held(store)
      expect(
        granted(await store.record({ ...lease, untilMs: t0 - 1 }, { intents: [], memory: {}, settled: [] })),
      ).toBe(true)
    })
  })

  describe('release', () => {
    test('gives the lease back, observed and not due', async () => {
      const store = await make()
      granted(await store.mark(etl, [], t0))
      const lease = await held(store)
      expect(granted(await store.release(lease, done))).toEqual({ end: 'released' })
      expect(await state(store)).toMatchObject({
        owner: null,
        leaseUntilMs: 0,
        epoch: 1,
        generation: 1,
        observedGeneration: 1,
        nextLookAtMs: null,
        failures: 0,
      })
      expect(await dueTargets(store, t0 + 9_999_999)).toEqual([])
      expect(present(await acquire(store, 'w2', t0 + 1)).lease.epoch).toBe(2)
    })

    test('is due at its next look', async () => {
      const store = await make()
      const lease = await held(store)
      granted(await store.release(lease, { nextLookAtMs: t0 + 60_000, failures: 0 }))
      expect((await state(store)).nextLookAtMs).toBe(t0 + 60_000)
      expect(await dueTargets(store, t0 + 59_999)).toEqual([])
      expect(await dueTargets(store, t0 + 60_000)).toEqual([etl])
    })

    test('marked meanwhile: keeps the lease and brings the new generation and the fresh state', async () => {
      const store = await make()
      granted(await store.mark(etl, ['task/a'], t0))
      const lease = await held(store)
      granted(await store.mark(etl, ['task/b'], t0 + 1))
      const released = granted(await store.release(lease, { nextLookAtMs: t0 + 60_000, failures: 0 }))
      expect(released).toMatchObject({
        end: 'marked',
        lease: { owner: 'w1', epoch: 1, generation: 2, untilMs: t0 + 30_000 },
        state: { generation: 2, observedGeneration: 0, inbox: ['task/a', 'task/b'], owner: 'w1' },
      })
      expect(await acquire(store, 'w2', t0 + 2)).toBeNull()
      if (released.end !== 'marked') throw new Error(released.end)
      expect(granted(await store.release(released.lease, done))).toEqual({ end: 'released' })
      expect(await state(store)).toMatchObject({ observedGeneration: 2, nextLookAtMs: null })
    })

    test('a failed look is released though marked meanwhile, stays dirty, and waits for its back-off', async () => {
      const store = await make()
      granted(await store.mark(etl, ['task/a'], t0))
      const lease = await held(store)
      granted(await store.mark(etl, ['task/b'], t0 + 1))
      const failed = await store.release(lease, { nextLookAtMs: t0 + 5_000, failures: 3 })
      expect(granted(failed)).toEqual({ end: 'released' })
      expect(await state(store)).toMatchObject({
        owner: null,
        generation: 2,
        observedGeneration: 0,
        failures: 3,
        nextLookAtMs: t0 + 5_000,
        inbox: ['task/a', 'task/b'],
      })
      expect(await dueTargets(store, t0 + 4_999)).toEqual([])
      expect(await dueTargets(store, t0 + 5_000)).toEqual([etl])
    })

    test('a failed look without a next one is due when its lease would have ended', async () => {
      const store = await make()
      const lease = await held(store)
      granted(await store.release(lease, { nextLookAtMs: null, failures: 1 }))
      expect((await state(store)).nextLookAtMs).toBe(t0 + 30_000)
    })

    test('a mark after a failed look is due at once: a new event is news', async () => {
      const store = await make()
      const lease = await held(store)
      granted(await store.release(lease, { nextLookAtMs: t0 + 900_000, failures: 9 }))
      granted(await store.mark(etl, [], t0 + 10))
      expect(await state(store)).toMatchObject({ nextLookAtMs: t0 + 10, failures: 9 })
      expect(await dueTargets(store, t0 + 10)).toEqual([etl])
    })

    test('of a release and a mark at once no wake-up is lost', async () => {
      for (let round = 0; round < 10; round++) {
        const store = await make()
        const lease = await held(store)
        const [released] = await Promise.all([store.release(lease, done), store.mark(etl, [], t0 + 1)])
        const { end } = granted(released)
        const next = (await state(store)).nextLookAtMs
        expect([end, next]).toEqual([end === 'marked' ? 'marked' : 'released', t0 + 1])
      }
    })
  })

  describe('due', () => {
    test('oldest first over all targets, no more than asked for', async () => {
      const store = await make()
      const families = Array.from({ length: 20 }, (_, n) => familyTarget('prod', `f${n}`))
      for (const [n, target] of families.entries()) granted(await store.mark(target, [], t0 + ((n * 7) % 20)))
      const names = granted(await store.due(t0 + 9, 4)).targets.map(
        target => target.kind === 'family' && target.family,
      )
      expect(names).toEqual(['f0', 'f3', 'f6', 'f9'])
      expect(granted(await store.due(t0 + 9, 100)).targets).toHaveLength(10)
      expect(granted(await store.due(t0 + 9, 0)).targets).toEqual([])
    })
  })

  describe('numbers that cannot be kept', () => {
    test.each<[string, (store: Store, lease: Lease) => Promise<unknown>]>([
      ['mark at NaN', store => store.mark(etl, [], Number.NaN)],
      ['ensure at Infinity', store => store.ensure(etl, Number.POSITIVE_INFINITY)],
      ['acquire at NaN', store => store.acquire(etl, 'w2', Number.NaN, 1)],
      ['acquire for Infinity', store => store.acquire(etl, 'w2', t0 + 30_000, Number.POSITIVE_INFINITY)],
      [
        'NaN deep in the memory',
        (store, lease) =>
          store.record(lease, {
            intents: [],
            memory: {
              scaling: { cooldown: null, lastWrite: { desiredCount: Number.NaN, replaced: [], atMs: t0 } },
            },
            settled: [],
          }),
      ],
      [
        'an infinite attempt in an intent',
        (store, lease) =>
          store.record(lease, {
            intents: [{ ...intent('i1'), recordedAtMs: Number.NEGATIVE_INFINITY }],
            memory: {},
            settled: ['task/a'],
          }),
      ],
      [
        'a next look at NaN',
        (store, lease) => store.release(lease, { nextLookAtMs: Number.NaN, failures: 0 }),
      ],
      ['2^53 failures', (store, lease) => store.release(lease, { nextLookAtMs: t0, failures: 2 ** 53 })],
      ['due at NaN', store => store.due(Number.NaN, 1)],
    ])('%s is `invalid` and changes nothing', async (_, call) => {
      const store = await make()
      granted(await store.mark(etl, ['task/a'], t0))
      const lease = await held(store)
      const before = await state(store)
      expect(await call(store, lease)).toMatchObject({ ok: false, failure: { code: 'invalid' } })
      expect(await state(store)).toEqual(before)
    })
  })

  test('a state too large for one item is refused with `quota` and unchanged', async () => {
    const store = await make()
    const lease = await held(store)
    const memory = {
      discovery: {
        ...emptyDiscovery,
        missingSince: Object.fromEntries(range(30_000).map(n => [`instance-${n}`, n])),
      },
    }
    expect(codeOf(await store.record(lease, { intents: [], memory, settled: [] }))).toBe('quota')
    expect((await state(store)).memory).toEqual({})
  })

  test('what is given out or taken in stays apart from what is kept', async () => {
    const store = await make()
    const lease = await held(store)
    const memory = { discovery: { ...emptyDiscovery, missingSince: { a: 1 } } }
    granted(await store.record(lease, { intents: [], memory, settled: [] }))
    memory.discovery.missingSince.a = 2
    const out = await state(store)
    // A store may refuse that, or not care.
    try {
      if (out.memory.discovery) out.memory.discovery.missingSince.a = 3
    } catch (error) {
      expect(error).toBeInstanceOf(TypeError)
    }
    expect((await state(store)).memory.discovery?.missingSince).toEqual({ a: 1 })
  })
}

const emptyDiscovery = { operations: [], missingSince: {} as Record<string, number>, failures: {} }
const range = (length: number): number[] => Array.from({ length }, (_, n) => n)
