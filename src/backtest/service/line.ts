/** Requests in the order in which they came: `arrived[t]` of them in [0, t). First come, first served. */
export interface Line {
  arrived: Float64Array
  /** The second in which the first of those that wait came; never goes back. */
  second: number
}

/** How long the first of `waiting` requests has waited at a whole second, which must not be before the last one asked for. */
export function waitOfFirst(line: Line, now: number, waiting: number): number {
  const { arrived } = line
  const begun = (arrived[now] as number) - waiting
  let { second } = line
  while ((arrived[second + 1] as number) <= begun) second++
  line.second = second
  const before = arrived[second] as number
  const came = (arrived[second + 1] as number) - before
  return Math.max(0, now - second - (begun - before) / came)
}

/** Requests whose deadline has passed at a whole second. */
export function passedDeadline(arrived: Float64Array, deadlineSeconds: number, now: number): number {
  const whole = Math.floor(deadlineSeconds)
  const at = now - whole
  if (at <= 0) return 0
  const came = arrived[at] as number
  const part = deadlineSeconds - whole
  return part === 0 ? came : came - part * (came - (arrived[at - 1] as number))
}
