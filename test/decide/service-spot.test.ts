import { describe, expect, it } from 'vitest'
import type { SpotVerdict } from '../../src/healing/services/spot/decide.ts'
import { decideSpot } from '../../src/healing/services/spot/decide.ts'
import { explainSpot } from '../../src/healing/services/spot/explain.ts'
import type { SpotFallbackPolicy } from '../../src/healing/services/spot/policy.ts'
import { rememberSpot } from '../../src/healing/services/spot/remember.ts'
import type { CapacityProviderStrategy } from '../../src/model/capacity-provider-strategy.ts'
import type { SpotFallback, SpotMemory } from '../../src/model/memory.ts'
import type { Deployment, Service } from '../../src/model/service.ts'
import { minute } from '../../src/model/time.ts'
import { deployed, nine, nothingRead } from './service-healing-stops.ts'

/** Minutes after nine, in a policy of three failures within ten minutes, a return after thirty and steps of 25 % every ten. */

const policy: SpotFallbackPolicy = {
  from: 'FARGATE_SPOT',
  to: 'FARGATE',
  after: 3,
  withinMs: 10 * minute,
  upToPercent: 100,
  returnAfterMs: 30 * minute,
  stepPercent: 25,
  everyMs: 10 * minute,
}

const item = (capacityProvider: string, weight: number, base = 0) => ({ capacityProvider, base, weight })
const onSpot = [item('FARGATE_SPOT', 1)]
const onDemand = [item('FARGATE_SPOT', 0), item('FARGATE', 1)]
const threeQuarters = [item('FARGATE_SPOT', 1), item('FARGATE', 3)]

const failedAt = (...minutes: number[]): SpotMemory['failures'] =>
  minutes.map(each => ({ id: String(each), atMs: nine + each * minute }))

/** One of two tasks is missing, unless told otherwise. */
const service = (strategy: CapacityProviderStrategy | null, other: Partial<Service> = {}) => {
  const seen = deployed([[2, 'COMPLETED', -600]], { capacityProviderStrategy: strategy, ...other })
  const deployments = (seen.kind === 'value' ? seen.value.deployments : []).map(each => ({
    ...each,
    pendingCount: 0,
  }))
  return seen.kind === 'value' ? { ...seen, value: { ...seen.value, deployments, ...other } } : seen
}
/** Nothing is missing. */
const steady: Deployment = {
  id: 'ecs-svc/2',
  status: 'PRIMARY',
  rolloutState: 'COMPLETED',
  taskDefinitionArn: null,
  desiredCount: 2,
  runningCount: 1,
  pendingCount: 1,
  failedTasks: 0,
  createdAtMs: nine,
}
const whole = { deployments: [steady] }

const fallback = (other: Partial<SpotFallback> = {}): SpotFallback => ({
  original: onSpot,
  share: 100,
  sinceMs: nine,
  waitMs: 30 * minute,
  set: onDemand,
  before: { strategy: onSpot, share: 0 },
  changedAtMs: nine,
  deploymentId: 'ecs-svc/2',
  isSeen: true,
  ...other,
})

/** `do FARGATE_SPOT 1, FARGATE 3 (spot-return)`, `hold spot-fallback-lasts`, or `none`. */
const told = ({ decisions: [decision] }: SpotVerdict): string => {
  if (!decision) return 'none'
  if ('hold' in decision) {
    const { because, tell } = decision
    return `${tell ? 'told' : 'hold'} ${because.code}${'why' in because ? ` ${because.why}` : ''}`
  }
  const to = decision.do.to.map(({ capacityProvider, base, weight }) =>
    base > 0 ? `${capacityProvider} ${weight}+${base}` : `${capacityProvider} ${weight}`,
  )
  return `do ${to.join(', ')} (${decision.because.code})`
}

interface Seen {
  strategy?: CapacityProviderStrategy | null
  other?: Partial<Service>
  memory?: Partial<SpotMemory>
  paused?: string
  policy?: Partial<SpotFallbackPolicy>
  atMinute?: number
}

const verdict = ({ strategy = onSpot, other = {}, memory, paused, policy: more, atMinute = 5 }: Seen) =>
  decideSpot(
    { ...nothingRead, service: service(strategy, other), stopped: [], paused: paused ?? null },
    { ...policy, ...more },
    { failures: failedAt(1, 2, 3), ...memory },
    nine + atMinute * minute,
  )

describe('whether a service falls back', () => {
  const rows: [what: string, seen: Seen, expected: string][] = [
    [
      'three failures within the window, and a task is missing',
      {},
      'do FARGATE_SPOT 0, FARGATE 1 (spot-fallback)',
    ],
    ['two are none', { memory: { failures: failedAt(1, 2) } }, 'none'],
    ['one has left the window', { atMinute: 11 }, 'none'],
    ['no task is missing any more', { other: whole }, 'none'],
    ['the service no longer names Spot', { strategy: [item('FARGATE', 1)] }, 'none'],
    ['or gives it nothing', { strategy: onDemand }, 'none'],
    ['half of it at most', { policy: { upToPercent: 50 } }, 'do FARGATE_SPOT 1, FARGATE 1 (spot-fallback)'],
    ['a third', { policy: { upToPercent: 33 } }, 'do FARGATE_SPOT 67, FARGATE 33 (spot-fallback)'],
    [
      'bases: its own stays, that of Spot goes',
      { strategy: [item('FARGATE', 1, 2), item('FARGATE_SPOT', 3)] },
      'do FARGATE 1+2, FARGATE_SPOT 0 (spot-fallback)',
    ],
    [
      'a base of Spot would be waited for',
      { strategy: [item('FARGATE', 1), item('FARGATE_SPOT', 3, 2)], policy: { upToPercent: 50 } },
      'do FARGATE 1, FARGATE_SPOT 1 (spot-fallback)',
    ],
    [
      'a third provider keeps its share',
      {
        strategy: [item('fleet-spot', 2), item('fleet-arm', 1), item('fleet', 1)],
        policy: { from: 'fleet-spot', to: 'fleet' },
      },
      'do fleet-spot 0, fleet-arm 1, fleet 3 (spot-fallback)',
    ],
    [
      'the owner pays for no more than there is',
      { strategy: [item('FARGATE', 1), item('FARGATE_SPOT', 1)], policy: { upToPercent: 50 } },
      'told spot-not-changed ceiling',
    ],
    ['a launch type', { strategy: null }, 'told spot-not-changed no-strategy'],
    [
      'CodeDeploy',
      { other: { deploymentController: 'CODE_DEPLOY', deployments: [], runningCount: 1 } },
      'told spot-not-changed controller',
    ],
    [
      'EXTERNAL',
      { other: { deploymentController: 'EXTERNAL', deployments: [], runningCount: 1 } },
      'told spot-not-changed controller',
    ],
    ['Express', { other: { resourceManagementType: 'ECS' } }, 'told spot-not-changed express'],
    ['DAEMON', { other: { schedulingStrategy: 'DAEMON' } }, 'told spot-not-changed daemon'],
    ['it is being deleted', { other: { status: 'DRAINING' } }, 'told spot-not-changed inactive'],
    ['paused', { paused: 'incident 7' }, 'told spot-not-changed paused'],
    ['a second task set', { other: { taskSetCount: 2 } }, 'told spot-not-changed deploying'],
    [
      'ECS refused it a while ago',
      { memory: { refusedAtMs: nine - 50 * minute } },
      'hold spot-not-changed refused',
    ],
    [
      'ECS refused it an hour ago',
      { memory: { refusedAtMs: nine - 55 * minute } },
      'do FARGATE_SPOT 0, FARGATE 1 (spot-fallback)',
    ],
  ]
  it.each(rows)('%s', (_what, seen, expected) => expect(told(verdict(seen))).toBe(expected))

  it('what is told twice, late or in any order counts once', () => {
    const failure = (id: string, at: number) => ({
      id,
      atMs: nine + at * minute,
      capacityProviders: ['FARGATE_SPOT'],
    })
    const placements = [failure('b', 2), failure('a', 1), failure('b', 2), failure('a', 1)]
    const view = { ...nothingRead, service: service(onSpot), stopped: [], placements }
    const now = nine + 5 * minute
    const first = decideSpot(view, policy, undefined, now)
    expect(told(first)).toBe('none')
    const again = decideSpot(view, policy, first.memory, now)
    expect(again.memory).toEqual({
      failures: [
        { id: 'a', atMs: nine + minute },
        { id: 'b', atMs: nine + 2 * minute },
      ],
    })
    const third = decideSpot({ ...view, placements: [failure('c', 3)] }, policy, again.memory, now)
    expect(told(third)).toContain('spot-fallback')
  })

  it('failures of other providers are none, and a clock that is ahead does not keep the window open', () => {
    const placements = [
      { id: 'a', atMs: nine, capacityProviders: ['FARGATE'] },
      { id: 'b', atMs: nine, capacityProviders: [] },
      { id: 'c', atMs: nine + 500 * minute, capacityProviders: ['FARGATE_SPOT'] },
    ]
    const { memory } = decideSpot(
      { ...nothingRead, service: service(onSpot), stopped: [], placements },
      policy,
      undefined,
      nine,
    )
    expect(memory).toEqual({ failures: [{ id: 'c', atMs: nine }] })
  })

  it('of more than fifty failures the newest are kept', () => {
    const placements = Array.from({ length: 80 }, (_, index) => ({
      id: String(index),
      atMs: nine - index,
      capacityProviders: ['FARGATE_SPOT'],
    }))
    const { memory } = decideSpot(
      { ...nothingRead, service: service(onSpot), stopped: [], placements },
      policy,
      undefined,
      nine,
    )
    expect(memory?.failures).toHaveLength(50)
    expect(memory?.failures.at(-1)).toEqual({ id: '0', atMs: nine })
  })

  it('what cannot be read is no reason to change anything, and nothing is forgotten', () => {
    const memory = { failures: failedAt(1, 2, 3), fallback: fallback() }
    const view = { ...nothingRead, service: { kind: 'missing' as const, what: 'web' }, stopped: [] }
    expect(decideSpot(view, policy, memory, nine + 5 * minute)).toEqual({
      decisions: [],
      memory,
      nextLookAtMs: nine + 6 * minute,
    })
  })
})

describe('the way back', () => {
  const lasting = { failures: [], fallback: fallback() }
  const half = fallback({
    share: 50,
    set: [item('FARGATE_SPOT', 1), item('FARGATE', 1)],
    changedAtMs: nine + 40 * minute,
  })
  const last = fallback({
    share: 0,
    set: onSpot,
    before: { strategy: threeQuarters, share: 25 },
    changedAtMs: nine + 60 * minute,
  })
  const rows: [what: string, seen: Seen, expected: string][] = [
    [
      'not before its time',
      { strategy: onDemand, memory: lasting, atMinute: 29 },
      'hold spot-fallback-lasts',
    ],
    [
      'a step when it has come',
      { strategy: onDemand, memory: lasting, atMinute: 30 },
      'do FARGATE_SPOT 1, FARGATE 3 (spot-return)',
    ],
    [
      'not while Spot still fails',
      { strategy: onDemand, memory: { ...lasting, failures: failedAt(25) }, atMinute: 34 },
      'hold spot-fallback-lasts',
    ],
    [
      'not within a deployment, be it its own',
      {
        strategy: onDemand,
        memory: lasting,
        atMinute: 30,
        other: { deployments: [{ ...steady, rolloutState: 'IN_PROGRESS' }] },
      },
      'hold spot-fallback-kept deploying',
    ],
    [
      'not while paused',
      { strategy: onDemand, memory: lasting, atMinute: 30, paused: 'incident' },
      'told spot-fallback-kept paused',
    ],
    [
      'the next step waits',
      { strategy: half.set, memory: { failures: [], fallback: half }, atMinute: 49 },
      'hold spot-fallback-lasts',
    ],
    [
      'the next step',
      { strategy: half.set, memory: { failures: [], fallback: half }, atMinute: 50 },
      'do FARGATE_SPOT 3, FARGATE 1 (spot-return)',
    ],
    [
      "the last one brings the owner's strategy back as it was",
      {
        strategy: half.set,
        memory: { failures: [], fallback: { ...half, original: [item('FARGATE_SPOT', 7, 3)] } },
        atMinute: 50,
        policy: { stepPercent: 50 },
      },
      'do FARGATE_SPOT 7+3 (spot-return)',
    ],
    [
      'Spot fails on the way: all the way back',
      { strategy: half.set, memory: { failures: failedAt(41), fallback: half }, atMinute: 42 },
      'do FARGATE_SPOT 0, FARGATE 1 (spot-fallback-again)',
    ],
    [
      'be it in its own deployment',
      {
        strategy: half.set,
        memory: { failures: failedAt(41), fallback: half },
        atMinute: 42,
        other: { deployments: [{ ...steady, pendingCount: 0, rolloutState: 'IN_PROGRESS' }] },
      },
      'do FARGATE_SPOT 0, FARGATE 1 (spot-fallback-again)',
    ],
    [
      'not when the tasks are there nevertheless',
      { strategy: half.set, memory: { failures: failedAt(41), fallback: half }, atMinute: 42, other: whole },
      'hold spot-fallback-lasts',
    ],
    [
      'a failure from before the step says nothing of it',
      { strategy: half.set, memory: { failures: failedAt(39), fallback: half }, atMinute: 42 },
      'hold spot-fallback-lasts',
    ],
    [
      'after the last step it is watched',
      { memory: { failures: failedAt(61), fallback: last }, atMinute: 62 },
      'do FARGATE_SPOT 0, FARGATE 1 (spot-fallback-again)',
    ],
    ['and then forgotten', { memory: { failures: [], fallback: last }, atMinute: 70 }, 'none'],
  ]
  it.each(rows)('%s', (_what, seen, expected) => expect(told(verdict(seen))).toBe(expected))

  it('is forgotten ten minutes after the last step', () => {
    expect(verdict({ memory: { failures: [], fallback: last }, atMinute: 69 }).memory?.fallback).toEqual(last)
    expect(
      verdict({ memory: { failures: [], fallback: last }, atMinute: 70 }).memory?.fallback,
    ).toBeUndefined()
  })

  it.each([
    [30, 60],
    [60, 120],
    [200, 240],
    [240, 240],
  ])('a wait of %i min becomes one of %i', (before, after) => {
    const { decisions } = verdict({
      strategy: half.set,
      memory: { failures: failedAt(41), fallback: { ...half, waitMs: before * minute } },
      atMinute: 42,
    })
    expect(decisions[0]?.because).toMatchObject({
      waitMs: after * minute,
      returnAtMs: nine + (42 + after) * minute,
    })
  })
})

describe('a strategy that is not the one that was set', () => {
  const theirs = [item('FARGATE', 2), item('FARGATE_SPOT', 1)]
  const memory = { failures: [], fallback: fallback() }
  const rows: [what: string, seen: Seen, expected: string, kept: boolean][] = [
    ['is not visible yet', { memory, atMinute: 1 }, 'none', true],
    ["the owner's own again", { memory, atMinute: 3 }, 'told spot-strategy-changed', false],
    [
      'never came about',
      { memory: { failures: [], fallback: fallback({ isSeen: undefined as never }) }, atMinute: 3 },
      'none',
      false,
    ],
    [
      'somebody set another one',
      { strategy: theirs, memory, atMinute: 1 },
      'told spot-strategy-changed',
      false,
    ],
    ['it has none any more', { strategy: null, memory, atMinute: 1 }, 'told spot-strategy-changed', false],
    [
      'ECS rolled a step back: what was before it counts',
      {
        strategy: threeQuarters,
        memory: {
          failures: [],
          fallback: fallback({ share: 50, set: theirs, before: { strategy: threeQuarters, share: 75 } }),
        },
        atMinute: 31,
      },
      'do FARGATE_SPOT 1, FARGATE 1 (spot-return)',
      true,
    ],
  ]
  it.each(rows)('%s', (_what, seen, expected, kept) => {
    const decided = verdict(seen)
    expect(told(decided)).toBe(expected)
    expect(decided.memory?.fallback !== undefined).toBe(kept)
  })

  it('a rule that asks for no fallback any more leaves it, and says what it was', () => {
    const view = { ...nothingRead, service: service(onDemand), stopped: [] }
    const decided = decideSpot(view, undefined, memory, nine)
    expect(decided.memory).toBeUndefined()
    expect(decided.decisions.map(({ because }) => explainSpot(because))).toEqual([
      'The rule asks for no fallback any more, and the service is still in one. Longshore leaves it: put the capacity provider strategy back to FARGATE_SPOT 1.',
    ])
    expect(decideSpot(view, undefined, undefined, nine).decisions).toEqual([])
  })
})

describe('what is remembered of a change', () => {
  const [decision] = verdict({}).decisions
  if (!decision || !('do' in decision)) throw new Error('nothing to do')
  const remember = (outcome: Parameters<typeof rememberSpot>[3], memory: SpotMemory = { failures: [] }) =>
    rememberSpot(memory, decision.do, decision.because, outcome, nine)
  const refused = { ok: false, code: 'invalid', message: 'no', transient: false } as const

  it("the owner's strategy, and until when it lasts", () => {
    const { isSeen: _, ...remembered } = fallback()
    expect(remember({ ok: true, operationId: 'ecs-svc/2' }, { failures: [], refusedAtMs: 1 })).toEqual({
      failures: [],
      fallback: remembered,
    })
  })
  it('as if it had been made, when nobody knows', () => {
    expect(remember({ ...refused, code: 'superseded' }).fallback?.original).toEqual(onSpot)
  })
  it('a refusal, and nothing of what may succeed later', () => {
    expect(remember(refused)).toEqual({ failures: [], refusedAtMs: nine })
    expect(remember({ ...refused, code: 'throttled', transient: true })).toEqual({ failures: [] })
  })
})

it('says why, from what to what, and when it ends', () => {
  const sentence = (seen: Seen) => verdict(seen).decisions.map(({ because }) => explainSpot(because))[0]
  expect(sentence({ policy: { upToPercent: 50 } })).toBe(
    'FARGATE_SPOT had no room 3 times within 10 min, and 1 of 2 tasks run. FARGATE gets 50 % of the weights instead of 0 %; a deployment moves the tasks. The first step back is due at 09:35:00 UTC.',
  )
  expect(sentence({ strategy: null })).toBe(
    "FARGATE_SPOT has no room, and the service is short of tasks. It does not fall back on FARGATE: it has a launch type or the cluster's default strategy, and ECS could not put it back on that. Give it a strategy of its own.",
  )
})
