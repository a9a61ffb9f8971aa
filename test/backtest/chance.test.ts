import { describe, expect, it } from 'vitest'
import { createDraws } from '../../src/backtest/service/draws.ts'
import { normalCdf } from '../../src/backtest/service/normal-distribution.ts'
import { logFactorial, poisson, poissonQuantile } from '../../src/backtest/service/poisson.ts'
import { poissonDeviation, servicesOf } from '../../src/backtest/service/services.ts'

const momentsOf = (count: number, draw: () => number): { mean: number; variance: number } => {
  let [sum, squares] = [0, 0]
  for (let each = 0; each < count; each++) {
    const value = draw()
    sum += value
    squares += value * value
  }
  const mean = sum / count
  return { mean, variance: squares / count - mean * mean }
}

describe('chance', () => {
  it('is the same for the same seed, and another for another', () => {
    const first = (seed: number, stream = 0): number => createDraws(seed, stream).uniform()
    expect(first(1)).toBe(first(1))
    expect(new Set([first(1), first(2), first(1, 1), first(2 ** 33)]).size).toBe(4)
  })

  it('draws evenly, normally and exponentially', () => {
    const { uniform, normal, exponential } = createDraws(3)
    const even = momentsOf(100_000, uniform)
    expect(even.mean).toBeCloseTo(1 / 2, 2)
    expect(even.variance).toBeCloseTo(1 / 12, 2)
    const bell = momentsOf(100_000, normal)
    expect(bell.mean).toBeCloseTo(0, 1.7)
    expect(Math.abs(bell.variance - 1)).toBeLessThan(0.015)
    const decay = momentsOf(100_000, exponential)
    expect(Math.abs(decay.mean - 1)).toBeLessThan(0.01)
    expect(Math.abs(decay.variance - 1)).toBeLessThan(0.04)
  })

  // Four standard errors: of the mean √(m/n), of the variance m·√(2/n) and a little.
  it.each([0.02, 0.7, 4, 9.99, 10, 35, 343, 2200])('counts Poisson of mean %d', mean => {
    const draws = createDraws(17)
    const count = 60_000
    const found = momentsOf(count, () => poisson(mean, draws))
    expect(Math.abs(found.mean - mean)).toBeLessThan(4 * Math.sqrt(mean / count))
    expect(Math.abs(found.variance - mean)).toBeLessThan(4 * Math.sqrt((2 * mean * mean + mean) / count))
  })

  it('counts nothing where nothing can come', () => {
    expect(poisson(0, createDraws(1))).toBe(0)
  })

  // P(X ≤ 0) = 0.1353, P(X ≤ 1) = 0.4060, P(X ≤ 2) = 0.6767 for a mean of 2.
  it.each([
    [0.13, 0],
    [0.14, 1],
    [0.4, 1],
    [0.41, 2],
    [0.67, 2],
    [0.68, 3],
  ])('knows the quantile %d of a count', (p, expected) => {
    expect(poissonQuantile(p, 2)).toBe(expected)
  })

  it('ends with the quantile 1, too', () => {
    expect(poissonQuantile(1, 2)).toBeLessThan(40)
  })

  it.each([
    [0, 0],
    [5, Math.log(120)],
    [31, 78.0922235533],
    [40, 110.3206397148],
  ])('knows log %d!', (n, expected) => {
    expect(logFactorial(n)).toBeCloseTo(expected, 8)
  })

  it.each([
    [-9, 0],
    [-1.96, 0.0249979],
    [0, 0.5],
    [1, 0.8413447],
    [2.575, 0.9949877],
    [9, 1],
  ])('knows Φ(%d)', (x, expected) => {
    expect(normalCdf(x)).toBeCloseTo(expected, 5)
  })

  it.each([0.3, 6, 20, 50, 700])('makes Poisson services of mean %d from normal noise', mean => {
    const { normal } = createDraws(23)
    const deviation = poissonDeviation(mean)
    const count = 60_000
    const found = momentsOf(count, () => servicesOf(mean, deviation, normal()))
    expect(Math.abs(found.mean - mean)).toBeLessThan(4 * Math.sqrt(mean / count))
    expect(Math.abs(found.variance / mean - 1)).toBeLessThan(0.04)
  })
})
