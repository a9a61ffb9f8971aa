/** Requests in the order in which they came: `arrived[t]` of them before step t. First come, first served. */
export interface Line {
  arrived: Float64Array
  /** The step in which the first of those that wait came; never goes back. */
  step: number
}

/** Steps that the first of `waiting` requests has waited before step `now`; it must not go back. */
export function waitOfFirst(line: Line, now: number, waiting: number): number {
  const { arrived } = line
  const begun = (arrived[now] as number) - waiting
  let { step } = line
  while ((arrived[step + 1] as number) <= begun) step++
  line.step = step
  const before = arrived[step] as number
  const came = (arrived[step + 1] as number) - before
  return Math.max(0, now - step - (begun - before) / came)
}

/** Requests whose deadline has passed before step `now`. */
export function passedDeadline(arrived: Float64Array, deadlineSteps: number, now: number): number {
  const whole = Math.floor(deadlineSteps)
  const at = now - whole
  if (at <= 0) return 0
  const came = arrived[at] as number
  const part = deadlineSteps - whole
  return part === 0 ? came : came - part * (came - (arrived[at - 1] as number))
}
