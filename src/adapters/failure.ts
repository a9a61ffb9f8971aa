import type { Answer, AwsFailure, FailureCode } from '../model/reading.ts'
import { redact } from '../model/redaction.ts'
import { second } from '../model/time.ts'

/** What AWS says, as a value: the only place that knows the names of AWS's errors. */

/** In this order: a name that fits two rows is meant as the first. */
const codesByName: [FailureCode, RegExp][] = [
  [
    'throttled',
    /Throttl|^TooManyRequests|^RequestLimitExceeded$|^SlowDown$|^ProvisionedThroughputExceeded|^PriorRequestNotComplete$|^BandwidthLimitExceeded$/,
  ],
  [
    'denied',
    /^AccessDenied|AccessDenied(Exception)?$|^Unauthorized|^AuthFailure$|^UnrecognizedClient|^InvalidClientTokenId$|Signature|^ExpiredToken|^MissingAuthenticationToken|^NotAuthorized|^OptInRequired$|^BlockedException$|^InvalidSecurity$|^CredentialsProviderError$|^TokenProviderError$/,
  ],
  ['quota', /(Limit|Quota|Size)Exceeded|^OverLimit$/],
  ['not-found', /NotFound|DoesNotExist|NonExistentQueue/],
  [
    'conflict',
    /Conflict|^DuplicateRequest$|^ResourceInUse|InProgress|ConcurrentModification|ParameterMismatch/,
  ],
  [
    'unavailable',
    /^Internal(Error|Failure|Server|Service)|^ServerException$|^ServiceUnavailable|^Unavailable$|Timeout|^AbortError$/,
  ],
]

/** ECS answers `ClientException` for several things and tells them apart in words only. */
const codesByWords: [FailureCode, RegExp][] = [
  ['quota', /reached the limit|limit .*exceeded|too many concurrent/i],
  ['not-found', /unable to describe|not found/i],
]

const networkCodes =
  /^(ECONNRESET|ECONNREFUSED|ECONNABORTED|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/

interface SdkError extends Error {
  code?: unknown
  $metadata?: { httpStatusCode?: number }
  $response?: { statusCode?: number; headers?: Record<string, string> }
}

/** `secrets`: texts that were sent and must not come back in the message. Null when the error is not AWS's but our own bug. */
export function failureOf(operation: string, error: unknown, secrets: string[] = []): AwsFailure | null {
  if (!(error instanceof Error)) return null
  const code = codeOf(error)
  if (code === null) return null
  const retryAfterMs = retryAfterOf(error)
  const message = spoken(error, secrets)
  return { operation, code, message, ...(retryAfterMs === null ? {} : { retryAfterMs }) }
}

/** Runs a call; what AWS says against it becomes a value, our own bugs are thrown on. */
export async function ask<T>(
  operation: string,
  call: () => Promise<Answer<T>>,
  secrets: string[] = [],
): Promise<Answer<T>> {
  try {
    return await call()
  } catch (error) {
    const failure = failureOf(operation, error, secrets)
    if (failure === null) throw error
    return { ok: false, failure }
  }
}

function codeOf(error: SdkError): FailureCode | null {
  const status = error.$metadata?.httpStatusCode ?? error.$response?.statusCode
  const network = typeof error.code === 'string' && networkCodes.test(error.code)
  const named = codesByName.find(([, names]) => names.test(error.name))?.[0]
  if (named) return named
  if (network) return 'unavailable'
  if (status === undefined) return null
  if (status === 429) return 'throttled'
  // 2xx with an error: the answer was cut short or is not AWS's (a proxy's page).
  if (status >= 500 || status < 300) return 'unavailable'
  if (error.name === 'ClientException')
    return codesByWords.find(([, words]) => words.test(error.message))?.[0] ?? 'invalid'
  return status === 403 ? 'denied' : 'invalid'
}

function retryAfterOf(error: SdkError): number | null {
  const header = error.$response?.headers?.['retry-after'] ?? ''
  return /^\d+(\.\d+)?$/.test(header) ? Number(header) * second : null
}

/** A shorter text sent as a value could be any word of the message. */
const shortestSecret = 4

/** One line of at most 500 characters, without what AWS likes to echo: sent values, signed headers (they carry a session token), encoded denials. */
function spoken(error: SdkError, secrets: string[]): string {
  return (
    redact(
      error.message || error.name,
      secrets.filter(secret => secret.length >= shortestSecret),
    )
      .replace(/\s*(The Canonical String|Encoded authorization failure message|Deserialization error).*/s, '')
      .replace(/Value '.*?' at '/gs, "Value '…' at '")
      .replace(/\s+/g, ' ')
      .trim()
      .slice(0, 500) || error.name
  )
}
