import { describe, expect, it } from 'vitest'
import type { Reading } from '../../src/model/reading.ts'
import type { Service } from '../../src/model/service.ts'
import { minute } from '../../src/model/time.ts'
import { decide } from '../../src/scaling/decide.ts'
import type { ScalingReason } from '../../src/scaling/reason.ts'
import type { ScalingWishes } from '../../src/scaling/view.ts'
import {
  breaching,
  calm,
  change,
  deploying,
  noon,
  service,
  throttled,
  trigger,
  value,
  view,
  wishes,
} from './scaling-view.ts'

const policy = wishes([trigger('cpu-high', [change(2, 0, null)])], { min: 2, max: 20 })
const alarms = [breaching('cpu-high', [60])]

describe('a service that is left alone although its alarm asks for two tasks more', () => {
  const twoTaskSets = { taskSetCount: 2, deployments: [] }

  it.each<[what: string, reading: Reading<Service>, wishes: ScalingWishes, because: ScalingReason]>([
    ['no rule scales it', value(service()), { scale: null, paused: null }, { code: 'not-managed' }],
    ['it does not exist', { kind: 'missing', what: 'service' }, policy, { code: 'service-missing' }],
    [
      'it cannot be read',
      throttled,
      policy,
      { code: 'service-unreadable', operation: 'cloudwatch:DescribeAlarms', failure: 'throttled' },
    ],
    [
      'it is INACTIVE',
      value(service({ status: 'INACTIVE' })),
      policy,
      { code: 'not-active', status: 'INACTIVE' },
    ],
    [
      'it is DRAINING',
      value(service({ status: 'DRAINING' })),
      policy,
      { code: 'not-active', status: 'DRAINING' },
    ],
    ['it is a DAEMON', value(service({ schedulingStrategy: 'DAEMON' })), policy, { code: 'daemon' }],
    [
      'it is in Express mode',
      value(service({ resourceManagementType: 'ECS' })),
      policy,
      { code: 'express-mode' },
    ],
    ['it is paused', value(service()), { ...policy, paused: 'launch' }, { code: 'paused', note: 'launch' }],
    [
      'CodeDeploy has two task sets',
      value(service({ deploymentController: 'CODE_DEPLOY', ...twoTaskSets })),
      policy,
      { code: 'task-sets', taskSets: 2 },
    ],
    ['its count is negative', value(service({ desiredCount: -1 })), policy, { code: 'count-unreadable' }],
    ['its count is NaN', value(service({ desiredCount: Number.NaN })), policy, { code: 'count-unreadable' }],
    [
      'its count is no whole number',
      value(service({ desiredCount: 1.5 })),
      policy,
      { code: 'count-unreadable' },
    ],
    [
      'tags crossed its bounds',
      value(service()),
      wishes(policy.scale.triggers, { min: 5, max: 3 }),
      { code: 'bounds-crossed', min: 5, max: 3 },
    ],
  ])('%s', (_what, reading, wishes, because) => {
    const verdict = decide(
      { service: reading, alarms, evidence: [], series: {}, queues: {}, tasks: null },
      wishes,
      undefined,
      noon,
    )
    expect(verdict.decisions).toEqual([{ hold: 'scaling', about: null, because, untilMs: null, tell: false }])
  })

  it('looks again in a minute for a count that is none, and keeps its evidence', () => {
    const none = value(service({ desiredCount: Number.NaN }))
    expect(
      decide(
        { service: none, alarms, evidence: ['alarm/cpu-high'], series: {}, queues: {}, tasks: null },
        policy,
        undefined,
        noon,
      ),
    ).toMatchObject({ settled: [], nextLookAtMs: noon + minute })
  })

  it('comes back in five minutes, after a failed read in one', () => {
    const daemon = value(service({ schedulingStrategy: 'DAEMON' }))
    expect(
      decide(
        { service: daemon, alarms, evidence: [], series: {}, queues: {}, tasks: null },
        policy,
        undefined,
        noon,
      ).nextLookAtMs,
    ).toBe(noon + 5 * minute)
    expect(
      decide(
        { service: throttled, alarms, evidence: [], series: {}, queues: {}, tasks: null },
        policy,
        undefined,
        noon,
      ).nextLookAtMs,
    ).toBe(noon + minute)
  })

  it('settles its evidence with the reason, and keeps it while the service cannot be read', () => {
    const evidence = ['alarm/cpu-high']
    const daemon = value(service({ schedulingStrategy: 'DAEMON' }))
    expect(
      decide(
        { service: daemon, alarms, evidence, series: {}, queues: {}, tasks: null },
        policy,
        undefined,
        noon,
      ).settled,
    ).toEqual([{ key: 'alarm/cpu-high', resolution: 'daemon' }])
    expect(
      decide(
        { service: throttled, alarms, evidence, series: {}, queues: {}, tasks: null },
        policy,
        undefined,
        noon,
      ).settled,
    ).toEqual([])
  })
})

describe('a service that is scaled all the same', () => {
  it.each([
    ['CODE_DEPLOY with one task set', { deploymentController: 'CODE_DEPLOY', taskSetCount: 1 }],
    [
      'EXTERNAL with two task sets: its owner may keep both',
      { deploymentController: 'EXTERNAL', taskSetCount: 2 },
    ],
    ['a rolling deployment: it may grow', deploying],
  ] as const)('%s', (_what, change) => {
    const [first] = decide(
      view(service(change as Partial<Service>), alarms),
      policy,
      undefined,
      noon,
    ).decisions
    expect(first).toMatchObject({
      do: { verb: 'update-service', desiredCount: 12, previousDesiredCount: 10 },
    })
  })
})

describe('the bounds, with and without alarms', () => {
  const low = trigger('cpu-low', [change(-1, null, 0)])
  const both = wishes([trigger('cpu-high', [change(2, 0, null)]), low], { min: 4, max: 8 })
  const out = breaching('cpu-high', [60])
  const into = breaching('cpu-low', [40])
  const [highOk, lowOk] = [calm('cpu-high'), calm('cpu-low')]

  it.each([
    ['below the minimum: up to it', 1, [highOk, lowOk], 4, 'below-min'],
    ['below the minimum and out: to it, then the step', 1, [out, lowOk], 6, 'step-out'],
    ['below the minimum and in: up to it, the step waits at the minimum', 1, [highOk, into], 4, 'below-min'],
    ['above the maximum: down to it', 9, [highOk, lowOk], 8, 'above-max'],
    ['above the maximum and in: to it, then the step', 9, [highOk, into], 7, 'step-in'],
    ['above the maximum and out: down to it, no further', 9, [out, lowOk], 8, 'above-max'],
    ['on the minimum and in', 4, [highOk, into], null, 'at-min'],
    ['on the maximum and out', 8, [out, lowOk], null, 'at-max'],
    ['the step overshoots the maximum', 7, [out, lowOk], 8, 'step-out'],
    ['between', 6, [highOk, lowOk], null, 'within-bounds'],
    ['on the minimum', 4, [highOk, lowOk], null, 'within-bounds'],
    ['on the maximum', 8, [highOk, lowOk], null, 'within-bounds'],
    ['zero is a count: up to the minimum', 0, [highOk, lowOk], 4, 'below-min'],
  ] as const)('%s', (_what, desired, alarms, after, code) => {
    const [first] = decide(view(desired, [...alarms]), both, undefined, noon).decisions
    expect(first).toMatchObject({ because: { code } })
    expect(first && 'do' in first ? first.do.desiredCount : null).toBe(after)
  })

  it('says which bound cut the step', () => {
    const [first] = decide(view(7, [out]), both, undefined, noon).decisions
    expect(first).toMatchObject({ because: { wanted: 9, limit: { bound: 'max', tasks: 8 } } })
  })

  it('never goes down during a deployment, not even to the maximum', () => {
    const busy = service({ desiredCount: 9, ...deploying })
    expect(decide(view(busy, [highOk, lowOk]), both, undefined, noon).decisions[0]).toMatchObject({
      hold: 'scaling',
      because: { code: 'deployment-in-progress', trigger: null, wanted: 8, desired: 9 },
    })
    expect(decide(view(busy, [highOk, into]), both, undefined, noon).decisions[0]).toMatchObject({
      because: { code: 'deployment-in-progress', trigger: 'cpu-low', wanted: 8, desired: 9 },
    })
    expect(decide(view(busy, [out, lowOk]), both, undefined, noon).decisions[0]).toMatchObject({
      because: { code: 'at-max' },
    })
    const inside = service({ desiredCount: 6, ...deploying })
    expect(decide(view(inside, [highOk, into]), both, undefined, noon).decisions[0]).toMatchObject({
      because: { code: 'deployment-in-progress', trigger: 'cpu-low', wanted: 5, desired: 6 },
    })
  })

  it('looks again in a minute while a deployment keeps it above the maximum', () => {
    const busy = service({ desiredCount: 9, ...deploying })
    expect(decide(view(busy, [highOk, lowOk]), both, undefined, noon).nextLookAtMs).toBe(noon + minute)
  })

  it('tells people of a change, and not of a hold', () => {
    const tell = (desired: number) =>
      decide(view(desired, [highOk, lowOk]), both, undefined, noon).decisions[0]?.tell
    expect([tell(1), tell(6)]).toEqual([true, false])
  })

  it('goes up to the minimum during a deployment', () => {
    const [first] = decide(view(service({ desiredCount: 1, ...deploying })), both, undefined, noon).decisions
    expect(first).toMatchObject({ do: { desiredCount: 4 } })
  })
})
