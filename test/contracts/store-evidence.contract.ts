import { describe, expect, test } from 'vitest'
import type { Store } from '../../src/model/ports.ts'
import { placementEvidence, retirementEvidence } from '../../src/model/signal.ts'
import { familyTarget } from '../../src/model/target.ts'
import { alarmChange, codeOf, etl, granted, spec, stopped, t0, task } from './store-values.ts'

export function evidenceContract(make: () => Promise<Store>): void {
  const kept = async (store: Store, keys: string[]) => granted(await store.evidence(etl, keys))

  describe('evidence', () => {
    test('comes back as it was kept, open', async () => {
      const store = await make()
      expect(granted(await store.keepEvidence(etl, stopped('a', 7)))).toBe('new')
      expect(await kept(store, ['task/a'])).toEqual([
        { key: 'task/a', version: 7, task: task('a', 7), resolution: null },
      ])
    })

    test.each([
      ['the same version', 7, 'duplicate', 7],
      ['an older version', 6, 'stale', 7],
      ['version 0, not told', 0, 'stale', 7],
      ['a newer version', 8, 'new', 8],
    ] as const)('after version 7, %s is %s', async (_, version, answer, keptVersion) => {
      const store = await make()
      granted(await store.keepEvidence(etl, stopped('a', 7)))
      expect(granted(await store.keepEvidence(etl, stopped('a', version)))).toBe(answer)
      expect((await kept(store, ['task/a']))[0]?.version).toBe(keptVersion)
    })

    test('of several deliveries at once one is new, whatever the order', async () => {
      const store = await make()
      const versions = [5, 7, 7, 6, 7]
      const answers = await Promise.all(
        versions.map(version => store.keepEvidence(etl, stopped('a', version))),
      )
      expect(answers.map(granted).filter((answer, n) => answer === 'new' && versions[n] === 7)).toHaveLength(
        1,
      )
      expect((await kept(store, ['task/a']))[0]?.version).toBe(7)
    })

    test('belongs to its target', async () => {
      const store = await make()
      granted(await store.keepEvidence(etl, stopped('a', 7)))
      const other = familyTarget('prod', 'etl2')
      expect(granted(await store.evidence(other, ['task/a']))).toEqual([])
      expect(granted(await store.keepEvidence(other, stopped('a', 7)))).toBe('new')
    })

    test('is read in the order of the keys, each once, unknown ones left out', async () => {
      const store = await make()
      for (const id of ['a', 'b', 'c']) granted(await store.keepEvidence(etl, stopped(id, 1)))
      const keys = ['task/c', 'task/x', 'task/a', 'task/c']
      expect((await kept(store, keys)).map(one => one.key)).toEqual(['task/c', 'task/a'])
      expect(await kept(store, [])).toEqual([])
    })

    test('250 keys are read', async () => {
      const store = await make()
      const ids = Array.from({ length: 250 }, (_, n) => `t${n}`)
      for (const answer of await Promise.all(ids.map(id => store.keepEvidence(etl, stopped(id, 1)))))
        granted(answer)
      const keys = ids.map(id => `task/${id}`)
      expect((await kept(store, keys)).map(one => one.key)).toEqual(keys)
    })
  })

  describe('settling', () => {
    test('is told with the evidence; the first word stays', async () => {
      const store = await make()
      granted(await store.keepEvidence(etl, stopped('a', 7)))
      granted(await store.settleEvidence(etl, 'task/a', 'restarted', t0))
      granted(await store.settleEvidence(etl, 'task/a', 'restarted', t0 + 1))
      granted(await store.settleEvidence(etl, 'task/a', 'left-alone', t0 + 2))
      expect((await kept(store, ['task/a']))[0]?.resolution).toBe('restarted')
    })

    test('a later version of a settled task stays settled: a Spot warning that was answered, then its stop', async () => {
      const store = await make()
      granted(await store.keepEvidence(etl, stopped('a', 5)))
      granted(await store.settleEvidence(etl, 'task/a', 'replaced', t0))
      expect(granted(await store.keepEvidence(etl, stopped('a', 7)))).toBe('new')
      expect(await kept(store, ['task/a'])).toMatchObject([{ version: 7, resolution: 'replaced' }])
    })

    test('a duplicate of settled evidence finds its answer', async () => {
      const store = await make()
      granted(await store.keepEvidence(etl, stopped('a', 7)))
      granted(await store.settleEvidence(etl, 'task/a', 'restarted', t0))
      expect(granted(await store.keepEvidence(etl, stopped('a', 7)))).toBe('duplicate')
      expect((await kept(store, ['task/a']))[0]?.resolution).toBe('restarted')
    })

    test("an alarm's next change is open again; a duplicate of the settled one is not", async () => {
      const store = await make()
      granted(await store.keepEvidence(etl, alarmChange(t0)))
      granted(await store.settleEvidence(etl, 'alarm/checkout p99 high', 'scaled', t0 + 1))
      expect(granted(await store.keepEvidence(etl, alarmChange(t0)))).toBe('duplicate')
      expect((await kept(store, ['alarm/checkout p99 high']))[0]?.resolution).toBe('scaled')
      expect(granted(await store.keepEvidence(etl, alarmChange(t0 + 60_000, 'OK')))).toBe('new')
      expect(await kept(store, ['alarm/checkout p99 high'])).toMatchObject([
        { version: t0 + 60_000, alarm: { state: 'OK' }, resolution: null },
      ])
    })

    test('a placement failure has no versions, and comes back as it was', async () => {
      const store = await make()
      const failure = placementEvidence({ id: '17', atMs: t0, capacityProviders: ['FARGATE_SPOT'] })
      expect(granted(await store.keepEvidence(etl, failure))).toBe('new')
      granted(await store.settleEvidence(etl, 'placement/17', 'counted', t0))
      expect(granted(await store.keepEvidence(etl, failure))).toBe('duplicate')
      expect(await kept(store, ['placement/17'])).toEqual([{ ...failure, resolution: 'counted' }])
    })

    test('a notice of retirement is settled once, whatever its date becomes', async () => {
      const store = await make()
      const notice = (version: number) => retirementEvidence({ taskId: 'a', atMs: t0 + version }, version)
      expect(granted(await store.keepEvidence(etl, notice(1)))).toBe('new')
      expect(granted(await store.keepEvidence(etl, notice(1)))).toBe('duplicate')
      granted(await store.settleEvidence(etl, 'retirement/a', 'replaced', t0))
      expect(granted(await store.keepEvidence(etl, notice(2)))).toBe('new')
      expect(granted(await store.keepEvidence(etl, notice(1)))).toBe('stale')
      expect(await kept(store, ['retirement/a', 'task/a'])).toEqual([
        { ...notice(2), resolution: 'replaced' },
      ])
      expect(granted(await store.stops(etl, 0, 10))).toEqual([])
    })

    test('what was never kept can be settled without effect', async () => {
      const store = await make()
      granted(await store.settleEvidence(etl, 'task/x', 'restarted', t0))
      expect(await kept(store, ['task/x'])).toEqual([])
      granted(await store.keepEvidence(etl, stopped('x', 1)))
      expect((await kept(store, ['task/x']))[0]?.resolution).toBeNull()
    })
  })

  describe('launch specifications', () => {
    test('come back as they were kept, empty texts and odd tag keys included; the last one counts', async () => {
      const store = await make()
      granted(await store.keepLaunchSpec(etl, spec('a', ['ebs-volume'])))
      granted(await store.keepLaunchSpec(etl, spec('a')))
      granted(await store.keepLaunchSpec(etl, spec('b')))
      expect(granted(await store.launchSpecs(etl, ['b', 'x', 'a', 'b']))).toEqual([spec('b'), spec('a')])
      expect(granted(await store.launchSpecs(familyTarget('prod', 'other'), ['a']))).toEqual([])
    })

    test('task ids that contain each other are told apart', async () => {
      const store = await make()
      granted(await store.keepLaunchSpec(etl, spec('a1')))
      expect(granted(await store.launchSpecs(etl, ['a', 'a11']))).toEqual([])
    })
  })

  test.each<[string, (store: Store) => Promise<unknown>]>([
    [
      'an infinite version',
      store => store.keepEvidence(etl, { ...stopped('a', 7), version: Number.POSITIVE_INFINITY }),
    ],
    [
      'NaN in a task',
      store =>
        store.keepEvidence(etl, {
          key: 'task/a',
          version: 7,
          task: { ...task('a', 7), cpuUnits: Number.NaN },
        }),
    ],
    [
      'NaN in a specification',
      store => store.keepLaunchSpec(etl, { ...spec('a'), recordedAtMs: Number.NaN }),
    ],
    ['settled at NaN', store => store.settleEvidence(etl, 'task/a', 'restarted', Number.NaN)],
  ])('%s is `invalid` and nothing is kept', async (_, call) => {
    const store = await make()
    expect(await call(store)).toMatchObject({ ok: false, failure: { code: 'invalid' } })
    expect(await kept(store, ['task/a'])).toEqual([])
    expect(granted(await store.launchSpecs(etl, ['a']))).toEqual([])
  })

  test('a specification larger than an item is refused with `quota`', async () => {
    const store = await make()
    const tags = { long: 'x'.repeat(500_000) }
    expect(codeOf(await store.keepLaunchSpec(etl, { ...spec('a'), tags }))).toBe('quota')
    expect(granted(await store.launchSpecs(etl, ['a']))).toEqual([])
  })
}
