import type { Mark } from '../model/slo-memory.ts'

/** The largest or smallest count of a sliding window, from the few marks that can still be it (a monotone queue). */

/** Beyond it two neighbours become one, which holds a little longer than it should. */
const marksMax = 12

/**
 * With one more count. `sign` 1 keeps the largest, -1 the smallest. The first of the answer is the one that holds. A mark's time is when
 * the next count followed: until then it held, also through a time in which nobody looked.
 */
export function withMark(
  marks: readonly Mark[],
  tasks: number,
  { nowMs, windowMs, sign }: { nowMs: number; windowMs: number; sign: 1 | -1 },
): Mark[] {
  const kept: Mark[] = []
  for (const [atMs, count] of marks) {
    if (sign * count <= sign * tasks) continue
    const untilMs = count === marks.at(-1)?.[1] ? nowMs : atMs
    // A clock that was set back by more than the window ends it.
    if (Math.abs(nowMs - untilMs) < windowMs) kept.push([untilMs, count])
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
