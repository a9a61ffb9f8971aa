import type { AwsFailure, FailureCode } from '../model/reading.ts'
import { exceptions } from './failures.ts'

/** An error as AWS puts it on the wire. */
export interface WireError {
  status: number
  type: string
  message: string
  /** Further members of the exception, such as `resourceIds`. */
  members?: Record<string, unknown>
  retryAfterSeconds?: number
}

/** Where an operation has no word of its own, its service's; where that has none, the one most services use. */
const usual: Record<FailureCode, WireErrorKind> = {
  throttled: [400, 'ThrottlingException'],
  unavailable: [500, 'InternalFailure'],
  denied: [400, 'AccessDeniedException'],
  'not-found': [400, 'ResourceNotFoundException'],
  conflict: [400, 'ConflictException'],
  quota: [400, 'LimitExceededException'],
  invalid: [400, 'ValidationException'],
}
type WireErrorKind = [status: number, type: string]

const ofService: Record<string, Partial<Record<FailureCode, WireErrorKind>>> = {
  ecs: { unavailable: [500, 'ServerException'] },
  ec2: {
    throttled: [503, 'RequestLimitExceeded'],
    unavailable: [503, 'Unavailable'],
    denied: [403, 'UnauthorizedOperation'],
    invalid: [400, 'InvalidParameterValue'],
  },
  cloudwatch: {
    throttled: [400, 'Throttling'],
    unavailable: [500, 'InternalServiceError'],
    denied: [403, 'AccessDenied'],
  },
  servicediscovery: { throttled: [400, 'RequestLimitExceeded'], quota: [400, 'ResourceLimitExceeded'] },
  ecr: { unavailable: [500, 'ServerException'] },
  logs: { unavailable: [500, 'ServiceUnavailableException'] },
  sqs: { throttled: [403, 'RequestThrottled'], unavailable: [503, 'ServiceUnavailable'] },
  ssm: { unavailable: [500, 'InternalServerError'], 'not-found': [400, 'ParameterNotFound'] },
}

export function wireError(operation: string, failure: AwsFailure): WireError {
  const service = operation.slice(0, operation.indexOf(':'))
  const [status, type] = ofService[service]?.[failure.code] ?? usual[failure.code]
  const ofOperation: Partial<Record<FailureCode, string>> =
    Object.entries(exceptions).find(([name]) => name === operation)?.[1] ?? {}
  return {
    status,
    type: ofOperation[failure.code] ?? type,
    message: messageOf(operation, failure),
    ...(failure.retryAfterMs === undefined
      ? {}
      : { retryAfterSeconds: Math.ceil(failure.retryAfterMs / 1_000) }),
  }
}

/** ECS tells a missing task definition from a wrong request by these words only. */
const messageOf = (operation: string, { code, message }: AwsFailure): string =>
  operation === 'ecs:DescribeTaskDefinition' && code === 'not-found'
    ? 'Unable to describe task definition.'
    : message
