import { describe, expect, it } from 'vitest'
import { demandOf } from '../../src/backtest/demand/demand.ts'
import { interpolateRates } from '../../src/backtest/demand/interpolation.ts'
import { smoothed, smoothingOf } from '../../src/backtest/demand/smoothing.ts'
import type { History } from '../../src/backtest/history/history.ts'
import { createDraws } from '../../src/backtest/service/draws.ts'
import { poisson } from '../../src/backtest/service/poisson.ts'

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0)

const historyOf = (values: number[], changed: Partial<History> = {}): History => ({
  name: 'mine',
  kind: 'web',
  intervalSeconds: 60,
  values: Float64Array.from(values),
  capacityPerTask: 25,
  deadlineSeconds: 1,
  unit: 'requests',
  startAtMs: null,
  ...changed,
})

describe('rates between intervals', () => {
  it.each([
    ['steady', [60, 60, 60]],
    ['rising', [60, 120, 180, 240]],
    ['a spike', [0, 0, 600, 0, 0]],
    ['on and off', [0, 300, 300, 300, 0, 0, 300]],
    ['nearly nothing beside much', [1, 6000, 1, 6000, 6000, 1]],
    ['a single interval', [90]],
  ])('keep the sum of each interval, and are never negative: %s', (_, sums) => {
    const rates = interpolateRates(Float64Array.from(sums), 60)
    for (const [at, expected] of sums.entries()) {
      expect(sum(rates.subarray(at * 60, at * 60 + 60))).toBeCloseTo(expected, 9)
    }
    expect(Math.min(...rates)).toBeGreaterThanOrEqual(0)
  })

  it('rise straight where the intervals do', () => {
    const rates = interpolateRates(Float64Array.of(60, 120, 180, 240), 60)
    // One more request a second each minute: the middle of the second minute has 2.
    expect(rates[75]).toBeCloseTo(1.5 + 15.5 / 60, 9)
    expect(rates[89]).toBeCloseTo(2 - 0.5 / 60, 9)
    expect(rates[135]).toBeCloseTo(2.5 + 15.5 / 60, 9)
  })

  it('have no jump as large as the step between two intervals', () => {
    const rates = interpolateRates(Float64Array.of(600, 1200, 1200, 600), 60)
    const jumps = [...rates.slice(1)].map((rate, at) => Math.abs(rate - (rates[at] as number)))
    expect(Math.max(...jumps)).toBeLessThan(1)
  })

  it('do not exceed a peak by more than a tenth', () => {
    expect(Math.max(...interpolateRates(Float64Array.of(0, 600, 0), 60))).toBeLessThanOrEqual(11 + 1e-9)
  })

  it('are at most four times as high in a quiet interval because of a loud one beside it', () => {
    expect(Math.max(...interpolateRates(Float64Array.of(60, 60_000), 60).subarray(0, 60))).toBeLessThan(4)
  })

  it('are silent where nothing came', () => {
    expect([...interpolateRates(Float64Array.of(0, 600, 0), 60).subarray(0, 60)]).toEqual(
      Array.from({ length: 60 }, () => 0),
    )
  })
})

describe('smoothing', () => {
  const draws = createDraws(11)
  const counts = (mean: number, length = 2000) => Float64Array.from({ length }, () => poisson(mean, draws))

  it('is by the smallest odd window with 400 events, where the noise is that of counting', () => {
    expect(smoothingOf(counts(50), 60)).toMatchObject({ window: 9 })
    expect(smoothingOf(counts(130), 60)).toMatchObject({ window: 5 })
    expect(smoothingOf(counts(200), 60)).toMatchObject({ window: 3 })
  })

  it('is over an hour at most', () => {
    expect(smoothingOf(counts(2), 60)).toMatchObject({ window: 59 })
    expect(smoothingOf(counts(2), 300)).toMatchObject({ window: 11 })
  })

  it.each([
    ['enough events', counts(500)],
    ['no counts at all, but a gauge', Float64Array.from({ length: 2000 }, (_, at) => 90 + Math.sin(at / 40))],
    ['bursts that happened', Float64Array.from({ length: 2000 }, (_, at) => (at % 9 === 0 ? 300 : 20))],
    ['nothing', new Float64Array(20)],
  ])('is left alone: %s', (_, values) => {
    expect(smoothingOf(values, 60)).toMatchObject({ window: 1 })
  })

  it('tells the noise of counting as 1', () => {
    expect(smoothingOf(counts(100, 20_000), 60).dispersion).toBeCloseTo(1, 1)
  })

  it('keeps the total, mirrored at both ends', () => {
    expect([...smoothed(Float64Array.of(3, 0, 6, 0, 9), 3)]).toEqual([2, 3, 2, 5, 6])
    const values = counts(50, 300)
    expect(sum(smoothed(values, 9))).toBeCloseTo(sum(values), 6)
  })
})

describe('demand', () => {
  it('of web is scaled so that a task serves 50 requests a second', () => {
    const demand = demandOf(historyOf([60, 60, 60]))
    expect(demand).toMatchObject({ scale: 2, capacityPerTask: 50 })
    expect(sum(demand.rates)).toBeCloseTo(360, 9)
    expect(demand.rates).toHaveLength(180)
    expect(demandOf(historyOf([60, 60]), { taskRate: 5 })).toMatchObject({ scale: 0.2, capacityPerTask: 5 })
  })

  it('of a queue is taken literally', () => {
    const demand = demandOf(historyOf([6, 0, 9, 4, 6, 5, 7], { kind: 'queue', capacityPerTask: 0.2 }))
    expect(demand).toMatchObject({ scale: 1, capacityPerTask: 0.2, smoothing: { window: 1 } })
    expect(sum(demand.rates)).toBeCloseTo(37, 9)
  })

  it('is not smoothed when told', () => {
    const draws = createDraws(4)
    const history = historyOf(Array.from({ length: 500 }, () => poisson(50, draws)))
    expect(demandOf(history).smoothing.window).toBe(9)
    expect(demandOf(history, { smooth: 'none' }).smoothing.window).toBe(1)
  })
})
