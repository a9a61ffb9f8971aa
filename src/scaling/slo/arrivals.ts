import type { SloQueueMemory } from '../../model/slo-memory.ts'
import { second } from '../../model/time.ts'

/** When what waits came: a queue tells how much there is, and the age of the oldest only minutes later. */

export type Came = NonNullable<SloQueueMemory['came']>

const cameKept = 32
const closestSeconds = 5
const keptSeconds = 320

/**
 * The memory with one more look. What came since the last one is what there is more now, and what the busy tasks should have completed meanwhile.
 *
 * @param messages all that are not done
 * @param completing messages per second that are being completed
 */
export function arrivalsAt(
  came: Came | undefined,
  messages: number,
  completing: number,
  { nowMs, withinSeconds }: { nowMs: number; withinSeconds: number },
): Came {
  const at = Math.round(nowMs / second)
  const last = came?.at(-1)
  if (!came || !last || at < last[0] || at - last[0] > 2 * withinSeconds) return [[at, messages, messages]]
  const [before, total, were] = last
  const more = Math.max(0, messages - were + completing * (at - before))
  const entry: Came[number] = [at, Math.round((total + more) * 10) / 10, messages]
  // Looks that follow each other closely are one.
  const kept = at - before < closestSeconds && came.length > 1 ? came.slice(0, -1) : came.slice()
  kept.push(entry)
  const oldest = kept.findIndex(([since]) => at - since <= keptSeconds)
  const recent = kept.slice(Math.max(oldest, kept.length - cameKept, 0))
  return total > 1e6 ? recent.map(([since, sum, all]) => [since, sum - (recent[0]?.[1] ?? 0), all]) : recent
}

/**
 * How many of the `waiting` are older than so many seconds: first come, first served. What was there at the first look that is known
 * is as old as that look.
 */
export function olderThan(came: Came, waiting: number, seconds: number): number {
  const [first, newest] = [came[0], came.at(-1)]
  if (!first || !newest || newest[0] - first[0] < seconds) return 0
  return Math.max(0, waiting - cameWithin(came, seconds))
}

/** Messages that came in the last so many seconds, or since the first look that is known. */
export function cameWithin(came: Came, seconds: number): number {
  const newest = came.at(-1)
  if (!newest) return 0
  const since = newest[0] - seconds
  let [at, total] = came[0] ?? newest
  if (since <= at) return newest[1] - total
  for (const [nextAt, nextTotal] of came) {
    if (nextAt >= since) {
      const share = nextAt === at ? 1 : (since - at) / (nextAt - at)
      return newest[1] - (total + share * (nextTotal - total))
    }
    at = nextAt
    total = nextTotal
  }
  return 0
}
