import { describe, expect, it } from 'vitest'
import { decide } from '../../src/discovery/decide.ts'
import type { DiscoveryView } from '../../src/discovery/view.ts'
import {
  decided,
  foreign,
  memoryOf,
  now,
  ours,
  policy,
  seen,
  service,
  stopping,
  task,
  unavailable,
  view,
} from './discovery-view.ts'

/** What a memory may be full of, and what a look may not be told. */

describe('a memory', () => {
  const old = (verb: 'register' | 'deregister', count: number, startedAtMs = now - 1_000) =>
    Array.from({ length: count }, (_, n) => ({
      operationId: `op-${n}`,
      instanceId: `old${n}`,
      verb,
      startedAtMs,
    }))
  const two = { tasks: seen([stopping('a'), task('bb')]), instances: seen([ours('a'), ours('bb')]) }

  it('of farewells whose instances are off the list already: they are not missed a second time', () => {
    expect(decided(two, memoryOf({ operations: old('deregister', 1) }))).toEqual([
      'hold old0: operation-pending',
      'deregister a',
    ])
  })

  it('of three hundred operations that nobody can tell about is empty ten minutes later', () => {
    const full = memoryOf({ operations: old('deregister', 300) })
    const { memory: after } = decide(view(two), policy, full, now + 600_000)
    expect(after.operations).toEqual([])
    expect(decided(two, full, now + 600_000)).toEqual(['deregister a'])
  })

  it('of more welcomes than the service can take lets nobody in, and nobody out who lives', () => {
    const coming = memoryOf({ operations: old('register', 1_200) })
    const decisions = decided({ tasks: seen([task('a'), task('bb')]), instances: seen([ours('a')]) }, coming)
    expect(decisions.filter(text => !text.endsWith('operation-pending'))).toEqual(['hold all: service-full'])
  })

  it('of ten thousand stops that concern nobody changes nothing', () => {
    const tombstones = new Set(Array.from({ length: 10_000 }, (_, n) => `gone${n}`))
    expect(decided({ tasks: seen([task('a')]), instances: seen([ours('a')]), tombstones })).toEqual([
      'hold all: all-true',
    ])
  })

  it('of failures beyond counting waits five minutes and not longer', () => {
    const operations = [{ operationId: 'op-1', instanceId: 'a', verb: 'register' as const, startedAtMs: now }]
    const failures = { a: { count: Number.MAX_SAFE_INTEGER, nextTryAtMs: now } }
    const fail = seen({ status: 'FAIL', errorCode: 'X', errorMessage: null } as const)
    const change = { tasks: seen([task('a')]), operations: new Map([['op-1', fail]]) }
    const { memory: after, nextLookAtMs } = decide(
      view(change),
      policy,
      memoryOf({ operations, failures }),
      now,
    )
    expect(after.failures.a?.nextTryAtMs).toBe(now + 300_000)
    expect(nextLookAtMs).toBe(now + 300_000)
  })

  it('of a clock that was ahead keeps the doubt', () => {
    const ahead = memoryOf({ missingSince: { a: now + 90_000 } })
    expect(decided({ missingTaskIds: ['a'], instances: seen([ours('a'), foreign('x')]) }, ahead)).toEqual([
      'hold a: missing-once',
    ])
  })

  it('stays as it was given', () => {
    const given = memoryOf({ missingSince: { a: now }, failures: { a: { count: 1, nextTryAtMs: 0 } } })
    const before = structuredClone(given)
    decide(
      view({ tasks: seen([task('a')]), missingTaskIds: ['b'], instances: seen([ours('b')]) }),
      policy,
      given,
      now,
    )
    expect(given).toEqual(before)
  })
})

describe('unknown is not gone', () => {
  const dead = {
    tasks: seen([stopping('a'), task('ccc')]),
    instances: seen([ours('a'), ours('bb')]),
    missingTaskIds: ['bb'],
  }
  const doubted = memoryOf({
    missingSince: { bb: now - 60_000 },
    failures: { z: { count: 2, nextTryAtMs: now } },
  })

  it.each<[what: string, change: Partial<DiscoveryView>]>([
    ['the Cloud Map service', { cloudMapService: unavailable }],
    ['that it exists', { cloudMapService: { kind: 'missing', what: 'x' } }],
    ['the tasks', { tasks: unavailable }],
    ['the tasks, whose cluster ECS does not know', { tasks: { kind: 'missing', what: 'cluster' } }],
    ['the instances', { instances: unavailable }],
    ['the instances, whose service is gone since', { instances: { kind: 'missing', what: 'service' } }],
  ])('%s alone unread: nothing is done, nothing forgotten, and all of it at the next look', (_, change) => {
    const blind = decide(view({ ...dead, ...change }), policy, doubted, now)
    expect(blind.decisions).toMatchObject([{ hold: 'discovery', about: null }])
    expect(blind.memory).toBe(doubted)
    expect(blind.nextLookAtMs).toBe(now + 60_000)
    expect(decided(dead, blind.memory, now + 60_000)).toEqual([
      'deregister a',
      'hold bb: last-instance',
      'register ccc',
    ])
  })

  it('an operation alone unread: its instance waits, the others do not', () => {
    const operations = [{ operationId: 'op-1', instanceId: 'a', verb: 'register' as const, startedAtMs: now }]
    const instances = seen([ours('a'), ours('bb'), foreign('x')])
    const change = { ...dead, instances, operations: new Map([['op-1', unavailable]]) }
    expect(decided(change, memoryOf({ ...doubted, operations }))).toEqual([
      'hold a: operation-pending',
      'deregister bb',
      'register ccc',
    ])
  })

  it('custom health that is not told keeps nobody from being named', () => {
    const change = {
      ...dead,
      cloudMapService: seen({ ...service, hasCustomHealth: true }),
      health: unavailable,
    }
    expect(decided(change, doubted)).toEqual([
      'deregister a',
      'hold bb: last-instance',
      'hold all: unreadable',
      'register ccc',
    ])
  })
})
