import { expect, it } from 'vitest'
import { countByPrice } from '../../src/scaling/slo/count-by-price.ts'
import { lateRate } from '../../src/scaling/slo/late-rate.ts'
import { textOf } from '../house/house.ts'

/** The worked example of docs/scaling.md: 393 requests/s, 50/s per task, 1 s, price 15, a minute until a wrong count is mended. */

const stakes = { capacityPerSecond: 50, deadlineSeconds: 1, price: 15, untilMendedSeconds: 60, floor: 5 }
const example = /\*\*A worked example\.\*\*[\s\S]*?\n\n/.exec(textOf('docs/scaling.md'))?.[0] ?? ''

/** Errors of a normal distribution in the logarithm, from -3 to 3 deviations. */
function coursesOf(deviation: number) {
  const steps = Array.from({ length: 13 }, (_, step) => -3 + step / 2)
  const weights = steps.map(z => Math.exp((-z * z) / 2))
  const sum = weights.reduce((a, b) => a + b)
  const rates = steps.map(z => 393 * Math.exp(deviation * z))
  return [{ probability: 1, load: { rates, shares: weights.map(weight => weight / sum) } }]
}

it.each([
  ['the load stays', 0.001, 8, '400 + 3', '450 + 0'],
  ['errors of 3 %', 0.03, 9, '400 + 963', '450 + 0'],
])('%s', (_what, deviation, tasks, eight, nine) => {
  const courses = coursesOf(deviation)
  expect(countByPrice(courses, 370, stakes)).toBe(tasks)
  const cost = (count: number): string =>
    `${count * 50} + ${(stakes.price * lateRate(courses, count * 50, stakes)).toFixed(0)}`
  expect([cost(8), cost(9)]).toEqual([eight, nine])
  expect(example.replaceAll('\n', ' ')).toContain(eight)
  expect(example.replaceAll('\n', ' ')).toContain(nine)
})
