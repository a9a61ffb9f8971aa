import { describe, expect, it } from 'vitest'
import { against, costAt, pointsOfAll } from '../../src/backtest/cost-at-lateness.ts'
import { judgement, type Score } from '../../src/backtest/score.ts'
import { scoreOf } from '../../src/backtest/scoring.ts'
import { createLedger } from '../../src/backtest/service/ledger.ts'
import type { Run } from '../../src/backtest/service/replay.ts'
import { addWait, createWaitHistogram, waitQuantile } from '../../src/backtest/service/wait-histogram.ts'
import { loadOf, play, scheduled } from './loads.ts'

const hour = 3600

/** Two hours of ten requests a second, of which in given seconds some begin late. */
function runOf(lateIn: Record<number, number>, changed: Partial<Run> = {}): Run {
  const load = loadOf(Array.from({ length: 2 * hour }, () => 10))
  const ledger = createLedger(2 * hour)
  for (let at = 0; at < 2 * hour; at++) {
    ledger.gone[at + 1] = (ledger.gone[at] as number) + 10
    ledger.late[at + 1] = (ledger.late[at] as number) + (lateIn[at] ?? 0)
  }
  const { conditions } = play(loadOf([1, 1]), scheduled({ 0: 1 }), { warmUpSeconds: hour })
  return {
    load,
    conditions,
    ledger,
    actions: [],
    waits: createWaitHistogram(),
    billedTaskSeconds: 7200,
    lateAtEnd: 0,
    ...changed,
  }
}

const score = (run: Run): Score => scoreOf(run, 'slo', 'late 0.1%', 6000)

describe('a score', () => {
  it('leaves the first hour out', () => {
    expect(score(runOf({ 10: 5000, 4000: 90 }, { lateAtEnd: 18 }))).toMatchObject({
      policy: 'slo',
      setting: 'late 0.1%',
      // 108 of 36 000.
      lateShare: 0.003,
      relativeCost: 1.2,
      // 7200 s × 50 a second for 36 000 requests.
      floorRatio: 10,
      taskHours: 2,
    })
  })

  it('counts actions a day, and scale-ins that were regretted within ten minutes', () => {
    const actions = [
      { at: 100, from: 1, to: 2 },
      { at: 200, from: 2, to: 1 },
      { at: 4000, from: 1, to: 5 },
      { at: 4100, from: 5, to: 4 },
      { at: 4150, from: 4, to: 3 },
      { at: 4750, from: 3, to: 4 },
      { at: 5000, from: 4, to: 3 },
      { at: 5700, from: 3, to: 4 },
    ]
    expect(score(runOf({}, { actions }))).toMatchObject({
      actionsPerDay: 6 * 24,
      outsPerDay: 3 * 24,
      insPerDay: 3 * 24,
      flapsPerDay: 24,
    })
  })

  it('knows the longest breach: minutes in a row with more than 1 % late', () => {
    expect(score(runOf({ 100: 500 })).longestBreachMinutes).toBe(0)
    expect(score(runOf({ 4000: 6 })).longestBreachMinutes).toBe(0)
    expect(score(runOf({ 4000: 7 })).longestBreachMinutes).toBe(1)
    expect(score(runOf({ 4000: 7, 4050: 9, 4080: 300, 5000: 60 })).longestBreachMinutes).toBe(3)
  })

  it('takes a minute in which nothing moves for a breach', () => {
    const run = runOf({})
    run.ledger.gone.fill(run.ledger.gone[5000] as number, 5000)
    // From the minute that begins at 5040.
    expect(score(run).longestBreachMinutes).toBe(36)
  })

  it('of a service without requests is no division by zero', () => {
    const run = runOf({})
    run.load.arrived.fill(run.load.arrived[hour] as number, hour)
    expect(score(run).lateShare).toBe(0)
  })

  it('is judged: 1 % late costs as much as a tenth of the bill', () => {
    expect(judgement({ relativeCost: 1.1, lateShare: 0.01 })).toBeCloseTo(1.2, 12)
  })

  it('is the same against another optimum, but for the cost', () => {
    const one = score(runOf({}))
    expect(against(one, 7200)).toEqual({ ...one, relativeCost: 1 })
  })
})

describe('waits', () => {
  it('have quantiles', () => {
    const waits = createWaitHistogram()
    expect(waitQuantile(waits, 0.5)).toBe(0)
    for (let each = 1; each <= 1000; each++) addWait(waits, each / 100, 1)
    addWait(waits, 0, 1000)
    addWait(waits, 100_000, 1)
    addWait(waits, 1e9, 1)
    expect(waitQuantile(waits, 0.4)).toBe(0)
    expect(waitQuantile(waits, 0.75)).toBeCloseTo(5, 1)
    expect(waitQuantile(waits, 0.999)).toBeCloseTo(10, 0)
    expect(waitQuantile(waits, 0.9995)).toBeCloseTo(100_000, -1)
    expect(waitQuantile(waits, 1)).toBeGreaterThan(120_000)
  })
})

describe('cost at equal lateness', () => {
  const point = (lateShare: number, relativeCost: number) => ({ lateShare, relativeCost })

  it.each([
    ['on a setting', [point(0.001, 1.3), point(0.01, 1.1)], 0.001, 1.3],
    [
      'between two, straight in logarithms',
      [point(0.0001, 1.6), point(0.01, 1.1)],
      0.001,
      Math.sqrt(1.6 * 1.1),
    ],
    ['whatever their order', [point(0.01, 1.1), point(0.0001, 1.6)], 0.001, Math.sqrt(1.6 * 1.1)],
    ['never so seldom', [point(0.02, 1.1)], 0.001, null],
    ['always more seldom: the cheapest', [point(0, 1.4), point(0.0005, 1.3)], 0.001, 1.3],
    [
      'a setting that another beats in both',
      [point(0.001, 1.3), point(0.002, 1.5), point(0.01, 1.1)],
      0.01,
      1.1,
    ],
    [
      'nothing late counts as one in a million',
      [point(0, 1.6), point(0.01, 1.1)],
      0.0001,
      Math.sqrt(1.6 * 1.1),
    ],
    ['no settings', [], 0.001, null],
  ])('%s', (_, points, lateShare, expected) => {
    const found = costAt(points, lateShare)
    if (expected === null) expect(found).toBeNull()
    else expect(found).toBeCloseTo(expected, 12)
  })

  it('of several histories takes one setting for all', () => {
    const of = (setting: string, lateShare: number, relativeCost: number): Score => ({
      ...score(runOf({})),
      setting,
      lateShare,
      relativeCost,
    })
    const points = pointsOfAll([
      [of('60%', 0.001, 1), of('70%', 0.01, 1.1), of('80%', 0.1, 1)],
      [of('70%', 0.03, 1.1), of('60%', 0.003, 4)],
    ])
    expect(points.map(({ setting }) => setting)).toEqual(['60%', '70%'])
    expect(points[0]?.lateShare).toBeCloseTo(0.002, 12)
    expect(points[0]?.relativeCost).toBeCloseTo(2, 12)
    expect(pointsOfAll([])).toEqual([])
  })
})
