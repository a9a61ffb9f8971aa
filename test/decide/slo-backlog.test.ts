import { describe, expect, it } from 'vitest'
import { lateProbability, upperNormalTail } from '../../src/scaling/slo/backlog.ts'

/** Who is late, by the reflected Brownian motion; in the long run the tail of Erlang C, exp(-slack x deadline). */

const day = 86_400

describe('the tail of the standard normal', () => {
  it.each([
    [0, 0.5],
    [1.96, 0.0249979],
    [-1.96, 0.9750021],
    [3.09, 0.0010008],
    [-3.09, 0.9989992],
    [40, 0],
    [-40, 1],
  ])('beyond %d lies %d', (x, tail) => {
    expect(Math.abs(upperNormalTail(x) - tail)).toBeLessThan(1.5e-7)
  })
})

describe('in the long run slack is additive', () => {
  // The exponent is 2 g x / (load + capacity) = 2 x 6.9 x 400 / 793.1 = 6.960 where it were 6.9 with load = capacity.
  it.each([
    ['6.9 of 400 for a second', 393.1, 400, 1, 0.000949],
    ['4.6 of 400 for a second: 2 x 4.6 x 400 / 795.4 = 4.627', 395.4, 400, 1, 0.009788],
    ['6.9 of 4,000 for a second: 6.906', 3_993.1, 4_000, 1, 0.001002],
    ['half the slack for twice as long: 2 x 3.45 x 800 / 796.55 = 6.930', 396.55, 400, 2, 0.000978],
  ])('%s', (_what, load, capacity, deadline, late) => {
    expect(lateProbability(load, capacity, deadline, day)).toBeCloseTo(late, 5)
  })

  it('with ten times the load the same slack is worth the same', () => {
    const small = lateProbability(393.1, 400, 1, day)
    const large = lateProbability(3_993.1, 4_000, 1, day)
    expect(large / small).toBeGreaterThan(0.9)
    expect(large / small).toBeLessThan(1.1)
  })
})

describe('at first nobody waits', () => {
  it.each([
    ['one second of all that is served', 400, 400, 1],
    ['a tenth more than is served, for two seconds', 440, 400, 2],
  ])('%s makes nobody late', (_what, load, capacity, seconds) => {
    expect(lateProbability(load, capacity, 1, seconds)).toBeLessThan(1e-6)
  })

  it('an overload of a tenth has all late after a minute: 40 x 60 = 2,400 wait, 400 are a second', () => {
    expect(lateProbability(440, 400, 1, 60)).toBeCloseTo(1, 5)
  })
})

it.each([
  ['nothing serves', 1, 0, 1],
  ['nothing serves and nothing comes', 0, 0, 0],
  ['a negative capacity is none', 1, -50, 1],
  ['an unknown capacity is none', 1, Number.NaN, 1],
  ['nothing comes', 0, 400, 0],
  ['a huge load', 1e12, 400, 1],
  ['a huge capacity', 400, 1e12, 0],
])('%s', (_what, load, capacity, late) => {
  expect(lateProbability(load, capacity, 1, 60)).toBeCloseTo(late, 9)
})

it('more capacity never makes more late, and it stays a share', () => {
  for (const load of [0.5, 40, 393.1, 10_000])
    for (const seconds of [10, 65, 3_600]) {
      let before = 1
      for (let share = 0.5; share < 2; share += 0.05) {
        const late = lateProbability(load, load * share, 1, seconds)
        expect(late).toBeGreaterThanOrEqual(0)
        expect(late).toBeLessThanOrEqual(before + 1e-6)
        before = late
      }
    }
})
