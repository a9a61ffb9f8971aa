import { describe, expect, it } from 'vitest'
import type { ScalingMemory } from '../../src/model/memory.ts'
import { hour, minute, second } from '../../src/model/time.ts'
import { decide } from '../../src/scaling/decide.ts'
import { remember } from '../../src/scaling/remember.ts'
import type { AlarmView, ScalingWishes } from '../../src/scaling/view.ts'
import {
  alarm,
  breaching,
  change,
  exact,
  noon,
  percent,
  trigger,
  value,
  view,
  wishes,
} from './scaling-view.ts'

/** Inputs that should not occur. What is expected: within the bounds, or a hold with its reason; never a wrong number. */

const high = trigger('cpu-high', [change(2, 0, null)])
const low = trigger('cpu-low', [change(-1, null, 0)])
const cooldown = (direction: 'out' | 'in', startedAtMs: number, baseCount: number): ScalingMemory => ({
  cooldown: { direction, startedAtMs, endsAtMs: startedAtMs + 5 * minute, baseCount },
  lastWrite: null,
})

describe('numbers that are none', () => {
  it.each([
    ['the metric is NaN', [Number.NaN], {}, 'metric-not-finite'],
    ['the metric is infinite', [Number.POSITIVE_INFINITY], {}, 'metric-not-finite'],
    ['one of several is minus infinite', [60, Number.NEGATIVE_INFINITY], {}, 'metric-not-finite'],
    ['there is a reading without data points', [], {}, 'metric-not-finite'],
    ['the threshold is null although there is a metric', [60], { threshold: null }, 'metric-not-finite'],
    ['the threshold is infinite', [60], { threshold: Number.POSITIVE_INFINITY }, 'metric-not-finite'],
    ['the distance from the threshold overflows', [1e308], { threshold: -1e308 }, 'metric-not-finite'],
    ['the sum of huge points overflows', [1e308, 1e308], {}, 'metric-not-finite'],
  ] as const)('%s', (_what, points, change, code) => {
    const { decisions } = decide(
      view(10, [breaching('cpu-high', [...points], change)]),
      wishes([high]),
      undefined,
      noon,
    )
    expect(decisions).toMatchObject([
      { because: { code: 'within-bounds' } },
      { about: 'cpu-high', because: { code } },
    ])
  })

  it('a data point without a time is stale', () => {
    const timeless: AlarmView = { ...breaching('cpu-high', []), metric: value([60], Number.NaN) }
    expect(decide(view(10, [timeless]), wishes([high]), undefined, noon).decisions[1]).toMatchObject({
      because: { code: 'metric-stale' },
    })
  })

  it('a metric too large for the journal still scales; its number is left out', () => {
    const [first] = decide(
      view(10, [breaching('cpu-high', [1e17])]),
      wishes([high]),
      undefined,
      noon,
    ).decisions
    expect(first).toMatchObject({ do: { desiredCount: 12 }, because: { measured: null } })
  })

  it('an alarm of which CloudWatch tells nothing but its state', () => {
    const bare = breaching('cpu-high', [60], { periodSeconds: null, evaluationPeriods: null, queries: [] })
    const verdict = decide(view(10, [bare]), wishes([high]), undefined, noon)
    expect(verdict.decisions[0]).toMatchObject({ do: { desiredCount: 12 } })
    expect(verdict.nextLookAtMs).toBe(noon + minute)
  })
})

describe('edges of counts and bounds', () => {
  const out = [breaching('cpu-high', [60])]
  const into = [breaching('cpu-low', [40])]
  const zero = { min: 0, max: 0 }

  it.each<
    [
      what: string,
      desired: number,
      alarms: AlarmView[],
      policy: ScalingWishes,
      after: number | null,
      code: string,
    ]
  >([
    ['min and max are zero, out', 0, out, wishes([high], zero), null, 'at-max'],
    ['min and max are zero, in', 0, into, wishes([low], zero), null, 'at-min'],
    ['min and max are zero, three tasks', 3, out, wishes([high], zero), 0, 'above-max'],
    ['min is max, out', 5, out, wishes([high], { min: 5, max: 5 }), null, 'at-max'],
    ['min is max, in', 5, into, wishes([low], { min: 5, max: 5 }), null, 'at-min'],
    ['a removal beyond zero', 1, into, wishes([trigger('cpu-low', [change(-5, null, 0)])]), 0, 'step-in'],
    [
      'in at zero tasks',
      0,
      into,
      wishes([trigger('cpu-low', [percent(-50, null, 0)])]),
      null,
      'step-unchanged',
    ],
    ['a huge percentage', 10, out, wishes([trigger('cpu-high', [percent(1e308, 0, null)])]), 100, 'step-out'],
    ['a huge removal', 10, into, wishes([trigger('cpu-low', [percent(-1e308, null, 0)])]), 0, 'step-in'],
    ['from zero by a change', 0, out, wishes([high]), 2, 'step-out'],
    [
      'from zero by a share of nothing',
      0,
      out,
      wishes([trigger('cpu-high', [percent(50, 0, null)])]),
      null,
      'step-unchanged',
    ],
    [
      'an exact count above the maximum',
      10,
      out,
      wishes([trigger('cpu-high', [exact(500, 0, null)])]),
      100,
      'step-out',
    ],
    [
      'an exact count that is there',
      10,
      out,
      wishes([trigger('cpu-high', [exact(10, 0, null)])]),
      null,
      'step-unchanged',
    ],
    [
      'a high alarm that sets fewer tasks',
      10,
      out,
      wishes([trigger('cpu-high', [exact(4, 0, null)])]),
      4,
      'step-in',
    ],
    ['no steps at all', 10, out, wishes([trigger('cpu-high', [])]), null, 'within-bounds'],
    ['the largest count there is', Number.MAX_SAFE_INTEGER, [], wishes([]), 100, 'above-max'],
  ])('%s', (_what, desired, alarms, policy, after, code) => {
    const [first] = decide(view(desired, alarms), policy, undefined, noon).decisions
    expect(first).toMatchObject({ because: { code } })
    expect(first && 'do' in first ? first.do.desiredCount : null).toBe(after)
  })

  it('says a huge wish in a number that can be stored', () => {
    const policy = wishes([trigger('cpu-high', [percent(1e308, 0, null)])])
    const [first] = decide(view(100, out), policy, undefined, noon).decisions
    expect(first).toMatchObject({ because: { code: 'at-max', wanted: Number.MAX_SAFE_INTEGER } })
  })
})

describe('alarms in ALARM both ways, while something holds', () => {
  const both = wishes([low, high])
  const alarms = [breaching('cpu-low', [40]), breaching('cpu-high', [60])]

  it.each<[what: string, memory: ScalingMemory | undefined, after: number | null, code: string]>([
    ['nothing holds: out', undefined, 12, 'step-out'],
    ['a scale-in cools: out at once', cooldown('in', noon - minute, 11), 12, 'step-out'],
    [
      'a scale-out cools and its step is done: no scale-in sneaks past',
      cooldown('out', noon - minute, 8),
      null,
      'cooldown-out',
    ],
  ])('%s', (_what, memory, after, code) => {
    const [first] = decide(view(10, alarms), both, memory, noon).decisions
    expect(first).toMatchObject({ because: { code } })
    expect(first && 'do' in first ? first.do.desiredCount : null).toBe(after)
  })
})

describe('duplicates and order', () => {
  it('two looks in the same millisecond add the step once', () => {
    const policy = wishes([high])
    const seen = view(10, [breaching('cpu-high', [60])])
    const first = decide(seen, policy, undefined, noon)
    expect(decide(seen, policy, undefined, noon)).toEqual(first)
    const action = {
      verb: 'update-service',
      cluster: 'prod',
      service: 'checkout',
      desiredCount: 12,
      previousDesiredCount: 10,
    } as const
    const because = { code: 'step-out', base: 10 }
    const memory = remember(
      first.memory,
      { action, because, recordedAtMs: noon },
      { ok: true },
      noon,
      policy.scale,
    )
    // Whether DescribeServices shows it or not.
    expect(decide(seen, policy, memory, noon).decisions[0]).toMatchObject({
      because: { code: 'cooldown-out' },
    })
    const after = view(12, [breaching('cpu-high', [60])])
    expect(decide(after, policy, memory, noon).decisions[0]).toMatchObject({
      because: { code: 'cooldown-out' },
    })
  })

  it('the order of triggers and of readings does not change the count', () => {
    const triggers = [high, low, trigger('requests-high', [percent(50, 0, null)])]
    const alarms = [breaching('cpu-high', [60]), breaching('cpu-low', [40]), breaching('requests-high', [60])]
    const straight = decide(view(10, alarms), wishes(triggers), undefined, noon)
    const reversed = decide(view(10, alarms.toReversed()), wishes(triggers.toReversed()), undefined, noon)
    expect(straight.decisions).toMatchObject([{ do: { desiredCount: 15 } }])
    expect(reversed.decisions).toEqual(straight.decisions)
  })

  it('evidence twice is settled twice with the same answer', () => {
    const verdict = decide(
      view(10, [breaching('cpu-high', [60])], ['alarm/cpu-high', 'alarm/cpu-high']),
      wishes([high]),
      undefined,
      noon,
    )
    expect(new Set(verdict.settled.map(({ resolution }) => resolution))).toEqual(new Set(['step-out']))
  })
})

describe('a clock that goes backwards', () => {
  const policy = wishes([high])
  const seen = view(12, [breaching('cpu-high', [60])])

  it('by a second: the cooldown still runs', () => {
    const verdict = decide(seen, policy, cooldown('out', noon + second, 10), noon)
    expect(verdict.decisions[0]).toMatchObject({ because: { code: 'cooldown-out' } })
  })

  it('by hours: the cooldown does not run for hours', () => {
    const verdict = decide(seen, policy, cooldown('out', noon + 3 * hour, 10), noon)
    expect(verdict.decisions[0]).toMatchObject({ do: { desiredCount: 14 } })
  })

  it('our own write lies a second ahead: still believed, with an age of nothing', () => {
    const memory: ScalingMemory = {
      cooldown: null,
      lastWrite: { desiredCount: 12, replaced: [10], atMs: noon + second },
    }
    expect(decide(view(10), wishes([]), memory, noon).decisions[0]).toMatchObject({
      because: { code: 'recent-write-not-visible', ageMs: 0 },
    })
  })

  it('our own write lies hours ahead: what is shown counts', () => {
    const memory: ScalingMemory = {
      cooldown: null,
      lastWrite: { desiredCount: 12, replaced: [10], atMs: noon + hour },
    }
    expect(decide(view(10), wishes([]), memory, noon).decisions[0]).toMatchObject({
      because: { code: 'within-bounds' },
    })
  })

  it('a data point from the future is used: CloudWatch has its own clock', () => {
    const ahead: AlarmView = {
      alarmName: 'cpu-high',
      alarm: value(alarm('cpu-high')),
      metric: value([60], noon + second),
      mutedUntilMs: null,
    }
    expect(decide(view(10, [ahead]), policy, undefined, noon).decisions[0]).toMatchObject({
      do: { desiredCount: 12 },
    })
  })
})
