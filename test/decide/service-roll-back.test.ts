import { describe, expect, it } from 'vitest'
import { asksFor, decide } from '../../src/healing/services/decide.ts'
import { explain } from '../../src/healing/services/explain.ts'
import type { ServiceHealPolicy } from '../../src/healing/services/policy.ts'
import { remember } from '../../src/healing/services/remember.ts'
import type { ServiceHealingView } from '../../src/healing/services/view.ts'
import type { Outcome } from '../../src/model/decision.ts'
import type { ServiceHealingMemory } from '../../src/model/memory.ts'
import type { Reading } from '../../src/model/reading.ts'
import { minute } from '../../src/model/time.ts'
import { definition, deployed, nine, nothingRead, policy, steady, stopOf } from './service-healing-stops.ts'

/** When a service is rolled back, how, and when it is not. */

const at = (minutes: number): number => nine + minutes * minute
const seen = <T>(value: T): Reading<T> => ({ kind: 'value', value, observedAtMs: nine })
const failed: Reading<never> = {
  kind: 'failed',
  failure: { code: 'denied', message: 'no', operation: 'ecs:ListServiceDeployments' },
}

const wishes: ServiceHealPolicy = {
  crashLoop: { ...policy.crashLoop, remedy: 'roll-back' },
  stuckDeployment: { ...policy.stuckDeployment, remedy: 'roll-back' },
}

const loop = [stopOf(1, 1), stopOf(2, 2), stopOf(3, 3)]
const rolling = deployed([
  [2, 'IN_PROGRESS', 0],
  [1, 'COMPLETED', -600],
])
const completed = deployed([[2, 'COMPLETED', 0]])
const arn = 'arn:aws:ecs:eu-west-1:111122223333:service-deployment/prod/web/2'
const running = seen([{ arn, state: 'running' as const }])
const earlier = (status: 'ACTIVE' | 'INACTIVE') =>
  seen({ taskDefinitionArn: definition(1), status, networkMode: 'awsvpc' as const, containers: [] })
const active = earlier('ACTIVE')
const knowsOne: ServiceHealingMemory = { stops: [], loops: {}, good: [definition(1)] }

const look = (view: Partial<ServiceHealingView>, memory?: ServiceHealingMemory, atMinute = 3) =>
  decide({ ...nothingRead, service: rolling, stopped: loop, ...view }, wishes, memory, at(atMinute))

const stop = {
  verb: 'stop-deployment',
  cluster: 'prod',
  service: 'web',
  serviceDeploymentArn: arn,
  from: definition(2),
}
const goBack = {
  verb: 'roll-back-service',
  cluster: 'prod',
  service: 'web',
  from: definition(2),
  to: definition(1),
}

describe('a crash loop with then: roll-back', () => {
  it('in a deployment: ECS is asked to roll it back', () => {
    const { decisions } = look({ ongoing: running })
    expect(decisions).toMatchObject([{ do: stop, because: { code: 'roll-back', to: null }, tell: true }])
    expect(decisions.map(({ because }) => explain(because))).toEqual([
      'web:2 is in a crash loop: 3 tasks failed within 10 min (application crashed). The remedy: ECS rolls its deployment back to the revision before.',
    ])
  })

  it('after it: back to the last revision that stood', () => {
    const { decisions } = look({ service: completed, earlier: active }, knowsOne)
    expect(decisions).toMatchObject([{ do: goBack, because: { code: 'roll-back', to: 'web:1' } }])
    expect(decisions.map(({ because }) => explain(because))).toEqual([
      'web:2 is in a crash loop: 3 tasks failed within 10 min (application crashed). The remedy: back to web:1, the last revision that stood without a failure.',
    ])
  })

  const network = {
    stopCode: 'TaskFailedToStart',
    stoppedReason: 'CannotPullContainerError: dial tcp: i/o timeout',
  }
  const over = (value: Partial<Parameters<typeof deployed>[1]>) => deployed([[2, 'IN_PROGRESS', 0]], value)

  it.each<[string, Partial<ServiceHealingView>, ServiceHealingMemory | undefined, string]>([
    ['it is paused', { paused: 'tag longshore:paused', ongoing: running }, knowsOne, 'paused'],
    ['it is managed by ECS', { service: over({ resourceManagementType: 'ECS' }) }, knowsOne, 'express'],
    [
      'CodeDeploy deploys it',
      { service: over({ deploymentController: 'CODE_DEPLOY' }) },
      knowsOne,
      'controller',
    ],
    [
      'an external controller deploys it',
      { service: over({ deploymentController: 'EXTERNAL', deployments: [] }) },
      knowsOne,
      'controller',
    ],
    ['it is deleted', { service: over({ status: 'DRAINING' }), ongoing: running }, knowsOne, 'not-deployed'],
    ['another one is deployed', { service: deployed([[3, 'IN_PROGRESS', 2]]) }, knowsOne, 'not-deployed'],
    [
      'the circuit breaker is at work',
      { service: over({ rollsBack: { circuitBreaker: 'roll-back', onAlarm: false } }), ongoing: running },
      knowsOne,
      'ecs-rolls-back',
    ],
    [
      'an alarm may roll back',
      { service: over({ rollsBack: { circuitBreaker: 'off', onAlarm: true } }), ongoing: running },
      knowsOne,
      'ecs-rolls-back',
    ],
    ['a roll-back is under way', { ongoing: seen([{ arn, state: 'ending' }]) }, knowsOne, 'ending'],
    [
      'it was rolled back from before',
      { ongoing: running },
      { ...knowsOne, rolledBack: [{ taskDefinitionArn: definition(2), atMs: at(-60) }] },
      'rolled-back-before',
    ],
    [
      'its roll-back was refused a minute ago',
      { ongoing: running },
      { ...knowsOne, rolledBack: [{ taskDefinitionArn: definition(2), atMs: at(2), isRefused: true }] },
      'rolled-back-before',
    ],
    [
      'its roll-back was refused, and another one is deployed',
      { service: deployed([[3, 'IN_PROGRESS', 2]]) },
      { ...knowsOne, rolledBack: [{ taskDefinitionArn: definition(2), atMs: at(2), isRefused: true }] },
      'not-deployed',
    ],
    ['it stood before', { service: steady }, { ...knowsOne, good: [definition(2)] }, 'stood-before'],
    [
      'it stood before, and is being deployed again',
      { ongoing: running },
      { ...knowsOne, good: [definition(2)] },
      'stood-before',
    ],
    [
      'the only other one was rolled back from',
      { service: completed, earlier: active },
      { ...knowsOne, rolledBack: [{ taskDefinitionArn: definition(1), atMs: at(-60) }] },
      'no-good-revision',
    ],
    [
      'it is deployed once more, beside itself',
      {
        service: deployed([
          [2, 'IN_PROGRESS', 0],
          [2, 'COMPLETED', -20],
        ]),
        ongoing: running,
      },
      undefined,
      'no-good-revision',
    ],
    ['no other one is known', { service: completed }, undefined, 'no-good-revision'],
    [
      'the earlier one is gone',
      { service: completed, earlier: earlier('INACTIVE') },
      knowsOne,
      'revision-gone',
    ],
    ['the earlier one cannot be read', { service: completed, earlier: failed }, knowsOne, 'revision-gone'],
    [
      'the registry was out of reach',
      { stopped: [stopOf(1, 1, network), stopOf(2, 2, network), stopOf(3, 3)], ongoing: running },
      knowsOne,
      'surroundings',
    ],
  ])('is not rolled back when %s', (_, view, memory, why) => {
    const { decisions, nextLookAtMs } = look(view, memory)
    expect(decisions).toMatchObject([
      { about: 'web:2', because: { code: 'crash-loop-not-rolled-back', why }, tell: true },
    ])
    expect(decisions.map(({ because }) => explain(because)).join()).toContain('Not rolled back: ')
    expect(nextLookAtMs).toBe(at(4))
  })

  it.each<[string, Partial<ServiceHealingView>]>([
    ['the service', { service: failed }],
    ['its deployments', { ongoing: failed }],
    ['any deployment', { ongoing: seen([]) }],
  ])(
    'is told three minutes later when ECS does not tell %s, and rolled back as soon as it does',
    (_, view) => {
      const young = look(view, knowsOne)
      expect(young).toMatchObject({
        decisions: [{ because: { code: 'crash-loop-unread' }, tell: false }],
        nextLookAtMs: at(4),
      })
      const later = look({ ...view, stopped: [] }, young.memory, 6)
      expect(later.decisions).toMatchObject([
        { because: { code: 'crash-loop-not-rolled-back', why: 'unreadable' }, tell: true },
      ])
      const told = look({ ongoing: running, stopped: [] }, later.memory, 7)
      expect(told.decisions).toMatchObject([{ do: stop }])
      // Overtaken meanwhile: the loop is known, and no news.
      expect(look({ ...view, stopped: [] }, told.memory, 8).decisions).toMatchObject([{ tell: false }])
    },
  )

  it('is rolled back where the circuit breaker only ends the deployment', () => {
    const service = over({ rollsBack: { circuitBreaker: 'fail', onAlarm: false } })
    expect(look({ service, ongoing: running }).decisions).toMatchObject([{ do: stop }])
  })

  it('once rolled back is told no more, while ECS still shows it and when it is gone', () => {
    const memory = remember(look({ ongoing: running }).memory, stop as never, { ok: true }, at(3))
    for (const service of [
      rolling,
      deployed([
        [1, 'IN_PROGRESS', 4],
        [2, 'IN_PROGRESS', 0],
      ]),
    ])
      expect(look({ service, stopped: [], ongoing: running }, memory, 5).decisions).toMatchObject([
        { because: { code: 'crash-loop-rolled-back' }, tell: false },
      ])
  })
})

describe('what is read first', () => {
  it.each<[string, Partial<ServiceHealingView>, object | null]>([
    ['nothing without a loop', { stopped: [] }, null],
    ['the deployments in a deployment', {}, { for: 'ongoing' }],
    [
      'the earlier revision after it',
      { service: completed },
      { for: 'earlier', taskDefinitionArn: definition(1) },
    ],
    [
      'nothing for another controller',
      { service: deployed([[2, null, 0]], { deploymentController: 'CODE_DEPLOY' }) },
      null,
    ],
  ])('%s', (_, view, expected) => {
    const asked = asksFor(
      { ...nothingRead, service: rolling, stopped: loop, ...view },
      wishes,
      knowsOne,
      at(3),
    )
    if (expected === null) expect(asked).toBeNull()
    else expect(asked).toMatchObject(expected)
  })

  it('nothing for who only wants to be told', () => {
    expect(asksFor({ ...nothingRead, service: rolling, stopped: loop }, policy, knowsOne, at(3))).toBeNull()
  })
})

describe('a stuck deployment with then: roll-back', () => {
  it('is rolled back once, and not beside the loop of its own revision', () => {
    const stuck = look({ stopped: [], ongoing: running }, knowsOne, 30)
    expect(stuck.decisions).toMatchObject([{ do: stop, because: { code: 'roll-back-stuck' } }])
    const late = [stopOf(1, 27), stopOf(2, 28), stopOf(3, 29)]
    expect(look({ stopped: late, ongoing: running }, knowsOne, 30).decisions).toMatchObject([
      { do: stop, because: { code: 'roll-back' } },
    ])
    const memory = remember(stuck.memory, stop as never, { ok: true }, at(30))
    expect(look({ stopped: [], ongoing: running }, memory, 31).decisions).toMatchObject([
      { because: { code: 'deployment-rolled-back' }, tell: false },
    ])
  })

  it('tells why not', () => {
    expect(
      look({ stopped: [], ongoing: seen([{ arn, state: 'ending' }]) }, knowsOne, 30).decisions,
    ).toMatchObject([
      {
        about: 'ecs-svc/2',
        because: { code: 'deployment-stuck-not-rolled-back', why: 'ending' },
        tell: true,
      },
    ])
  })
})

describe('a revision stands', () => {
  const course = (...looks: [minute: number, service: typeof steady, stops?: typeof loop][]) =>
    looks.reduce<ServiceHealingMemory | undefined>(
      (memory, [atMinute, service, stopped = []]) =>
        decide({ ...nothingRead, service, stopped }, wishes, memory, at(atMinute)).memory,
      undefined,
    )

  it('after ten minutes alone, completed, and without a failure', () => {
    expect(course([0, steady], [9.9, steady])?.good).toBeUndefined()
    expect(course([0, steady], [10, steady])?.good).toEqual([definition(2)])
    expect(
      decide({ ...nothingRead, service: steady, stopped: [] }, wishes, undefined, nine).nextLookAtMs,
    ).toBe(at(10))
  })

  it.each<[string, NonNullable<Parameters<typeof course>[1]>[]]>([
    [
      'when a task of it failed meanwhile',
      [
        [0, steady],
        [10, steady, [stopOf(1, 5)]],
      ],
    ],
    [
      'when it was away meanwhile',
      [
        [0, steady],
        [5, rolling],
        [10, steady],
      ],
    ],
    [
      'when it runs no task',
      [
        [0, deployed([[2, 'COMPLETED', 0]], { deployments: [] })],
        [10, steady],
      ],
    ],
    [
      'when CodeDeploy deploys it',
      [
        [0, deployed([[2, 'COMPLETED', 0]], { deploymentController: 'CODE_DEPLOY' })],
        [10, deployed([[2, 'COMPLETED', 0]], { deploymentController: 'CODE_DEPLOY' })],
      ],
    ],
  ])('not %s', (_, looks) => {
    expect(course(...looks)?.good).toBeUndefined()
  })

  it('also over a look that could not read it', () => {
    expect(course([0, steady], [5, failed], [10, steady])?.good).toEqual([definition(2)])
  })

  it('and the last two are remembered', () => {
    const of = (revision: number) => deployed([[revision, 'COMPLETED', 0]])
    const memory = course(
      [0, of(1)],
      [10, of(1)],
      [11, of(2)],
      [21, of(2)],
      [22, of(3)],
      [32, of(3)],
      [33, of(2)],
      [43, of(2)],
    )
    expect(memory?.good).toEqual([definition(3), definition(2)])
  })
})

describe('after the call', () => {
  const refusedWith = (code: string, transient = false): Outcome => ({
    ok: false,
    code,
    message: 'no',
    transient,
  })
  const tried = { taskDefinitionArn: definition(2), atMs: at(3) }
  it.each<[string, Outcome, ServiceHealingMemory['rolledBack']]>([
    ['done', { ok: true }, [tried]],
    ['refused for good', refusedWith('invalid'), [{ ...tried, isRefused: true }]],
    ['without the right', refusedWith('denied'), [{ ...tried, isRefused: true }]],
    ['throttled', refusedWith('throttled', true), undefined],
    ['the deployment had ended', refusedWith('conflict'), undefined],
    ['the deployment was gone', refusedWith('not-found'), undefined],
  ])('%s', (_, outcome, expected) => {
    const { rolledBack } = remember(knowsOne, goBack as never, outcome, at(3))
    expect(rolledBack).toEqual(expected)
  })

  it('twenty revisions are remembered, the newest', () => {
    let memory = knowsOne
    for (let revision = 1; revision <= 30; revision++)
      memory = remember(
        memory,
        { ...goBack, from: definition(revision) } as never,
        { ok: true },
        at(revision),
      )
    expect(memory.rolledBack).toHaveLength(20)
    expect(memory.rolledBack?.at(-1)?.taskDefinitionArn).toBe(definition(30))
  })
})
