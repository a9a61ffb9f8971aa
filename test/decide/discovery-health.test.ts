import { describe, expect, it } from 'vitest'
import { decide } from '../../src/discovery/decide.ts'
import { remember } from '../../src/discovery/remember.ts'
import type { DiscoveryAction } from '../../src/discovery/site.ts'
import type { DiscoveryView } from '../../src/discovery/view.ts'
import type { DiscoveryMemory } from '../../src/model/memory.ts'
import {
  definition,
  foreign,
  now,
  ours,
  policy,
  seen,
  service,
  task,
  unavailable,
  view,
} from './discovery-view.ts'

/** A Cloud Map service with a custom health check: instances stay, and are as healthy as ECS says. */

const checked = new Map([[definition, true]])
const sick = (id: string) => task(id, { healthStatus: 'UNHEALTHY' })
const well = (id: string) => task(id, { healthStatus: 'HEALTHY' })
type Health = Record<string, 'HEALTHY' | 'UNHEALTHY' | 'UNKNOWN'>

const looked = (health: Health, change: Partial<DiscoveryView> = {}) =>
  view({
    cloudMapService: seen({ ...service, hasCustomHealth: true }),
    health: seen(health),
    healthChecked: checked,
    instances: seen([ours('a'), ours('bb')]),
    ...change,
  })

const told = (seenView: DiscoveryView, memory?: DiscoveryMemory, at = now, min = 1) =>
  decide(seenView, { ...policy, min }, memory, at).decisions.map(decision =>
    'do' in decision
      ? `${decision.do.instanceId} ${'status' in decision.do ? decision.do.status : decision.do.verb}`
      : `hold ${decision.about ?? 'all'}: ${decision.because.code}`,
  )

describe('custom health', () => {
  it.each<[what: string, tasks: ReturnType<typeof task>[], health: Health, decisions: string[]]>([
    ['one fails its checks', [sick('a'), well('bb')], { a: 'HEALTHY', bb: 'HEALTHY' }, ['a UNHEALTHY']],
    [
      'it is known already',
      [sick('a'), well('bb')],
      { a: 'UNHEALTHY', bb: 'HEALTHY' },
      ['hold all: all-true'],
    ],
    ['it is well again', [well('a'), well('bb')], { a: 'UNHEALTHY', bb: 'HEALTHY' }, ['a HEALTHY']],
    ['all are well', [well('a'), well('bb')], { a: 'HEALTHY', bb: 'HEALTHY' }, ['hold all: all-true']],
    [
      'nothing is told of it yet, a moment after it was registered',
      [sick('a'), well('bb')],
      { bb: 'HEALTHY' },
      ['hold all: all-true'],
    ],
    [
      'unknown is as good as healthy',
      [well('a'), well('bb')],
      { a: 'UNKNOWN', bb: 'HEALTHY' },
      ['hold all: all-true'],
    ],
    [
      'and not as bad as unhealthy',
      [sick('a'), well('bb')],
      { a: 'UNKNOWN', bb: 'HEALTHY' },
      ['a UNHEALTHY'],
    ],
    [
      'of two that fail the second stays: somebody must be offered',
      [sick('a'), sick('bb')],
      { a: 'HEALTHY', bb: 'HEALTHY' },
      ['a UNHEALTHY', 'hold bb: last-instance'],
    ],
    [
      'the last healthy one',
      [sick('a'), sick('bb')],
      { a: 'UNHEALTHY', bb: 'HEALTHY' },
      ['hold bb: last-instance'],
    ],
    [
      'one recovers in the same look in which another fails',
      [well('a'), sick('bb')],
      { a: 'UNHEALTHY', bb: 'HEALTHY' },
      ['a HEALTHY', 'bb UNHEALTHY'],
    ],
    [
      'ECS does not know its health for a moment',
      [task('a', { healthStatus: 'UNKNOWN' }), well('bb')],
      { a: 'HEALTHY', bb: 'HEALTHY' },
      ['hold all: all-true'],
    ],
    [
      'it stops: it leaves, and nothing is said of its health',
      [task('a', { healthStatus: 'UNHEALTHY', desiredStatus: 'STOPPED' }), well('bb')],
      { a: 'HEALTHY', bb: 'HEALTHY' },
      ['a deregister-instance'],
    ],
    [
      'one leaves and the other fails: the other stays',
      [task('a', { desiredStatus: 'STOPPED' }), sick('bb')],
      { a: 'HEALTHY', bb: 'HEALTHY' },
      ['a deregister-instance', 'hold bb: last-instance'],
    ],
  ])('%s', (_, tasks, health, decisions) => {
    expect(told(looked(health, { tasks: seen(tasks) }))).toEqual(decisions)
  })

  it('says it with the names of the service, and why', () => {
    const { decisions } = decide(
      looked({ a: 'HEALTHY', bb: 'HEALTHY' }, { tasks: seen([sick('a'), well('bb')]) }),
      policy,
      undefined,
      now,
    )
    expect(decisions).toStrictEqual([
      {
        do: {
          verb: 'set-instance-health',
          cloudMapServiceId: 'srv-1',
          cloudMapName: 'thumbs.jobs.internal',
          instanceId: 'a',
          status: 'UNHEALTHY',
        },
        because: { code: 'task-unhealthy', taskId: 'a' },
        tell: true,
      },
    ])
  })

  it('looks every minute while all is well: no event tells of a task’s health', () => {
    const all = looked({ a: 'HEALTHY', bb: 'HEALTHY' }, { tasks: seen([well('a'), well('bb')]) })
    expect(decide(all, policy, undefined, now).nextLookAtMs).toBe(now + 60_000)
  })
})

describe('adversarial', () => {
  const action: DiscoveryAction = {
    verb: 'set-instance-health',
    cloudMapServiceId: 'srv-1',
    instanceId: 'a',
    status: 'UNHEALTHY',
    cloudMapName: 'thumbs.jobs.internal',
  }
  const stale = looked({ a: 'HEALTHY', bb: 'HEALTHY' }, { tasks: seen([sick('a'), well('bb')]) })

  it('is not said again while Cloud Map does not show it yet, and said again when it never does', () => {
    const after = remember(undefined, action, { ok: true }, now)
    expect(after).toEqual({
      operations: [],
      missingSince: {},
      failures: {},
      health: { a: { status: 'UNHEALTHY', atMs: now } },
    })
    expect(told(stale, after, now + 59_999)).toEqual(['hold all: all-true'])
    expect(told(stale, after, now + 60_000)).toEqual(['a UNHEALTHY'])
    expect(decide(stale, policy, after, now + 60_000).memory.health).toBeUndefined()
  })

  it('is taken back at once when the task recovers before Cloud Map has shown it', () => {
    const after = remember(undefined, action, { ok: true }, now)
    const recovered = looked({ a: 'HEALTHY', bb: 'HEALTHY' }, { tasks: seen([well('a'), well('bb')]) })
    expect(told(recovered, after, now + 5_000)).toEqual(['a HEALTHY'])
  })

  it('counts who was called unhealthy a moment ago as gone', () => {
    const after = remember(undefined, action, { ok: true }, now)
    const both = looked({ a: 'HEALTHY', bb: 'HEALTHY' }, { tasks: seen([sick('a'), sick('bb')]) })
    expect(told(both, after, now + 5_000)).toEqual(['hold bb: last-instance'])
  })

  it('a refusal is tried again after a back-off', () => {
    const refusal = { ok: false, code: 'not-found', message: 'no', transient: false } as const
    const after = remember(undefined, action, refusal, now)
    expect(after.failures).toEqual({ a: { count: 1, nextTryAtMs: now + 10_000 } })
    expect(told(stale, after, now + 9_999)).toEqual(['hold a: operation-failed'])
  })

  it('its health could not be read: nothing is changed on old knowledge, and who stops leaves all the same', () => {
    const tasks = seen([sick('a'), task('bb', { desiredStatus: 'STOPPED' })])
    expect(told(looked({}, { tasks, health: unavailable }))).toEqual([
      'bb deregister-instance',
      'hold all: unreadable',
    ])
  })

  it('instances of others, tasks without checks and unread definitions are let alone', () => {
    const tasks = seen([sick('a'), sick('bb')])
    const health: Health = { a: 'HEALTHY', bb: 'HEALTHY' }
    expect(told(looked(health, { tasks, instances: seen([foreign('a'), foreign('bb')]) }))).toEqual([
      'hold all: all-true',
    ])
    expect(told(looked(health, { tasks, healthChecked: new Map([[definition, false]]) }))).toEqual([
      'hold all: all-true',
    ])
    expect(told(looked(health, { tasks, healthChecked: new Map() }))).toEqual(['hold all: all-true'])
  })

  it('without a custom health check the unhealthy one leaves, as ever', () => {
    const plain = looked(
      {},
      {
        cloudMapService: seen(service),
        tasks: seen([sick('a'), well('bb')]),
        health: { kind: 'missing', what: 'custom health check' },
      },
    )
    expect(told(plain)).toEqual(['a deregister-instance'])
  })

  it.each([
    [0, ['a UNHEALTHY', 'bb UNHEALTHY']],
    [2, ['hold a: last-instance', 'hold bb: last-instance']],
  ])('min %d of two that fail', (min, decisions) => {
    const both = looked({ a: 'HEALTHY', bb: 'HEALTHY' }, { tasks: seen([sick('a'), sick('bb')]) })
    expect(told(both, undefined, now, min)).toEqual(decisions)
  })
})
