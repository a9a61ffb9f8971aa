import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exitSummary } from '../../src/healing/cause-text.ts'
import { remedyClass, type StopCause, stopCause, stopCauses } from '../../src/healing/stop-cause.ts'
import { parseTask } from '../../src/intake/task.ts'
import type { Container, Task } from '../../src/model/task.ts'

const parsed = parseTask({
  taskArn: 'arn:aws:ecs:eu-west-1:123456789012:task/prod/a117',
  lastStatus: 'STOPPED',
})
if (!parsed) throw new Error('the base task must parse')
const base: Task = parsed

const container = (name: string, exitCode: number | null, reason: string | null = null): Container => ({
  name,
  exitCode,
  reason,
  lastStatus: exitCode === null ? 'RUNNING' : 'STOPPED',
  image: null,
  imageDigest: null,
  healthStatus: null,
})
const stopped = (
  stopCode: string | null,
  stoppedReason: string | null,
  ...containers: Container[]
): Task => ({
  ...base,
  stopCode,
  stoppedReason,
  containers,
})
const exited = (...containers: Container[]) =>
  stopped('EssentialContainerExited', 'Essential container in task exited', ...containers)
const failed = (reason: string, ...containers: Container[]) =>
  stopped('TaskFailedToStart', reason, ...containers)

describe('stop codes', () => {
  const rows: [what: string, task: Task, cause: StopCause][] = [
    [
      'Spot',
      stopped('SpotInterruption', 'Your Spot Task was interrupted.', container('app', 137)),
      'spot-interruption',
    ],
    ['Spot without words', stopped('SpotInterruption', null), 'spot-interruption'],
    ['a user', stopped('UserInitiated', 'Task stopped by user', container('app', 2)), 'user-stop'],
    [
      'a user, killed after the stop timeout',
      stopped('UserInitiated', 'deploy', container('app', 137)),
      'user-stop',
    ],
    ['a user who writes of memory', stopped('UserInitiated', 'OutOfMemoryError, restarting'), 'user-stop'],
    [
      'a user who writes of scaling',
      stopped('UserInitiated', 'Scaling activity initiated by hand'),
      'user-stop',
    ],
    [
      'a user who writes of a host',
      stopped('UserInitiated', 'because host EC2 (i-1) terminated'),
      'user-stop',
    ],
    ['our own stop', stopped('UserInitiated', 'longshore: over its maximum runtime'), 'user-stop'],
    ['our own stop, too long', stopped('UserInitiated', 'longshore:max-runtime'), 'max-runtime'],
    [
      'our own stop of a task that AWS would stop',
      stopped('UserInitiated', 'longshore:retirement'),
      'replaced',
    ],
    ['our own stop of a task on a lost machine', stopped('UserInitiated', 'longshore:host'), 'replaced'],
    ['our own stop, stuck', stopped('UserInitiated', 'longshore:stuck'), 'stuck'],
    ['our own stop, unhealthy', stopped('UserInitiated', 'longshore:unhealthy'), 'unhealthy'],
    ['a user who nearly writes like us', stopped('UserInitiated', 'longshore:stuck again'), 'user-stop'],
    [
      'our words under another code',
      stopped('ServiceSchedulerInitiated', 'longshore:stuck'),
      'scale-in-or-deployment',
    ],
    [
      'forced deregistration',
      stopped('UserInitiated', 'Container instance deregistration forced by user'),
      'host-terminated',
    ],
    [
      'scale-in',
      stopped(
        'ServiceSchedulerInitiated',
        'Scaling activity initiated by (deployment ecs-svc/8646)',
        container('app', 137),
      ),
      'scale-in-or-deployment',
    ],
    ['the scheduler without words', stopped('ServiceSchedulerInitiated', null), 'scale-in-or-deployment'],
    [
      'the scheduler with new words',
      stopped('ServiceSchedulerInitiated', 'Availability Zone rebalancing'),
      'scale-in-or-deployment',
    ],
    [
      'ELB health check',
      stopped(
        'ServiceSchedulerInitiated',
        'Task failed ELB health checks in (target-group arn:aws:elasticloadbalancing:…)',
        container('app', 137),
      ),
      'health-check-elb',
    ],
    [
      'container health check',
      stopped('ServiceSchedulerInitiated', 'Task failed container health checks'),
      'health-check-container',
    ],
    [
      'maintenance',
      stopped(
        'ServiceSchedulerInitiated',
        'ECS is performing maintenance on the underlying infrastructure hosting the task',
      ),
      'maintenance',
    ],
    [
      'maintenance of a standalone task',
      stopped(
        'TerminationNotice',
        'ECS is performing maintenance on the underlying infrastructure hosting the task',
      ),
      'maintenance',
    ],
    [
      'a host that ends',
      stopped('TerminationNotice', 'Host EC2 (instance i-1234567890abcdef0) terminated.'),
      'host-terminated',
    ],
    ['a sick host', stopped('InfrastructureHealth', null), 'host-terminated'],
    ['a code that does not exist', stopped('TaskCompleted', 'Normal exit', container('app', 0)), 'unknown'],
    [
      'a code in other letters',
      stopped('spotinterruption', 'Your Spot Task was interrupted.'),
      'spot-interruption',
    ],
    ['no code, the host', stopped(null, 'Host EC2 (instance i-1) stopped.'), 'host-terminated'],
    ['no code, a user', stopped(null, 'Task stopped by user', container('app', 137)), 'user-stop'],
    [
      'no code, an essential container',
      stopped(null, 'Essential container in task exited', container('app', 1)),
      'app-crash',
    ],
    [
      'no code, a container out of memory',
      stopped(null, null, container('app', 137, 'OutOfMemoryError: Container killed due to memory usage')),
      'oom',
    ],
    ['no code and no reason: exit 1 may be a user stop', stopped(null, null, container('app', 1)), 'unknown'],
    [
      'no code and no reason: exit 137 may be a user stop',
      stopped(null, '', container('app', 137)),
      'unknown',
    ],
    ['nothing told at all', stopped(null, null), 'unknown'],
    [
      'a user who quotes ECS',
      stopped('UserInitiated', 'ops: container instance deregistration forced'),
      'user-stop',
    ],
    [
      'a target group by its name',
      stopped('ServiceSchedulerInitiated', 'Task is unhealthy in (target-group web)'),
      'health-check-elb',
    ],
    [
      'a target group by its ARN',
      stopped(
        'ServiceSchedulerInitiated',
        'Task is unhealthy in arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/1',
      ),
      'health-check-elb',
    ],
    ['a notice without words', stopped('TerminationNotice', null), 'host-terminated'],
    ['no code, words about scaling', stopped(null, 'No scaling activity initiated this'), 'unknown'],
    ['no code, words about a user', stopped(null, 'Not a task stopped by user'), 'unknown'],
    [
      'no code, words about a container',
      stopped(null, 'Another essential container in task exited', container('app', 1)),
      'unknown',
    ],
  ]
  it.each(rows)('%s', (_what, task, cause) => {
    expect(stopCause(task)).toBe(cause)
  })
})

describe('exit codes', () => {
  const oomReason = 'OutOfMemoryError: Container killed due to memory usage'
  const guard = container('aws-guardduty-agent-nm40lC', 1)
  const rows: [what: string, task: Task, essential: string[] | undefined, cause: StopCause][] = [
    ['0', exited(container('app', 0)), undefined, 'completed'],
    ['1', exited(container('app', 1)), undefined, 'app-crash'],
    ['127, the command was not found', exited(container('app', 127)), undefined, 'app-crash'],
    ['134, abort', exited(container('app', 134)), undefined, 'app-crash'],
    ['139, segmentation fault, not memory', exited(container('app', 139)), undefined, 'app-crash'],
    ['-1073741819, Windows access violation', exited(container('app', -1073741819)), undefined, 'app-crash'],
    ['143, SIGTERM honoured', exited(container('app', 143)), undefined, 'completed'],
    ['137, nobody stopped it', exited(container('app', 137)), undefined, 'oom'],
    ['137 and the reason', exited(container('app', 137, oomReason)), undefined, 'oom'],
    [
      '137 and another reason',
      exited(container('app', 137, 'Killed by the watchdog')),
      undefined,
      'app-crash',
    ],
    ['1 and the memory reason', exited(container('app', 1, oomReason)), undefined, 'oom'],
    [
      'memory before any other reason',
      exited(container('log', 1, 'exec format error'), container('app', 137, oomReason)),
      undefined,
      'oom',
    ],
    [
      '137 twice, once with another reason',
      exited(container('app', 137), container('log', 137, 'Killed by the watchdog')),
      undefined,
      'app-crash',
    ],
    [
      '137 without a reason beside 143 with one',
      exited(container('log', 143, 'Killed by the watchdog'), container('app', 137)),
      undefined,
      'oom',
    ],
    ['none', exited(container('app', null)), undefined, 'unknown'],
    ['no containers', exited(), undefined, 'unknown'],
    [
      '0 beside a sidecar ended with 143',
      exited(container('app', 0), container('log', 143)),
      undefined,
      'completed',
    ],
    [
      '0 beside a sidecar killed with 137',
      exited(container('log', 137), container('app', 0)),
      undefined,
      'completed',
    ],
    [
      '0 while the sidecar still runs',
      exited(container('app', 0), container('log', null)),
      undefined,
      'completed',
    ],
    [
      '2 beside a sidecar that ended with 0',
      exited(container('envoy', 0), container('app', 2)),
      undefined,
      'app-crash',
    ],
    [
      '2 beside a sidecar killed with 137',
      exited(container('envoy', 137), container('app', 2)),
      undefined,
      'app-crash',
    ],
    [
      '137 beside a sidecar ended with 143',
      exited(container('app', 137), container('log', 143)),
      undefined,
      'oom',
    ],
    [
      '0, the sidecar that crashed is not essential',
      exited(container('app', 0), container('log', 1)),
      ['app'],
      'completed',
    ],
    [
      '0, the sidecar out of memory is not essential',
      exited(container('app', 0), container('log', 137, oomReason)),
      ['app'],
      'completed',
    ],
    [
      '137 of the essential one, 0 of the sidecar',
      exited(container('app', 137), container('log', 0)),
      ['app'],
      'oom',
    ],
    [
      'two essential ones, 0 and 143',
      exited(container('app', 0), container('db', 143)),
      ['app', 'db'],
      'completed',
    ],
    ['essential names of another definition: all count', exited(container('app', 1)), ['web'], 'app-crash'],
    ['no essential names: all count', exited(container('app', 1)), [], 'app-crash'],
    [
      '0 beside an injected container that failed',
      exited(container('app', 0), guard),
      undefined,
      'completed',
    ],
    [
      'an injected container named as essential never counts',
      exited(container('app', 0), guard),
      ['aws-guardduty-agent-nm40lC'],
      'completed',
    ],
    [
      'an injected container out of memory',
      exited(container('app', 0), container('ecs-service-connect-x1', 137, oomReason)),
      undefined,
      'completed',
    ],
  ]
  it.each(rows)('%s', (_what, task, essential, cause) => {
    expect(stopCause(task, essential)).toBe(cause)
  })

  it('does not depend on the order of the containers', () => {
    const codes = fc.constantFrom(null, 0, 1, 137, 139, 143)
    fc.assert(
      fc.property(fc.array(codes, { maxLength: 4 }), exits => {
        const containers = exits.map((exit, index) => container(`c${index}`, exit))
        expect(stopCause(exited(...containers.toReversed()))).toBe(stopCause(exited(...containers)))
      }),
    )
  })
})

describe('start failures', () => {
  const rows: [reason: string, cause: StopCause][] = [
    [
      'CannotPullContainerError: API error (404): repository 1.dkr.ecr.eu-west-1.amazonaws.com/app not found',
      'image-not-found',
    ],
    [
      'CannotPullContainerError: Error response from daemon: manifest for app:v2 not found: manifest unknown',
      'image-not-found',
    ],
    [
      'CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref docker.io/acme/app:2',
      'image-not-found',
    ],
    [
      "CannotPullContainerError: image Manifest does not contain descriptor matching platform 'linux/arm64'",
      'image-not-found',
    ],
    [
      'CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref docker.io/acme/app:2: failed to do request: Head "https://registry-1.docker.io/v2/acme/app/manifests/2": dial tcp 34.205.13.154:443: i/o timeout',
      'image-network',
    ],
    [
      'CannotPullContainerError: ref pull has been retried 1 time(s): failed to copy: httpReaderSeeker: failed open: unexpected status code',
      'image-network',
    ],
    ['CannotPullContainerError: pull image manifest has been retried 5 time(s)', 'image-network'],
    ['CannotPullContainerError: context canceled', 'image-network'],
    [
      "CannotPullContainerError: The task can't pull the image. Check that the role has the permissions to pull images from the registry",
      'image-auth',
    ],
    [
      'CannotPullECRContainerError: AccessDeniedException: User is not authorized to perform: ecr:GetAuthorizationToken',
      'image-auth',
    ],
    [
      'CannotPullContainerError: failed to resolve ref app: unexpected status from HEAD request to https://x/v2: 403 Forbidden',
      'image-auth',
    ],
    ['CannotPullContainerError: no basic auth credentials', 'image-auth'],
    [
      'CannotPullContainerError: You have reached your pull rate limit. You may increase the limit by authenticating',
      'image-rate-limit',
    ],
    [
      'CannotPullContainerError: write /var/lib/docker/tmp/GetImageBlob111111111: no space left on device',
      'volume',
    ],
    [
      'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve ecr registry auth: service call has been retried 3 time(s): RequestError: send request failed caused by: Post "https://api.ecr.eu-west-1.amazonaws.com/": dial tcp 10.0.0.1:443: i/o timeout',
      'image-network',
    ],
    [
      'ResourceInitializationError: unable to pull secrets or registry auth: The task cannot pull registry auth from Amazon ECR: There is a connection issue between the task and Amazon ECR.',
      'image-network',
    ],
    [
      'ResourceInitializationError: unable to pull secrets or registry auth: unable to retrieve ecr registry auth: AccessDeniedException: not authorized',
      'image-auth',
    ],
    [
      'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed',
      'secrets',
    ],
    [
      "ResourceInitializationError: can't retrieve the secret with ARN arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/ebs-db",
      'secrets',
    ],
    [
      "ResourceInitializationError: The task can't download the environment variable files from Amazon S3",
      'secrets',
    ],
    ['ResourceInitializationError: failed to validate logger args: : signal: killed', 'log-driver'],
    [
      'CannotStartContainerError: Error response from daemon: failed to initialize logging driver: failed to create Cloudwatch log stream',
      'log-driver',
    ],
    ['ResourceInitializationError: failed to invoke EFS utils commands to set up EFS volumes', 'volume'],
    ["CannotCreateVolumeError: Agent could not create task's volume resources", 'volume'],
    ['Timeout waiting for EphemeralStorage provisioning to complete.', 'volume'],
    ['Timeout waiting for network interface provisioning to complete.', 'network-interface'],
    [
      'Unexpected EC2 error while attempting to Create Network Interface with public IP assignment enabled in subnet subnet-1',
      'network-interface',
    ],
    ['ContainerNetworkingError: failed to set up the network namespace', 'network-interface'],
    ['InternalError: unable to attach', 'network-interface'],
    ['RESOURCE:MEMORY', 'placement'],
    ['RESOURCE:FARGATE', 'placement'],
    ['AGENT', 'placement'],
    ['NO ACTIVE INSTANCES', 'placement'],
    ['MemberOf placement constraint unsatisfied.', 'placement'],
    [
      'Capacity is unavailable at this time. Please try again later or in a different availability zone',
      'placement',
    ],
    ["You've reached the limit on the number of vCPUs you can run concurrently", 'quota'],
    ['The requested CPU/MEMORY configuration is above your limit', 'quota'],
    ['DockerTimeoutError: Could not transition to started; timed out after waiting 3m0s', 'start-timeout'],
    [
      'ContainerRuntimeTimeoutError: Could not transition to running; timed out after waiting 1m',
      'start-timeout',
    ],
    ['TaskDependencyError: dependency container exited', 'start-timeout'],
    [
      'CannotStartContainerError: Error response from daemon: exec: "srv": executable file not found in $PATH',
      'app-crash',
    ],
    [
      'CannotPullContainerError: the execution role has no permission to pull from this registry',
      'image-auth',
    ],
    ['ResourceInitializationError: failed to download env files: non empty error stream', 'secrets'],
    ['ResourceInitializationError: no environment file s3://settings/prod.env', 'secrets'],
    ['ResourceInitializationError: failed retrieving the secret value', 'secrets'],
    ['ResourceInitializationError: unable to retrieve secrets', 'secrets'],
    [
      'CannotStartContainerError: OCI runtime create failed: exec: "/app/run.sh": permission denied',
      'app-crash',
    ],
    ['Agent lost', 'unknown'],
    ['lost agent', 'unknown'],
    ['MyInternalError: x', 'unknown'],
    ['Task failed to start', 'unknown'],
    ['', 'unknown'],
  ]
  it.each(rows)('%s', (reason, cause) => {
    expect(stopCause(failed(reason))).toBe(cause)
  })
  it.each(rows.filter(([reason]) => reason !== ''))('told by the container alone: %s', (reason, cause) => {
    expect(stopCause(failed('Task failed to start', container('app', null, reason)))).toBe(cause)
  })

  it('believes the task before its containers', () => {
    const task = failed(
      'CannotPullContainerError: manifest unknown',
      container('app', null, 'DockerTimeoutError: Could not transition to started'),
    )
    expect(stopCause(task)).toBe('image-not-found')
  })
  it('does not blame an injected container', () => {
    expect(
      stopCause(
        failed(
          'Task failed to start',
          container('aws-guardduty-agent-x', null, 'CannotPullContainerError: manifest unknown'),
        ),
      ),
    ).toBe('unknown')
  })
  it('takes an exit code when no words help', () => {
    expect(stopCause(failed('Task failed to start', container('init', 1)))).toBe('app-crash')
    expect(stopCause(failed('Task failed to start', container('init', 137)))).toBe('unknown')
  })
})

describe('phases', () => {
  const interrupted = stopped('SpotInterruption', 'Your Spot Task was interrupted.')
  const rows: [phase: string, task: Task, cause: StopCause][] = [
    ['warned', { ...interrupted, desiredStatus: 'STOPPED', lastStatus: 'RUNNING' }, 'spot-interruption'],
    [
      'deactivating, desire not told',
      { ...interrupted, desiredStatus: 'RUNNING', lastStatus: 'DEACTIVATING' },
      'spot-interruption',
    ],
    ['stopping', { ...interrupted, lastStatus: 'STOPPING' }, 'spot-interruption'],
    ['deprovisioning', { ...interrupted, lastStatus: 'DEPROVISIONING' }, 'spot-interruption'],
    ['stopped', { ...interrupted, lastStatus: 'STOPPED' }, 'spot-interruption'],
    ['deleted', { ...interrupted, lastStatus: 'DELETED' }, 'spot-interruption'],
    ['running', { ...base, desiredStatus: 'RUNNING', lastStatus: 'RUNNING' }, 'not-stopped'],
    [
      'running, a sidecar has exited',
      { ...base, desiredStatus: 'RUNNING', lastStatus: 'RUNNING', containers: [container('init', 1)] },
      'not-stopped',
    ],
    ['provisioning', { ...base, desiredStatus: 'RUNNING', lastStatus: 'PROVISIONING' }, 'not-stopped'],
    [
      'stopped before it ran',
      { ...stopped('UserInitiated', 'x'), desiredStatus: 'STOPPED', lastStatus: 'PENDING' },
      'user-stop',
    ],
  ]
  it.each(rows)('%s', (_phase, task, cause) => {
    expect(stopCause(task)).toBe(cause)
  })
})

describe('remedies', () => {
  it('are transient, slow, permanent, the owner’s or none', () => {
    const classes = Object.fromEntries(stopCauses.map(cause => [cause, remedyClass(cause, base)]))
    expect(classes).toEqual({
      'not-stopped': 'none',
      completed: 'none',
      'user-stop': 'none',
      'scale-in-or-deployment': 'none',
      'app-crash': 'owner',
      oom: 'owner',
      'health-check-elb': 'owner',
      'health-check-container': 'owner',
      unknown: 'owner',
      'network-interface': 'transient',
      'image-network': 'transient',
      volume: 'transient',
      placement: 'transient',
      'start-timeout': 'transient',
      'spot-interruption': 'transient',
      'host-terminated': 'transient',
      maintenance: 'transient',
      'image-rate-limit': 'slow',
      quota: 'slow',
      'image-not-found': 'permanent',
      'image-auth': 'permanent',
      'log-driver': 'permanent',
      'max-runtime': 'owner',
      replaced: 'owner',
      stuck: 'owner',
      unhealthy: 'owner',
      secrets: 'permanent',
    })
  })
  it.each([
    [
      'a secret out of reach',
      'secrets',
      failed('unable to pull secrets: context deadline exceeded'),
      'transient',
    ],
    [
      'a secret that does not exist',
      'secrets',
      failed('unable to pull secrets: ResourceNotFoundException'),
      'permanent',
    ],
    [
      'a log group out of reach',
      'log-driver',
      failed('failed to validate logger args: : signal: killed'),
      'transient',
    ],
    ['no host with the attribute', 'placement', failed('ATTRIBUTE'), 'permanent'],
    [
      'a constraint no host meets',
      'placement',
      failed('MemberOf placement constraint unsatisfied.'),
      'permanent',
    ],
    ['no memory left', 'placement', failed('RESOURCE:MEMORY'), 'transient'],
    ['a dependency that never got ready', 'start-timeout', failed('TaskDependencyError: x'), 'permanent'],
    [
      'a log group out of reach, told by the container',
      'log-driver',
      failed('Task failed to start', container('app', null, 'logging driver: dial tcp: i/o timeout')),
      'transient',
    ],
    [
      'no host with the attribute, beside a container with a reason',
      'placement',
      failed('ATTRIBUTE', container('app', null, 'never started')),
      'permanent',
    ],
    ['words that end like the failure', 'placement', failed('no such attribute'), 'transient'],
    ['words that begin like the failure', 'placement', failed('attribute gpu'), 'transient'],
    ['a login that fails beside a timeout', 'image-auth', failed('i/o timeout, then denied'), 'permanent'],
    ['a volume, and words about a constraint', 'volume', failed('no placement constraint'), 'transient'],
    ['a registry, and words about dependsOn', 'image-network', failed('dependsOn: app'), 'transient'],
  ] as const)('%s', (_what, cause, task, remedy) => {
    expect(remedyClass(cause, task)).toBe(remedy)
  })
})

describe('words', () => {
  const rows: [what: string, task: Task, summary: string][] = [
    [
      'out of memory',
      exited(container('app', 137, 'OutOfMemoryError: Container killed due to memory usage')),
      'container app, exit 137, OutOfMemoryError',
    ],
    ['a crash beside a sidecar', exited(container('envoy', 0), container('app', 2)), 'container app, exit 2'],
    [
      'a kill beside a sidecar',
      exited(container('log', 143), container('app', 137)),
      'container app, exit 137',
    ],
    [
      'an injected container is not named',
      exited(container('aws-guardduty-agent-x', 1), container('app', 0)),
      'container app, exit 0',
    ],
    [
      'a start failure',
      failed('CannotPullContainerError: manifest unknown', container('app', null)),
      'CannotPullContainerError: manifest unknown',
    ],
    [
      'a start failure told by the container',
      failed(
        'Task failed to start',
        container('app', null, 'DockerTimeoutError: Could not transition to started'),
      ),
      'container app, DockerTimeoutError: Could not transition to started, Task failed to start',
    ],
    ['several lines become one', failed('first\n  second\tthird'), 'first second third'],
    [
      'a password in an address',
      failed('cannot reach postgres://app:hunter2@db.internal/prod'),
      'cannot reach postgres://[redacted]@db.internal/prod',
    ],
    ['nothing told', stopped(null, null), ''],
    [
      'words around those of ECS',
      stopped('UserInitiated', 'After: Essential container in task exited'),
      'After: Essential container in task exited',
    ],
    [
      'the memory of the application, not of the container',
      exited(container('app', 1, 'java.lang.OutOfMemoryError: heap')),
      'container app, exit 1, java.lang.OutOfMemoryError: heap',
    ],
    [
      'a crash behind a sidecar that was killed',
      exited(container('envoy', 137), container('app', 3)),
      'container app, exit 3',
    ],
  ]
  it.each(rows)('%s', (_what, task, summary) => {
    expect(exitSummary(task)).toBe(summary)
  })
  it('names the essential container', () => {
    expect(exitSummary(exited(container('log', 1), container('app', 0)), ['app'])).toBe(
      'container app, exit 0',
    )
  })
  it('is at most 300 characters long', () => {
    const summary = exitSummary(failed('x'.repeat(1_024)))
    expect(summary).toHaveLength(300)
    expect(summary.endsWith('…')).toBe(true)
  })
})
