import type { RegressionMemory } from '../../model/slo-memory.ts'

/**
 * An expert that learns from the others: the load at the horizon as a regression on what some of them expect, all as logarithms of quotients to the
 * newest rate. A load that returns to its mean, or overshoots, is neither a level nor a trend; a combination of them is.
 */

/** Places of the experts it regresses on: levels of 30, 120 and 900 s, trend of 60 s. */
const features = [1, 2, 3, 4] as const
const size = features.length
export const productCount = (size * (size + 1)) / 2
/** Ridge: so many observations with a spread of one scale say that the newest rate stays. */
const ridge = 10
/** A single surprise, in scales, counts no more than this. */
const surpriseMax = 4

export const unregressed = (): RegressionMemory => ({
  products: Array(productCount).fill(0),
  targets: Array(size).fill(0),
})

const featuresOf = (expected: readonly number[]): number[] =>
  features.map(at => (expected[at] ?? 0) - (expected[0] ?? 0))

/** One more observation into the normal equations, in place. `weight`: of this observation; `scale`: usual size of a residual then. */
export function takeRegression(
  { products, targets }: RegressionMemory,
  expected: readonly number[],
  lnTruth: number,
  { weight, scale }: { weight: number; scale: number },
): void {
  const x = featuresOf(expected)
  const most = surpriseMax * scale
  const target = Math.max(-most, Math.min(most, lnTruth - (expected[0] ?? 0)))
  const precision = weight / (scale * scale)
  let at = 0
  for (let row = 0; row < size; row++) {
    const weighted = precision * (x[row] ?? 0)
    targets[row] = (targets[row] ?? 0) + weighted * target
    for (let column = 0; column <= row; column++, at++)
      products[at] = (products[at] ?? 0) + weighted * (x[column] ?? 0)
  }
}

/** What it expects, a logarithm as the others'; it goes no further beyond them than they are apart. `weight`: of the next observation. */
export function regressed(memory: RegressionMemory, expected: readonly number[], weight: number): number {
  const x = featuresOf(expected)
  const coefficients = solved(memory, ridge * weight)
  let sum = 0
  let [least, most] = [0, 0]
  for (let at = 0; at < size; at++) {
    const value = x[at] ?? 0
    sum += (coefficients[at] ?? 0) * value
    least = Math.min(least, value)
    most = Math.max(most, value)
  }
  const beyond = most - least
  return (expected[0] ?? 0) + Math.max(least - beyond, Math.min(most + beyond, sum))
}

/** Of the normal equations, by Cholesky: the matrix is symmetric and, with the ridge, positive definite. */
function solved({ products, targets }: RegressionMemory, ridgeWeight: number): number[] {
  const place = (row: number, column: number): number => (row * (row + 1)) / 2 + column
  const factor: number[] = []
  const forward: number[] = []
  for (let row = 0; row < size; row++) {
    let rest = targets[row] ?? 0
    for (let column = 0; column <= row; column++) {
      let sum = (products[place(row, column)] ?? 0) + (row === column ? ridgeWeight : 0)
      for (let at = 0; at < column; at++)
        sum -= (factor[place(row, at)] ?? 0) * (factor[place(column, at)] ?? 0)
      factor[place(row, column)] =
        row === column ? Math.sqrt(Math.max(sum, ridgeWeight)) : sum / (factor[place(column, column)] ?? 1)
      if (column < row) rest -= (factor[place(row, column)] ?? 0) * (forward[column] ?? 0)
    }
    forward[row] = rest / (factor[place(row, row)] ?? 1)
  }
  const found = Array<number>(size).fill(0)
  for (let row = size - 1; row >= 0; row--) {
    let rest = forward[row] ?? 0
    for (let below = row + 1; below < size; below++)
      rest -= (factor[place(below, row)] ?? 0) * (found[below] ?? 0)
    found[row] = rest / (factor[place(row, row)] ?? 1)
  }
  return found
}
