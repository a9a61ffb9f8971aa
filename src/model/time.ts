/** The only file that touches `Date`. Instants are epoch milliseconds (UTC) in names that end in `AtMs`. */

/** Where "now" comes from: the system in Lambda, virtual time in the world. */
export interface Clock {
  /** Epoch milliseconds, UTC. */
  now(): number
}

export const systemClock: Clock = { now: () => Date.now() }

export const second = 1_000
export const minute = 60 * second
export const hour = 60 * minute
export const day = 24 * hour

/**
 * Epoch milliseconds of what AWS calls a timestamp, or null when it is none.
 * Takes ISO 8601 with `Z`, `+0000` or nine fractional digits, RFC 1123, a Date, and numbers: below 1e11 they are
 * epoch seconds (the API), otherwise epoch milliseconds (Step Functions). Before 1970 and after the year 9999 it is none.
 */
export function parseTimestamp(value: unknown): number | null {
  const atMs = Math.round(epochMs(value))
  // A little later, no calendar knows it, and no sentence could be made of it.
  return atMs >= 0 && atMs < year10000 ? atMs : null
}

const year10000 = 253_402_300_800_000

/** NaN when it is none. */
function epochMs(value: unknown): number {
  if (value instanceof Date) return value.getTime()
  if (typeof value === 'number') return value < 1e11 ? value * second : value
  if (typeof value !== 'string' || value === '') return Number.NaN
  return Date.parse(value.replace(/(\.\d{3})\d+/, '$1').replace(/([+-]\d{2})(\d{2})$/, '$1:$2'))
}

/** ISO 8601 with milliseconds: `2026-11-23T08:46:26.000Z`. */
export const isoTime = (atMs: number): string => new Date(atMs).toISOString()

/** Date for the AWS SDK, which takes no numbers. */
export const dateOf = (atMs: number): Date => new Date(atMs)

/** `08:46:26`, UTC. */
export const clockTime = (atMs: number): string => isoTime(atMs).slice(11, 19)

/** A span for people: `850 ms`, `45 s`, `5 min`, `1 h 30 min`. Whole seconds from one second on. */
export function span(ms: number): string {
  if (ms < second) return `${Math.round(ms)} ms`
  const total = Math.round(ms / second)
  const [h, m, s] = [Math.floor(total / 3600), Math.floor((total % 3600) / 60), total % 60]
  const parts = [h > 0 && `${h} h`, m > 0 && `${m} min`, s > 0 && h === 0 && `${s} s`].filter(Boolean)
  return parts.join(' ') || '0 s'
}
