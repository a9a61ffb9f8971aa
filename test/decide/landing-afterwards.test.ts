import { describe, expect, it } from 'vitest'
import type { Action, Outcome } from '../../src/model/decision.ts'
import type { Memory } from '../../src/model/memory.ts'
import { minute, second } from '../../src/model/time.ts'
import { afterwards } from '../../src/reconcile/afterwards.ts'
import { soonest } from '../../src/reconcile/plan.ts'
import { etl, now, policyOf, registering, runTaskAction, web } from './landing-table.ts'

const scaling: Action = {
  verb: 'update-service',
  cluster: 'prod',
  service: 'web',
  desiredCount: 5,
  previousDesiredCount: 4,
}
const register = registering('a')
const { attributes: _, ...rest } = register
const deregister: Action = { ...rest, verb: 'deregister-instance' }

const before: Memory = {
  scaling: { cooldown: null, lastWrite: null },
  healing: { placements: { a: { failures: 1, nextTryAtMs: now } }, recovering: {} },
  discovery: { operations: [], missingSince: {}, failures: {} },
}
/** A step's; rooms other than scaling do not look at it. */
const because = { code: 'step-out', base: 4 }
const done: Outcome = { ok: true, operationId: 'op-1' }
const refused = (code: string, transient = false): Outcome => ({
  ok: false,
  code,
  message: 'RESOURCE:CPU',
  transient,
})
const cameTo = (action: Action, outcome: Outcome, policy = policyOf()) =>
  afterwards(
    before,
    { action, because, recordedAtMs: now },
    outcome,
    now,
    policy,
    action.verb === 'update-service' ? web : etl,
  )

describe('after a service was deployed once more', () => {
  const again: Action = {
    verb: 'redeploy-service',
    cluster: 'prod',
    service: 'web',
    deploymentId: 'ecs-svc/1',
  }
  it.each([
    ['done: its notice is dealt with', done, 'step-out'],
    ['refused for good: so it is', refused('denied'), 'step-out'],
    ['refused for the moment: its notice waits', refused('throttled', true), null],
  ])('%s', (_, outcome, resolution) => {
    expect(cameTo(again, outcome)).toMatchObject({ memory: before, resolution })
  })
})

describe('after an UpdateService', () => {
  it('that succeeded: the cooldown runs, and the rest of the memory stays', () => {
    expect(cameTo(scaling, done)).toEqual({
      memory: {
        ...before,
        scaling: {
          cooldown: { direction: 'out', startedAtMs: now, endsAtMs: now + 5 * minute, baseCount: 4 },
          lastWrite: { desiredCount: 5, replaced: [4], atMs: now },
        },
      },
      resolution: null,
      stance: null,
    })
  })

  it('that failed: what stands is the failure', () => {
    expect(cameTo(scaling, refused('denied'))).toEqual({
      memory: before,
      resolution: null,
      stance: 'update-service denied',
    })
  })

  it.each([
    ['no rule names the service any more', { ...policyOf(), services: [] }],
    [
      'its rule scales no more',
      { ...policyOf(), services: policyOf().services.map(rule => ({ ...rule, scale: null })) },
    ],
  ])('and %s: nothing to remember', (_, policy) => {
    expect(cameTo(scaling, done, policy)).toEqual({ memory: before, resolution: null, stance: null })
  })
})

describe('after a RunTask', () => {
  it('that started a task: its stop is settled, and nothing more needs to be said', () => {
    expect(cameTo(runTaskAction, { ok: true, taskArns: ['b'] })).toEqual({
      memory: { ...before, healing: { placements: {}, recovering: {}, restarts: [now] } },
      resolution: 'replaced',
      stance: null,
    })
  })

  it('that placed nothing: the stop stays open, and what follows is said', () => {
    expect(cameTo(runTaskAction, refused('placement'))).toEqual({
      memory: {
        ...before,
        healing: { placements: { a: { failures: 2, nextTryAtMs: now + 20 * second } }, recovering: {} },
      },
      resolution: null,
      stance: 'placement-failed-retry',
      sentence: 'ECS found no place for it (RESOURCE:CPU): try 3 of 6 follows at 09:00:20 UTC.',
    })
  })

  it.each([
    ['no rule names the family any more', { ...policyOf(), tasks: [] }],
    [
      'its rule heals no more',
      { ...policyOf(), tasks: policyOf().tasks.map(rule => ({ ...rule, heal: null })) },
    ],
  ])('and %s: nothing to remember', (_, policy) => {
    expect(cameTo(runTaskAction, refused('denied'), policy)).toEqual({
      memory: before,
      resolution: null,
      stance: 'run-task denied',
    })
  })
})

describe('after a StopTask', () => {
  const stopTask: Action = {
    verb: 'stop-task',
    cluster: 'prod',
    taskArn: 'arn:aws:ecs:eu-west-1:123456789012:task/prod/a',
    reason: 'longshore:stuck',
  }
  const asked = (askAgainAtMs: number) => ({
    ...before,
    healing: { placements: {}, recovering: {}, ...before.healing, stopping: { a: { askAgainAtMs } } },
  })

  it('it is asked for again in five minutes, should it still run', () => {
    expect(cameTo(stopTask, { ok: true })).toEqual({
      memory: asked(now + 300 * second),
      resolution: null,
      stance: null,
    })
  })

  it('refused, in an hour', () => {
    expect(cameTo(stopTask, refused('denied'))).toEqual({
      memory: asked(now + 3_600 * second),
      resolution: null,
      stance: 'stop-task denied',
    })
  })

  it('throttled, as soon as may be', () => {
    const { memory } = cameTo(stopTask, { ...refused('throttled'), transient: true } as Outcome)
    expect(memory.healing).not.toHaveProperty('stopping')
  })
})

describe('after a change of Cloud Map', () => {
  it.each<[action: Action, verb: string]>([
    [register, 'register'],
    [deregister, 'deregister'],
  ])('$verb is followed', (action, verb) => {
    expect(cameTo(action, done)).toEqual({
      memory: {
        ...before,
        discovery: {
          operations: [{ operationId: 'op-1', instanceId: 'a', verb, startedAtMs: now }],
          missingSince: {},
          failures: {},
        },
      },
      resolution: null,
      stance: null,
    })
  })

  it('a service that is full is said by the hold that follows, not by every task that met it', () => {
    expect(cameTo(register, refused('quota'))).toEqual({
      memory: {
        ...before,
        discovery: {
          operations: [],
          missingSince: {},
          failures: {},
          full: { untilMs: now + 300 * second },
        },
      },
      resolution: null,
      stance: 'service-full',
      isUntold: true,
    })
  })

  it('what was said of an instance’s health is remembered until Cloud Map shows it', () => {
    const unhealthy: Action = { ...rest, verb: 'set-instance-health', status: 'UNHEALTHY' }
    expect(cameTo(unhealthy, { ok: true }).memory.discovery?.health).toEqual({
      a: { status: 'UNHEALTHY', atMs: now },
    })
  })

  it.each([register, deregister])('$verb that was refused is tried again', action => {
    expect(cameTo(action, refused('throttled', true))).toEqual({
      memory: {
        ...before,
        discovery: {
          operations: [],
          missingSince: {},
          failures: { a: { count: 1, nextTryAtMs: now + 10 * second } },
        },
      },
      resolution: null,
      stance: 'operation-failed',
    })
  })
})

describe('the soonest of several times', () => {
  it.each<[times: (number | null)[], soonest: number | null]>([
    [[], null],
    [[null, null], null],
    [[null, 3, 2], 2],
    [[0, null], 0],
  ])('%j: %s', (times, time) => {
    expect(soonest(...times)).toBe(time)
  })
})
