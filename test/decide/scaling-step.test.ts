import { describe, expect, it } from 'vitest'
import type { ScalingMemory } from '../../src/model/memory.ts'
import { decide } from '../../src/scaling/decide.ts'
import type { Step } from '../../src/scaling/policy.ts'
import type { ScalingReason } from '../../src/scaling/reason.ts'
import { remember } from '../../src/scaling/remember.ts'
import { adjusted, aggregate, roundChange, sideOf, stepAt } from '../../src/scaling/step.ts'
import type { AlarmView, ScalingWishes } from '../../src/scaling/view.ts'
import {
  breaching,
  calm,
  change,
  deploying,
  exact,
  noon,
  percent,
  service,
  trigger,
  view,
  wishes,
} from './scaling-view.ts'

/** The vectors of the user guide's step-scaling page and of the API reference, by their number in our notes. */

const high = trigger('cpu-high', [percent(0, 0, 10), percent(10, 10, 20), percent(30, 20, null)])
const low = trigger('cpu-low', [percent(-30, null, -20), percent(-10, -20, -10), percent(0, -10, 0)])

/** The count after one look without memory: what is done, or the count that is held. */
function countAfter(desired: number, alarms: AlarmView[], policy: ScalingWishes): number {
  const [first] = decide(view(desired, alarms), policy, undefined, noon).decisions
  return first && 'do' in first ? first.do.desiredCount : desired
}

describe('vectors of Application Auto Scaling', () => {
  const guide = wishes([high, low])
  const only = (step: Step, atLeastTasks = 0) => wishes([trigger('cpu-high', [step], { atLeastTasks })])

  it.each<
    [id: string, what: string, desired: number, alarms: AlarmView[], policy: ScalingWishes, after: number]
  >([
    ['S1', 'metric 60 over 50: 10 % of 10', 10, [breaching('cpu-high', [60]), calm('cpu-low')], guide, 11],
    ['S2', 'metric 70: 30 % of 11 is 3.3', 11, [breaching('cpu-high', [70]), calm('cpu-low')], guide, 14],
    ['S3', 'metric 40: 10 % of 14 is 1.4', 14, [calm('cpu-high'), breaching('cpu-low', [40])], guide, 13],
    ['S4', 'metric 30: 30 % of 13 is 3.9', 13, [calm('cpu-high'), breaching('cpu-low', [30])], guide, 10],
    ['S5', 'metric 59 changes nothing', 10, [breaching('cpu-high', [59]), calm('cpu-low')], guide, 10],
    ['S5', 'metric 41 changes nothing', 10, [calm('cpu-high'), breaching('cpu-low', [41])], guide, 10],
    ['S7', 'add 5 to 3', 3, [breaching('cpu-high', [60])], only(change(5, 0, null)), 8],
    ['S7', 'set 5 at 3', 3, [breaching('cpu-high', [60])], only(exact(5, 0, null)), 5],
    ['S7', 'add 10 % to 10', 10, [breaching('cpu-high', [60])], only(percent(10, 0, null)), 11],
    ['S8', 'add 25 % to 4, at least 2', 4, [breaching('cpu-high', [60])], only(percent(25, 0, null), 2), 6],
  ])('%s %s', (_id, _what, desired, alarms, policy, after) => {
    expect(countAfter(desired, alarms, policy)).toBe(after)
  })

  it.each([
    [12.7, 12],
    [0.67, 1],
    [-0.58, -1],
    [-6.67, -6],
    [0, 0],
    [1, 1],
    [-1, -1],
  ])('S6 a change of %f is rounded to %i', (raw, rounded) => {
    expect(roundChange(raw)).toBe(rounded)
  })

  it('S9, S11 while a scale-out cools, a bigger step adds the difference, and the same one nothing', () => {
    const policy = wishes([trigger('cpu-high', [change(2, 0, 20), change(3, 20, null)])])
    const first = decide(view(10, [breaching('cpu-high', [60])]), policy, undefined, noon)
    expect(first.decisions[0]).toMatchObject({ do: { desiredCount: 12 } })
    const because = { code: 'step-out', base: 10 }
    const afterFirst = remember(
      first.memory,
      {
        action: {
          verb: 'update-service',
          cluster: 'prod',
          service: 'checkout',
          desiredCount: 12,
          previousDesiredCount: 10,
        },
        because,
        recordedAtMs: noon,
      },
      { ok: true },
      noon,
      policy.scale,
    )

    const later = noon + 60_000
    const worse = view(12, [
      { ...breaching('cpu-high', [75]), metric: { kind: 'value', value: [75], observedAtMs: later } },
    ])
    const second = decide(worse, policy, afterFirst, later)
    expect(second.decisions[0]).toMatchObject({ do: { desiredCount: 13, previousDesiredCount: 12 } })
    const afterSecond = remember(
      second.memory,
      {
        action: {
          verb: 'update-service',
          cluster: 'prod',
          service: 'checkout',
          desiredCount: 13,
          previousDesiredCount: 12,
        },
        because,
        recordedAtMs: later,
      },
      { ok: true },
      later,
      policy.scale,
    )

    const third = decide({ ...worse, service: view(13).service }, policy, afterSecond, later + 60_000)
    expect(third.decisions[0]).toMatchObject({
      hold: 'scaling',
      because: { code: 'cooldown-out', wanted: 13, base: 10 },
    })
  })

  it('S10 of +3 and +200 % on 10 tasks the largest result wins', () => {
    const policy = wishes([
      trigger('cpu-high', [change(3, 0, null)]),
      trigger('requests-high', [percent(200, 0, null)]),
    ])
    expect(countAfter(10, [breaching('cpu-high', [60]), breaching('requests-high', [60])], policy)).toBe(30)
    expect(countAfter(10, [breaching('requests-high', [60]), breaching('cpu-high', [60])], policy)).toBe(30)
  })
})

describe('the whole reason of a step', () => {
  const cooling = (direction: 'out' | 'in'): ScalingMemory => ({
    cooldown: { direction, startedAtMs: noon - 60_000, endsAtMs: noon + 240_000, baseCount: 10 },
    lastWrite: null,
  })
  const applied = {
    alarm: 'cpu-high',
    measured: { metric: 60, threshold: 50 },
    atLeastTasks: 0,
    cooling: false,
    limit: null,
  }
  const [two, ten, twelve] = [change(2, 0, null), exact(10, 0, null), exact(12, 0, null)]

  it.each<
    [what: string, desired: number, step: Step, memory: ScalingMemory | undefined, because: ScalingReason]
  >([
    [
      'nothing cools',
      10,
      two,
      undefined,
      { code: 'step-out', ...applied, adjustment: two.adjustment, base: 10, wanted: 12 },
    ],
    [
      'a scale-in cools: counted from the present',
      12,
      two,
      cooling('in'),
      { code: 'step-out', ...applied, adjustment: two.adjustment, base: 12, wanted: 14 },
    ],
    [
      'a scale-out cools: counted from before it',
      11,
      two,
      cooling('out'),
      { code: 'step-out', ...applied, adjustment: two.adjustment, base: 10, cooling: true, wanted: 12 },
    ],
    [
      'a scale-out cools, and somebody added more than the step wants',
      14,
      two,
      cooling('out'),
      { code: 'cooldown-out', alarm: 'cpu-high', wanted: 12, base: 10, desired: 14, remainingMs: 240_000 },
    ],
    [
      'a scale-out cools, and the step leaves the count',
      12,
      twelve,
      cooling('out'),
      { code: 'step-unchanged', ...applied, adjustment: twelve.adjustment, base: 12, wanted: 12 },
    ],
  ])('%s', (_what, desired, step, memory, because) => {
    const seen = view(desired, [breaching('cpu-high', [60])])
    const [first] = decide(seen, wishes([trigger('cpu-high', [step])]), memory, noon).decisions
    expect(first?.because).toStrictEqual(because)
  })

  it('a step that leaves the count is no scale-in for a deployment to wait for', () => {
    const seen = view(service({ desiredCount: 10, ...deploying }), [breaching('cpu-high', [60])])
    const [first] = decide(seen, wishes([trigger('cpu-high', [ten])]), undefined, noon).decisions
    expect(first?.because.code).toBe('step-unchanged')
  })
})

describe('which step a distance meets', () => {
  const out: Step[] = [change(1, 0, 10), change(2, 10, 20), change(3, 20, null)]
  const into: Step[] = [change(-3, null, -20), change(-2, -20, -10), change(-1, -10, 0)]

  it.each([
    ['on the threshold of a high alarm', out, 0, 'GreaterThanOrEqualToThreshold', 1],
    ['just below the second bound', out, 9.999, 'GreaterThanThreshold', 1],
    ['on a bound above: the upper step', out, 10, 'GreaterThanThreshold', 2],
    ['on the last bound', out, 20, 'GreaterThanThreshold', 3],
    ['far above', out, 1e12, 'GreaterThanThreshold', 3],
    ['below a high alarm', out, -0.001, 'GreaterThanThreshold', null],
    ['on the threshold of a low alarm', into, 0, 'LessThanOrEqualToThreshold', -1],
    ['just short of a bound below', into, -9.999, 'LessThanThreshold', -1],
    ['on a bound below: the farther step', into, -10, 'LessThanThreshold', -2],
    ['just past a bound below', into, -10.001, 'LessThanThreshold', -2],
    ['on the last bound below', into, -20, 'LessThanThreshold', -3],
    ['far below', into, -1e12, 'LessThanThreshold', -3],
    ['above a low alarm', into, 0.001, 'LessThanThreshold', null],
    ['on the threshold, low alarm, only steps above', out, 0, 'LessThanThreshold', null],
    ['on the threshold, unknown operator', out, 0, null, 1],
    ['on a bound above a low alarm', out, 10, 'LessThanThreshold', 2],
    ['on a bound below a high alarm', into, -10, 'GreaterThanThreshold', -2],
    ['short of the first step above', out.slice(1), 5, 'GreaterThanThreshold', null],
    ['short of the first step below', into.slice(0, 2), -5, 'LessThanThreshold', null],
  ] as const)('%s', (_what, steps, delta, operator, tasks) => {
    const step = stepAt(steps, delta, operator)
    expect(step?.adjustment ?? null).toEqual(tasks === null ? null : { kind: 'change', tasks })
  })

  it('meets a bound although 0.3 - 0.1 is not 0.2 in binary', () => {
    const policy = wishes([trigger('rate-high', [change(1, 0, 0.2), change(5, 0.2, null)])])
    expect(countAfter(10, [breaching('rate-high', [0.3], { threshold: 0.1 })], policy)).toBe(15)
  })
})

describe('the side an operator breaches on', () => {
  it.each([
    ['GreaterThanThreshold', 'above'],
    ['GreaterThanOrEqualToThreshold', 'above'],
    ['GreaterThanUpperThreshold', 'above'],
    ['LessThanThreshold', 'below'],
    ['LessThanOrEqualToThreshold', 'below'],
    ['LessThanLowerThreshold', 'below'],
    ['LessThanLowerOrGreaterThanUpperThreshold', null],
    ['', null],
    [null, null],
  ])('%s: %s', (operator, side) => {
    expect(sideOf(operator)).toBe(side)
  })
})

describe('the three adjustments', () => {
  it.each([
    ['change may go below zero here; the bounds come later', 1, { kind: 'change', tasks: -3 }, 0, -2],
    ['exact ignores the present', 40, { kind: 'exact', tasks: 0 }, 0, 0],
    ['100 % doubles', 7, { kind: 'percent', percent: 100 }, 0, 14],
    ['a share below one task moves one', 3, { kind: 'percent', percent: 1 }, 0, 4],
    ['and one down', 3, { kind: 'percent', percent: -1 }, 0, 2],
    ['at least 2 also down', 10, { kind: 'percent', percent: -10 }, 2, 8],
    ['at least is no most', 100, { kind: 'percent', percent: 10 }, 2, 110],
    ['a share of nothing is nothing', 0, { kind: 'percent', percent: 50 }, 0, 0],
    ['unless at least 2: from zero', 0, { kind: 'percent', percent: 50 }, 2, 2],
    ['0 % moves nothing, whatever is asked at least', 10, { kind: 'percent', percent: 0 }, 2, 10],
    ['at least does not touch a change', 10, { kind: 'change', tasks: 1 }, 5, 11],
  ] as const)('%s', (_what, count, adjustment, atLeast, after) => {
    expect(adjusted(count, adjustment, atLeast)).toBe(after)
  })
})

describe('one number of several data points', () => {
  it.each([
    ['average', [60, 70, 110], 80],
    ['minimum', [60, 70, 110], 60],
    ['maximum', [60, 70, 110], 110],
    ['average', [], null],
    ['minimum', [], null],
    ['maximum', [60, Number.NaN], null],
    ['minimum', [60, Number.POSITIVE_INFINITY], null],
    ['average', [60, Number.NEGATIVE_INFINITY], null],
  ] as const)('%s of %j is %s', (statistic, points, result) => {
    expect(aggregate(points, statistic)).toBe(result)
  })
})
