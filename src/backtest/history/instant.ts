import { parseTimestamp, second } from '../../model/time.ts'

const bareDate = /^\d{4}-\d\d-\d\d$/
const zoneless = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d([.,]\d+)?)?$/
const plain = /^\d+(\.\d+)?(e\+?\d+)?$/i

/** A number as it is written, or the seconds since 1970 of an ISO 8601 time, UTC where it has no zone; null when it is neither. */
export function parseInstant(text: string): number | null {
  if (plain.test(text)) return Number(text)
  if (!/^\d{4}-\d\d-\d\d/.test(text)) return null
  const whole = zoneless.test(text) ? `${text.replace(' ', 'T').replace(',', '.')}Z` : text
  const atMs = parseTimestamp(bareDate.test(text) ? `${text}T00:00Z` : whole)
  return atMs === null ? null : atMs / second
}

/** Above, a number is milliseconds since 1970: as seconds it would be the year 5138. */
export const leastEpochMs = 1e11

/** Above, a number is an instant since 1970 rather than since the history began: three years. */
export const leastEpochSeconds = 1e8
