import { type Answer, answered, refused } from '../model/reading.ts'
import { itemBytesMax, unstorable } from '../model/store-limits.ts'

/** How values go into and come out of the memory store: as copies, and only what a table could hold. */

/** A copy for the store, frozen in all its parts so that it can be handed out as it is, or the refusal. */
export type Keep = <T>(operation: string, value: T) => Answer<T>

/** Deep; keys that are undefined are left out, as the table leaves them out. */
export const copyOf = <T>(value: T): T => JSON.parse(JSON.stringify(value))

/** `invalid` for numbers no store keeps; null when there are none. */
export function refusal(operation: string, values: unknown): Extract<Answer<never>, { ok: false }> | null {
  const bad = unstorable(values)
  if (bad === null) return null
  const message = `not a number that can be stored: ${bad}`
  return { ok: false, failure: { operation, code: 'invalid', message } }
}

export const keep: Keep = (operation, value) => {
  const bad = refusal(operation, value)
  if (bad) return bad
  const text = JSON.stringify(value)
  // A character is one byte at least, and three at most.
  const bytes = text.length * 3 > itemBytesMax ? Buffer.byteLength(text) : 0
  return bytes > itemBytesMax
    ? refused(operation, 'quota', `Item size has exceeded the maximum allowed size: ${bytes} bytes`)
    : answered(frozen(JSON.parse(text)))
}

function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  for (const part of Object.values(value)) frozen(part)
  return Object.freeze(value)
}
