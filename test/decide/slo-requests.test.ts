import { describe, expect, it } from 'vitest'
import { createDraws } from '../../src/backtest/service/draws.ts'
import { poisson } from '../../src/backtest/service/poisson.ts'
import { SloCourse } from './slo-course.ts'

/** The law of the `slo` trigger for requests end to end: 50 requests/s per task, 0.1 % later than 1 s, signals of 10 s that are 5 s old, 45 s to start. */

const counted = (rateAt: (second: number) => number): ((second: number) => number) => {
  const draws = createDraws(7)
  return at => poisson(rateAt(at), draws)
}
const minutes = (count: number): number => count * 60

/** N·c − λ ≥ ln(1/v) / D = 6.9 requests/s. */
const need = (perSecond: number): number => Math.ceil((perSecond + 6.9) / 50)

describe('the first look', () => {
  it('before any point is known, nothing changes', () => {
    const service = new SloCourse(3, () => Number.NaN)
    service.until(15)
    expect(service.desired).toBe(3)
  })

  it.each([
    ['too many: the need, and a margin for what is unknown, at most a half', 30, 400, need(400), 13],
    ['too few: the need, and a margin for what is unknown, at most a half', 2, 400, need(400), 13],
    ['nobody asks: one stays, the minimum', 1, 0, 1, 1],
  ])('%s', (_what, tasks, rate, least, most) => {
    const service = new SloCourse(tasks, () => rate)
    service.until(15)
    expect(service.desired).toBeGreaterThanOrEqual(least)
    expect(service.desired).toBeLessThanOrEqual(most)
  })
})

describe('a load that stays', () => {
  it.each([
    ['4,000/s: 4,006.9 / 50 = 81', 4_000, 81],
    ['1,000/s: 1,006.9 / 50 = 21', 1_000, 21],
    ['100/s: 106.9 / 50 = 3', 100, 3],
  ])('%s, and no more than two beyond it after ten minutes', (_what, rate, fewest) => {
    expect(need(rate)).toBe(fewest)
    for (const tasks of [fewest, 2 * fewest]) {
      const service = new SloCourse(
        tasks,
        counted(() => rate),
      )
      for (let at = minutes(10); at < minutes(60); at += 10) {
        service.until(at)
        expect(service.desired, `at ${at} s, from ${tasks}`).toBeGreaterThanOrEqual(fewest)
        expect(service.desired, `at ${at} s, from ${tasks}`).toBeLessThanOrEqual(fewest + 2)
      }
    }
  })
})

describe('three times as much within a second', () => {
  const cases = [200, 1_000, 4_000].flatMap(rate => [0, 3, 6, 9].map(phase => [rate, phase] as const))
  it.each(cases)('%d/s, %d s into a period: 0.95 of the need serves 75 s later', (rate, phase) => {
    const at = minutes(30) + phase
    const service = new SloCourse(
      need(rate) + 1,
      counted(second => (second < at ? rate : 3 * rate)),
    )
    service.until(at + 75)
    expect(service.readyAt(at + 75)).toBeGreaterThanOrEqual(0.95 * need(3 * rate))
    service.until(at + minutes(10))
    expect(service.desired).toBeLessThanOrEqual(1.1 * need(3 * rate) + 2)
  })

  it('a single period of it is over before a task could serve: what was launched goes again', () => {
    const at = minutes(30)
    const service = new SloCourse(
      22,
      counted(second => (second >= at && second < at + 10 ? 3_000 : 1_000)),
    )
    service.until(at + minutes(5))
    expect(service.desired).toBeLessThanOrEqual(need(1_000) + 5)
  })
})

describe('silence', () => {
  it.each([
    ['no points any more', Number.NaN],
    ['odd points', Number.POSITIVE_INFINITY],
  ])('%s for two hours: nothing is removed', (_what, silence) => {
    const load = counted(() => 500)
    const service = new SloCourse(20, second => (second < minutes(30) ? load(second) : silence))
    service.until(minutes(30))
    const before = service.desired
    service.until(minutes(150))
    expect(service.desired).toBe(before)
  })

  it('nobody asks, and that is measured: down to the minimum after five minutes', () => {
    const load = counted(() => 500)
    const service = new SloCourse(20, second => (second < minutes(30) ? load(second) : 0))
    service.until(minutes(60))
    expect(service.desired).toBe(1)
  })
})
