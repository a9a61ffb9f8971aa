import { type Answer, type FailureCode, refused } from '../model/reading.ts'

/**
 * Which AWS exception stands behind which failure code, per operation: the world refuses with the code, the adapters
 * read the exception. Read from the operations' error lists in the service models (botocore, Aug 2026).
 * Every operation besides: `throttled` = ThrottlingException (EC2 and Cloud Map: RequestLimitExceeded),
 * `unavailable` = ServerException, InternalFailure, ServiceUnavailable or no answer at all, `denied` = AccessDeniedException
 * (EC2: UnauthorizedOperation).
 */
export const exceptions = {
  'ecs:DescribeServices': { 'not-found': 'ClusterNotFoundException', invalid: 'InvalidParameterException' },
  'ecs:DescribeTasks': { 'not-found': 'ClusterNotFoundException', invalid: 'InvalidParameterException' },
  /** `not-found`: ClusterNotFoundException, or ServiceNotFoundException. */
  'ecs:ListTasks': { 'not-found': 'ClusterNotFoundException', invalid: 'InvalidParameterException' },
  /** A missing task definition is a ClientException that says `Unable to describe task definition.` */
  'ecs:DescribeTaskDefinition': { 'not-found': 'ClientException', invalid: 'ClientException' },
  /** `not-found`: ServiceNotFoundException, or ClusterNotFoundException. */
  'ecs:UpdateService': { 'not-found': 'ServiceNotFoundException', invalid: 'InvalidParameterException' },
  /** `not-found`: ServiceNotFoundException, or ClusterNotFoundException. */
  'ecs:ListServiceDeployments': {
    'not-found': 'ServiceNotFoundException',
    invalid: 'InvalidParameterException',
  },
  'ecs:DescribeServiceRevisions': { invalid: 'InvalidParameterException' },
  /** `invalid`: there is no revision to go back to. */
  'ecs:StopServiceDeployment': {
    'not-found': 'ServiceDeploymentNotFoundException',
    invalid: 'ClientException',
    conflict: 'ConflictException',
  },
  /** `not-found`: ClusterNotFoundException, or ClientException `TaskDefinition not found.`; a ConflictException that names tasks in `resourceIds` is no failure but a success. */
  'ecs:RunTask': {
    'not-found': 'ClusterNotFoundException',
    invalid: 'InvalidParameterException',
    conflict: 'ConflictException',
    quota: 'LimitExceededException',
  },
  'ecs:StopTask': { 'not-found': 'ClusterNotFoundException', invalid: 'InvalidParameterException' },
  'ecs:DescribeContainerInstances': {
    'not-found': 'ClusterNotFoundException',
    invalid: 'InvalidParameterException',
  },
  'ec2:DescribeNetworkInterfaces': { invalid: 'InvalidParameterValue' },
  'ec2:DescribeInstances': { invalid: 'InvalidParameterValue' },
  /** `not-found` is an answer: ImageNotFoundException, RepositoryNotFoundException. */
  'ecr:DescribeImages': { 'not-found': 'ImageNotFoundException', invalid: 'InvalidParameterException' },
  'logs:GetLogEvents': {
    'not-found': 'ResourceNotFoundException',
    invalid: 'InvalidParameterException',
  },
  'cloudwatch:DescribeAlarms': { invalid: 'InvalidParameterValue' },
  'cloudwatch:GetMetricData': { invalid: 'ValidationError' },
  'servicediscovery:ListServices': { invalid: 'InvalidInput' },
  'servicediscovery:ListInstances': { 'not-found': 'ServiceNotFound', invalid: 'InvalidInput' },
  'servicediscovery:RegisterInstance': {
    'not-found': 'ServiceNotFound',
    invalid: 'InvalidInput',
    conflict: 'DuplicateRequest',
    quota: 'ResourceLimitExceeded',
  },
  /** `not-found`: InstanceNotFound, or ServiceNotFound. */
  'servicediscovery:DeregisterInstance': {
    'not-found': 'InstanceNotFound',
    invalid: 'InvalidInput',
    conflict: 'DuplicateRequest',
  },
  'servicediscovery:GetInstancesHealthStatus': { 'not-found': 'ServiceNotFound', invalid: 'InvalidInput' },
  /** `not-found`: CustomHealthNotFound, InstanceNotFound, or ServiceNotFound. */
  'servicediscovery:UpdateInstanceCustomHealthStatus': {
    'not-found': 'CustomHealthNotFound',
    invalid: 'InvalidInput',
  },
  'servicediscovery:GetOperation': { 'not-found': 'OperationNotFound', invalid: 'InvalidInput' },
  'sqs:GetQueueUrl': { 'not-found': 'QueueDoesNotExist', invalid: 'InvalidAddress' },
  'sqs:GetQueueAttributes': { 'not-found': 'QueueDoesNotExist', invalid: 'InvalidAttributeName' },
  'sqs:SendMessageBatch': { 'not-found': 'QueueDoesNotExist', invalid: 'InvalidParameterValue' },
  'slack:chat.postMessage': {
    invalid: 'invalid_blocks',
    'not-found': 'channel_not_found',
    denied: 'invalid_auth',
  },
} satisfies Record<string, Partial<Record<FailureCode, string>>>

export type Operation = keyof typeof exceptions

/** A fault to come, from the control panel. */
export interface PlannedFailure {
  code: FailureCode
  /** Default: the exception's usual sentence. */
  message?: string
  retryAfterMs?: number
  /** True: the call is carried out and only its answer is lost. Default false. */
  applied?: boolean
}

export interface Faults {
  /** The next call of the operation fails so; several wait in line. */
  failNext(operation: Operation, failure: PlannedFailure): void
  /** Carries the call out, unless a fault is planned for it. */
  call<T>(operation: Operation, run: () => Answer<T>): Promise<Answer<T>>
}

const sentences: Record<FailureCode, string> = {
  throttled: 'Rate exceeded',
  unavailable: 'The request timed out before an answer came.',
  denied: 'User is not authorized to perform this operation.',
  'not-found': 'The resource was not found.',
  conflict: 'The resource is in use.',
  quota: 'The limit was exceeded.',
  invalid: 'The request is not valid.',
}

export function createFaults(): Faults {
  const planned = new Map<Operation, PlannedFailure[]>()
  return {
    failNext(operation, failure) {
      planned.set(operation, [...(planned.get(operation) ?? []), failure])
    },
    async call(operation, run) {
      const failure = planned.get(operation)?.shift()
      if (!failure) return run()
      if (failure.applied) run()
      return refused(
        operation,
        failure.code,
        failure.message ?? sentences[failure.code],
        failure.retryAfterMs,
      )
    },
  }
}
