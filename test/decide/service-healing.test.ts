import { describe, expect, it } from 'vitest'
import { decide } from '../../src/healing/services/decide.ts'
import { explain } from '../../src/healing/services/explain.ts'
import { failureOf } from '../../src/healing/services/failures.ts'
import type { ServiceHealingMemory } from '../../src/model/memory.ts'
import type { Task } from '../../src/model/task.ts'
import { minute } from '../../src/model/time.ts'
import { definition, deployed, nine, nothingRead, policy, steady, stopOf } from './service-healing-stops.ts'

/** Crash loops and stuck deployments of services. */

const at = (minutes: number): number => nine + minutes * minute

const look = (
  stopped: ReturnType<typeof stopOf>[],
  atMinute: number,
  memory?: ServiceHealingMemory,
  service = steady,
  wishes = policy,
) => decide({ ...nothingRead, service, stopped }, wishes, memory, at(atMinute))

const codes = ({ decisions }: ReturnType<typeof decide>): string[] =>
  decisions.map(decision => decision.because.code)

describe('which stops count', () => {
  const exit = (exitCode: number | null, reason: string | null = null): Partial<Task> => ({
    containers: [{ ...stopOf(0, 0).task.containers[0], exitCode, reason } as Task['containers'][number]],
  })
  const scheduler = (stoppedReason: string): Partial<Task> => ({
    ...exit(143),
    stopCode: 'ServiceSchedulerInitiated',
    stoppedReason,
  })
  const notStarted = (stoppedReason: string): Partial<Task> => ({
    ...exit(null),
    stopCode: 'TaskFailedToStart',
    stoppedReason,
  })

  it.each<[string, Partial<Task>, string | null]>([
    ['a crash', exit(1), 'app-crash'],
    ['out of memory', exit(137, 'OutOfMemoryError: Container killed due to memory usage'), 'oom'],
    [
      'a failed health check of its container',
      scheduler('Task failed container health checks'),
      'health-check-container',
    ],
    [
      'a failed health check of its load balancer',
      scheduler('Task failed ELB health checks in (target-group arn:x)'),
      'health-check-elb',
    ],
    [
      'an image that is not there',
      notStarted('CannotPullContainerError: manifest unknown'),
      'image-not-found',
    ],
    [
      'a start that failed for a reason that nobody knows',
      notStarted('Something entirely new happened'),
      'unknown',
    ],
    ['exit code 0', exit(0), null],
    ['a SIGTERM that was honoured', exit(143), null],
    ['a scale-in', scheduler('Scaling activity initiated by (deployment ecs-svc/8646)'), null],
    [
      'maintenance',
      scheduler('ECS is performing maintenance on the underlying infrastructure hosting the task'),
      null,
    ],
    [
      'Spot',
      { ...exit(137), stopCode: 'SpotInterruption', stoppedReason: 'Your Spot Task was interrupted.' },
      null,
    ],
    [
      'a lost host',
      {
        ...exit(null),
        stopCode: 'TerminationNotice',
        stoppedReason: 'Host EC2 (instance i-0123) terminated.',
      },
      null,
    ],
    ['a user', { ...exit(137), stopCode: 'UserInitiated', stoppedReason: 'Task stopped by user' }, null],
    ['no place to run', notStarted('RESOURCE:MEMORY'), null],
    ['a quota', notStarted("You've reached the limit on the number of vCPUs you can run concurrently"), null],
    ['a crash whose stop is not over', { ...exit(1), lastStatus: 'DEPROVISIONING' }, null],
  ])('%s', (_, task, expected) => {
    expect(failureOf(stopOf(1, 0, task).task)).toBe(expected)
  })
})

describe('a crash loop', () => {
  it('is that many failures within the window, told with how the last ones ended', () => {
    const oom = stopOf(3, 8, {
      containers: [
        {
          ...(stopOf(0, 0).task.containers[0] as Task['containers'][number]),
          exitCode: 137,
          reason: 'OutOfMemoryError: Container killed due to memory usage',
        },
      ],
    })
    const { decisions, settled, memory, nextLookAtMs } = look([stopOf(1, 1), stopOf(2, 4), oom], 8)
    expect(decisions).toEqual([
      {
        hold: 'healing',
        about: 'web:2',
        because: {
          code: 'crash-loop',
          revision: 'web:2',
          stops: 3,
          withinMs: 10 * minute,
          causes: ['app-crash', 'oom'],
        },
        untilMs: null,
        tell: true,
        facts: [
          { label: 'Failed', value: '3 in 10 min' },
          { label: 'Last', value: 'container app, exit 137, OutOfMemoryError' },
          { label: 'Before', value: 'container app, exit 1' },
        ],
      },
    ])
    expect(decisions.map(({ because }) => explain(because))).toEqual([
      'web:2 is in a crash loop: 3 tasks failed within 10 min (application crashed, out of memory). ECS goes on replacing them. Read the log of the last task, then deploy a revision that works, or the one before.',
    ])
    expect(settled.map(({ resolution }) => resolution)).toEqual([
      'ecs-replaces',
      'ecs-replaces',
      'ecs-replaces',
    ])
    expect(memory.loops).toEqual({ [definition(2)]: { sinceMs: at(8), isTold: true, lastAtMs: at(8) } })
    expect(nextLookAtMs).toBe(at(18))
    expect(look([], 18, memory).decisions).toEqual([])
  })

  it.each<[string, number[], number, string[]]>([
    ['two of three', [1, 2], 3, []],
    ['three, the first at the very edge of the window', [1, 2, 10.999], 10.999, ['crash-loop']],
    ['three, the first just out of it', [1, 2, 11], 11, []],
    ['many at once', [1, 1, 1, 1, 1], 1, ['crash-loop']],
    ['three long ago', [1, 2, 3], 60, []],
  ])('%s', (_, minutes, now, expected) => {
    expect(
      codes(
        look(
          minutes.map((each, index) => stopOf(index, each)),
          now,
        ),
      ),
    ).toEqual(expected)
  })

  it('is counted by revision: two of one and two of another are none', () => {
    const other = { taskDefinitionArn: definition(1), revision: 1 }
    const stops = [stopOf(1, 1), stopOf(2, 2), stopOf(3, 3, other), stopOf(4, 4, other)]
    expect(codes(look(stops, 4))).toEqual([])
  })

  it('goes on below the number it began with, until the window is empty; then it may begin again', () => {
    const begun = look([stopOf(1, 1), stopOf(2, 2), stopOf(3, 3)], 3).memory
    const later = look([stopOf(4, 12.5)], 12.5, begun)
    expect(codes(later)).toEqual(['crash-loop'])
    expect(later.decisions).toMatchObject([{ tell: false }])
    expect(later.memory.loops).toEqual({
      [definition(2)]: { sinceMs: at(3), isTold: true, lastAtMs: at(12.5) },
    })
    const over = look([], 22.5, later.memory)
    expect(codes(over)).toEqual([])
    expect(over.memory).toMatchObject({ stops: [], loops: {} })
    expect(codes(look([stopOf(5, 23), stopOf(6, 24)], 24, over.memory))).toEqual([])
  })

  it('is over once the window was empty, although nobody looked then: what fails later may be another', () => {
    const begun = look([stopOf(1, 1), stopOf(2, 2), stopOf(3, 3)], 3).memory
    const next = look([stopOf(4, 13)], 13, begun)
    expect(codes(next)).toEqual([])
    const again = look([stopOf(5, 14), stopOf(6, 15)], 15, next.memory)
    expect(again.decisions).toMatchObject([{ because: { code: 'crash-loop' }, tell: true }])
    expect(codes(look([stopOf(4, 12.9)], 13, begun))).toEqual(['crash-loop'])
  })

  it('is told once, although something failed long before it', () => {
    const brief = { ...policy, crashLoop: { ...policy.crashLoop, withinMs: 2 * minute } }
    const stops = [stopOf(0, 0), stopOf(1, 5), stopOf(2, 5.5), stopOf(3, 6)]
    const begun = look(stops, 6, undefined, steady, brief)
    expect(begun.decisions).toMatchObject([{ tell: true }])
    const goesOn = look([], 6.5, begun.memory, steady, brief)
    expect(goesOn.decisions).toMatchObject([{ because: { code: 'crash-loop' }, tell: false }])
  })

  it('then pause: keeps the service from being scaled out while the revision is deployed', () => {
    const wishes = { ...policy, crashLoop: { ...policy.crashLoop, remedy: 'pause' as const } }
    const stops = [stopOf(1, 1), stopOf(2, 2), stopOf(3, 3)]
    const looping = look(stops, 3, undefined, steady, wishes)
    expect(codes(looping)).toEqual(['crash-loop-paused'])
    expect(looping.keepsFromScalingOut).toBe('crash loop of web:2')
    expect(look(stops, 3).keepsFromScalingOut).toBeNull()
    const replaced = deployed([[3, 'COMPLETED', 4]])
    expect(look([], 5, looping.memory, replaced, wishes).keepsFromScalingOut).toBeNull()
    expect(look([], 13, looping.memory, steady, wishes).keepsFromScalingOut).toBeNull()
  })
})

describe('a stuck deployment', () => {
  const rolling = deployed([
    [2, 'IN_PROGRESS', 0],
    [1, 'COMPLETED', -600],
  ])

  it('is looked at when its time is over, and told then with what its tasks stopped for', () => {
    const waiting = look([stopOf(1, 5)], 6, undefined, rolling)
    expect(waiting).toMatchObject({ decisions: [], nextLookAtMs: at(30) })
    const stuck = look([stopOf(2, 25)], 30, waiting.memory, rolling)
    expect(stuck.decisions).toEqual([
      {
        hold: 'healing',
        about: 'ecs-svc/2',
        because: { code: 'deployment-stuck', revision: 'web:2', forMs: 30 * minute, running: 1, wanted: 2 },
        untilMs: null,
        tell: true,
        facts: [{ label: 'Last', value: 'container app, exit 1' }],
      },
    ])
    expect(stuck.decisions.map(({ because }) => explain(because))).toEqual([
      'The deployment of web:2 has been in progress for 30 min: 1 of 2 tasks run. No circuit breaker ends it. Read what its tasks stopped for, then deploy a revision that works, or stop the deployment with a roll-back.',
    ])
  })

  it.each<[string, typeof rolling]>([
    [
      'a circuit breaker ends it',
      deployed([[2, 'IN_PROGRESS', 0]], { rollsBack: { circuitBreaker: 'fail', onAlarm: false } }),
    ],
    ['it has completed', deployed([[2, 'COMPLETED', 0]])],
    ['it has failed', deployed([[2, 'FAILED', 0]])],
    [
      'only an older one is in progress',
      deployed([
        [3, 'COMPLETED', 0],
        [2, 'IN_PROGRESS', -60],
      ]),
    ],
    ['CodeDeploy deploys', deployed([[2, 'IN_PROGRESS', 0]], { deploymentController: 'CODE_DEPLOY' })],
    ['the service is deleted', deployed([[2, 'IN_PROGRESS', 0]], { status: 'DRAINING' })],
    ['the service is gone', { kind: 'missing', what: 'service web' }],
    [
      'the service cannot be read',
      {
        kind: 'failed',
        failure: { code: 'throttled', message: 'slow down', operation: 'ecs:DescribeServices' },
      },
    ],
  ])('is none when %s', (_, service) => {
    const memory = { stops: [], loops: {}, good: [definition(2), definition(3)] }
    expect(look([], 600, memory, service).decisions).toEqual([])
  })
})
