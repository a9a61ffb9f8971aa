/** The largest (or smallest) of the values of the last so many seconds: a queue that keeps only what can still win, constant time per value. */
export interface RecentExtreme {
  /** Takes the value of `at` (never earlier than the last) and answers the extreme of the window that ends there. */
  add(value: number, at: number): number
}

/** Values at least `windowSeconds` old have left it; 0 leaves the newest alone. */
export function recentExtreme(which: 'largest' | 'smallest', windowSeconds: number): RecentExtreme {
  const sign = which === 'largest' ? 1 : -1
  const values: number[] = []
  const times: number[] = []
  let head = 0

  return {
    add(value, at) {
      const signed = sign * value
      while (values.length > head && (values.at(-1) ?? 0) <= signed) {
        values.pop()
        times.pop()
      }
      values.push(signed)
      times.push(at)
      while (head < values.length - 1 && (times[head] ?? 0) <= at - windowSeconds) head++
      if (head > 64) {
        values.splice(0, head)
        times.splice(0, head)
        head = 0
      }
      return sign * (values[head] ?? signed)
    },
  }
}
