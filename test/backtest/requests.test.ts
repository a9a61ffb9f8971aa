import { describe, expect, it } from 'vitest'
import { createCompletions } from '../../src/backtest/service/completions.ts'
import { createDraws } from '../../src/backtest/service/draws.ts'
import { createLane } from '../../src/backtest/service/lane.ts'
import { waitQuantile } from '../../src/backtest/service/wait-histogram.ts'
import { loadOf, play, scheduled } from './loads.ts'

const queue = { kind: 'queue', capacityPerTask: 0.1, deadlineSeconds: 120 } as const
const none = (seconds: number): number[] => Array.from({ length: seconds }, () => 0)

describe('every request', () => {
  it('is served in turn, one at a time, for as long as it takes', () => {
    // Five messages at once, one task, 10 s each: waits of 0, 10, 20, 30 and 40 s.
    const load = loadOf([5, ...none(99)], queue)
    const run = play(load, scheduled({ 0: 1 }), { min: 1, serviceTimes: 'fixed' })
    expect([1, 11, 21, 31, 41, 51].map(at => run.ledger.served[at])).toEqual([0, 1, 2, 3, 4, 5])
    expect(waitQuantile(run.waits, 0.59)).toBeGreaterThan(18.5)
    expect(waitQuantile(run.waits, 0.59)).toBeLessThan(20.5)
    expect(run.ledger.busyTaskSeconds[100]).toBeCloseTo(50, 6)
  })

  it('is late when it begins late, not before', () => {
    const load = loadOf([5, ...none(99)], { ...queue, deadlineSeconds: 25 })
    const { ledger } = play(load, scheduled({ 0: 1 }), { min: 1, serviceTimes: 'fixed' })
    expect([29, 31, 41, 100].map(at => ledger.late[at])).toEqual([0, 1, 2, 2])
  })

  it('is taken by every server of a task', () => {
    const load = loadOf([4, ...none(99)], queue)
    const { ledger } = play(load, scheduled({ 0: 1 }), { min: 1, serviceTimes: 'fixed', serversPerTask: 4 })
    // 0.1 a second by four servers: 40 s each.
    expect([39, 41].map(at => ledger.served[at])).toEqual([0, 4])
    expect(ledger.busyTaskSeconds[100]).toBeCloseTo(40, 6)
  })

  it('is finished by a task that is to stop, which is billed so long', () => {
    const load = loadOf([2, ...none(199)], { ...queue, capacityPerTask: 0.04 })
    const conditions = { min: 0, serviceTimes: 'fixed', drainSeconds: 5, leastBillSeconds: 0 } as const
    const run = play(load, scheduled({ 0: 1, 10: 0 }), conditions)
    // Told to stop after 10 s, it would have drained at 15, and has finished the first message at 25; nobody takes the second.
    expect([24, 26].map(at => run.ledger.served[at])).toEqual([0, 1])
    expect(Math.floor(run.billedTaskSeconds)).toBe(25)
    expect(run.lateAtEnd).toBe(1)
    // Ready for 10 s, and busy beyond.
    expect(run.ledger.readyTaskSeconds[200]).toBeCloseTo(run.billedTaskSeconds, 6)
  })

  it('waits for the task that it was dealt to, though another is free', () => {
    const load = loadOf([3, ...none(99)], queue)
    const common = play(load, scheduled({ 0: 2 }), { min: 2, serviceTimes: 'fixed' }, 'requests')
    const dealt = play(load, scheduled({ 0: 2 }), { min: 2, serviceTimes: 'fixed' }, 'round-robin')
    expect([common, dealt].map(({ ledger }) => ledger.served[21])).toEqual([3, 3])
    const twoOfFour = loadOf([4, ...none(99)], { ...queue, capacityPerTask: 0.5 })
    const uneven = play(twoOfFour, scheduled({ 0: 2 }), { min: 2, seed: 3 }, 'round-robin')
    const even = play(twoOfFour, scheduled({ 0: 2 }), { min: 2, seed: 3 }, 'requests')
    expect(waitQuantile(uneven.waits, 1)).toBeGreaterThanOrEqual(waitQuantile(even.waits, 1))
  })
})

describe('a lane of its own', () => {
  it('is served to its end by a task that is to stop', () => {
    const load = loadOf([4, ...none(99)], queue)
    const { ledger } = play(load, scheduled({ 0: 2, 5: 1 }), { min: 1, serviceTimes: 'fixed' }, 'round-robin')
    expect([9, 11, 21].map(at => ledger.served[at])).toEqual([0, 1, 2])
    expect(ledger.served[100]).toBe(4)
  })
})

describe('what is in service', () => {
  it('ends in order of time', () => {
    const { uniform } = createDraws(2)
    const completions = createCompletions()
    expect(completions.next()).toBe(Number.POSITIVE_INFINITY)
    const instants = Array.from({ length: 3000 }, uniform)
    for (const [task, at] of instants.entries()) completions.push(at, task)
    const ends = instants.map(() => [completions.next(), completions.pop()] as const)
    expect(ends.map(([at]) => at)).toEqual(instants.toSorted((a, b) => a - b))
    expect(ends.every(([at, task]) => instants[task] === at)).toBe(true)
  })
})

describe('a lane', () => {
  it('is first come, first served, however it grows and wraps', () => {
    const lane = createLane()
    const seen: number[] = []
    for (let at = 0; at < 100; at++) {
      lane.push(at)
      lane.push(at + 0.5)
      if (at % 2 === 0) seen.push(lane.shift())
    }
    expect(lane.countBefore(30)).toBe(10)
    expect(lane.first()).toBe(25)
    while (lane.length > 0) seen.push(lane.shift())
    expect(seen).toEqual(Array.from({ length: 200 }, (_, each) => each / 2))
  })
})
