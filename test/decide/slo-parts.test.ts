import { describe, expect, it } from 'vitest'
import type { ServiceTask } from '../../src/scaling/signal.ts'
import { learnCapacity } from '../../src/scaling/slo/capacity.ts'
import { horizonOf } from '../../src/scaling/slo/horizon.ts'
import { firstPrice, nextPrice, priceOf } from '../../src/scaling/slo/price.ts'
import { learnStarts, startSecondsOf } from '../../src/scaling/slo/start-delay.ts'
import { noon, value } from './scaling-view.ts'

/** What the law is made of: horizon, price, capacity, start. */

describe('the horizon', () => {
  it.each([
    ['10 s, 5 s late: 50 / 10 + 1 = 6 to 60 / 10 = 6', 10, 5, 45, 6, 6, 60],
    ['20 s, 20 s late: 65 / 20 + 1 = 4 to 85 / 20 = 5', 20, 20, 45, 4, 5, 85],
    ['60 s, 60 s late: 105 / 60 + 1 = 2 to 165 / 60 = 3', 60, 60, 45, 2, 3, 165],
    ['nothing takes time: the next period', 10, 0, 0, 1, 1, 10],
  ])('%s', (_what, period, age, start, first, last, untilMendedSeconds) => {
    expect(horizonOf(period, age, start)).toEqual({ first, last, untilMendedSeconds })
  })
})

describe('the price of a late request', () => {
  it.each([
    [0.001, 15],
    [0.01, 1.5],
  ])('at %d it is first %d', (share, price) => {
    expect(priceOf({}, share)).toBeCloseTo(price, 9)
  })

  it('a minute at twice the allowed share adds 60 / 120,000', () => {
    expect(nextPrice(2, 0.002, 0.001, 60)).toBeCloseTo(2.0005, 9)
  })

  it('a minute in which nobody is late takes as much', () => {
    expect(nextPrice(2, 0, 0.001, 60)).toBeCloseTo(1.9995, 9)
  })

  it('the allowed share leaves it as it is', () => {
    expect(nextPrice(2, 0.001, 0.001, 60)).toBeCloseTo(2, 12)
  })

  it('all late for an hour: it rises at every minute up to five times the first', () => {
    let ln = firstPrice(0.001)
    const course = Array.from({ length: 60 }, () => {
      ln = nextPrice(ln, 1, 0.001, 60)
      return Math.exp(ln)
    })
    // 60 / 120,000 x 999 = 0.4995 a minute; ln 5 = 1.609 is reached in the fourth.
    expect(course.slice(0, 4).map(price => Math.round(price * 10) / 10)).toEqual([24.7, 40.7, 67.1, 75])
    expect(course.at(-1)).toBeCloseTo(75, 9)
  })

  it('nobody late for a month: a thirtieth of the first', () => {
    let ln = firstPrice(0.001)
    for (let hours = 0; hours < 720; hours++) ln = nextPrice(ln, 0, 0.001, 3_600)
    expect(Math.exp(ln)).toBeCloseTo(0.5, 9)
  })
})

describe('what one task can do', () => {
  const unknown = { capacityPerSecond: null }
  const at = (perTask: number, utilisation: number, seconds = 60) => ({ perTask, utilisation, seconds })

  it('30 s at full utilisation are enough: the slope', () => {
    expect(learnCapacity(unknown, at(50, 1), 'web:1')).toEqual({
      capacityPerSecond: 50,
      fit: [3_000, 60],
      revision: 'web:1',
    })
  })

  it('at half utilisation a minute counts 15 s, too little to tell', () => {
    const first = learnCapacity(unknown, at(25, 0.5), 'web:1')
    expect(first).toMatchObject({ capacityPerSecond: null, fit: [750, 15] })
    expect(learnCapacity(first, at(25, 0.5), 'web:1').capacityPerSecond).toBeNull()
    const third = learnCapacity(learnCapacity(first, at(25, 0.5), 'web:1'), at(25, 0.5), 'web:1')
    expect(third.capacityPerSecond).toBeCloseTo(50, 2)
  })

  it('after two hours half of it is believed', () => {
    // (3,000 / 2 + 7,200 x 100) / (60 / 2 + 7,200)
    expect(
      learnCapacity({ capacityPerSecond: 50, fit: [3_000, 60] }, at(100, 1, 7_200), null).capacityPerSecond,
    ).toBe(99.7925)
  })

  it('of another revision little is believed: as much as a minute', () => {
    const before = { capacityPerSecond: 50, fit: [360_000, 7_200] as [number, number], revision: 'web:1' }
    // The same revision: (360,000 + 6,000) / 7,260, less what a minute forgets. Another: (3,000 + 6,000) / 120.
    expect(learnCapacity(before, at(100, 1), 'web:1').capacityPerSecond).toBeCloseTo(50.4, 1)
    expect(learnCapacity(before, at(100, 1), 'web:2').capacityPerSecond).toBeCloseTo(75, 0)
    expect(learnCapacity(before, at(100, 1), null).capacityPerSecond).toBeCloseTo(50.4, 1)
  })

  it.each([
    ['idle tasks', at(50, 0.04)],
    ['no load', at(0, 0.5)],
    ['negative load', at(-50, 0.5)],
    ['load that is no number', at(Number.NaN, 0.5)],
    ['infinite load', at(Number.POSITIVE_INFINITY, 0.5)],
    ['utilisation that is no number', at(50, Number.NaN)],
  ])('%s teach nothing', (_what, period) => {
    const before = { capacityPerSecond: 50, fit: [3_000, 60] as [number, number], revision: 'web:1' }
    expect(learnCapacity(before, period, 'web:1')).toEqual(before)
    expect(learnCapacity(unknown, period, null)).toEqual(unknown)
  })
})

describe('how long a task takes to start', () => {
  const task = (
    phase: ServiceTask['phase'],
    createdAgo: number | null,
    startedAgo: number | null,
  ): ServiceTask => ({
    taskId: '0123456789abcdef',
    startedBy: null,
    phase,
    createdAtMs: createdAgo === null ? null : noon - createdAgo * 1_000,
    startedAtMs: startedAgo === null ? null : noon - startedAgo * 1_000,
  })
  const oneToTwenty = Array.from({ length: 20 }, (_, at) => at + 1)

  it.each([
    ['nothing is known: a minute', [], 60],
    ['one is known', [44], 44],
    ['of twenty the second largest', oneToTwenty.toReversed(), 19],
    ['of two the larger', [30, 50], 50],
  ])('%s', (_what, starts, seconds) => {
    expect(startSecondsOf({ starts })).toBe(seconds)
  })

  const starting = ['01234567']
  const unhealthy = ['01234567+']
  it.each([
    ['seen starting, then RUNNING 5 s ago', starting, task('ready', 50, 5), [45], []],
    ['seen RUNNING and unhealthy: until now', unhealthy, task('ready', 50, 30), [50], []],
    ['never seen starting: it may have been adopted', [], task('ready', 50, 5), [], []],
    ['the first look of all takes what runs', undefined, task('ready', 50, 5), [45], []],
    ['still starting', starting, task('starting', 50, null), [], starting],
    ['RUNNING and not yet healthy', starting, task('starting', 50, 5), [], unhealthy],
    ['it stopped instead', starting, task('stopping', 50, 5), [], []],
    ['nobody knows when it was created', starting, task('ready', null, 5), [], []],
    ['more than an hour is no start', starting, task('ready', 7_200, 5), [], []],
  ])('%s', (_what, before, seen, starts, next) => {
    const memory = before === undefined ? {} : { starting: before }
    expect(learnStarts(memory, value([seen], noon), noon)).toEqual({ starts, starting: next })
  })

  it('keeps twelve, oldest first', () => {
    const before = { starts: oneToTwenty, starting }
    expect(learnStarts(before, value([task('ready', 50, 5)], noon), noon).starts).toEqual([
      ...oneToTwenty.slice(9),
      45,
    ])
  })

  it('a list of tasks that cannot be read changes nothing', () => {
    const before = { starts: [44], starting }
    expect(learnStarts(before, { kind: 'missing', what: 'tasks' }, noon)).toBe(before)
    expect(learnStarts(before, null, noon)).toBe(before)
  })
})
