/** A measured or fetched value. Unknown is not zero: `missing` and `failed` carry no number to calculate with. */

export type Reading<T> =
  | { kind: 'value'; value: T /** When it was true, epoch ms. */; observedAtMs: number }
  | { kind: 'missing' /** What was asked for and not there. */; what: string }
  | { kind: 'failed'; failure: AwsFailure }

/** Why a call to the outside did not succeed. Expected failures are values. */
export interface AwsFailure {
  code: FailureCode
  /** The outside's own words, never an override or a secret. */
  message: string
  /** `ecs:RunTask`, `slack:chat.postMessage`, … */
  operation: string
  /** Set when the other side says how long to wait (HTTP `Retry-After`), milliseconds. */
  retryAfterMs?: number
}

export type FailureCode =
  /** Too many calls; the same call later succeeds. */
  | 'throttled'
  /** Network, timeout or 5xx: it may or may not have been applied. */
  | 'unavailable'
  /** Missing right. */
  | 'denied'
  /** The named resource does not exist. */
  | 'not-found'
  /** The same token was used with other parameters, or the resource is busy. */
  | 'conflict'
  /** A quota or a limit of the account. */
  | 'quota'
  /** The request cannot succeed as it is. */
  | 'invalid'

export const isTransient = (failure: AwsFailure): boolean =>
  failure.code === 'throttled' || failure.code === 'unavailable'

/** The answer of a port: the value, or the failure. Ports do not throw for what AWS says. */
export type Answer<T> = { ok: true; value: T } | { ok: false; failure: AwsFailure }

export const answered = <T>(value: T): Answer<T> => ({ ok: true, value })
export const refused = (
  operation: string,
  code: FailureCode,
  message: string,
  retryAfterMs?: number,
): Answer<never> => ({
  ok: false,
  failure: { operation, code, message, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) },
})

/** An answer seen at `atMs` as a reading. */
export const readingOf = <T>(answer: Answer<T>, atMs: number): Reading<T> =>
  answer.ok
    ? { kind: 'value', value: answer.value, observedAtMs: atMs }
    : { kind: 'failed', failure: answer.failure }
