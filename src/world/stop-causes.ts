/**
 * Ways in which a task ends by itself, with the words in which ECS tells them: developer guide, "Stopped task error
 * codes" and its children; the agent's named errors. Which code goes with which words is as in recorded events.
 */
export interface StopCause {
  /** `attach`: while the network interface is made; `pull`: before any container runs; `running`: after the start. */
  when: 'attach' | 'pull' | 'running'
  stopCode:
    | 'TaskFailedToStart'
    | 'EssentialContainerExited'
    | 'ServiceSchedulerInitiated'
    | 'TerminationNotice'
  /** `{image}`, `{registry}`, `{instance}` and `{targetGroup}` stand for the task's own. */
  stoppedReason: string
  /** Of the first essential container; null when it never ran, nobody could see it end, or SIGTERM ends it. */
  exitCode: number | null
  containerReason: string | null
  /** Who acts is the service scheduler: standalone tasks never end so. */
  serviceOnly?: true
  /** The machine is gone: STOPPED at once. */
  abrupt?: true
}

const failedToStart = (stoppedReason: string, containerReason: string | null = null): StopCause => ({
  when: 'pull',
  stopCode: 'TaskFailedToStart',
  stoppedReason,
  exitCode: null,
  containerReason,
})
const exited = (exitCode: number, containerReason: string | null = null): StopCause => ({
  when: 'running',
  stopCode: 'EssentialContainerExited',
  stoppedReason: 'Essential container in task exited',
  exitCode,
  containerReason,
})
const scheduler = (stoppedReason: string): StopCause => ({
  when: 'running',
  stopCode: 'ServiceSchedulerInitiated',
  stoppedReason,
  exitCode: null,
  containerReason: null,
})

export const stopCauses = {
  complete: exited(0),
  crash: exited(1),
  oom: exited(137, 'OutOfMemoryError: Container killed due to memory usage'),
  'image-not-found': failedToStart(
    'CannotPullContainerError: inspect image has been retried 1 time(s): failed to resolve ref "{image}": {image}: not found',
  ),
  'image-auth': failedToStart(
    "CannotPullContainerError: Error response from daemon: pull access denied for {image}, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
  ),
  'image-network': failedToStart(
    'CannotPullContainerError: API error (500): Get https://{registry}/v2/: net/http: request canceled while waiting for connection',
  ),
  'image-rate-limit': failedToStart('CannotPullContainerError: ERROR: toomanyrequests: Too Many Requests.'),
  secrets: failedToStart(
    "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 5 time(s): ResourceNotFoundException: Secrets Manager can't find the specified secret.",
  ),
  'log-driver': failedToStart(
    'ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist. : exit status 1',
  ),
  volume: failedToStart(
    'ResourceInitializationError: failed to invoke EFS utils commands to set up EFS volumes: stderr: Failed to resolve "fs-0123456789abcdef0.efs.eu-west-1.amazonaws.com"',
  ),
  'start-timeout': failedToStart(
    'Task failed to start',
    'DockerTimeoutError: Could not transition to started; timed out after waiting 3m0s',
  ),
  'network-interface': {
    ...failedToStart('Timeout waiting for network interface provisioning to complete.'),
    when: 'attach',
  },
  'health-check-container': { ...scheduler('Task failed container health checks'), serviceOnly: true },
  'health-check-elb': {
    ...scheduler('Task failed ELB health checks in (target-group {targetGroup})'),
    serviceOnly: true,
  },
  // The pair of code and words is recorded for service tasks; for standalone tasks it is taken over.
  maintenance: scheduler('ECS is performing maintenance on the underlying infrastructure hosting the task'),
  'host-terminated': {
    when: 'running',
    stopCode: 'TerminationNotice',
    stoppedReason: 'Host EC2 (instance {instance}) terminated.',
    exitCode: null,
    containerReason: null,
    abrupt: true,
  },
} satisfies Record<string, StopCause>

export type StopCauseName = keyof typeof stopCauses

export const stopCauseOf = (name: StopCauseName): StopCause => stopCauses[name]
