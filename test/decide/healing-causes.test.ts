import { describe, expect, it } from 'vitest'
import { decide } from '../../src/healing/decide.ts'
import type { HealPolicy } from '../../src/healing/policy.ts'
import type { StoppedTask } from '../../src/healing/view.ts'
import type { Task } from '../../src/model/task.ts'
import { container, crashed, firstRestart, lines, now, policy, stop, view } from './healing-tasks.ts'

/** Every kind of stop that ECS tells, in AWS's words, and what follows it. */

const at = (secondsAgo: number, change: Partial<Task>): Task =>
  crashed('a', { startedAtMs: null, stoppedAtMs: now - secondsAgo * 1000, ...change })
const failed = (stoppedReason: string): Partial<Task> => ({
  stopCode: 'TaskFailedToStart',
  stoppedReason,
  containers: [container()],
})
const exited = (exitCode: number, reason: string | null = null): Partial<Task> => ({
  containers: [container({ exitCode, reason })],
})
const scheduler = (stoppedReason: string): Partial<Task> => ({
  stopCode: 'ServiceSchedulerInitiated',
  stoppedReason,
})

const decided = (task: Task, wishes: HealPolicy = policy(), change: Partial<StoppedTask> = {}) =>
  decide(view([stop(task, change)]), wishes, undefined, now)
const line = (task: Task) => lines(decided(task))[0]

/** A little over ten seconds: up to a quarter more, so that what failed together does not come back together. */
const jittered = /^wait a backoff 1[0-2](\.\d+)? s$/
const exactly = 'wait a backoff 10 s'

describe('what follows a stop, by its cause', () => {
  it.each<[string, Partial<Task>, string | RegExp]>([
    [
      'no network interface',
      failed('Timeout waiting for network interface provisioning to complete.'),
      jittered,
    ],
    ['no storage', failed('Timeout waiting for EphemeralStorage provisioning to complete.'), jittered],
    ['an internal error', failed('InternalError: unable to attach'), jittered],
    [
      'no free address',
      failed('Unexpected EC2 error while attempting to Create Network Interface in subnet subnet-1'),
      jittered,
    ],
    [
      'no way to the registry',
      failed('CannotPullContainerError: dial tcp 10.0.0.1:443: i/o timeout'),
      jittered,
    ],
    ['a handshake', failed('CannotPullContainerError: net/http: TLS handshake timeout'), jittered],
    ['a full disk', failed('CannotPullContainerError: write /var/lib: no space left on device'), jittered],
    [
      'a secret out of reach',
      failed('ResourceInitializationError: unable to pull secrets or registry auth: dial tcp: i/o timeout'),
      jittered,
    ],
    ['EFS', failed('ResourceInitializationError: failed to invoke EFS utils commands'), jittered],
    ['a volume', failed("CannotCreateVolumeError: Agent could not create task's volume resources"), jittered],
    ['RESOURCE:CPU', failed('RESOURCE:CPU'), jittered],
    ['RESOURCE:MEMORY', failed('RESOURCE:MEMORY'), jittered],
    ['RESOURCE:ENI', failed('RESOURCE:ENI'), jittered],
    ['RESOURCE:GPU', failed('RESOURCE:GPU'), jittered],
    ['RESOURCE:FARGATE', failed('RESOURCE:FARGATE'), jittered],
    ['RESOURCE:PORTS', failed('RESOURCE:PORTS'), jittered],
    ['AGENT', failed('AGENT'), jittered],
    ['NO ACTIVE INSTANCES', failed('NO ACTIVE INSTANCES'), jittered],
    ['EMPTY CAPACITY PROVIDER', failed('EMPTY CAPACITY PROVIDER'), jittered],
    [
      'a timeout of Docker',
      failed('DockerTimeoutError: Could not transition to started; timed out after waiting 3m0s'),
      jittered,
    ],
    ['ATTRIBUTE', failed('ATTRIBUTE'), 'leave a permanent!'],
    ['LOCATION', failed('LOCATION'), 'leave a permanent!'],
    ['a constraint', failed('MemberOf placement constraint unsatisfied.'), 'leave a permanent!'],
    ['no such image', failed('CannotPullContainerError: manifest unknown'), 'leave a permanent!'],
    [
      'a digest that is gone',
      failed('CannotPullContainerError: failed to resolve ref app@sha256:1'),
      'leave a permanent!',
    ],
    [
      'no right to pull',
      failed('CannotPullContainerError: pull access denied for app'),
      'leave a permanent!',
    ],
    [
      'no right to a secret',
      failed('ResourceInitializationError: unable to pull secrets or registry auth: AccessDeniedException'),
      'leave a permanent!',
    ],
    [
      'no log group',
      failed('CannotStartContainerError: failed to initialize logging driver: the log group does not exist'),
      'leave a permanent!',
    ],
    [
      'containers in the wrong order',
      failed('TaskDependencyError: dependsOn was not met'),
      'leave a permanent!',
    ],
    ['a crash', exited(1), exactly],
    ['a segmentation fault', exited(139), exactly],
    ['no memory', exited(137, 'OutOfMemoryError: Container killed due to memory usage'), exactly],
    ['a kill by nobody', exited(137), exactly],
    ['the end', exited(0), 'leave a completed'],
    ['a SIGTERM that was honoured', exited(143), 'leave a completed'],
    ['a health check', scheduler('Task failed container health checks'), exactly],
    ['a target group', scheduler('Task failed ELB health checks in (target-group web)'), exactly],
    [
      'maintenance',
      scheduler('ECS is performing maintenance on the underlying infrastructure hosting the task'),
      exactly,
    ],
    [
      'a scale-in',
      scheduler('Scaling activity initiated by (deployment ecs-svc/1)'),
      'leave a scale-in-or-deployment',
    ],
    ['Spot', { stopCode: 'SpotInterruption', stoppedReason: 'Your Spot Task was interrupted.' }, exactly],
    [
      'a host that is gone',
      { stopCode: 'UserInitiated', stoppedReason: 'Host EC2 (instance i-1) terminated.' },
      exactly,
    ],
  ])('%s', (_, change, expected) => {
    expect(line(at(0, change))).toMatch(expected)
  })

  it.each<[string, string]>([
    ['rate limit', 'CannotPullContainerError: toomanyrequests: You have reached your pull rate limit.'],
    ['quota of vCPUs', "You've reached the limit on the number of vCPUs you can run concurrently"],
    ['quota of size', 'The requested CPU configuration is above your limit'],
  ])('%s: tens of minutes, which people are told at once', (_, reason) => {
    const first = at(0, failed(reason))
    expect(line(first)).toMatch(/^wait a slow (9\d\d|1[01]\d\d)(\.\d+)? s!$/)
    expect(line({ ...first, startedBy: 'longshore/r/1' })).toMatch(
      /^wait a slow (1[89]|2[0-2])\d\d(\.\d+)? s!$/,
    )
    expect(line({ ...first, startedBy: 'longshore/r/4' })).toMatch(
      /^wait a slow (3[6-9]|4[0-4])\d\d(\.\d+)? s!$/,
    )
    expect(line({ ...first, stoppedAtMs: now - 1_126_000 })).toBe('restart a #1 of a!')
  })

  it('a quota is told with the page where it is raised, in the Region of the task', () => {
    const { decisions } = decided(at(0, failed('The requested MEMORY configuration is above your limit')))
    expect(decisions[0]?.because).toMatchObject({ code: 'slow', cause: 'quota', region: 'eu-west-1' })
    const last = at(0, { ...failed('vCPU limit'), startedBy: 'longshore/r/5' })
    expect(decided(last).decisions[0]?.because).toEqual({
      code: 'attempts-exhausted',
      cause: 'quota',
      attempts: 5,
      region: 'eu-west-1',
    })
  })
})

describe('another subnet', () => {
  const noInterface = failed('Timeout waiting for network interface provisioning to complete.')
  const restarted = (change: Partial<Task>, other: Partial<StoppedTask>) => {
    return firstRestart(decided(at(60, change), policy(), other))
  }

  it('is chosen where the failing one is known, and said', () => {
    const restart = restarted(noInterface, { otherSubnets: ['subnet-2'] })
    expect(restart?.do.change).toEqual({ subnets: ['subnet-2'] })
    expect(restart?.because).toMatchObject({ subnet: { from: 'subnet-1', to: 'subnet-2' } })
  })

  it.each<[string, Partial<Task>, Partial<StoppedTask>]>([
    ['no other is known', noInterface, {}],
    ['the only other is the same', noInterface, { otherSubnets: ['subnet-1'] }],
    ['the task crashed', exited(1), { otherSubnets: ['subnet-2'] }],
    [
      'the registry is out of reach',
      failed('CannotPullContainerError: i/o timeout'),
      { otherSubnets: ['subnet-2'] },
    ],
  ])('but the recorded one where %s', (_, change, other) => {
    const restart = restarted(change, other)
    expect(restart?.do).not.toHaveProperty('change')
    expect(restart?.because).not.toHaveProperty('subnet')
  })

  it('is the same whenever it is decided, and not the same for all tasks', () => {
    const otherSubnets = ['subnet-2', 'subnet-3', 'subnet-4']
    const chosen = Array.from({ length: 40 }, (_, n) => {
      const task = { ...at(60, noInterface), taskArn: `arn:aws:ecs:eu-west-1:123456789012:task/prod/t${n}` }
      return firstRestart(decided(task, policy(), { otherSubnets }))?.do.change?.subnets?.[0]
    })
    expect([...new Set(chosen)].sort()).toEqual(otherSubnets)
    expect(restarted(noInterface, { otherSubnets })).toEqual(
      restarted(noInterface, { otherSubnets: otherSubnets.toReversed() }),
    )
  })
})
