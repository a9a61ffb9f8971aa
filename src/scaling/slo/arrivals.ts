import type { SloQueueMemory } from '../../model/slo-memory.ts'
import { second } from '../../model/time.ts'

/** When what waits came: a queue tells how much there is, and the age of the oldest only minutes later. */

export type Came = NonNullable<SloQueueMemory['came']>

const cameKept = 32
const closestSeconds = 5
const keptSeconds = 1_200
/** Older looks are kept once a minute: they tell a rate, and nobody's age. */
const fineSeconds = 120
const coarseSeconds = 60

/**
 * The memory with one more look. What came since the last one is what there is more now, and what the busy tasks should have completed meanwhile;
 * below zero too, for that is a guess, and its errors must not add up.
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
  const more = messages - were + completing * (at - before)
  // Looks that follow each other closely are one.
  const kept = at - before < closestSeconds && came.length > 1 ? came.slice(0, -1) : came.slice()
  kept.push([at, Math.round((total + more) * 10) / 10, messages])
  const recent = thinned(kept, at)
  return total > 1e6 ? recent.map(([since, sum, all]) => [since, sum - (recent[0]?.[1] ?? 0), all]) : recent
}

function thinned(came: Came, now: number): Came {
  const kept: Came = []
  let before = Number.NEGATIVE_INFINITY
  for (const [place, look] of came.entries()) {
    const [at] = look
    const next = came[place + 1]
    const isOld = next !== undefined && now - next[0] > keptSeconds
    const isBetween = next !== undefined && now - at > fineSeconds && next[0] - before < coarseSeconds
    if (isOld || isBetween) continue
    kept.push(look)
    before = at
  }
  return kept.slice(-cameKept)
}

/**
 * How many of the `waiting` may be older than so many seconds: first come, first served, and what came is one standard deviation of the guess fewer. What was
 * there at the first look that is known is as old as that look.
 */
export function olderThan(came: Came, waiting: number, seconds: number): number {
  if (knownSeconds(came) < seconds) return 0
  const count = cameWithin(came, seconds)
  return Math.min(waiting, Math.max(0, waiting - count + Math.sqrt(guessedWithin(came, seconds, count))))
}

/** Of the `count` messages that came in the last so many seconds, those that were completed as well: a guess, a Poisson count. */
export const guessedWithin = (came: Came, seconds: number, count: number): number =>
  Math.max(0, count - changeWithin(came, seconds, 2))

/** How far back the memory reaches. */
export const knownSeconds = (came: Came): number => (came.at(-1)?.[0] ?? 0) - (came[0]?.[0] ?? 0)

/** Messages that came in the last so many seconds, or since the first look that is known. */
export const cameWithin = (came: Came, seconds: number): number => Math.max(0, changeWithin(came, seconds, 1))

/** Between two looks on a straight line. */
function changeWithin(came: Came, seconds: number, column: 1 | 2): number {
  const newest = came.at(-1)
  if (!newest) return 0
  const since = newest[0] - seconds
  let before = came[0] ?? newest
  if (since <= before[0]) return newest[column] - before[column]
  for (const look of came) {
    if (look[0] >= since) {
      const share = look[0] === before[0] ? 1 : (since - before[0]) / (look[0] - before[0])
      return newest[column] - (before[column] + share * (look[column] - before[column]))
    }
    before = look
  }
  return 0
}
