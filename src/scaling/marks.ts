import type { Mark } from '../model/slo-memory.ts'

/** The largest or smallest count of a sliding window, from the few marks that can still be it (a monotone queue). */

/** Beyond it two neighbours become one, which holds a little longer than it should. */
const marksMax = 12

/** With one more count. `sign` 1 keeps the largest, -1 the smallest. The first of the answer is the one that holds. */
export function withMark(
  marks: readonly Mark[],
  tasks: number,
  { nowMs, windowMs, sign }: { nowMs: number; windowMs: number; sign: 1 | -1 },
): Mark[] {
  const kept: Mark[] = []
  for (const mark of marks) {
    // A clock that was set back by more than the window ends it.
    const isWithin = Math.abs(nowMs - mark[0]) < windowMs
    if (isWithin && sign * mark[1] > sign * tasks) kept.push(mark)
  }
  kept.push([nowMs, tasks])
  if (kept.length > marksMax) mergeClosest(kept)
  return kept
}

function mergeClosest(marks: Mark[]): void {
  let at = 0
  let least = Number.POSITIVE_INFINITY
  // Never the newest: what was just asked for would be forgotten, again and again.
  for (let next = 1; next < marks.length - 1; next++) {
    const gapMs = (marks[next]?.[0] ?? 0) - (marks[next - 1]?.[0] ?? 0)
    if (gapMs < least) [at, least] = [next, gapMs]
  }
  const [older, newer] = [marks[at - 1], marks[at]]
  if (older && newer) marks.splice(at - 1, 2, [newer[0], older[1]])
}
