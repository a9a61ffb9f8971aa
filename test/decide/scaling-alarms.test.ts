import { describe, expect, it } from 'vitest'
import { minute, second } from '../../src/model/time.ts'
import { decide } from '../../src/scaling/decide.ts'
import type { Step } from '../../src/scaling/policy.ts'
import type { ScalingReason } from '../../src/scaling/reason.ts'
import type { AlarmView } from '../../src/scaling/view.ts'
import {
  alarm,
  breaching,
  calm,
  change,
  exact,
  noon,
  percent,
  throttled,
  trigger,
  value,
  view,
  wishes,
} from './scaling-view.ts'

const high = trigger('cpu-high', [change(2, 0, null)])
const low = trigger('cpu-low', [change(-1, null, 0)])
const into = breaching('cpu-low', [40])
const name = 'cpu-high'

/** The high alarm is in ALARM in each row but the first two; something else is wrong with it. */
const silent: [what: string, view: AlarmView, because: ScalingReason, blocksScaleIn: boolean][] = [
  ['OK', calm(name), { code: 'alarm-ok', alarm: name }, false],
  [
    'INSUFFICIENT_DATA: a sparse metric is no doubt',
    calm(name, 'INSUFFICIENT_DATA'),
    { code: 'alarm-insufficient-data', alarm: name },
    false,
  ],
  [
    'there is no such alarm',
    { alarmName: name, alarm: { kind: 'missing', what: name }, metric: null, mutedUntilMs: null },
    { code: 'alarm-missing', alarm: name },
    true,
  ],
  [
    'it cannot be read',
    { alarmName: name, alarm: throttled, metric: null, mutedUntilMs: null },
    { code: 'alarm-unreadable', alarm: name, operation: 'cloudwatch:DescribeAlarms', failure: 'throttled' },
    true,
  ],
  [
    'its actions are disabled',
    breaching(name, [60], { actionsEnabled: false }),
    { code: 'alarm-actions-disabled', alarm: name },
    false,
  ],
  [
    'it is muted for two minutes more',
    { ...breaching(name, [60]), mutedUntilMs: noon + 2 * minute },
    { code: 'alarm-muted', alarm: name, remainingMs: 2 * minute },
    false,
  ],
  [
    'it is suppressed',
    breaching(name, [60], { suppressedBy: 'WaitPeriod' }),
    { code: 'alarm-suppressed', alarm: name, by: 'WaitPeriod' },
    false,
  ],
  [
    'its metric has no data point',
    { ...breaching(name, []), metric: { kind: 'missing', what: 'data points' } },
    { code: 'metric-missing', alarm: name },
    true,
  ],
  [
    'its metric cannot be read',
    { ...breaching(name, []), metric: throttled },
    { code: 'metric-unreadable', alarm: name, operation: 'cloudwatch:DescribeAlarms', failure: 'throttled' },
    true,
  ],
  [
    'its newest data point ended more than five minutes ago',
    { ...breaching(name, []), metric: value([60], noon - 5 * minute - 1) },
    { code: 'metric-stale', alarm: name, ageMs: 5 * minute + 1, limitMs: 5 * minute },
    true,
  ],
  [
    'one data point is NaN',
    breaching(name, [60, Number.NaN]),
    { code: 'metric-not-finite', alarm: name },
    true,
  ],
  [
    'its threshold is NaN',
    breaching(name, [60], { threshold: Number.NaN }),
    { code: 'metric-not-finite', alarm: name },
    true,
  ],
  [
    'the metric is back under the threshold',
    breaching(name, [49]),
    { code: 'no-step-matches', alarm: name, measured: { metric: 49, threshold: 50 } },
    false,
  ],
]

describe('an alarm that asks for nothing', () => {
  const policy = wishes([high])
  it.each(silent)('%s', (_what, alarmView, because) => {
    const { decisions } = decide(view(10, [alarmView]), policy, undefined, noon)
    expect(decisions[0]).toEqual({
      hold: 'scaling',
      about: null,
      because: { code: 'within-bounds', desired: 10, min: 0, max: 100 },
      untilMs: null,
      tell: false,
    })
    // An OK alarm is the normal state and gets no hold of its own.
    expect(decisions.slice(1).map(({ because }) => because)).toEqual(
      because.code === 'alarm-ok' ? [] : [because],
    )
  })

  it.each(silent)('%s, while another asks for fewer tasks', (_what, alarmView, _because, blocksScaleIn) => {
    const [first] = decide(view(10, [into, alarmView]), wishes([low, high]), undefined, noon).decisions
    if (blocksScaleIn)
      expect(first).toMatchObject({
        because: { code: 'scale-in-unsure', trigger: 'cpu-low', wanted: 9, unsure: name },
      })
    else expect(first).toMatchObject({ do: { desiredCount: 9 } })
  })

  it('a muted alarm holds until its mute ends', () => {
    const muted = { ...breaching(name, [60]), mutedUntilMs: noon + 2 * minute }
    expect(decide(view(10, [muted]), policy, undefined, noon).decisions[1]).toMatchObject({
      about: name,
      untilMs: noon + 2 * minute,
    })
    const over = { ...muted, metric: value([60], noon + 2 * minute) }
    expect(decide(view(10, [over]), policy, undefined, noon + 2 * minute).decisions[0]).toMatchObject({
      do: { desiredCount: 12 },
    })
  })

  it('an alarm that can only remove is no doubt about removing', () => {
    const gone: AlarmView = { alarmName: 'idle-low', alarm: throttled, metric: null, mutedUntilMs: null }
    const policy = wishes([low, trigger('idle-low', [percent(-10, null, 0)])])
    expect(decide(view(10, [into, gone]), policy, undefined, noon).decisions[0]).toMatchObject({
      do: { desiredCount: 9 },
    })
  })
})

describe('an alarm that cannot be judged', () => {
  const unread: AlarmView = { ...calm(name), alarm: throttled }
  const unmeasured: AlarmView = { ...breaching(name, []), metric: null }

  it.each<[what: string, view: AlarmView, steps: Step[], blocksScaleIn: boolean]>([
    ['may add tasks', unread, [change(1, 0, null)], true],
    ['may add a share', unread, [percent(10, 0, null)], true],
    ['may set a count, whichever', unread, [exact(1, 0, null)], true],
    ['adds at one distance and removes at another', unread, [change(-1, null, 0), change(1, 0, null)], true],
    ['adds nothing', unread, [change(0, 0, null)], false],
    ['adds a share of nothing', unread, [percent(0, 0, null)], false],
    ['only removes a share', unread, [percent(-10, null, 0)], false],
    ['is in ALARM, with two steps to choose from', unmeasured, [change(0, 0, 9), change(1, 9, null)], true],
  ])('%s', (_what, alarmView, steps, blocksScaleIn) => {
    const policy = wishes([low, trigger(name, steps)])
    const [first] = decide(view(10, [into, alarmView]), policy, undefined, noon).decisions
    if (blocksScaleIn) expect(first).toMatchObject({ because: { code: 'scale-in-unsure', unsure: name } })
    else expect(first).toMatchObject({ do: { desiredCount: 9 } })
  })

  it('is not one whose newest data point ended five minutes ago', () => {
    const old = { ...breaching(name, []), metric: value([60], noon - 5 * minute) }
    expect(decide(view(10, [old]), wishes([high]), undefined, noon).decisions[0]).toMatchObject({
      do: { desiredCount: 12 },
    })
  })
})

describe('alarms without a single metric', () => {
  const composite = (alarmName: string): AlarmView => ({
    alarmName,
    alarm: value(
      alarm(alarmName, { kind: 'composite', threshold: null, comparisonOperator: null, queries: [] }),
    ),
    metric: null,
    mutedUntilMs: null,
  })
  const band = (comparisonOperator: string): AlarmView => ({
    alarmName: 'band',
    alarm: value(alarm('band', { threshold: null, comparisonOperator })),
    metric: null,
    mutedUntilMs: null,
  })
  const twoSided: Step[] = [change(-1, null, 0), change(2, 0, null)]

  it.each<[what: string, view: AlarmView, steps: Step[], after: number | { choices: number }]>([
    ['composite, one step', composite('any'), [change(3, 0, null)], 13],
    ['composite, two steps: which one is unknown', composite('any'), twoSided, { choices: 2 }],
    ['anomaly, upper side, one step there', band('GreaterThanUpperThreshold'), twoSided, 12],
    ['anomaly, lower side, one step there', band('LessThanLowerThreshold'), twoSided, 9],
    ['anomaly, both sides', band('LessThanLowerOrGreaterThanUpperThreshold'), twoSided, { choices: 2 }],
    [
      'anomaly, upper side, two steps there',
      band('GreaterThanUpperThreshold'),
      [change(1, 0, 5), change(2, 5, null)],
      { choices: 2 },
    ],
    [
      'anomaly, lower side, no step there',
      band('LessThanLowerThreshold'),
      [change(2, 0, null)],
      { choices: 0 },
    ],
    ['several series, one step on its side', { ...breaching('cpu-high', []), metric: null }, twoSided, 12],
  ])('%s', (_what, alarmView, steps, after) => {
    const policy = wishes([trigger(alarmView.alarmName, steps)])
    const { decisions } = decide(view(10, [alarmView]), policy, undefined, noon)
    if (typeof after === 'object')
      expect(decisions[1]).toMatchObject({ because: { code: 'alarm-without-metric', steps: after.choices } })
    else expect(decisions[0]).toMatchObject({ do: { desiredCount: after }, because: { measured: null } })
  })
})

describe('several alarms', () => {
  const both = wishes([low, high])
  it('in ALARM both ways: more tasks win', () => {
    const [first] = decide(view(10, [breaching('cpu-high', [60]), into]), both, undefined, noon).decisions
    expect(first).toMatchObject({
      do: { desiredCount: 12 },
      because: { code: 'step-out', alarm: 'cpu-high' },
    })
  })

  it('a step that keeps the count wins over one that lowers it', () => {
    const policy = wishes([low, trigger('cpu-high', [percent(0, 0, null)])])
    const [first] = decide(view(10, [into, breaching('cpu-high', [60])]), policy, undefined, noon).decisions
    expect(first).toMatchObject({ hold: 'scaling', because: { code: 'step-unchanged', alarm: 'cpu-high' } })
  })

  it('of two that ask for the same count, the first of the policy is named', () => {
    const policy = wishes([high, trigger('requests-high', [change(2, 0, null)])])
    const alarms = [breaching('requests-high', [60]), breaching('cpu-high', [60])]
    const [first] = decide(view(10, alarms), policy, undefined, noon).decisions
    expect(first).toMatchObject({ do: { desiredCount: 12 }, because: { alarm: 'cpu-high' } })
  })

  it('of two that lower it, the smaller cut wins', () => {
    const policy = wishes([low, trigger('idle-low', [change(-5, null, 0)])])
    const [first] = decide(view(10, [into, breaching('idle-low', [1])]), policy, undefined, noon).decisions
    expect(first).toMatchObject({ do: { desiredCount: 9 } })
  })

  it('one alarm in two triggers is judged by both', () => {
    const policy = wishes([high, trigger('cpu-high', [percent(50, 0, null)])])
    const [first] = decide(view(10, [breaching('cpu-high', [60])]), policy, undefined, noon).decisions
    expect(first).toMatchObject({ do: { desiredCount: 15 } })
  })
})

describe('when to look again', () => {
  const policy = wishes([high])
  const at = (alarms: AlarmView[], desired = 10) =>
    decide(view(desired, alarms), policy, undefined, noon).nextLookAtMs

  it.each<[what: string, alarms: AlarmView[], desired: number, afterMs: number]>([
    ['nothing going on', [calm(name)], 10, 5 * minute],
    ['in ALARM with one-minute points', [breaching(name, [60])], 10, minute],
    [
      'in ALARM with ten-second points: not below 20 s',
      [breaching(name, [60], { periodSeconds: 10 })],
      10,
      20 * second,
    ],
    ['in ALARM with 30-second points', [breaching(name, [60], { periodSeconds: 30 })], 10, 30 * second],
    [
      'in ALARM with five-minute points: not above a minute',
      [breaching(name, [60], { periodSeconds: 300 })],
      10,
      minute,
    ],
    [
      'in ALARM without a data point',
      [{ ...breaching(name, []), metric: { kind: 'missing', what: '' } }],
      10,
      minute,
    ],
    ['muted for long', [{ ...breaching(name, [60]), mutedUntilMs: noon + 60 * minute }], 10, 5 * minute],
    [
      'muted for two minutes',
      [{ ...breaching(name, [60]), mutedUntilMs: noon + 2 * minute }],
      10,
      2 * minute,
    ],
    ['actions disabled', [breaching(name, [60], { actionsEnabled: false })], 10, 5 * minute],
    ['an alarm could not be read', [{ ...calm(name), alarm: throttled }], 10, minute],
    ['a count was corrected', [calm(name)], 101, minute],
    ['a mute that is over', [{ ...breaching(name, [60]), mutedUntilMs: noon - minute }], 10, minute],
    ['a mute that ends now', [{ ...breaching(name, [60]), mutedUntilMs: noon }], 10, minute],
  ])('%s', (_what, alarms, desired, afterMs) => {
    expect(at(alarms, desired)).toBe(noon + afterMs)
  })

  it.each([
    ['at the end of the cooldown', 40 * second, 40 * second],
    ['not before 20 s', 3 * second, 20 * second],
    ['after a period, when the cooldown ends later', 3 * minute, minute],
  ])('in ALARM and cooling: %s', (_what, remainingMs, afterMs) => {
    const endsAtMs = noon + remainingMs
    const cooldown = { direction: 'out', startedAtMs: endsAtMs - 5 * minute, endsAtMs, baseCount: 8 } as const
    const verdict = decide(view(10, [breaching(name, [60])]), policy, { cooldown, lastWrite: null }, noon)
    expect(verdict.decisions[0]).toMatchObject({ because: { code: 'cooldown-out' }, untilMs: endsAtMs })
    expect(verdict.nextLookAtMs).toBe(noon + afterMs)
  })
})

describe('evidence', () => {
  it('is settled by what its alarm came to, and stays open while the alarm cannot be read', () => {
    const keys = ['alarm/cpu-high', 'alarm/cpu-low', 'alarm/unread', 'alarm/gone-from-the-policy']
    const unread: AlarmView = { ...calm('unread'), alarm: throttled }
    const policy = wishes([high, low, trigger('unread', [change(1, 0, null)])])
    const verdict = decide(
      view(10, [breaching(name, [60]), calm('cpu-low'), unread], keys),
      policy,
      undefined,
      noon,
    )
    expect(verdict.settled).toEqual([
      { key: 'alarm/cpu-high', resolution: 'step-out' },
      { key: 'alarm/cpu-low', resolution: 'alarm-ok' },
      { key: 'alarm/gone-from-the-policy', resolution: 'not-managed' },
    ])
  })
})
