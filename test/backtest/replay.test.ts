import { describe, expect, it } from 'vitest'
import type { Autoscaler, Course } from '../../src/backtest/autoscaler.ts'
import { conditionsFor, lognormalStart } from '../../src/backtest/service/conditions.ts'
import { createLedger } from '../../src/backtest/service/ledger.ts'
import { drawLoad } from '../../src/backtest/service/load.ts'
import { replay, usualModel } from '../../src/backtest/service/replay.ts'
import { createStarts, meanStart } from '../../src/backtest/service/start-delay.ts'
import { waitQuantile } from '../../src/backtest/service/wait-histogram.ts'
import { demandOf, lateShareOf, loadOf, play, scheduled } from './loads.ts'

const steady = (seconds: number, count: number) => loadOf(Array.from({ length: seconds }, () => count))
const models = ['backlog', 'requests', 'round-robin'] as const

describe.each(models)('a service, %s', model => {
  it('begins with what the first minute needs', () => {
    const seen: Course[] = []
    play(steady(100, 120), scheduled({ 10: 9 }, seen), {}, model)
    // 120 a second, 50 each, and 4.6 of slack for 1 % late.
    expect(seen[0]).toMatchObject({ now: 10, desired: 3, ready: 3, starting: 0 })
  })

  it('has a task ready 45 s after it was wanted, and stops one at once', () => {
    const seen: Course[] = []
    const plan = { 0: 2, 10: 4, 54: 4, 55: 4, 60: 1, 61: 1 }
    play(steady(100, 10), scheduled(plan, seen), {}, model)
    expect(seen.map(({ now, ready, starting }) => [now, ready, starting])).toEqual([
      [0, 1, 0],
      [10, 1, 1],
      [54, 2, 2],
      [55, 4, 0],
      [60, 4, 0],
      [61, 1, 0],
    ])
  })

  it('stops what starts before what serves, the newest first', () => {
    const seen: Course[] = []
    const plan = { 0: 3, 20: 5, 30: 4, 46: 4, 66: 4 }
    play(steady(100, 10), scheduled(plan, seen), {}, model)
    expect(seen.slice(3).map(({ ready, starting }) => [ready, starting])).toEqual([
      [3, 1],
      [4, 0],
    ])
  })

  it('launches a hundred at once, and twenty a second from then on', () => {
    const seen: Course[] = []
    const plan = { 0: 1, 10: 150, 11: 150, 12: 150, 13: 150, 55: 150, 58: 150 }
    play(steady(100, 10), scheduled(plan, seen), {}, model)
    expect(seen.map(({ ready, starting }) => [ready, starting])).toEqual([
      [1, 0],
      [1, 0],
      [1, 120],
      [1, 140],
      [1, 149],
      [101, 49],
      [150, 0],
    ])
  })

  it.each([
    ['a task that runs all the time', { 0: 1 }, 200],
    ['one more, from its launch on', { 0: 1, 50: 2 }, 200 + 150],
    ['one more that serves for 5 s, and drains for 30', { 0: 1, 50: 2, 100: 1 }, 200 + 50 + 30],
    ['one that is stopped before it serves: a minute', { 0: 1, 50: 2, 60: 1 }, 200 + 60],
  ])('is billed: %s', (_, plan, expected) => {
    expect(play(steady(200, 10), scheduled(plan), {}, model).billedTaskSeconds).toBeCloseTo(expected, 6)
  })

  it('is not billed for the first hour', () => {
    const run = play(steady(4000, 10), scheduled({ 0: 1, 3580: 2, 3650: 1 }), { warmUpSeconds: 3600 }, model)
    expect(run.billedTaskSeconds).toBeCloseTo(400 + 80, 6)
  })

  it('does not remember the waits of the first hour', () => {
    const load = loadOf(Array.from({ length: 300 }, (_, at) => (at < 100 ? 100 : 10)))
    const waitsFrom = (warmUpSeconds: number): number =>
      waitQuantile(play(load, scheduled({ 0: 1 }), { max: 1, warmUpSeconds }, model).waits, 0.9)
    expect(waitsFrom(0)).toBeGreaterThan(3)
    expect(waitsFrom(200)).toBeLessThan(0.5)
  })

  it('keeps everybody waiting where nobody serves', () => {
    const seen: Course[] = []
    const run = play(steady(60, 40), scheduled({ 0: 0, 30: 0 }, seen), { min: 0 }, model)
    expect(seen[1]).toMatchObject({ ready: 0, inService: 0 })
    // The initial task took a request before it was stopped.
    expect(seen[1]?.waiting).toBeGreaterThan(1195)
    expect(seen[1]?.oldestWaitSeconds).toBeGreaterThan(29)
    expect(run.lateAtEnd).toBeGreaterThan(40 * 58)
    expect(run.ledger.late[60]).toBe(0)
  })

  it('gives up what would wait ten seconds', () => {
    const seen: Course[] = []
    const run = play(steady(100, 100), scheduled({ 0: 1, 90: 1 }, seen), { max: 1 }, model)
    // Half of what comes is served; the line is full after ten seconds.
    expect(seen[1]?.waiting).toBeGreaterThan(450)
    expect(seen[1]?.waiting).toBeLessThanOrEqual(500)
    const dropped = (run.ledger.gone[100] as number) - (run.ledger.served[100] as number)
    expect(dropped).toBeGreaterThan(4100)
    expect(dropped).toBeLessThan(4900)
    expect(lateShareOf(run)).toBeGreaterThan(0.9)
  })

  it('of a queue gives nothing up', () => {
    const load = loadOf(
      Array.from({ length: 100 }, () => 100),
      { kind: 'queue', deadlineSeconds: 120 },
    )
    const seen: Course[] = []
    const run = play(load, scheduled({ 0: 1, 90: 1 }, seen), { max: 1 }, model)
    expect(seen[1]?.waiting).toBeGreaterThan(4000)
    expect(run.ledger.gone[100]).toBeLessThan(5600)
  })

  it('uses all that is ready when there is too much to do, and what it needs otherwise', () => {
    const busy = play(steady(300, 100), scheduled({ 0: 1 }), { max: 1 }, model).ledger
    expect((busy.busyTaskSeconds[300] as number) / (busy.readyTaskSeconds[300] as number)).toBeGreaterThan(
      0.99,
    )
    const calm = play(steady(3000, 40), scheduled({ 0: 4 }), { min: 4 }, model).ledger
    // From 45 s on 4 × 50 a second for 40.
    expect((calm.busyTaskSeconds[3000] as number) / (calm.readyTaskSeconds[3000] as number)).toBeCloseTo(
      0.2,
      1.7,
    )
  })

  it('is the same again, also in a ledger that was used', () => {
    const load = drawLoad(
      demandOf(600, () => 95),
      8,
    )
    const conditions = conditionsFor(load.demand)
    const ledger = createLedger(load.seconds)
    const options = { model, ledger }
    const first = replay(load, conditions, scheduled({ 0: 2 }), options)
    const late = [...first.ledger.late]
    replay(load, conditions, scheduled({ 0: 1 }), options)
    expect([...replay(load, conditions, scheduled({ 0: 2 }), options).ledger.late]).toEqual(late)
  })

  it('tells nothing before it happened', () => {
    const load = drawLoad(
      demandOf(300, () => 60),
      8,
    )
    const ledger = createLedger(300)
    for (const sums of Object.values(ledger)) sums.fill(Number.NaN, 1)
    const looks: boolean[] = []
    const watcher: Autoscaler = {
      name: 'watcher',
      setting: '',
      firstLook: 0,
      look({ now, served, late, busyTaskSeconds, readyTaskSeconds }) {
        for (const sums of [served, late, busyTaskSeconds, readyTaskSeconds]) {
          looks.push(Number.isFinite(sums[now]) && !Number.isFinite(sums[now + 1]))
        }
        return { desired: 2, nextLook: now + 7 }
      },
    }
    replay(load, conditionsFor(load.demand), watcher, { model, ledger })
    expect(looks).toHaveLength(43 * 4)
    expect(looks).not.toContain(false)
  })
})

describe('a replay', () => {
  it.each([
    ['half a task', { desired: 1.5, nextLook: 10 }],
    ['no number', { desired: Number.NaN, nextLook: 10 }],
    ['a look that is over', { desired: 1, nextLook: 0 }],
    ['a look between seconds', { desired: 1, nextLook: 0.5 }],
  ])('takes no nonsense for an answer: %s', (_, answer) => {
    const odd: Autoscaler = { name: 'odd', setting: '', firstLook: 0, look: () => answer }
    expect(() => play(steady(60, 10), odd)).toThrow(/^odd answered/)
  })

  it.each([-1, 0.5, Number.NaN])('begins to look at a whole second: not at %d', firstLook => {
    const odd: Autoscaler = { ...scheduled({ 0: 1 }), firstLook }
    expect(() => play(steady(60, 10), odd)).toThrow(/^scheduled answered 1 tasks and the next look/)
  })

  it('stays within the bounds, whatever is asked', () => {
    const { actions } = play(steady(100, 10), scheduled({ 0: 500, 10: 0 }), { min: 1, max: 7 })
    expect(actions).toEqual([
      { at: 0, from: 1, to: 7 },
      { at: 10, from: 7, to: 1 },
    ])
  })

  it('follows messages one by one, and requests where they are few', () => {
    const many = demandOf(4000, () => 1000)
    expect(usualModel(drawLoad(many, 1))).toBe('backlog')
    expect(usualModel(drawLoad({ ...many, kind: 'queue' }, 1))).toBe('requests')
    expect(
      usualModel(
        drawLoad(
          demandOf(4000, () => 10),
          1,
        ),
      ),
    ).toBe('requests')
  })
})

describe('start delays', () => {
  it('are lognormal: median 40 s, 5 % above 75 s', () => {
    const next = createStarts(lognormalStart, 3)
    const delays = Array.from({ length: 20_000 }, next).sort((a, b) => a - b)
    expect(delays[10_000]).toBe(40)
    expect(Math.abs((delays[19_000] as number) - 75)).toBeLessThanOrEqual(1)
    const mean = delays.reduce((sum, delay) => sum + delay, 0) / delays.length
    expect(mean).toBeCloseTo(meanStart(lognormalStart), 0)
  })

  it('let a task overtake another', () => {
    const seen: Course[] = []
    const plan = Object.fromEntries(Array.from({ length: 120 }, (_, at) => [at, at === 0 ? 1 : 30]))
    play(steady(120, 10), scheduled(plan, seen), { start: lognormalStart })
    const counts = new Set(seen.map(({ ready }) => ready))
    expect(counts.size).toBeGreaterThan(15)
    expect(seen.every(({ ready, starting, now }) => now < 2 || ready + starting === 30)).toBe(true)
  })
})
