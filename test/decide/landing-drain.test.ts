import { describe, expect, it } from 'vitest'
import type { DiscoverPolicy } from '../../src/discovery/policy.ts'
import type { DiscoveryReason } from '../../src/discovery/reason.ts'
import type { DiscoveryView } from '../../src/discovery/view.ts'
import type { StopTaskAction } from '../../src/healing/overdue.ts'
import type { HealingReason } from '../../src/healing/reason.ts'
import type { Decision, Do } from '../../src/model/decision.ts'
import type { DiscoveryMemory } from '../../src/model/memory.ts'
import { minute, second } from '../../src/model/time.ts'
import { asIfStopping, drain, leavingOf } from '../../src/reconcile/drain.ts'
import { now, ours, policy, seen, service, task, unavailable, view } from './discovery-view.ts'

/** Clients are led away from a task that Longshore itself stops: out of Cloud Map, a while for those who remember it, then the stop. */

type Stop = Do<HealingReason, StopTaskAction>

const stopOf = (taskId: string, action: Partial<StopTaskAction>, because: HealingReason): Stop => ({
  do: { verb: 'stop-task', cluster: 'prod', taskArn: task(taskId).taskArn, reason: 'longshore:x', ...action },
  because,
  tell: true,
})

/** `lateMs` after its maxRuntime of an hour. */
const overtime = (lateMs = 0): Stop =>
  stopOf(
    'a',
    {},
    {
      code: 'overdue',
      why: 'max-runtime',
      lastStatus: 'RUNNING',
      forMs: 60 * minute + lateMs,
      afterMs: 60 * minute,
      runAgain: false,
    },
  )
const replaced = stopOf('a', { successor: task('b').taskArn }, { code: 'old-task', why: 'host' })

interface Given {
  stop?: Stop
  /** Whom Cloud Map names. */
  named?: string[] | null
  tasks?: DiscoveryView['tasks']
  decisions?: Decision<DiscoveryReason>[]
  memory?: Partial<DiscoveryMemory>
  drainMs?: DiscoverPolicy['drainMs']
  ttlMs?: number
}

function drained({
  stop = overtime(),
  named = ['b'],
  memory,
  drainMs = null,
  ttlMs = 60_000,
  ...rest
}: Given) {
  const { tasks = seen([task('a'), task('b')]), decisions = [] } = rest
  const sight = view({
    tasks,
    cloudMapService: seen({ ...service, ttlMs }),
    instances: named === null ? unavailable : seen(named.map(id => ours(id))),
  })
  const before = { operations: [], ...memory }
  const { stops, ...left } = drain([stop], sight, decisions, before, { ...policy, drainMs }, now)
  const [first] = stops
  if (!first || stops.length > 1) throw new Error('one in, one out')
  return { ...left, outcome: 'do' in first ? 'stop' : first.because }
}

const named = { code: 'drains', untilMs: null }
const forgottenIn = (seconds: number) => ({ code: 'drains', untilMs: now + seconds * second })
const operation = {
  operationId: 'o',
  instanceId: 'a',
  verb: 'deregister',
  startedAtMs: now - second,
} as const
const lastOne = {
  hold: 'discovery',
  about: 'a',
  because: { code: 'last-instance', taskId: 'a', min: 1 },
  untilMs: null,
  tell: false,
} as const

describe('a task that is to be stopped', () => {
  it.each<[what: string, given: Given, outcome: unknown]>([
    ['Cloud Map names it', { named: ['a', 'b'] }, named],
    ['its operation is under way', { memory: { operations: [operation] } }, named],
    ['it is no longer named, for the first time', {}, forgottenIn(60)],
    ['not for 20 s', { memory: { unnamedSince: { a: now - 20 * second } } }, forgottenIn(40)],
    ['not for as long as the records live', { memory: { unnamedSince: { a: now - minute } } }, 'stop'],
    ['the owner says 5 s', { drainMs: 5_000 }, forgottenIn(5)],
    ['the owner says 0 s', { drainMs: 0 }, 'stop'],
    ['no records: whoever asks, asks again', { ttlMs: 0 }, 'stop'],
    ['another one’s time is not its own', { memory: { unnamedSince: { b: now - minute } } }, forgottenIn(60)],
    [
      'it does not run yet: nobody was sent to it',
      { tasks: seen([task('a', { lastStatus: 'PENDING' })]) },
      'stop',
    ],
    ['nobody tells whether it runs', { tasks: unavailable, named: ['a', 'b'] }, named],
    [
      'it is the last one, and its name stays whatever is done',
      { named: ['a'], decisions: [lastOne] },
      'stop',
    ],
    ['Cloud Map cannot be read', { named: null }, named],
    ['Cloud Map has refused for six minutes', { named: ['a', 'b'], stop: overtime(6 * minute) }, 'stop'],
    ['for not quite six', { named: ['a', 'b'], stop: overtime(6 * minute - 1) }, named],
    [
      'the patience ends before the records do',
      { stop: overtime(6 * minute - 10 * second) },
      forgottenIn(10),
    ],
    [
      'another takes its place and is not named yet',
      { stop: replaced, named: ['a'] },
      { code: 'successor-unlisted' },
    ],
    ['both are named', { stop: replaced, named: ['a', 'b'] }, named],
    ['only the other is', { stop: replaced }, forgottenIn(60)],
    [
      'only the other is, for a minute',
      { stop: replaced, memory: { unnamedSince: { a: now - minute } } },
      'stop',
    ],
    [
      'the last one with a replacement waits for it',
      { stop: replaced, named: ['a', 'b'], decisions: [lastOne] },
      named,
    ],
  ])('%s', (_what, given, outcome) => {
    expect(drained(given).outcome).toEqual(outcome)
  })

  it('is looked at again when its time is over, which is remembered from the first look', () => {
    expect(drained({})).toMatchObject({ unnamedSince: { a: now }, nextLookAtMs: now + minute })
    const second20 = { unnamedSince: { a: now - 20 * second } }
    expect(drained({ memory: second20 })).toMatchObject({ ...second20, nextLookAtMs: now + 40 * second })
    // Named once more, by a list that lags or by hand: from the beginning.
    expect(drained({ named: ['a', 'b'], memory: second20 })).toMatchObject({ unnamedSince: {} })
    // Nothing tells of a Cloud Map that refuses.
    expect(drained({ named: ['a', 'b'] })).toMatchObject({ nextLookAtMs: now + 6 * minute })
    expect(drained({ stop: replaced, named: ['a', 'b'] })).toMatchObject({ nextLookAtMs: null })
  })

  it('leaves Cloud Map as if it were stopping; one that is replaced only once the other is named', () => {
    const sight = (ids: string[]) => ({ instances: seen(ids.map(id => ours(id))) })
    expect(leavingOf([overtime()], sight(['a']))).toEqual(new Set(['a']))
    expect(leavingOf([replaced], sight(['a']))).toEqual(new Set())
    expect(leavingOf([replaced], sight(['a', 'b']))).toEqual(new Set(['a']))
    expect(leavingOf([replaced], { instances: unavailable })).toEqual(new Set())
    const { tasks } = asIfStopping(view({ tasks: seen([task('a'), task('b')]) }), new Set(['a']))
    expect(tasks).toMatchObject({ value: [{ desiredStatus: 'STOPPED' }, { desiredStatus: 'RUNNING' }] })
  })
})
