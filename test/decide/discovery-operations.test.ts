import { describe, expect, it } from 'vitest'
import { followOperations, retryAfter } from '../../src/discovery/operations.ts'
import { remember } from '../../src/discovery/remember.ts'
import type { CloudMapOperation } from '../../src/model/cloud-map.ts'
import type { Outcome } from '../../src/model/decision.ts'
import type { DiscoveryMemory } from '../../src/model/memory.ts'
import type { Reading } from '../../src/model/reading.ts'
import { now, seen, unavailable } from './discovery-view.ts'

const registering = {
  operationId: 'op-1',
  instanceId: 'a',
  verb: 'register',
  startedAtMs: now - 1_000,
} as const
const memory = (change: Partial<DiscoveryMemory> = {}): DiscoveryMemory => ({
  operations: [registering],
  missingSince: { z: now },
  failures: {},
  ...change,
})
const standing = (
  status: CloudMapOperation['status'],
  errorCode: string | null = null,
  errorMessage: string | null = null,
): [string, Reading<CloudMapOperation>][] => [['op-1', seen({ status, errorCode, errorMessage })]]
const follow = (
  told: [string, Reading<CloudMapOperation>][],
  before = memory(),
  at = now,
  named: string[] = ['a', 'b'],
) => followOperations(new Map(told), before, at, new Set(named))

const pending = {
  hold: 'discovery',
  about: 'a',
  because: { code: 'operation-pending', instanceId: 'a', verb: 'register' },
  untilMs: now + 5_000,
  tell: false,
}
const failing = (error: string, retryAtMs: number, tell: boolean) => ({
  hold: 'discovery',
  about: 'a',
  because: { code: 'operation-failed', instanceId: 'a', error, retryAtMs },
  untilMs: retryAtMs,
  tell,
})

describe('an operation of Cloud Map', () => {
  it.each<[what: string, told: [string, Reading<CloudMapOperation>][]]>([
    ['is submitted', standing('SUBMITTED')],
    ['is pending', standing('PENDING')],
    ['cannot be read', [['op-1', unavailable]]],
    ['was not asked about', []],
  ])('that %s is followed on', (_, told) => {
    expect(follow(told)).toEqual({ memory: memory(), holds: [pending], leaving: 0 })
  })

  it('that succeeded is over, and so are the failures before it', () => {
    const other = { count: 2, nextTryAtMs: now }
    const before = memory({ failures: { a: { count: 1, nextTryAtMs: now }, b: other } })
    expect(follow(standing('SUCCESS'), before)).toEqual({
      memory: memory({ operations: [], failures: { b: other } }),
      holds: [],
      leaving: 0,
    })
  })

  it.each<[what: string, code: string | null, message: string | null, error: string]>([
    ['by its code', 'THROTTLED_REQUEST', 'Rate exceeded', 'THROTTLED_REQUEST'],
    ['by its message', null, 'Rate exceeded', 'Rate exceeded'],
    ['by nothing', null, null, 'no reason given'],
  ])('that failed is told %s, and waited for', (_, code, message, error) => {
    expect(follow(standing('FAIL', code, message))).toEqual({
      memory: memory({ operations: [], failures: { a: { count: 1, nextTryAtMs: now + 10_000 } } }),
      holds: [failing(error, now + 10_000, true)],
      leaving: 0,
    })
  })

  it('that failed again is waited for longer, and told once', () => {
    const before = memory({ failures: { a: { count: 1, nextTryAtMs: now - 1 } } })
    const { holds, memory: after } = follow(standing('FAIL', 'X'), before)
    expect(holds).toEqual([failing('X', now + 20_000, false)])
    expect(after.failures).toEqual({ a: { count: 2, nextTryAtMs: now + 20_000 } })
  })

  it('is given up ten minutes after it began', () => {
    const begunMs = registering.startedAtMs
    expect(follow([], memory(), begunMs + 599_999).memory.operations).toEqual([registering])
    expect(follow([], memory(), begunMs + 600_000)).toMatchObject({ memory: { operations: [] }, holds: [] })
  })

  it('that takes an instance away counts as leaving, one that brings it does not', () => {
    const two = [
      registering,
      { ...registering, operationId: 'op-2', instanceId: 'b', verb: 'deregister' as const },
    ]
    expect(follow([], memory({ operations: two })).leaving).toBe(1)
  })
})

describe('between two tries', () => {
  const waiting = { a: { count: 2, nextTryAtMs: now + 3_000 } }

  it('it is said when the next one is', () => {
    expect(follow([], memory({ operations: [], failures: waiting }))).toEqual({
      memory: memory({ operations: [], failures: waiting }),
      holds: [failing('the last try', now + 3_000, false)],
      leaving: 0,
    })
  })

  it('nothing is said when the wait is over, or the try is under way', () => {
    const over = memory({ operations: [], failures: waiting })
    expect(follow([], over, now + 3_000).holds).toEqual([])
    expect(follow([], memory({ failures: waiting })).holds).toEqual([pending])
  })

  it('an hour without another one and the failures are forgotten', () => {
    const last = { a: { count: 9, nextTryAtMs: now } }
    const before = memory({ operations: [], failures: last })
    expect(follow([], before, now + 3_599_999).memory.failures).toEqual(last)
    expect(follow([], before, now + 3_600_000).memory.failures).toEqual({})
  })

  it.each([
    [1, 10],
    [2, 20],
    [3, 40],
    [5, 160],
    [6, 300],
    [1_000_000, 300],
  ])('after %d failures in a row %d s pass', (count, seconds) => {
    expect(retryAfter(count)).toBe(seconds * 1000)
  })
})

describe('a registration that succeeded', () => {
  const unnamed = (seconds: number) =>
    follow(standing('SUCCESS'), memory(), now - 1_000 + seconds * 1_000, [])

  it('is followed until the list, which lags, names its instance', () => {
    expect(unnamed(59).memory.operations).toEqual([registering])
    expect(unnamed(59).holds).toEqual([{ ...pending, untilMs: now + 63_000 }])
    expect(follow(standing('SUCCESS')).memory.operations).toEqual([])
  })

  it('and for a minute at most: then it is begun again', () => {
    expect(unnamed(60)).toMatchObject({ memory: { operations: [] }, holds: [] })
  })

  it('but not its opposite: what is gone need not be named', () => {
    const leaving = memory({ operations: [{ ...registering, verb: 'deregister' }] })
    expect(follow(standing('SUCCESS'), leaving, now, []).memory.operations).toEqual([])
  })
})

describe('discovery remembers', () => {
  const register = {
    verb: 'register-instance',
    cloudMapServiceId: 'srv-1',
    instanceId: 'a',
    attributes: {},
    cloudMapName: 'thumbs.jobs.internal',
  } as const
  const { attributes: _, ...rest } = register
  const deregister = { ...rest, verb: 'deregister-instance' } as const
  const failures = { a: { count: 1, nextTryAtMs: now }, b: { count: 2, nextTryAtMs: now } }
  const before = memory({ failures })
  const refused: Outcome = { ok: false, code: 'throttled', message: '', transient: true }

  it.each([
    [register, 'register'],
    [deregister, 'deregister'],
  ] as const)('what was accepted, to follow it: $verb', (action, verb) => {
    expect(remember(before, action, { ok: true, operationId: 'op-9' }, now)).toEqual({
      ...before,
      operations: [registering, { operationId: 'op-9', instanceId: 'a', verb, startedAtMs: now }],
    })
  })

  it('nothing to follow where Cloud Map does not know it: its list may lag, so that a further try waits', () => {
    expect(remember(before, deregister, { ok: true }, now)).toEqual({
      ...before,
      failures: { ...failures, a: { count: (failures.a?.count ?? 0) + 1, nextTryAtMs: expect.any(Number) } },
    })
    expect(before.failures).toEqual(failures)
  })

  it('what was refused, for longer and longer', () => {
    expect(remember(undefined, register, refused, now)).toEqual({
      operations: [],
      missingSince: {},
      failures: { a: { count: 1, nextTryAtMs: now + 10_000 } },
    })
    expect(remember(before, register, refused, now)).toEqual({
      ...before,
      failures: { a: { count: 2, nextTryAtMs: now + 20_000 }, b: failures.b },
    })
  })
})

describe('an instance that Cloud Map says it does not know', () => {
  it('is not asked away again with every look while a list that lags still names it', () => {
    const action = {
      verb: 'deregister-instance',
      cloudMapServiceId: 'srv-1',
      instanceId: 'a',
      cloudMapName: 'x',
    } as const
    const gone = remember(undefined, action, { ok: true }, now)
    expect(gone.failures).toEqual({ a: { count: 1, nextTryAtMs: now + 10_000 } })
    expect(remember(gone, action, { ok: true }, now + 10_000).failures).toEqual({
      a: { count: 2, nextTryAtMs: now + 30_000 },
    })
  })
})
