import { isIPv4, isIPv6 } from 'node:net'
import * as z from 'zod'
import { redact } from '../model/redaction.ts'
import { parseTimestamp } from '../model/time.ts'

/**
 * Fields of AWS payloads: what is absent, of another type or not to be understood becomes null (or an empty list) and never
 * refuses the payload. What a kind cannot do without, its own file checks.
 */

const read = <T>(reader: (value: unknown) => T) => z.unknown().optional().transform(reader)

/** Trimmed; null when empty. */
export const text = read(asText)
export const upper = read(value => asText(value)?.toUpperCase() ?? null)

/** AWS allows 1,024 characters. */
const wordsMax = 2_000

/** Free words of AWS or of a caller, without what looks like a secret, and without the `known` values. */
export const wordsWithout = (known: readonly string[]) =>
  read(value => {
    const told = asText(value)
    if (told === null) return null
    // A word cut in two may be half a secret.
    return redact(told.length > wordsMax ? told.slice(0, wordsMax).replace(/\S+$/, '') : told, known)
  })

export const words = wordsWithout([])

/** Whole number, also as text; `"null"` and `".5 vCPU"` are none. */
export const integer = read(value => {
  const number = typeof value === 'string' && /^\s*-?\d+\s*$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : null
})

/** True, false, and both as text. */
export const flag = read(value => {
  const told = typeof value === 'string' ? value.trim().toLowerCase() : value
  if (told === true || told === 'true') return true
  return told === false || told === 'false' ? false : null
})

/** Epoch milliseconds of whatever AWS calls a timestamp; numbers may come as text. */
export const instant = read(value =>
  parseTimestamp(typeof value === 'string' && /^\d+(\.\d+)?$/.test(value) ? Number(value) : value),
)

export const ipv4 = read(value => (typeof value === 'string' && isIPv4(value) ? value : null))
export const ipv6 = read(value => (typeof value === 'string' && isIPv6(value) ? value : null))

export const oneOf = <const T extends string>(values: readonly T[]) =>
  read(value => values.find(each => each === asText(value)?.toUpperCase()) ?? null)

/** Elements that fit; a single one may stand without its list. */
export const list = <T>(element: z.ZodType<T>) =>
  read(value => {
    const elements = Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]
    return elements.flatMap(each => {
      const parsed = element.safeParse(each)
      return parsed.success ? [parsed.data] : []
    })
  })

export const texts = list(z.string().trim().min(1))

/** A nested object; an absent or odd one reads as if it were empty. */
export const inside = <T extends z.ZodRawShape>(shape: T) => {
  const schema = z.object(shape)
  return read(value => schema.parse(isRecord(value) ? value : {}))
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function asText(value: unknown): string | null {
  const trimmed = typeof value === 'string' ? value.trim() : ''
  return trimmed === '' ? null : trimmed
}
