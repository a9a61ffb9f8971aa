import { day, minute } from './time.ts'

/** What every store keeps to, beside the signatures of the port `Store` (docs/decisions/0001-ledger.md). */

/** Keys an inbox holds at most; a mark beyond it is refused with `quota` and the message comes back later. */
export const inboxKeysMax = 4_000

/** One item, DynamoDB's limit; a larger write is refused with `quota`. */
export const itemBytesMax = 400 * 1024

/** A notice that nobody took is due for the tick this long after its line was written or touched. */
export const noticeBackstopMs = minute

/** What was told of a task is kept so long after it was told last. */
export const stopsKeptMs = 30 * day

/**
 * Where in a value the first number stands that a store must not keep (NaN, infinite, beyond exact integers, or
 * smaller than DynamoDB's 1e-130), as a path such as `memory.scaling.lastWrite.atMs`; null when there is none.
 */
export function unstorable(value: unknown, path = ''): string | null {
  if (typeof value === 'number') return isStorable(value) ? null : path
  if (typeof value !== 'object' || value === null) return null
  for (const [key, part] of Object.entries(value)) {
    const found = unstorable(part, path === '' ? key : `${path}.${key}`)
    if (found !== null) return found
  }
  return null
}

const isStorable = (number: number): boolean =>
  Math.abs(number) <= Number.MAX_SAFE_INTEGER && (number === 0 || Math.abs(number) >= 1e-130)
