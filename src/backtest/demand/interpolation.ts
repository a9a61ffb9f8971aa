/**
 * Rates per second from sums per interval. Histories come in steps of 60 or 300 s; replayed as steps they would hide every trend
 * and startle every autoscaler at each step. Here the rate is continuous: it passes each border between two intervals at the mean
 * of both (at most four times the smaller, so that silence stays silence) and runs over a plateau inside. The plateau is as wide as
 * it must be for a peak or a valley not to exceed the interval's mean by more than a tenth. Each interval keeps its sum; no rate is
 * negative.
 *
 * @returns events per second, one value for each second
 */
export function interpolateRates(sums: Float64Array, intervalSeconds: number): Float64Array {
  const rates = new Float64Array(sums.length * intervalSeconds)
  const mean = (at: number): number => (sums[at] as number) / intervalSeconds
  for (let at = 0; at < sums.length; at++) {
    const here = mean(at)
    const left = at === 0 ? here : border(mean(at - 1), here)
    const right = at === sums.length - 1 ? here : border(here, mean(at + 1))
    fill(rates, at * intervalSeconds, intervalSeconds, shapeOf(left, here, right))
  }
  return rates
}

const border = (before: number, after: number): number =>
  Math.min((before + after) / 2, 4 * Math.min(before, after))

interface Shape {
  left: number
  plateau: number
  right: number
  /** Part of the interval that each ramp takes, up to a half. */
  ramp: number
}

const mostExcess = 0.1

/** The interval's mean is `plateau · (1 - ramp) + ramp · (left + right) / 2`. */
function shapeOf(left: number, mean: number, right: number): Shape {
  const borders = (left + right) / 2
  const excess = Math.abs(mean - borders)
  const odds = excess === 0 ? 1 : Math.min(1, (mostExcess * mean) / excess)
  return { left, right, ramp: odds / (1 + odds), plateau: mean + odds * (mean - borders) }
}

/** The shape's integral over each second, by differences of the integral from the left. */
function fill(rates: Float64Array, from: number, seconds: number, shape: Shape): void {
  let before = 0
  for (let at = 1; at <= seconds; at++) {
    const now = integral(shape, at / seconds)
    rates[from + at - 1] = Math.max(0, (now - before) * seconds)
    before = now
  }
}

/** From 0 to x, both in parts of the interval. */
function integral({ left, plateau, right, ramp }: Shape, x: number): number {
  const rising = Math.min(x, ramp)
  const level = Math.min(Math.max(x - ramp, 0), 1 - 2 * ramp)
  const falling = Math.max(0, x - (1 - ramp))
  const up = ramp === 0 ? 0 : left * rising + ((plateau - left) * rising * rising) / (2 * ramp)
  const down = ramp === 0 ? 0 : plateau * falling + ((right - plateau) * falling * falling) / (2 * ramp)
  return up + plateau * level + down
}
