import { expect, test } from 'vitest'
import { ask, failureOf } from '../../src/adapters/failure.ts'
import type { FailureCode } from '../../src/model/reading.ts'

/** An error as the SDK throws it. */
const sdkError = (name: string, status: number | undefined, message = 'words', more: object = {}) =>
  Object.assign(new Error(message), {
    name,
    ...(status === undefined ? {} : { $metadata: { httpStatusCode: status } }),
    ...more,
  })

const names: [FailureCode, string, number][] = [
  ['throttled', 'ThrottlingException', 400],
  ['throttled', 'Throttling', 400],
  ['throttled', 'RequestThrottled', 403],
  ['throttled', 'KmsThrottled', 400],
  ['throttled', 'TooManyRequestsException', 429],
  ['throttled', 'RequestLimitExceeded', 503],
  ['throttled', 'ProvisionedThroughputExceededException', 400],
  ['throttled', 'SomethingNew', 429],
  ['unavailable', 'ServerException', 500],
  ['unavailable', 'InternalServerError', 500],
  ['unavailable', 'InternalServiceFault', 500],
  ['unavailable', 'ServiceUnavailable', 503],
  ['unavailable', 'Unavailable', 503],
  ['unavailable', 'RequestTimeout', 400],
  ['unavailable', 'SomethingNew', 504],
  ['unavailable', 'SyntaxError', 200],
  ['denied', 'AccessDeniedException', 400],
  ['denied', 'AccessDenied', 403],
  ['denied', 'KmsAccessDenied', 400],
  ['denied', 'UnauthorizedOperation', 403],
  ['denied', 'AuthFailure', 401],
  ['denied', 'UnrecognizedClientException', 400],
  ['denied', 'ExpiredTokenException', 400],
  ['denied', 'SignatureDoesNotMatch', 403],
  ['denied', 'InvalidSignatureException', 400],
  ['denied', 'BlockedException', 400],
  ['denied', 'SomethingNew', 403],
  ['not-found', 'ClusterNotFoundException', 400],
  ['not-found', 'ServiceNotFoundException', 400],
  ['not-found', 'ServiceNotFound', 400],
  ['not-found', 'InstanceNotFound', 404],
  ['not-found', 'OperationNotFound', 400],
  ['not-found', 'InvalidNetworkInterfaceID.NotFound', 400],
  ['not-found', 'QueueDoesNotExist', 400],
  ['not-found', 'AWS.SimpleQueueService.NonExistentQueue', 400],
  ['not-found', 'ParameterNotFound', 400],
  ['conflict', 'ConflictException', 400],
  ['conflict', 'UpdateInProgressException', 400],
  ['conflict', 'DuplicateRequest', 400],
  ['conflict', 'ResourceInUse', 400],
  ['quota', 'LimitExceededException', 400],
  ['quota', 'ResourceLimitExceeded', 400],
  ['quota', 'ServiceQuotaExceededException', 400],
  ['quota', 'OverLimit', 403],
  ['invalid', 'InvalidParameterException', 400],
  ['invalid', 'InvalidInput', 400],
  ['invalid', 'ValidationException', 400],
  ['invalid', 'ServiceNotActiveException', 400],
  ['invalid', 'UnsupportedFeatureException', 400],
  ['invalid', 'ClientException', 400],
]
test.each(names)('%s: %s, HTTP %i', (code, name, status) => {
  expect(failureOf('ecs:RunTask', sdkError(name, status))).toEqual({
    operation: 'ecs:RunTask',
    code,
    message: 'words',
  })
})

test.each(['ECONNRESET', 'ECONNREFUSED', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EPIPE'])(
  'the network says %s: unavailable',
  code => {
    expect(failureOf('ecs:RunTask', sdkError('Error', undefined, 'line', { code }))).toMatchObject({
      code: 'unavailable',
    })
  },
)

test('no credentials: denied', () => {
  expect(failureOf('ecs:RunTask', sdkError('CredentialsProviderError', undefined))).toMatchObject({
    code: 'denied',
  })
})

test('our own bug is nobody else’s answer: it is thrown on', async () => {
  const bug = new TypeError('undefined is not a function')
  expect(failureOf('ecs:RunTask', bug)).toBeNull()
  expect(failureOf('ecs:RunTask', 'text')).toBeNull()
  await expect(ask('ecs:RunTask', () => Promise.reject(bug))).rejects.toBe(bug)
})

test.each([
  {
    what: 'a refused value',
    message:
      "1 validation error detected: Value 'hunter2' at 'overrides.environment' failed to satisfy constraint",
    said: "1 validation error detected: Value '…' at 'overrides.environment' failed to satisfy constraint",
  },
  {
    what: 'signed headers with the session token',
    message:
      "The request signature does not match.\n\nThe Canonical String for this request should have been\n'POST\nx-amz-security-token:IQoJb3JpZ2lu'",
    said: 'The request signature does not match.',
  },
  {
    what: 'an encoded denial',
    message:
      'You are not authorized to perform this operation. Encoded authorization failure message: 4a5b6c',
    said: 'You are not authorized to perform this operation.',
  },
  {
    what: 'a page',
    message:
      'Unexpected token\n  Deserialization error: to see the raw response, inspect the hidden field {error}.$response on this object.',
    said: 'Unexpected token',
  },
  { what: 'many lines', message: 'one\n  two\tthree ', said: 'one two three' },
  { what: 'nothing', message: '', said: 'ValidationException' },
  { what: '600 characters', message: 'x'.repeat(600), said: 'x'.repeat(500) },
])('the message keeps to itself: $what', ({ message, said }) => {
  expect(failureOf('ecs:RunTask', sdkError('ValidationException', 400, message))?.message).toBe(said)
})

test('what was sent as a secret is left out, the longest first, short words stay', () => {
  const error = sdkError('InvalidParameterException', 400, 'The value tokentoken of app is wrong, token too')
  expect(failureOf('ecs:RunTask', error, ['app', 'token', 'tokentoken'])?.message).toBe(
    'The value [redacted] of app is wrong, [redacted] too',
  )
})

test.each([
  { header: '5', retryAfterMs: 5_000 },
  { header: '0.5', retryAfterMs: 500 },
])('Retry-After $header', ({ header, retryAfterMs }) => {
  const error = sdkError('ThrottlingException', 400, 'words', {
    $response: { headers: { 'retry-after': header } },
  })
  expect(failureOf('ecs:RunTask', error)).toMatchObject({ retryAfterMs })
})
test.each(['Wed, 21 Oct 2026 07:28:00 GMT', '-1', ''])('Retry-After "%s" says nothing', header => {
  const error = sdkError('ThrottlingException', 400, 'words', {
    $response: { headers: { 'retry-after': header } },
  })
  expect(failureOf('ecs:RunTask', error)).not.toHaveProperty('retryAfterMs')
})
