import { describe, expect, it } from 'vitest'
import { decide } from '../../src/discovery/decide.ts'
import type { DiscoverPolicy } from '../../src/discovery/policy.ts'
import { remember } from '../../src/discovery/remember.ts'
import type { DiscoveryAction } from '../../src/discovery/site.ts'
import type { DiscoveryView } from '../../src/discovery/view.ts'
import type { CloudMapInstance } from '../../src/model/cloud-map.ts'
import type { DiscoveryMemory } from '../../src/model/memory.ts'
import { foreign, now, ours, policy, seen, task, view } from './discovery-view.ts'

/** What is kept, taken away and turned away: the minimum, what ECS left behind, and quotas. */

const told = (
  change: Partial<DiscoveryView>,
  wishes: Partial<DiscoverPolicy> = {},
  memory?: DiscoveryMemory,
  at = now,
) =>
  decide(view(change), { ...policy, ...wishes }, memory, at).decisions.map(decision =>
    'do' in decision
      ? `${decision.do.verb.replace('-instance', '')} ${decision.do.instanceId}`
      : `hold ${decision.about ?? 'all'}: ${decision.because.code}`,
  )

const stopping = (id: string) => task(id, { desiredStatus: 'STOPPED' })

describe('min', () => {
  const two = { tasks: seen([stopping('a'), stopping('bb')]), instances: seen([ours('a'), ours('bb')]) }
  it.each<[min: number, what: string[]]>([
    [0, ['deregister a', 'deregister bb']],
    [1, ['deregister a', 'hold bb: last-instance']],
    [2, ['hold a: last-instance', 'hold bb: last-instance']],
    [5, ['hold a: last-instance', 'hold bb: last-instance']],
  ])('%d of two that stop', (min, what) => {
    expect(told(two, { min })).toEqual(what)
  })

  it('counts the instances of others, which clients find as well', () => {
    const beside = { ...two, instances: seen([ours('a'), ours('bb'), foreign('x')]) }
    expect(told(beside, { min: 2 })).toEqual(['deregister a', 'hold bb: last-instance'])
  })

  it('does not count what leaves already', () => {
    const leaving: DiscoveryMemory = {
      operations: [{ operationId: 'op-1', instanceId: 'ccc', verb: 'deregister', startedAtMs: now }],
      missingSince: {},
      failures: {},
    }
    const three = { ...two, instances: seen([ours('a'), ours('bb'), ours('ccc')]) }
    expect(told(three, { min: 2 }, leaving)).toEqual([
      'hold ccc: operation-pending',
      'hold a: last-instance',
      'hold bb: last-instance',
    ])
  })
})

describe('what ECS left behind', () => {
  const ofEcs = (id: string, cluster = 'prod'): CloudMapInstance => ({
    id,
    attributes: { AWS_INSTANCE_IPV4: '10.0.9.9', ECS_CLUSTER_NAME: cluster, ECS_SERVICE_NAME: 'web' },
  })
  const gone = { instances: seen([ofEcs('e'), foreign('x')]), missingTaskIds: ['e'] }
  const over = {
    instances: seen([ofEcs('e'), foreign('x')]),
    tasks: seen([task('e', { lastStatus: 'STOPPED', desiredStatus: 'STOPPED' })]),
  }
  const lives = { instances: seen([ofEcs('e'), foreign('x')]), tasks: seen([task('e')]) }
  const inDoubt: DiscoveryMemory = { operations: [], missingSince: { e: now - 60_000 }, failures: {} }

  it.each<[what: string, change: Partial<DiscoveryView>, adopt: boolean, decisions: string[]]>([
    ['gone, and not adopted', gone, false, ['hold all: all-true']],
    ['gone for a minute', gone, true, ['deregister e']],
    ['stopped for a minute', over, true, ['deregister e']],
    ['alive', lives, true, ['hold all: all-true']],
    [
      'about to stop: ECS takes it away itself',
      { ...lives, tasks: seen([task('e', { desiredStatus: 'STOPPED' })]) },
      true,
      ['hold all: all-true'],
    ],
    ['nothing is told of it', { instances: gone.instances }, true, ['hold all: all-true']],
    [
      'of another cluster',
      { ...gone, instances: seen([ofEcs('e', 'test'), foreign('x')]) },
      true,
      ['hold all: all-true'],
    ],
    [
      'no service registered it',
      { ...gone, instances: seen([{ id: 'e', attributes: { ECS_CLUSTER_NAME: 'prod' } }, foreign('x')]) },
      true,
      ['hold all: all-true'],
    ],
    ['the last one', { ...gone, instances: seen([ofEcs('e')]) }, true, ['hold e: last-instance']],
  ])('%s', (_, change, adopt, decisions) => {
    expect(told(change, { adopt }, inDoubt)).toEqual(decisions)
  })

  it.each([
    ['gone', gone],
    ['stopped', over],
  ])('%s only now: doubted first, and taken away when two looks a minute apart agree', (_, change) => {
    const first = decide(view(change), { ...policy, adopt: true }, undefined, now)
    expect(first.decisions).toMatchObject([{ about: 'e', because: { code: 'missing-once' } }])
    expect(told(change, { adopt: true }, first.memory, now + 59_999)).toEqual(['hold e: missing-once'])
    expect(told(change, { adopt: true }, first.memory, now + 60_000)).toEqual(['deregister e'])
  })

  it('a doubt that a look between did not confirm begins anew', () => {
    const first = decide(view(gone), { ...policy, adopt: true }, undefined, now)
    const second = decide(view(lives), { ...policy, adopt: true }, first.memory, now + 30_000)
    expect(told(gone, { adopt: true }, second.memory, now + 90_000)).toEqual(['hold e: missing-once'])
  })
})

describe('a service that is full', () => {
  const crowd = (count: number) => Array.from({ length: count }, (_, index) => foreign(`x${index}`))
  const newcomers = seen([task('a'), task('bb'), task('ccc')])

  it.each<[what: string, instances: number, decisions: string[]]>([
    ['room for all', 997, ['register a', 'register bb', 'register ccc']],
    ['room for one', 999, ['register a', 'hold all: service-full']],
    ['no room', 1_000, ['hold all: service-full']],
  ])('%s', (_, instances, decisions) => {
    expect(told({ tasks: newcomers, instances: seen(crowd(instances)) })).toEqual(decisions)
  })

  it('counts what is on its way', () => {
    const coming: DiscoveryMemory = {
      operations: [{ operationId: 'op-1', instanceId: 'dddd', verb: 'register', startedAtMs: now }],
      missingSince: {},
      failures: {},
    }
    expect(told({ tasks: newcomers, instances: seen(crowd(998)) }, {}, coming)).toEqual([
      'hold dddd: operation-pending',
      'register a',
      'hold all: service-full',
    ])
  })

  it('tells people, with how many wait, and looks again when it is quiet', () => {
    const { decisions, nextLookAtMs } = decide(
      view({ tasks: newcomers, instances: seen(crowd(1_000)) }),
      policy,
      undefined,
      now,
    )
    expect(decisions).toEqual([
      {
        hold: 'discovery',
        about: null,
        because: { code: 'service-full', namespace: 'jobs.internal', service: 'thumbs', waiting: 3 },
        untilMs: null,
        tell: true,
      },
    ])
    expect(nextLookAtMs).toBe(now + 300_000)
  })

  it('still corrects an address, and takes away who leaves', () => {
    const instances = [...crowd(998), ours('a', '10.7.7.7'), ours('dddd')]
    const tasks = seen([task('a'), task('bb'), stopping('dddd')])
    expect(told({ tasks, instances: seen(instances) })).toEqual([
      'deregister dddd',
      'register a',
      'hold all: service-full',
    ])
  })

  describe('by a refusal of Cloud Map (the quota of a namespace cannot be counted)', () => {
    const action: DiscoveryAction = {
      verb: 'register-instance',
      cloudMapServiceId: 'srv-1',
      instanceId: 'a',
      attributes: {},
      cloudMapName: 'thumbs.jobs.internal',
    }
    const refusal = { ok: false, code: 'quota', message: 'no', transient: false } as const
    const refused = remember(undefined, action, refusal, now)

    it('is no failure of the instance', () => {
      expect(refused).toEqual({
        operations: [],
        missingSince: {},
        failures: {},
        full: { untilMs: now + 300_000 },
      })
    })

    it('adds nobody for five minutes, then one to try, and all once that one is taken', () => {
      expect(told({ tasks: newcomers }, {}, refused, now + 299_999)).toEqual(['hold all: service-full'])
      expect(decide(view({ tasks: newcomers }), policy, refused, now).nextLookAtMs).toBe(now + 300_000)
      expect(told({ tasks: newcomers }, {}, refused, now + 300_000)).toEqual([
        'register a',
        'hold all: service-full',
      ])
      const accepted = remember(refused, action, { ok: true, operationId: 'op-1' }, now + 300_000)
      expect(accepted.full).toBeUndefined()
      expect(told({ tasks: newcomers }, {}, accepted, now + 301_000)).toEqual([
        'hold a: operation-pending',
        'register bb',
        'register ccc',
      ])
    })

    it('a farewell makes no room by itself: somebody else may take it', () => {
      const leave = { ...action, verb: 'deregister-instance' } as const
      expect(remember(refused, leave, { ok: true, operationId: 'op-1' }, now).full).toEqual(refused.full)
    })
  })
})
