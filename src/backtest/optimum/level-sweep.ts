export interface SweepOptions {
  startSeconds: number
  drainSeconds: number
  leastBillSeconds: number
  /** Only task-seconds within count. */
  window: { from: number; to: number }
}

export interface Sweep {
  taskSeconds: number
  /** Times at which tasks are launched or stopped. */
  changes: number
}

/**
 * The cheapest way to have at least `needed[t]` tasks in each second, for somebody who knows the future. Tasks are alike, so that the problem
 * splits by level: a task that is not needed for a while is kept when the gap is shorter than start and drain, and stopped and started
 * again in time when it is longer. Exact while start and drain together are not shorter than the least bill; otherwise a little above.
 */
export function sweepLevels(needed: Uint32Array, options: SweepOptions): Sweep {
  const { startSeconds, drainSeconds, leastBillSeconds, window } = options
  const restart = startSeconds + drainSeconds
  /** By level: when it was last switched on, and off; NaN: never. */
  const onSince: number[] = []
  const offSince: number[] = []
  let taskSeconds = 0
  let changes = 0

  const bill = (on: number, off: number): void => {
    const launched = on === 0 ? 0 : on - startSeconds
    const end = Math.max(off + drainSeconds, launched + leastBillSeconds)
    taskSeconds += Math.max(0, Math.min(end, window.to) - Math.max(launched, window.from))
  }

  let before = 0
  for (let at = 0; at <= needed.length; at++) {
    const now = at < needed.length ? (needed[at] as number) : 0
    for (let level = before; level < now; level++) {
      const off = offSince[level]
      if (off !== undefined && at - off <= restart) continue
      if (off !== undefined) {
        bill(onSince[level] as number, off)
        changes += 2
      }
      onSince[level] = at
    }
    for (let level = now; level < before; level++) offSince[level] = at
    before = now
  }
  for (const [level, off] of offSince.entries()) bill(onSince[level] as number, off)
  return { taskSeconds, changes }
}
