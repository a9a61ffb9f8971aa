import { describe, expect, it } from 'vitest'
import { countByPrice } from '../../src/scaling/slo/count-by-price.ts'
import { jumpProbability, noJumps, raiseLevel, takeJump, usualLoad } from '../../src/scaling/slo/jumps.ts'
import type { Stakes } from '../../src/scaling/slo/late-rate.ts'
import { regressed, takeRegression, unregressed } from '../../src/scaling/slo/regression.ts'

/** The parts of the forecast: what it is drawn from, what it learns from, and the count that follows. */

const stakes = (price: number): Stakes => ({
  capacityPerSecond: 50,
  deadlineSeconds: 1,
  price,
  untilMendedSeconds: 60,
  floor: 5,
})
const certain = (rate: number) => ({ rates: [rate], shares: [1] })

describe('the count by price', () => {
  it.each([
    ['393/s for certain at price 15: 8 tasks', 393, 15, 8],
    // In the minute until it can be mended, 4,000 requests of backlog would be 5.8 standard deviations.
    ['4,000/s for certain at price 15: 80 tasks', 4_000, 15, 80],
    ['a late request costs next to nothing: one task less than the load', 400, 0.01, 7],
  ])('%s', (_what, rate, price, tasks) => {
    const courses = [{ probability: 1, load: certain(rate) }]
    expect(countByPrice(courses, rate, stakes(price))).toBe(tasks)
  })

  it.each([
    // 900/s more would be late, times 15 and the probability, against 18 tasks x 50.
    ['a jump to ten times as much in one of 100: not worth it', 0.01, 3],
    ['in one of 5: worth it', 0.2, 20],
  ])('%s', (_what, probability, tasks) => {
    const courses = [
      { probability: 1 - probability, load: certain(100) },
      { probability, load: certain(1_000) },
    ]
    expect(countByPrice(courses, 100, stakes(15))).toBe(tasks)
  })
})

describe('load that jumps', () => {
  const learned = () => {
    const jumps = { ...noJumps(), level: 250 }
    for (let at = 0; at < 500; at++)
      takeJump(jumps, at % 2 === 0 ? 100 : 400, 1, { floor: 5, weight: 1, periodSeconds: 60 })
    return jumps
  }

  it('what it jumps to is what came: half of it about 400/s', () => {
    const { rates, shares } = usualLoad(learned(), 5)
    let half = 0
    for (const [at, rate] of rates.entries()) if (rate > 330 && rate < 480) half += shares[at] ?? 0
    expect(half).toBeCloseTo(0.5, 9)
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9)
  })

  it('what the forecast expects is no jump; what it cannot explain is one', () => {
    const jumps = learned()
    expect(jumpProbability(jumps, 400, 100, 5)).toBeLessThan(0.1)
    expect(jumpProbability(jumps, 400, 1e-6, 5)).toBeGreaterThan(0.99)
  })

  it('also where nothing like it was ever seen', () => {
    expect(jumpProbability(noJumps(), 3_000, 1e-7, 5)).toBeGreaterThan(0.9)
    expect(jumpProbability(learned(), 9_000, 1e-7, 5)).toBeGreaterThan(0.9)
  })

  it('without jumps their share falls, and is never quite 0', () => {
    const jumps = noJumps()
    for (let at = 0; at < 20_000; at++) takeJump(jumps, 100, 0, { floor: 5, weight: 1, periodSeconds: 60 })
    expect(jumps.share).toBe(1e-4)
  })
})

describe('the usual level', () => {
  it('is the first rate, and after two hours 1 - 1/e of the way to another', () => {
    const jumps = noJumps()
    raiseLevel(jumps, 100, 60)
    expect(jumps.level).toBe(100)
    for (let at = 0; at < 120; at++) raiseLevel(jumps, 200, 60)
    expect(jumps.level).toBeCloseTo(163.2, 1)
  })
})

describe('the regression', () => {
  it('knows nothing at first: the newest rate stays', () => {
    expect(regressed(unregressed(), [5, 6, 7, 4, 5.5], 1)).toBe(5)
  })

  it('learns that half of the way back to the mean of two minutes is gone', () => {
    const memory = unregressed()
    for (let at = 0; at < 2_000; at++) {
      const [newest, back] = [Math.sin(at), 0.1 * Math.cos(3 * at)]
      const expected = [newest, newest + 0.05 * Math.sin(7 * at), newest + back, newest, newest]
      takeRegression(memory, expected, newest + 0.5 * back, { weight: 1, scale: 0.05 })
    }
    expect(regressed(memory, [1, 1, 1.1, 1, 1], 1)).toBeCloseTo(1.05, 2)
  })

  it('goes no further beyond the others than they are apart', () => {
    const memory = { products: [1, 0, 1, 0, 0, 1, 0, 0, 0, 1], targets: [0, 900, 0, 0] }
    expect(regressed(memory, [1, 1, 1.1, 1, 1], 1)).toBeCloseTo(1.2, 9)
  })
})
