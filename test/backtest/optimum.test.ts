import { describe, expect, it } from 'vitest'
import { sweepLevels } from '../../src/backtest/optimum/level-sweep.ts'
import { optimumOf } from '../../src/backtest/optimum/optimum.ts'
import { tautString } from '../../src/backtest/optimum/taut-string.ts'
import { conditionsFor } from '../../src/backtest/service/conditions.ts'
import { createDraws } from '../../src/backtest/service/draws.ts'
import { demandOf } from './loads.ts'

const { uniform } = createDraws(7)
const whole = (most: number): number => Math.floor(uniform() * (most + 1))

describe('the level sweep', () => {
  const options = { startSeconds: 3, drainSeconds: 2, leastBillSeconds: 0, window: { from: 0, to: 1000 } }
  const cost = (needed: number[], changed = {}): number =>
    sweepLevels(Uint32Array.from(needed), { ...options, ...changed }).taskSeconds

  it.each([
    ['nothing', [0, 0, 0], 0],
    // From the beginning on nothing has to start; the drain follows.
    ['one task', [1, 1, 1, 1], 4 + 2],
    ['later', [0, 0, 0, 0, 1, 1], 3 + 2 + 2],
    ['a short gap is kept', [1, 0, 0, 0, 0, 1], 6 + 2],
    ['a gap as long as start and drain is kept', [1, 0, 0, 0, 0, 0, 1], 7 + 2],
    ['a longer one is not', [1, 0, 0, 0, 0, 0, 0, 1], 1 + 2 + 3 + 1 + 2],
    ['each level by itself', [2, 1, 1, 1, 1, 1, 1, 2], 8 + 2 + (1 + 2 + 3 + 1 + 2)],
  ])('%s', (_, needed, expected) => {
    expect(cost(needed)).toBe(expected)
  })

  it('counts what lies within the window', () => {
    const needed = Array.from({ length: 100 }, () => 1)
    expect(cost(needed, { window: { from: 40, to: 100 } })).toBe(60)
    expect(cost([...needed.map(() => 0), 1], { window: { from: 98, to: 200 } })).toBe(2 + 1 + 2)
  })

  it('bills a minute at least', () => {
    expect(cost([0, 0, 0, 0, 1, 0], { leastBillSeconds: 60 })).toBe(60)
  })

  it('finds what trying everything finds', () => {
    for (let trial = 0; trial < 200; trial++) {
      const needed = Array.from({ length: 9 }, () => whole(2))
      const changed = { startSeconds: whole(3), drainSeconds: whole(2) }
      expect(cost(needed, changed), needed.join()).toBe(cheapest(needed, { ...options, ...changed }))
    }
  })

  /** For each level, all sets of seconds that hold those which are needed. */
  function cheapest(needed: number[], { startSeconds, drainSeconds }: typeof options): number {
    let sum = 0
    for (let level = 1; level <= 2; level++) {
      const must = needed.reduce((bits, tasks, at) => (tasks >= level ? bits | (1 << at) : bits), 0)
      let best = must === 0 ? 0 : Number.POSITIVE_INFINITY
      for (let on = 0; on < 1 << needed.length; on++) {
        if ((on & must) !== must || must === 0) continue
        let cost = 0
        for (let at = 0; at < needed.length; at++) {
          if (!(on & (1 << at))) continue
          cost += 1
          if (at > 0 && !(on & (1 << (at - 1)))) cost += startSeconds
          if (!(on & (1 << (at + 1)))) cost += drainSeconds
        }
        best = Math.min(best, cost)
      }
      sum += best
    }
    return sum
  }
})

describe('the taut string', () => {
  const string = (lower: number[], upper: number[]): number[] => [
    ...tautString(Float64Array.from(lower), Float64Array.from(upper)),
  ]

  it.each([
    ['is straight where there is room', [0, 0, 0, 0, 4], [0, 4, 4, 4, 4], [1, 1, 1, 1]],
    ['bends around what must have begun', [0, 3, 3, 3, 4], [0, 4, 4, 4, 4], [3, 1 / 3, 1 / 3, 1 / 3]],
    ['bends around what has come', [0, 0, 0, 0, 4], [0, 0, 0, 1, 4], [0, 0, 1, 3]],
    ['has no choice where both meet', [0, 1, 1, 5], [0, 1, 1, 5], [1, 0, 4]],
    ['bends both ways', [0, 2, 2, 2, 6], [0, 2, 3, 3, 6], [2, 0.5, 0.5, 3]],
  ])('%s', (_, lower, upper, expected) => {
    expect(string(lower, upper).map(slope => Number(slope.toFixed(9)))).toEqual(
      expected.map(slope => Number(slope.toFixed(9))),
    )
  })

  it('stays within, and has the least sum of squares of all curves that do', () => {
    for (let trial = 0; trial < 300; trial++) {
      const arrived = [0]
      for (let at = 0; at < 12; at++)
        arrived.push((arrived.at(-1) as number) + (whole(2) === 0 ? whole(6) : 0))
      const delay = 1 + whole(3)
      const upper = [...arrived, ...Array.from({ length: delay }, () => arrived.at(-1) as number)]
      const lower = upper.map((_, at) => (at < delay ? 0 : (upper[at - delay] as number)))
      const found = string(lower, upper)
      const values = [0]
      for (const slope of found) values.push((values.at(-1) as number) + slope)
      for (const [at, value] of values.entries()) {
        expect(value).toBeGreaterThanOrEqual((lower[at] as number) - 1e-9)
        expect(value).toBeLessThanOrEqual((upper[at] as number) + 1e-9)
      }
      // No single point can be moved, within its bounds, toward the middle of its neighbours: for a convex problem, that is the optimum.
      for (let at = 1; at < found.length; at++) {
        const bend = (found[at] as number) - (found[at - 1] as number)
        const [value, least, most] = [values[at], lower[at], upper[at]] as [number, number, number]
        if (bend > 1e-9) expect(value).toBeCloseTo(most, 9)
        if (bend < -1e-9) expect(value).toBeCloseTo(least, 9)
      }
    }
  })
})

describe('the optimum', () => {
  it('of a steady web service is what the closed form needs', () => {
    const demand = demandOf(7200, () => 142)
    const conditions = conditionsFor(demand)
    // 142 + 6.9 is just below 3 × 50 at 0.1 %, and above it at 0.01 %.
    expect(optimumOf(demand, conditions, 0.001)).toEqual({ taskSeconds: 3 * 3600, mostTasks: 3 })
    expect(optimumOf(demand, conditions, 0.0001)).toEqual({ taskSeconds: 4 * 3600, mostTasks: 4 })
  })

  it('of a queue spreads a burst over its deadline', () => {
    // 1000 messages within ten seconds, 120 s to begin them: 100 a second or 1000 in 130 s.
    const demand = demandOf(7200, at => (at >= 5000 && at < 5010 ? 100 : 0), {
      kind: 'queue',
      deadlineSeconds: 120,
      capacityPerTask: 1,
    })
    const { taskSeconds, mostTasks } = optimumOf(demand, conditionsFor(demand), 0.001)
    expect(mostTasks).toBe(8)
    expect(taskSeconds).toBe(8 * (45 + 130 + 30))
  })

  it('of a queue needs nothing where nothing comes', () => {
    const demand = demandOf(7200, () => 0, { kind: 'queue', deadlineSeconds: 120 })
    expect(optimumOf(demand, conditionsFor(demand), 0.001)).toEqual({ taskSeconds: 0, mostTasks: 0 })
  })
})
