import { describe, expect, it } from 'vitest'
import { busyShare, erlangC, lateShareOf } from '../../src/backtest/service/erlang.ts'
import { createNeed } from '../../src/backtest/service/needed-tasks.ts'

describe('Erlang C', () => {
  // C(1, a) = a; C(2, a) = a² / (2 + a); C(10, 8) from the tables.
  it.each([
    [1, 0.5, 0.5],
    [2, 1, 1 / 3],
    [2, 1.5, 2.25 / 3.5],
    [10, 8, 0.40918],
    [1, 0, 0],
    [3, 3, 1],
    [3, 9, 1],
    [0, 1, 1],
  ])('%d servers, load %d', (servers, load, expected) => {
    expect(erlangC(servers, load)).toBeCloseTo(expected, 6)
  })

  it('takes thousands of servers, busy or idle', () => {
    // Halfin and Whitt for √n·(1-ρ) = 1: 1 / (1 + Φ(1)/φ(1)) = 0.2234, as n grows.
    expect(Math.abs(erlangC(10_000, 9_900) - 0.2234)).toBeLessThan(0.001)
    expect(erlangC(10_000, 5_000)).toBe(0)
  })

  it('is less than the utilisation by so much as a pool is idle more often', () => {
    expect(busyShare(1, 0.7)).toBeCloseTo(1, 9)
    expect(busyShare(2, 0.5)).toBeCloseTo(2 / 3, 9)
    expect(busyShare(2, 1.1)).toBe(1)
    expect(busyShare(0, Number.NaN)).toBe(1)
  })
})

describe('the closed form', () => {
  const pool = { capacityPerTask: 50, deadlineSeconds: 1 }

  it.each([
    // One task is an M/M/1: ρ·exp(-slack·D).
    [1, 40, 0.8 * Math.exp(-10)],
    [2, 50, (1 / 3) * Math.exp(-50)],
    [2, 100, 1],
    [2, 300, 1],
    [0, 1, 1],
    [0, 0, 0],
  ])('%d tasks at %d requests a second', (tasks, rate, expected) => {
    expect(lateShareOf(tasks, rate, pool)).toBeCloseTo(expected, 12)
  })

  it('knows that slack is additive: 6.9 requests a second at 0.1 %, for 3 tasks and for 300', () => {
    const need = createNeed(pool, 0.001)
    for (const tasks of [3, 30, 300]) {
      expect(need(tasks * 50 - 7)).toBe(tasks)
      expect(need(tasks * 50 - 6.7)).toBe(tasks + 1)
    }
  })

  it('needs nothing where nothing comes, and one task for little', () => {
    const need = createNeed(pool, 0.01)
    expect([0, 0.01, 20, 0, 1000, 20].map(need)).toEqual([0, 1, 1, 0, 21, 1])
  })
})
