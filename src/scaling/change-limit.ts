import type { Mark } from '../model/slo-memory.ts'
import type { ChangeLimit, Direction } from './wishes/direction.ts'

/**
 * How far the count may go within the limits per period, as HPA computes it (normalizeDesiredReplicasWithBehaviors): from the count
 * at the beginning of each period. A share moves one task at least, or none would ever leave zero.
 */

export const mostAllowed = (
  count: number,
  { atMost, select }: Pick<Direction, 'atMost' | 'select'>,
  changes: readonly Mark[],
  nowMs: number,
): number => {
  if (atMost.length === 0) return Number.POSITIVE_INFINITY
  const ends = atMost.map(limit => {
    const start = countAt(changes, nowMs - limit.periodMs, count)
    if ('tasks' in limit) return start + limit.tasks
    return limit.percent === 0
      ? start
      : Math.max(start + 1, Math.ceil(start * (1 + limit.percent / 100) - 1e-9))
  })
  return Math.max(count, select === 'largest' ? Math.max(...ends) : Math.min(...ends))
}

export const fewestAllowed = (
  count: number,
  { atMost, select }: Pick<Direction, 'atMost' | 'select'>,
  changes: readonly Mark[],
  nowMs: number,
): number => {
  if (atMost.length === 0) return 0
  const ends = atMost.map(limit => {
    const start = countAt(changes, nowMs - limit.periodMs, count)
    if ('tasks' in limit) return start - limit.tasks
    return limit.percent === 0
      ? start
      : Math.min(start - 1, Math.floor(start * (1 - limit.percent / 100) + 1e-9))
  })
  return Math.max(0, Math.min(count, select === 'largest' ? Math.min(...ends) : Math.max(...ends)))
}

/** The count at an instant, from the changes after it. */
function countAt(changes: readonly Mark[], atMs: number, count: number): number {
  for (const [changedAtMs, before] of changes) if (changedAtMs > atMs) return before
  return count
}

/** Beyond it neighbours become one. */
const changesMax = 24

/** With one more change, when it was and the count before it; as far back as the longest limit looks, none where there is no limit. */
export function withChange(
  changes: readonly Mark[],
  change: Mark,
  limits: readonly ChangeLimit[],
  nowMs: number,
): Mark[] {
  const longestMs = Math.max(0, ...limits.map(({ periodMs }) => periodMs))
  if (longestMs === 0) return []
  // What lies ahead after a clock was set back would count forever.
  const kept = changes.filter(([atMs]) => Math.abs(nowMs - atMs) < longestMs)
  // The same change again, of which the answer was lost.
  if (kept.at(-1)?.[0] === change[0]) return kept
  kept.push(change)
  while (kept.length > changesMax) {
    // The older count holds until the later instant: whichever way the count went, more of the change is counted.
    const [oldest, next] = kept
    if (!oldest || !next) break
    kept.splice(0, 2, [next[0], oldest[1]])
  }
  return kept
}
