import type { Draws } from './draws.ts'

/** A Poisson count, exact for every mean: by inversion below 10, by transformed rejection (PTRS, Hörmann 1993) from there on. */
export const poisson = (mean: number, draws: Draws): number =>
  mean <= 0 ? 0 : mean < 10 ? poissonQuantile(draws.uniform(), mean) : transformedRejection(mean, draws)

/** The smallest count whose cumulative probability reaches p in (0, 1); for small means, as it counts up from 0. */
export function poissonQuantile(p: number, mean: number): number {
  let probability = Math.exp(-mean)
  let cumulative = probability
  let count = 0
  while (p > cumulative && probability > 0) {
    count++
    probability *= mean / count
    cumulative += probability
    // The sum of binary fractions may end just below p.
    if (count > mean && probability < 1e-17) break
  }
  return count
}

function transformedRejection(mean: number, { uniform }: Draws): number {
  const b = 0.931 + 2.53 * Math.sqrt(mean)
  const a = -0.059 + 0.02483 * b
  const accept = 0.9277 - 3.6224 / (b - 2)
  for (;;) {
    const u = uniform() - 0.5
    const v = uniform()
    const distance = 0.5 - Math.abs(u)
    const count = Math.floor(((2 * a) / distance + b) * u + mean + 0.43)
    if (distance >= 0.07 && v <= accept) return count
    if (count < 0 || (distance < 0.013 && v > distance)) continue
    const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4)
    const bound = count * Math.log(mean) - mean - logFactorial(count)
    if (Math.log((v * inverseAlpha) / (a / (distance * distance) + b)) <= bound) return count
  }
}

const logFactorials = new Float64Array(32)
for (let n = 1; n < logFactorials.length; n++)
  logFactorials[n] = (logFactorials[n - 1] as number) + Math.log(n)

/** Stirling's series beyond the table; its error is below 1e-11 there. */
export function logFactorial(n: number): number {
  const known = logFactorials[n]
  if (known !== undefined) return known
  const inverse = 1 / n
  const series = inverse * (1 / 12 - inverse * inverse * (1 / 360 - (inverse * inverse) / 1260))
  return (n + 0.5) * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI) + series
}
