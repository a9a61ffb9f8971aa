import { describe, expect, it } from 'vitest'
import { decide } from '../../src/healing/decide.ts'
import { judge } from '../../src/healing/judgement.ts'
import type { HealPolicy } from '../../src/healing/policy.ts'
import type { StoppedTask } from '../../src/healing/view.ts'
import type { Owner, Task } from '../../src/model/task.ts'
import {
  container,
  crashed,
  firstRestart,
  lines,
  now,
  policy,
  running,
  spec,
  stop,
  view,
} from './healing-tasks.ts'

const decided = (stopped: StoppedTask, wishes: HealPolicy | null = policy()) =>
  lines(decide(view([stopped]), wishes, undefined, now))[0]

const failedStart = (stoppedReason: string): Partial<Task> => ({
  stopCode: 'TaskFailedToStart',
  stoppedReason,
  containers: [container()],
})

/** What stopped it, and what that means when everything is wished for, and when nothing but it. */
const causes: [name: string, stopped: Partial<Task>, group: HealPolicy['restart']['on'][number]][] = [
  ['a non-zero exit', {}, 'crash'],
  [
    'no memory left',
    {
      containers: [
        container({ exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage' }),
      ],
    },
    'oom',
  ],
  [
    'a container health check',
    { stopCode: 'ServiceSchedulerInitiated', stoppedReason: 'Task failed container health checks' },
    'health',
  ],
  ['Spot', { stopCode: 'SpotInterruption', stoppedReason: 'Your Spot Task was interrupted.' }, 'spot'],
  [
    'its host terminated',
    { stopCode: 'UserInitiated', stoppedReason: 'Host EC2 (instance i-1234567890abcdef0) terminated.' },
    'host',
  ],
  [
    'maintenance',
    {
      stopCode: 'ServiceSchedulerInitiated',
      stoppedReason: 'ECS is performing maintenance on the underlying infrastructure hosting the task',
    },
    'host',
  ],
  [
    'no network interface',
    failedStart('Timeout waiting for network interface provisioning to complete.'),
    'start',
  ],
  [
    'no way to the registry',
    failedStart('CannotPullContainerError: dial tcp 10.0.0.1:443: i/o timeout'),
    'start',
  ],
  ['no place', failedStart('RESOURCE:MEMORY'), 'start'],
  [
    'secrets out of reach',
    failedStart(
      'ResourceInitializationError: unable to pull secrets or registry auth: context deadline exceeded',
    ),
    'start',
  ],
  ['a volume', failedStart('CannotCreateVolumeError: EFS mount failed'), 'start'],
]

describe('healing decides by cause', () => {
  it.each(causes)('%s: run again', (_, stopped) => {
    expect(decided(stop(crashed('a', stopped)))).toBe('restart a #1 of a!')
  })

  it.each(causes)('%s: run again when only that is wished for', (_, stopped, group) => {
    expect(decided(stop(crashed('a', stopped)), policy({ on: [group] }))).toBe('restart a #1 of a!')
  })

  it.each(causes)('%s: left alone when all but that is wished for', (_, stopped, group) => {
    const others = policy().restart.on.filter(each => each !== group)
    expect(decided(stop(crashed('a', stopped)), policy({ on: others }))).toBe('leave a not-in-policy!')
  })

  it.each<[string, Partial<Task>, string]>([
    ['a good end', { containers: [container({ exitCode: 0 })] }, 'leave a completed'],
    ['a user', { stopCode: 'UserInitiated', stoppedReason: 'Task stopped by user' }, 'leave a user-stop!'],
    [
      'a user after an exit with 1',
      { stopCode: 'UserInitiated', stoppedReason: 'not needed', containers: [container({ exitCode: 1 })] },
      'leave a user-stop!',
    ],
    ['Longshore', { stopCode: 'UserInitiated', stoppedReason: 'longshore:max-runtime' }, 'leave a own-stop'],
    [
      'a user who writes of Longshore',
      { stopCode: 'UserInitiated', stoppedReason: 'stop it, longshore: no' },
      'leave a user-stop!',
    ],
    [
      'a scale-in',
      {
        stopCode: 'ServiceSchedulerInitiated',
        stoppedReason: 'Scaling activity initiated by (deployment ecs-svc/1)',
      },
      'leave a scale-in-or-deployment',
    ],
    [
      'an image that does not exist',
      failedStart('CannotPullContainerError: etl:42: not found'),
      'leave a permanent!',
    ],
    [
      'no right to the image',
      failedStart('CannotPullContainerError: pull access denied'),
      'leave a permanent!',
    ],
    [
      'a secret that does not exist',
      failedStart("ResourceInitializationError: Secrets Manager can't find the specified secret."),
      'leave a permanent!',
    ],
    ['a missing log group', failedStart('failed to initialize logging driver'), 'leave a permanent!'],
    ['no instance with the attribute', failedStart('ATTRIBUTE'), 'leave a permanent!'],
    ['nobody knows what', { stopCode: 'SomeStrangeStopCode', containers: [] }, 'leave a cause-unknown!'],
  ])('stopped by %s: %s', (_, stopped, expected) => {
    expect(decided(stop(crashed('a', stopped)))).toBe(expected)
  })

  it('only essential containers count', () => {
    const task = crashed('a', {
      containers: [container({ exitCode: 0 }), container({ name: 'side', exitCode: 1 })],
    })
    expect(decided(stop(task, { essential: ['app'] }))).toBe('leave a completed')
    expect(decided(stop(task, { essential: null }))).toBe('restart a #1 of a!')
  })

  it.each<[string, Owner, string]>([
    ["a service's task", 'service', 'leave a ecs-replaces'],
    ["another orchestrator's task", 'none', 'leave a other-orchestrator'],
  ])('%s is never run again', (_, owner, expected) => {
    expect(decided(stop(crashed('a'), { owner }))).toBe(expected)
  })

  it('without heal in the rule every stop is left alone, quietly', () => {
    const verdict = decide(view([stop(crashed('a'))], [running('b')]), null, undefined, now)
    expect(lines(verdict)).toEqual(['leave a no-heal-policy'])
    expect(verdict.nextLookAtMs).toBeNull()
  })

  it('says what it leaves alone, and remembers nothing of it', () => {
    const memory = { placements: {}, recovering: { a: { stoppedAtMs: now - 700_000 } } }
    const finished = stop(crashed('a', { containers: [container({ exitCode: 0 })], revision: null }))
    const verdict = decide(view([finished]), policy(), memory, now)
    expect(verdict.decisions).toEqual([
      {
        hold: 'healing',
        about: 'a',
        because: { code: 'completed' },
        untilMs: null,
        tell: false,
        facts: [
          { label: '', value: 'container app, exit 0' },
          { label: 'Memory', value: '2,048 MiB' },
          { label: 'On', value: 'FARGATE, eu-west-1b' },
        ],
      },
    ])
    expect(verdict.memory).toStrictEqual({ placements: {}, recovering: {} })
  })

  it('a judgement is for good, a wait or a restart', () => {
    const circumstances = {
      policy: policy(),
      placement: undefined,
      grown: undefined,
      started: new Set<string>(),
      now,
    }
    expect(judge(stop(crashed('a'), { owner: 'service' }), circumstances)).toEqual({
      kind: 'leave',
      because: { code: 'ecs-replaces' },
      tell: false,
    })
  })

  it.each<[string, string, boolean, string]>([
    ['EventBridge rule', 'events-rule/nightly', false, 'leave a scheduled-elsewhere!'],
    ['EventBridge Scheduler', 'chronos-schedule/nightly', false, 'leave a scheduled-elsewhere!'],
    ['EventBridge rule, restarts wished for', 'events-rule/nightly', true, 'restart a #1 of a!'],
  ])('started by %s', (_, startedBy, scheduled, expected) => {
    expect(decided(stop(crashed('a', { startedBy })), policy({ scheduled }))).toBe(expected)
  })
})

describe('healing waits', () => {
  const seconds = (stoppedAgo: number, change: Partial<Task> = {}) =>
    crashed('a', {
      stoppedAtMs: now - stoppedAgo * 1000,
      startedAtMs: now - stoppedAgo * 1000 - 60_000,
      ...change,
    })

  it.each<[string, startedBy: string | null, waitSeconds: number]>([
    ['first', null, 10],
    ['second', 'longshore/r/1', 20],
    ['third', 'longshore/r/2', 40],
    ['fourth', 'longshore/r/3', 80],
    ['fifth', 'longshore/r/4', 160],
    ['sixth', 'longshore/r/5', 300],
    ['thirtieth', 'longshore/r/29', 300],
  ])('before the %s attempt', (_, startedBy, wait) => {
    const wishes = policy({ attempts: 100 })
    expect(decided(stop(seconds(0, { startedBy })), wishes)).toBe(`wait a backoff ${wait} s`)
    expect(decided(stop(seconds(wait - 1, { startedBy })), wishes)).toBe('wait a backoff 1 s')
    expect(decided(stop(seconds(wait, { startedBy })), wishes)).toMatch(/^restart a/)
  })

  it('from the beginning of the stop when its end is not told', () => {
    const task = seconds(0, { stoppedAtMs: null, stoppingAtMs: now - 4_000 })
    expect(decided(stop(task))).toBe('wait a backoff 6 s')
  })

  it('tells the attempt and the time of the wait, and needs no memory for it', () => {
    const verdict = decide(view([stop(seconds(3))]), policy(), undefined, now)
    const because = {
      code: 'backoff',
      cause: 'app-crash',
      attempt: 1,
      attempts: 5,
      waitMs: 10_000,
      untilMs: now + 7_000,
    }
    expect(verdict.decisions).toEqual([
      { hold: 'healing', about: 'a', because, untilMs: now + 7_000, tell: false },
    ])
    expect(verdict.memory).toStrictEqual({ placements: {}, recovering: {} })
  })

  it('for the end of a stop that has only begun, and looks again in case its event is lost', () => {
    const stopping = running('a', { desiredStatus: 'STOPPED', stopCode: 'UserInitiated' })
    const verdict = decide(view([stop(stopping)]), policy(), undefined, now)
    expect(lines(verdict)).toEqual(['wait a not-stopped-yet'])
    expect(verdict.settled).toEqual([])
    expect(verdict.nextLookAtMs).toBe(now + 60_000)
  })

  it('for nothing when Spot warns: the replacement starts while the task still runs', () => {
    const warned = running('a', {
      desiredStatus: 'STOPPED',
      stopCode: 'SpotInterruption',
      stoppedReason: 'Your Spot Task was interrupted.',
      stoppingAtMs: now - 10_000,
    })
    expect(decided(stop(warned))).toBe('restart a #1 of a!')
    expect(decided(stop({ ...warned, stoppingAtMs: now }))).toBe('wait a backoff 10 s')
    expect(decided(stop(warned), policy({ on: ['crash'] }))).toBe('leave a not-in-policy!')
  })

  it('for the store when it does not answer', () => {
    const failure = { code: 'throttled', message: 'slow down', operation: 'dynamodb:BatchGetItem' } as const
    const verdict = decide(
      view([stop(crashed('a'), { spec: { kind: 'failed', failure } })]),
      policy(),
      undefined,
      now,
    )
    expect(lines(verdict)).toEqual(['wait a unreadable 10 s'])
    expect(verdict.decisions[0]?.because).toEqual({
      code: 'unreadable',
      what: 'The launch specification',
      failure: 'throttled',
    })
    expect(verdict.nextLookAtMs).toBe(now + 10_000)
  })
})

describe('healing counts attempts', () => {
  /** How long the stopped task had run, who started it; five attempts, a new lineage after ten minutes. */
  it.each<[string, ranSeconds: number | null, startedBy: string | null, expected: string]>([
    ['an original task', 60, null, 'restart a #1 of a!'],
    ["somebody else's startedBy", 60, 'deploy-42', 'restart a #1 of a!'],
    ['its first restart', 60, 'longshore/r/1', 'restart a #2 of r!'],
    ['its fourth restart', 60, 'longshore/r/4', 'restart a #5 of r!'],
    ['its fifth restart: given up', 60, 'longshore/r/5', 'leave a attempts-exhausted!'],
    ['one second short of healthy', 599, 'longshore/r/5', 'leave a attempts-exhausted!'],
    ['long enough healthy: a new lineage', 600, 'longshore/r/5', 'restart a #1 of a!'],
    ['a restart that never ran', null, 'longshore/r/1', 'restart a #2 of r!'],
  ])('%s', (_, ranSeconds, startedBy, expected) => {
    const startedAtMs = ranSeconds === null ? null : now - 600_000 - ranSeconds * 1000
    expect(decided(stop(crashed('a', { startedAtMs, startedBy })))).toBe(expected)
  })

  it('one attempt means one restart', () => {
    const wishes = policy({ attempts: 1 })
    expect(decided(stop(crashed('a')), wishes)).toBe('restart a #1 of a!')
    expect(decided(stop(crashed('b', { startedBy: 'longshore/a/1' })), wishes)).toBe(
      'leave b attempts-exhausted!',
    )
  })
})

describe('healing runs exactly the same task', () => {
  it.each<[string, Partial<StoppedTask>, string]>([
    ['nothing recorded', { spec: { kind: 'missing', what: 'spec' } }, 'leave a launch-spec-missing!'],
    [
      'recorded with a gap',
      { spec: { kind: 'value', value: spec('a', { unsure: ['ebs-volume'] }), observedAtMs: now } },
      'leave a launch-spec-unsure!',
    ],
  ])('or not at all: %s', (_, change, expected) => {
    expect(decided(stop(crashed('a'), change))).toBe(expected)
  })

  it('from the recorded specification, once by its token', () => {
    const [first] = decide(view([stop(crashed('aaaa'))]), policy(), undefined, now).decisions
    expect(first).toEqual({
      do: {
        verb: 'run-task',
        cluster: 'prod',
        specTaskId: 'aaaa',
        replaces: 'arn:aws:ecs:eu-west-1:123456789012:task/prod/aaaa',
        rootTaskId: 'aaaa',
        attempt: 1,
        // sha256 of arn:aws:ecs:eu-west-1:123456789012:task/prod/aaaa/1/0
        clientToken: '57a2164a7edcf5c5519773762e37e2f03bed060fef6e96e648d68b9f2da2a234',
      },
      because: { code: 'restart', cause: 'app-crash', attempt: 1, attempts: 5, waitedMs: 600_000 },
      tell: true,
      facts: [
        { label: '', value: 'container app, exit 1' },
        { label: 'Memory', value: '2,048 MiB' },
        { label: 'Revision', value: 'etl:41' },
        { label: 'On', value: 'FARGATE, eu-west-1b' },
      ],
    })
  })

  it('and waits to see it run, with the time of the stop', () => {
    expect(decide(view([stop(crashed('a'))]), policy(), undefined, now).memory).toStrictEqual({
      placements: {},
      recovering: { a: { stoppedAtMs: now - 600_000 } },
    })
  })

  it('and goes on waiting while a replacement in sight has not started', () => {
    const memory = { placements: {}, recovering: { a: { stoppedAtMs: now - 600_000 } } }
    const starting = running('b', { startedBy: 'longshore/a/1', lastStatus: 'PENDING', startedAtMs: null })
    const verdict = decide(view([stop(crashed('a'))], [starting]), policy(), memory, now)
    expect(lines(verdict)).toEqual(['leave a already-replaced'])
    expect(verdict.memory).toStrictEqual(memory)
  })

  it('and says of what is left alone only what is known', () => {
    const silent = crashed('aaaa', {
      stopCode: 'UserInitiated',
      stoppedReason: null,
      containers: [],
      memoryMiB: null,
      family: null,
      launchType: null,
      availabilityZone: null,
    })
    expect(decide(view([stop(silent)]), policy(), undefined, now).decisions).toMatchObject([
      { tell: true, facts: [] },
    ])
  })

  it('by another token for another attempt or after a placement failure', () => {
    const token = (task: Task, failures: number) => {
      const memory = { placements: { aaaa: { failures, nextTryAtMs: now } }, recovering: {} }
      return firstRestart(decide(view([stop(task)]), policy(), memory, now))?.do.clientToken
    }
    expect(token(crashed('aaaa'), 0)).toBe('57a2164a7edcf5c5519773762e37e2f03bed060fef6e96e648d68b9f2da2a234')
    expect(token(crashed('aaaa'), 1)).toBe('9d730f03004d7833a39f791097e9ff709fc691851a66660cefa1fd737671ff09')
    expect(token(crashed('aaaa', { startedBy: 'longshore/r/1' }), 0)).toBe(
      'fda1be7bcabc301d6e73d9417d4997cdffad48267351d0860f0df1e35a03811f',
    )
  })

  it('from the specification of the lineage where the task has none of its own', () => {
    const task = crashed('b', { startedBy: 'longshore/a/1' })
    const [decision] = decide(
      view([stop(task, { spec: { kind: 'value', value: spec('a'), observedAtMs: now } })]),
      policy(),
      undefined,
      now,
    ).decisions
    expect(decision).toMatchObject({ do: { specTaskId: 'a', rootTaskId: 'a', attempt: 2 } })
  })

  it('never twice: one whose replacement is in sight is settled', () => {
    const stopped = stop(crashed('a'))
    const replacement = running('b', { startedBy: 'longshore/a/1' })
    expect(lines(decide(view([stopped], [replacement]), policy(), undefined, now))).toEqual([
      'leave a already-replaced',
    ])
    const over = stop(crashed('b', { startedBy: 'longshore/a/1' }))
    expect(lines(decide(view([stopped, over]), policy(), undefined, now))).toEqual([
      'leave a already-replaced',
      'restart b #2 of a!',
    ])
    const other = running('c', { startedBy: 'longshore/z/1' })
    expect(lines(decide(view([stopped], [other]), policy(), undefined, now))).toEqual(['restart a #1 of a!'])
  })

  it('never twice: settled evidence stays settled', () => {
    const verdict = decide(view([stop(crashed('a'), { resolution: 'replaced' })]), policy(), undefined, now)
    expect(verdict.decisions).toEqual([])
    expect(verdict.settled).toEqual([{ key: 'task/a', resolution: 'replaced' }])
  })
})

describe('healing looks again', () => {
  const living = [running('b')]
  it.each<[string, Parameters<typeof decide>[0], number | null]>([
    ['never, when nothing lives', view([]), null],
    ['after five minutes, when tasks live', view([], living), 300],
    [
      'in ten seconds, when specifications are outstanding',
      { ...view([], living), specsOutstanding: true },
      10,
    ],
    ['at the end of the earliest wait', view([stop(crashed('a', { stoppedAtMs: now - 3_000 }))], living), 7],
    ['when a call that placed nothing would be tried again', view([stop(crashed('a'))], living), 10],
    [
      'never for what is left alone',
      view([stop(crashed('a', { containers: [container({ exitCode: 0 })] }))]),
      null,
    ],
  ])('%s', (_, seen, seconds) => {
    const { nextLookAtMs } = decide(seen, policy(), undefined, now)
    expect(nextLookAtMs).toBe(seconds === null ? null : now + seconds * 1000)
  })

  it('when the third placement failure would be tried again', () => {
    const memory = { placements: { a: { failures: 2, nextTryAtMs: now } }, recovering: {} }
    expect(decide(view([stop(crashed('a'))]), policy(), memory, now).nextLookAtMs).toBe(now + 40_000)
  })
})
