import { describe, expect, it } from 'vitest'
import { decide } from '../../src/discovery/decide.ts'
import { instanceAttributes } from '../../src/discovery/instance.ts'
import type { DiscoveryView } from '../../src/discovery/view.ts'
import type { CloudMapOperation } from '../../src/model/cloud-map.ts'
import type { DiscoveryMemory } from '../../src/model/memory.ts'
import type { Task } from '../../src/model/task.ts'
import {
  definition,
  foreign,
  now,
  ours,
  policy,
  seen,
  service,
  target,
  task,
  unavailable,
  view,
} from './discovery-view.ts'

/** `register a`, `deregister b`, `hold c: not-healthy-yet` in the order decided. */
const told = (looked: DiscoveryView, memory?: DiscoveryMemory, at = now, wishes = policy) =>
  decide(looked, wishes, memory, at).decisions.map(decision =>
    'do' in decision
      ? `${decision.do.verb.replace('-instance', '')} ${decision.do.instanceId}: ${decision.because.code}`
      : `hold ${decision.about ?? 'all'}: ${decision.because.code}`,
  )

const checked = new Map([[definition, true]])

describe('discovery decides', () => {
  it.each<[string, Partial<DiscoveryView>, string[]]>([
    [
      'a running task that nobody names is registered',
      { tasks: seen([task('a')]) },
      ['register a: task-running'],
    ],
    [
      'what is named and runs is left as it is',
      { tasks: seen([task('a')]), instances: seen([ours('a')]) },
      ['hold all: all-true'],
    ],
    [
      'a task that is still pending is not registered',
      { tasks: seen([task('a', { lastStatus: 'PENDING' })]) },
      ['hold all: all-true'],
    ],
    [
      'with a health check it waits for HEALTHY',
      { tasks: seen([task('a')]), healthChecked: checked },
      ['hold a: not-healthy-yet'],
    ],
    [
      'HEALTHY is registered',
      { tasks: seen([task('a', { healthStatus: 'HEALTHY' })]), healthChecked: checked },
      ['register a: task-running'],
    ],
    [
      'unknown whether it has checks: held',
      { tasks: seen([task('a')]), healthChecked: new Map() },
      ['hold a: checks-unknown'],
    ],
    [
      'a task that begins to stop is deregistered while it still runs',
      {
        tasks: seen([task('a', { desiredStatus: 'STOPPED' }), task('bb')]),
        instances: seen([ours('a'), ours('bb')]),
      },
      ['deregister a: task-stopping'],
    ],
    [
      'a tombstone wins over a description that lags behind',
      {
        tasks: seen([task('a'), task('bb')]),
        instances: seen([ours('a'), ours('bb')]),
        tombstones: new Set(['a']),
      },
      ['deregister a: task-stopping'],
    ],
    [
      'a late RUNNING resurrects nobody',
      { tasks: seen([task('a')]), tombstones: new Set(['a']) },
      ['hold all: all-true'],
    ],
    [
      'the last instance stays until another is there',
      {
        tasks: seen([task('a', { lastStatus: 'STOPPED', desiredStatus: 'STOPPED' })]),
        instances: seen([ours('a')]),
      },
      ['hold a: last-instance'],
    ],
    [
      'its replacement is registered first',
      {
        tasks: seen([task('a', { lastStatus: 'STOPPED', desiredStatus: 'STOPPED' }), task('bb')]),
        instances: seen([ours('a')]),
      },
      ['hold a: last-instance', 'register bb: task-running'],
    ],
    [
      'of two dead ones the second stays',
      {
        tasks: seen([task('a', { desiredStatus: 'STOPPED' }), task('bb', { desiredStatus: 'STOPPED' })]),
        instances: seen([ours('a'), ours('bb')]),
      },
      ['deregister a: task-stopping', 'hold bb: last-instance'],
    ],
    [
      'an instance of somebody else counts as remaining and is never touched',
      {
        tasks: seen([task('a', { desiredStatus: 'STOPPED' })]),
        instances: seen([ours('a'), foreign('x')]),
      },
      ['deregister a: task-stopping'],
    ],
    [
      'an instance of another target with our marker is not ours',
      { instances: seen([{ id: 'z', attributes: { LONGSHORE_TARGET: 'family/prod/other' } }]) },
      ['hold all: all-true'],
    ],
    [
      'somebody else registered our task: left alone',
      { tasks: seen([task('a')]), instances: seen([foreign('a')]) },
      ['hold all: all-true'],
    ],
    [
      'an address that is no longer true is corrected',
      { tasks: seen([task('a')]), instances: seen([ours('a', '10.7.7.7')]) },
      ['register a: address-changed'],
    ],
    [
      'a task without an address cannot be registered',
      { tasks: seen([task('a', { networkInterface: null })]) },
      ['hold a: no-address'],
    ],
    [
      'UNHEALTHY leaves',
      {
        tasks: seen([task('a', { healthStatus: 'UNHEALTHY' }), task('bb', { healthStatus: 'HEALTHY' })]),
        instances: seen([ours('a'), ours('bb')]),
        healthChecked: checked,
      },
      ['deregister a: task-unhealthy'],
    ],
    [
      'a task that ECS does not know is doubted once',
      { missingTaskIds: ['a'], instances: seen([ours('a'), foreign('x')]) },
      ['hold a: missing-once'],
    ],
    [
      'no such Cloud Map service',
      { cloudMapService: { kind: 'missing', what: 'x' } },
      ['hold all: service-not-found'],
    ],
    [
      'the tasks could not be listed',
      { tasks: unavailable, instances: seen([ours('a')]) },
      ['hold all: unreadable'],
    ],
    [
      'the instances could not be listed',
      { tasks: seen([task('a')]), instances: unavailable },
      ['hold all: unreadable'],
    ],
    [
      'somebody else registered our task, which stops: left alone',
      {
        tasks: seen([task('a', { desiredStatus: 'STOPPED' }), task('bb')]),
        instances: seen([foreign('a'), ours('bb')]),
      },
      ['hold all: all-true'],
    ],
    [
      'a named task whose address is not told is left as it is',
      { tasks: seen([task('a', { networkInterface: null })]), instances: seen([ours('a')]) },
      ['hold all: all-true'],
    ],
    [
      'an instance without an address gets one',
      {
        tasks: seen([task('a')]),
        instances: seen([{ id: 'a', attributes: { LONGSHORE_TARGET: 'family/prod/thumbnailer' } }]),
      },
      ['register a: address-changed'],
    ],
    [
      'no task definition told: whether it has checks is not known',
      { tasks: seen([task('a', { taskDefinitionArn: null })]) },
      ['hold a: checks-unknown'],
    ],
    [
      'UNHEALTHY of a task without essential checks counts for nothing',
      {
        tasks: seen([task('a', { healthStatus: 'UNHEALTHY' })]),
        instances: seen([ours('a'), foreign('x')]),
      },
      ['hold all: all-true'],
    ],
    [
      'UNHEALTHY counts for nothing while the task definition is not told',
      {
        tasks: seen([task('a', { healthStatus: 'UNHEALTHY', taskDefinitionArn: null })]),
        instances: seen([ours('a'), foreign('x')]),
        healthChecked: checked,
      },
      ['hold all: all-true'],
    ],
    [
      'a tombstone is enough where no list names the task any more',
      { instances: seen([ours('a'), foreign('x')]), tombstones: new Set(['a']) },
      ['deregister a: task-stopping'],
    ],
    [
      'an instance of which nothing is told stays',
      { instances: seen([ours('a'), foreign('x')]) },
      ['hold all: all-true'],
    ],
    [
      'a task that is described and missing at once is there',
      { tasks: seen([task('a')]), instances: seen([ours('a'), foreign('x')]), missingTaskIds: ['a'] },
      ['hold all: all-true'],
    ],
    [
      'SRV records need a port',
      { tasks: seen([task('a')]), cloudMapService: seen({ ...service, dnsRecordTypes: ['SRV'] }) },
      ['hold all: needs-port'],
    ],
  ])('%s', (_, change, expected) => {
    expect(told(view(change))).toEqual(expected)
  })

  it('names the task as ECS names its own, with our marker', () => {
    const { decisions, nextLookAtMs } = decide(view({ tasks: seen([task('a')]) }), policy, undefined, now)
    expect(decisions).toStrictEqual([
      {
        do: {
          verb: 'register-instance',
          cloudMapServiceId: 'srv-1',
          instanceId: 'a',
          attributes: {
            AWS_INSTANCE_IPV4: '10.0.0.1',
            AVAILABILITY_ZONE: 'eu-west-1a',
            ECS_CLUSTER_NAME: 'prod',
            ECS_TASK_DEFINITION_FAMILY: 'thumbnailer',
            ECS_TASK_DEFINITION_REVISION: '7',
            LONGSHORE_TARGET: 'family/prod/thumbnailer',
          },
          cloudMapName: 'thumbs.jobs.internal',
        },
        because: { code: 'task-running', taskId: 'a', address: '10.0.0.1' },
        tell: true,
      },
    ])
    expect(nextLookAtMs).toBe(now + 5_000)
  })

  it.each<[what: string, change: Partial<Task>, port: number | null, attributes: Record<string, string>]>([
    ['a port', {}, 8080, { AWS_INSTANCE_PORT: '8080' }],
    [
      'an IPv6 address',
      {
        networkInterface: {
          id: 'eni-1',
          subnetId: 'subnet-1',
          privateIpv4: '10.0.0.1',
          ipv6: '2001:db8::7',
        },
      },
      null,
      { AWS_INSTANCE_IPV6: '2001:db8::7' },
    ],
  ])('and %s where there is one', (_, change, port, attributes) => {
    const wishes = { ...policy, port }
    const [decision] = decide(view({ tasks: seen([task('a', change)]) }), wishes, undefined, now).decisions
    expect(decision).toMatchObject({ do: { attributes } })
  })

  it('leaves out what is not told', () => {
    const bare = task('a', {
      networkInterface: null,
      availabilityZone: null,
      family: null,
      revision: null,
    })
    const address = { ipv4: '10.0.0.1', ipv6: null, port: null, ec2InstanceId: null }
    expect(instanceAttributes(bare, address, target)).toStrictEqual({
      AWS_INSTANCE_IPV4: '10.0.0.1',
      ECS_CLUSTER_NAME: 'prod',
      LONGSHORE_TARGET: 'family/prod/thumbnailer',
    })
  })

  it('takes an instance away by its id, and says why', () => {
    const stopping = task('a', { desiredStatus: 'STOPPED', lastStatus: 'DEPROVISIONING' })
    const looked = view({ tasks: seen([stopping, task('bb')]), instances: seen([ours('a'), ours('bb')]) })
    const { decisions, memory } = decide(looked, policy, undefined, now)
    expect(memory).toEqual({ operations: [], missingSince: {}, failures: {} })
    expect(decisions).toStrictEqual([
      {
        do: {
          verb: 'deregister-instance',
          cloudMapServiceId: 'srv-1',
          instanceId: 'a',
          cloudMapName: 'thumbs.jobs.internal',
        },
        because: { code: 'task-stopping', taskId: 'a', lastStatus: 'DEPROVISIONING' },
        tell: true,
      },
    ])
  })

  it('needs no port for SRV records that has one', () => {
    const looked = view({
      tasks: seen([task('a')]),
      cloudMapService: seen({ ...service, dnsRecordTypes: ['SRV'] }),
    })
    expect(told(looked, undefined, now, { ...policy, port: 8080 })).toEqual(['register a: task-running'])
  })
})

describe('discovery follows its operations', () => {
  const registering: DiscoveryMemory = {
    operations: [{ operationId: 'op-1', instanceId: 'a', verb: 'register', startedAtMs: now - 1_000 }],
    missingSince: {},
    failures: {},
  }
  const standing = (status: CloudMapOperation['status'], errorCode: string | null = null) =>
    new Map([['op-1', seen({ status, errorCode, errorMessage: null })]])
  const running = { tasks: seen([task('a')]) }

  it('asks nothing of an instance while an operation of it is under way', () => {
    expect(told(view({ ...running, operations: standing('PENDING') }), registering)).toEqual([
      'hold a: operation-pending',
    ])
  })

  it('looks again within seconds while it is under way', () => {
    expect(
      decide(view({ ...running, operations: standing('PENDING') }), policy, registering, now).nextLookAtMs,
    ).toBe(now + 5_000)
  })

  it('treats an operation that cannot be read as under way', () => {
    expect(told(view({ ...running, operations: new Map([['op-1', unavailable]]) }), registering)).toEqual([
      'hold a: operation-pending',
    ])
  })

  it('gives up following after ten minutes and believes what it sees', () => {
    expect(told(view({ ...running, operations: standing('PENDING') }), registering, now + 600_000)).toEqual([
      'register a: task-running',
    ])
  })

  it('tries a failed one again after 10 s, then 20 s', () => {
    const first = decide(
      view({ ...running, operations: standing('FAIL', 'THROTTLED_REQUEST') }),
      policy,
      registering,
      now,
    )
    expect(first.memory.failures).toEqual({ a: { count: 1, nextTryAtMs: now + 10_000 } })
    expect(told(view(running), first.memory, now + 9_999)).toEqual(['hold a: operation-failed'])
    expect(decide(view(running), policy, first.memory, now + 9_999).nextLookAtMs).toBe(now + 10_000)
    expect(told(view(running), first.memory, now + 10_000)).toEqual(['register a: task-running'])
    const again = { ...registering, failures: first.memory.failures }
    const second = decide(view({ ...running, operations: standing('FAIL') }), policy, again, now + 11_000)
    expect(second.memory.failures).toEqual({ a: { count: 2, nextTryAtMs: now + 31_000 } })
  })

  it.each([
    ['after two failures in a row is told', 2, true],
    ['after three is done all the same, and told no more', 3, false],
  ])('a try %s', (_, count, tell) => {
    const memory = { operations: [], missingSince: {}, failures: { a: { count, nextTryAtMs: now } } }
    expect(decide(view(running), policy, memory, now).decisions).toMatchObject([
      { do: { verb: 'register-instance', instanceId: 'a' }, tell },
    ])
  })

  it('counts an instance that is coming as there', () => {
    const coming: DiscoveryMemory = {
      ...registering,
      operations: [{ operationId: 'op-1', instanceId: 'ccc', verb: 'register', startedAtMs: now }],
    }
    const looked = view({
      tasks: seen([task('a', { desiredStatus: 'STOPPED' })]),
      instances: seen([ours('a'), foreign('x')]),
    })
    expect(told(looked, coming)).toEqual(['hold ccc: operation-pending', 'deregister a: task-stopping'])
  })

  it('counts an instance that is leaving as gone already', () => {
    const leaving: DiscoveryMemory = {
      ...registering,
      operations: [{ operationId: 'op-1', instanceId: 'a', verb: 'deregister', startedAtMs: now }],
    }
    const looked = view({
      tasks: seen([task('a', { desiredStatus: 'STOPPED' }), task('bb', { desiredStatus: 'STOPPED' })]),
      instances: seen([ours('a'), ours('bb')]),
      operations: standing('PENDING'),
    })
    expect(told(looked, leaving)).toEqual(['hold a: operation-pending', 'hold bb: last-instance'])
  })
})

describe('a registration that succeeded', () => {
  const registering: DiscoveryMemory = {
    operations: [{ operationId: 'op-1', instanceId: 'a', verb: 'register', startedAtMs: now - 1_000 }],
    missingSince: {},
    failures: {},
  }
  const succeeded = new Map([
    ['op-1', seen({ status: 'SUCCESS', errorCode: null, errorMessage: null } as const)],
  ])
  const lookedAt = (instances: Parameters<typeof seen>[0]) =>
    decide(
      view({ tasks: seen([task('a')]), instances: seen(instances) as never, operations: succeeded }),
      policy,
      registering,
      now,
    )

  it('is followed no more once its instance is named', () => {
    const { decisions, memory } = lookedAt([ours('a')])
    expect(memory.operations).toEqual([])
    expect(decisions).toMatchObject([{ because: { code: 'all-true' } }])
  })

  it('is not begun again while the list lags', () => {
    const { decisions, memory } = lookedAt([])
    expect(memory.operations).toEqual(registering.operations)
    expect(decisions).toMatchObject([{ because: { code: 'operation-pending' } }])
  })
})

describe('a task that ECS no longer knows', () => {
  it('is deregistered only when it is still unknown a minute later', () => {
    const looked = view({ missingTaskIds: ['a'], instances: seen([ours('a'), foreign('x')]) })
    const first = decide(looked, policy, undefined, now)
    expect(first.nextLookAtMs).toBe(now + 60_000)
    expect(told(looked, first.memory, now + 59_999)).toEqual(['hold a: missing-once'])
    expect(told(looked, first.memory, now + 60_000)).toEqual(['deregister a: task-gone'])
  })

  it('stays in doubt from the first look on, and gone once it is', () => {
    const looked = view({ missingTaskIds: ['a'], instances: seen([ours('a'), foreign('x')]) })
    const doubted: DiscoveryMemory = { operations: [], missingSince: { a: now }, failures: {} }
    const second = decide(looked, policy, doubted, now + 30_000)
    expect(second.decisions).toMatchObject([{ because: { code: 'missing-once' }, untilMs: now + 60_000 }])
    expect(second.memory.missingSince).toEqual({ a: now })
    const third = decide(looked, policy, doubted, now + 90_000)
    expect(third.decisions).toMatchObject([
      { because: { code: 'task-gone', taskId: 'a', missingForMs: 90_000 } },
    ])
    expect(third.memory.missingSince).toEqual({ a: now })
  })

  it('is no longer doubted once ECS knows it again', () => {
    const first = decide(
      view({ missingTaskIds: ['a'], instances: seen([ours('a'), foreign('x')]) }),
      policy,
      undefined,
      now,
    )
    const second = decide(
      view({ tasks: seen([task('a')]), instances: seen([ours('a'), foreign('x')]) }),
      policy,
      first.memory,
      now + 30_000,
    )
    expect(second.memory.missingSince).toEqual({})
  })
})
