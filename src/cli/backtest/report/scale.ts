/** From values to pixels, and the ticks of an axis. */

export type Scale = (value: number) => number

export const linear =
  ([from, to]: [number, number], [start, end]: [number, number]): Scale =>
  value =>
    start + ((value - from) / (to - from)) * (end - start)

export function logarithmic([from, to]: [number, number], range: [number, number]): Scale {
  const scale = linear([Math.log(from), Math.log(to)], range)
  return value => scale(Math.log(value))
}

/** Round values from 0 to `most`, about `count` steps of 1, 2 or 5 times a power of ten and at least one of them; no fractions of a task. */
export function taskTicks(most: number, count: number): number[] {
  const rough = Math.max(most, 1) / count
  const power = 10 ** Math.floor(Math.log10(rough))
  const steps = [1, 2, 5, 10].map(each => each * power).filter(step => step <= Math.max(most, 1))
  const step = Math.max(1, steps.find(each => each >= rough) ?? steps.at(-1) ?? 1)
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, index) => index * step)
}

const costTicks = [1, 1.1, 1.2, 1.4, 1.6, 2, 3, 4, 5, 7, 10, 15, 20, 30, 50, 100]

/** Multiples of the optimum within the bounds, each far enough from the one before to be read. */
export function costTicksWithin(scale: Scale, [least, most]: [number, number], gap: number): number[] {
  const kept: number[] = []
  for (const tick of costTicks.filter(each => each >= least && each <= most)) {
    const before = kept.at(-1)
    if (before === undefined || Math.abs(scale(tick) - scale(before)) >= gap) kept.push(tick)
  }
  return kept
}

/** Powers of ten from `least` to `most`, both of which are such powers. */
export const decades = (least: number, most: number): number[] => {
  const first = Math.round(Math.log10(least))
  return Array.from({ length: Math.round(Math.log10(most)) - first + 1 }, (_, index) => 10 ** (first + index))
}
