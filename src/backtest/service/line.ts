/** Requests as they came, first come first served: `arrived[t]` of them in [0, t). */

export interface Deadline {
  /** Requests whose deadline has passed at a whole second. */
  passed(now: number): number
}

export function createDeadline(arrived: Float64Array, deadlineSeconds: number): Deadline {
  const whole = Math.floor(deadlineSeconds)
  const part = deadlineSeconds - whole
  return {
    passed(now) {
      const at = now - whole
      if (at <= 0) return 0
      const came = arrived[at] as number
      return part === 0 ? came : came - part * (came - (arrived[at - 1] as number))
    },
  }
}

export interface Line {
  /** How long the first of those that wait at a whole second has waited. Seconds must not go back, nor may the first. */
  waitOfFirst(now: number, waiting: number): number
}

export function createLine(arrived: Float64Array): Line {
  /** The second in which the first came. */
  let second = 0
  return {
    waitOfFirst(now, waiting) {
      const begun = (arrived[now] as number) - waiting
      while ((arrived[second + 1] as number) <= begun) second++
      const before = arrived[second] as number
      const came = (arrived[second + 1] as number) - before
      return Math.max(0, now - second - (begun - before) / came)
    },
  }
}
