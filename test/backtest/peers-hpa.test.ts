import { describe, expect, it } from 'vitest'
import { type Behaviour, defaultBehaviour } from '../../src/backtest/peers/kubernetes/behaviour.ts'
import { controller } from '../../src/backtest/peers/kubernetes/controller.ts'
import {
  averageValueReplicas,
  defaultTolerance,
  type ResourceMetric,
  resourceReplicas,
  valueReplicas,
} from '../../src/backtest/peers/kubernetes/replicas.ts'
import { recentExtreme } from '../../src/backtest/peers/kubernetes/stabilization.ts'

/** Vectors of kubernetes' own replica_calculator_test.go, its documentation and its enhancement proposals, by their number in our notes. */

const pods = (current: number, ready: number, usage: number, rest: Partial<ResourceMetric> = {}) => ({
  current,
  ready,
  usage,
  unready: 0,
  missing: 0,
  ...rest,
})

describe('replicas by CPU, each pod requesting 1000 m', () => {
  it.each<[id: string, what: string, metric: ResourceMetric, targetPercent: number, replicas: number]>([
    ['H1', '300, 500, 700 m', pods(3, 3, 1.5), 30, 5],
    ['H2', 'the same, the first unready', pods(3, 2, 1.2, { unready: 1 }), 30, 4],
    ['H3', '400 m, two unready: turned round', pods(3, 1, 0.4, { unready: 2 }), 30, 3],
    ['H4', '500, 700 m and two that failed', pods(2, 2, 1.2), 30, 4],
    ['H5', '100, 300, 500, 250, 250 m: 28 %', pods(5, 5, 1.4), 50, 3],
    ['H6', 'the same, the last two unready', pods(5, 3, 0.9, { unready: 2 }), 50, 2],
    ['H7', '100 m, four pending', pods(5, 1, 0.1, { unready: 4 }), 50, 1],
    ['H12', '50 pods at 90 % against 75 %', pods(50, 50, 45), 75, 60],
    ['2.2', '33.9 % is 33 %: within a tenth of 30', pods(10, 10, 3.39), 30, 10],
    ['2.2', '34 % is not', pods(10, 10, 3.4), 30, 12],
    ['2.2', 'a tenth below is still within', pods(10, 10, 2.7), 30, 10],
    ['2.2', 'before a scale-in, who has no sample is at his request', pods(4, 3, 0.6, { missing: 1 }), 50, 4],
    ['2.2', 'before a scale-out he is idle', pods(4, 3, 2.4, { missing: 1 }), 30, 8],
  ])('%s %s', (_id, _what, metric, targetPercent, replicas) => {
    expect(resourceReplicas(metric, targetPercent, defaultTolerance)).toBe(replicas)
  })

  it('percents are whole: 57 of 100 are 57, whatever binary fractions make of it', () => {
    expect(resourceReplicas(pods(100, 100, 57), 19, defaultTolerance)).toBe(300)
  })
})

describe('replicas by an external metric', () => {
  it.each([
    ['H8', 8600, 2150, 3, 4],
    ['H8', 8600, 2867, 5, 3],
    ['H8', 6000, 2000, 5, 3],
    ['2.2', 10.9, 1, 10, 10],
    ['2.2', 0, 5, 3, 0],
    ['2.2', 12, 5, 0, 3],
    ['2.2', 0, 5, 0, 0],
  ])('%s %d in all, %d per replica, at %d replicas → %d', (_id, sum, target, status, replicas) => {
    expect(averageValueReplicas(sum, target, status, defaultTolerance)).toBe(replicas)
  })

  it.each([
    ['H9', 8600, 4400, { current: 3, ready: 1 }, 2],
    ['H9', 20_000, 15_000, { current: 3, ready: 3 }, 4],
    ['H9', 12_000, 20_000, { current: 5, ready: 5 }, 3],
    ['2.2', 12_000, 5000, { current: 0, ready: 0 }, 3],
  ])('%s %d against %d → %j', (_id, sum, target, counts, replicas) => {
    expect(valueReplicas(sum, target, counts, defaultTolerance)).toBe(replicas)
  })
})

/** Counts written by one controller that is asked every `everySeconds` for `wanted`. */
function course(from: number, wanted: number, looks: number, everySeconds: number, behaviour: Behaviour) {
  const hpa = controller({ min: 1, max: 1000 }, behaviour)
  const counts = [from]
  for (let look = 0; look < looks; look++)
    counts.push(hpa.reconcile(counts.at(-1) ?? from, wanted, look * everySeconds))
  return counts
}

const downAtOnce = { ...defaultBehaviour.down, stabilizationSeconds: 0 }

describe('how fast it may move', () => {
  it('H10 four pods or 10 % a minute, whichever is more', () => {
    const behaviour: Behaviour = {
      ...defaultBehaviour,
      down: {
        stabilizationSeconds: 0,
        select: 'max',
        rules: [
          { kind: 'pods', value: 4, periodSeconds: 60 },
          { kind: 'percent', value: 10, periodSeconds: 60 },
        ],
      },
    }
    // The first recommendation is the count it starts with.
    expect(course(80, 1, 11, 60, behaviour)).toEqual([80, 72, 64, 57, 51, 45, 40, 36, 32, 28, 24, 20])
  })

  it('H11 the default: four pods or twice as many every 15 s', () => {
    expect(course(1, 100, 7, 15, defaultBehaviour)).toEqual([1, 5, 10, 20, 40, 80, 100, 100])
  })

  it.each<[string, Behaviour['up']['rules'][number], number[]]>([
    ['900 % a minute', { kind: 'percent', value: 900, periodSeconds: 60 }, [1, 10, 100, 1000]],
    ['one pod in five minutes', { kind: 'pods', value: 1, periodSeconds: 300 }, [1, 2, 3, 4]],
  ])('H13 %s', (_what, rule, counts) => {
    const up = { stabilizationSeconds: 0, select: 'max', rules: [rule] } as const
    expect(course(1, 1000, 3, rule.periodSeconds, { ...defaultBehaviour, up })).toEqual(counts)
  })

  it('what was gained within the period counts against it', () => {
    const rule = { kind: 'pods', value: 4, periodSeconds: 60 } as const
    const up = { stabilizationSeconds: 0, select: 'max', rules: [rule] } as const
    expect(course(10, 50, 6, 15, { up, down: downAtOnce })).toEqual([10, 14, 14, 14, 14, 18, 18])
  })

  it('of several rules the slowest, or none', () => {
    const both = defaultBehaviour.up.rules
    const slow = { stabilizationSeconds: 0, select: 'min', rules: both } as const
    expect(course(10, 50, 3, 15, { up: slow, down: downAtOnce })).toEqual([10, 14, 18, 22])
    const never = { stabilizationSeconds: 0, select: 'disabled', rules: both } as const
    expect(course(10, 50, 2, 15, { up: never, down: never })).toEqual([10, 10, 10])
    expect(course(10, 5, 2, 15, { up: never, down: never })).toEqual([10, 10, 10])
  })
})

describe('stabilization', () => {
  it('a scale-down waits for five minutes in which nobody wanted more', () => {
    const hpa = controller({ min: 1, max: 100 }, defaultBehaviour)
    expect(hpa.reconcile(10, 12, 0)).toBe(12)
    for (let now = 15; now < 300; now += 15) expect(hpa.reconcile(12, 4, now), `${now} s`).toBe(12)
    expect(hpa.reconcile(12, 5, 300)).toBe(5)
  })

  it('it falls to the largest recommendation of the window, not to the newest', () => {
    const hpa = controller({ min: 1, max: 100 }, defaultBehaviour)
    hpa.reconcile(10, 10, 0)
    hpa.reconcile(10, 7, 150)
    expect(hpa.reconcile(10, 3, 300)).toBe(7)
    expect(hpa.reconcile(7, 3, 435)).toBe(7)
    expect(hpa.reconcile(7, 3, 450)).toBe(3)
  })

  it('a controller that has just started does not scale down for five minutes', () => {
    const hpa = controller({ min: 1, max: 100 }, defaultBehaviour)
    expect(hpa.reconcile(10, 2, 1000)).toBe(10)
    expect(hpa.reconcile(10, 2, 1299)).toBe(10)
    expect(hpa.reconcile(10, 2, 1300)).toBe(2)
  })

  it('upward, the smallest of the window', () => {
    const behaviour = { ...defaultBehaviour, up: { ...defaultBehaviour.up, stabilizationSeconds: 30 } }
    const hpa = controller({ min: 1, max: 100 }, behaviour)
    expect(hpa.reconcile(10, 14, 0)).toBe(10)
    expect(hpa.reconcile(10, 14, 15)).toBe(10)
    expect(hpa.reconcile(10, 14, 30)).toBe(14)
  })

  it('agrees with looking at every value of the window', () => {
    const values = Array.from({ length: 500 }, (_, at) => (at * 7919) % 101)
    const [largest, smallest] = [recentExtreme('largest', 300), recentExtreme('smallest', 300)]
    values.forEach((value, at) => {
      const window = values.slice(Math.max(0, at - 19), at + 1)
      expect(largest.add(value, at * 15)).toBe(Math.max(...window))
      expect(smallest.add(value, at * 15)).toBe(Math.min(...window))
    })
  })
})

describe('at the bounds, and with nothing to go by', () => {
  const hpa = () => controller({ min: 2, max: 8 }, defaultBehaviour)

  it.each<[what: string, current: number, wanted: number | null, count: number]>([
    ['no metric keeps the count', 5, null, 5],
    ['NaN keeps the count', 5, Number.NaN, 5],
    ['infinity keeps the count', 5, Number.POSITIVE_INFINITY, 5],
    ['above max: down to it at once, without a metric', 20, null, 8],
    ['above max: even when more is wanted', 20, 30, 8],
    ['below min: up to it at once', 1, null, 2],
    ['at zero it is switched off', 0, 5, 0],
    ['never above max', 7, 100, 8],
    ['zero wanted keeps the count while it is stabilized', 3, 0, 3],
  ])('%s', (_what, current, wanted, count) => {
    expect(hpa().reconcile(current, wanted, 0)).toBe(count)
  })

  it('never below min', () => {
    const one = hpa()
    one.reconcile(4, 0, 0)
    expect(one.reconcile(4, 0, 300)).toBe(2)
  })

  it.each<[what: string, metric: ResourceMetric, targetPercent: number, replicas: number | null]>([
    ['no ready pod', pods(3, 0, 0, { unready: 3 }), 50, null],
    ['only pods without a sample', pods(3, 0, 0, { missing: 3 }), 50, null],
    ['usage is NaN', pods(3, 3, Number.NaN), 50, null],
    ['usage is infinite', pods(3, 3, Number.POSITIVE_INFINITY), 50, null],
    ['usage is zero', pods(3, 3, 0), 50, 0],
    ['a surge of unready pods never scales down', pods(100, 2, 2, { unready: 98 }), 50, 100],
    ['unready pods dampen a scale-out', pods(20, 10, 10, { unready: 10 }), 50, 20],
    ['and do not stop it: 71 % of 14 against 30 %', pods(14, 10, 10, { unready: 4 }), 30, 34],
    ['a scale-out that would remove pods keeps the count', pods(9, 2, 2, { unready: 1 }), 50, 9],
    ['a scale-in that would add pods keeps the count', pods(2, 3, 0.3, { missing: 1 }), 50, 2],
    [
      'before a scale-in, unready pods count for nothing: 52 % of 5',
      pods(8, 4, 1.6, { missing: 1, unready: 3 }),
      50,
      8,
    ],
    ['missing samples turn a scale-in round', pods(9, 3, 0.6, { missing: 6 }), 50, 9],
  ])('%s', (_what, metric, targetPercent, replicas) => {
    expect(resourceReplicas(metric, targetPercent, defaultTolerance)).toBe(replicas)
  })

  it.each([
    [Number.NaN, null],
    [Number.POSITIVE_INFINITY, null],
  ])('an external metric of %d is none', (sum, replicas) => {
    expect(averageValueReplicas(sum, 5, 3, defaultTolerance)).toBe(replicas)
    expect(valueReplicas(sum, 5, { current: 3, ready: 3 }, defaultTolerance)).toBe(replicas)
  })
})
