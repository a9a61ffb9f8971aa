import { describe, expect, it } from 'vitest'
import { decide } from '../../src/discovery/decide.ts'
import { explain } from '../../src/discovery/explain.ts'
import type { DiscoverPolicy } from '../../src/discovery/policy.ts'
import { remember } from '../../src/discovery/remember.ts'
import type { DiscoveryView } from '../../src/discovery/view.ts'
import type { DiscoveryMemory } from '../../src/model/memory.ts'
import type { CloudMapInstance, CloudMapOperation, CloudMapService } from '../../src/model/ports.ts'
import type { Reading } from '../../src/model/reading.ts'
import { familyTarget } from '../../src/model/target.ts'
import type { Task } from '../../src/model/task.ts'

const now = 1_000_000_000
const target = familyTarget('prod', 'thumbnailer')
const policy: DiscoverPolicy = { namespace: 'jobs.internal', service: 'thumbs', port: null }
const definition = 'arn:aws:ecs:eu-west-1:123456789012:task-definition/thumbnailer:7'

const seen = <T>(value: T): Reading<T> => ({ kind: 'value', value, observedAtMs: now })
const unavailable = {
  kind: 'failed',
  failure: { code: 'unavailable', message: 'timed out', operation: 'x' },
} as const

const task = (taskId: string, change: Partial<Task> = {}): Task => ({
  taskArn: `arn:aws:ecs:eu-west-1:123456789012:task/prod/${taskId}`,
  taskId,
  clusterArn: 'arn:aws:ecs:eu-west-1:123456789012:cluster/prod',
  cluster: 'prod',
  group: 'family:thumbnailer',
  startedBy: null,
  taskDefinitionArn: definition,
  family: 'thumbnailer',
  revision: 7,
  lastStatus: 'RUNNING',
  desiredStatus: 'RUNNING',
  version: 4,
  stopCode: null,
  stoppedReason: null,
  containers: [],
  healthStatus: 'UNKNOWN',
  networkInterface: { id: 'eni-1', subnetId: 'subnet-1', privateIpv4: `10.0.0.${taskId.length}`, ipv6: null },
  availabilityZone: 'eu-west-1a',
  launchType: 'FARGATE',
  capacityProvider: null,
  platformVersion: '1.4.0',
  containerInstanceArn: null,
  cpuUnits: 256,
  memoryMiB: 512,
  enableExecuteCommand: false,
  ephemeralStorageGiB: null,
  hasEbsVolume: false,
  createdAtMs: now - 60_000,
  startedAtMs: now - 30_000,
  stoppingAtMs: null,
  stoppedAtMs: null,
  ...change,
})

const ours = (id: string, address = `10.0.0.${id.length}`): CloudMapInstance => ({
  id,
  attributes: { AWS_INSTANCE_IPV4: address, LONGSHORE_TARGET: 'family/prod/thumbnailer' },
})
const foreign = (id: string): CloudMapInstance => ({ id, attributes: { AWS_INSTANCE_IPV4: '10.9.9.9' } })
const service: CloudMapService = {
  id: 'srv-1',
  namespace: 'jobs.internal',
  service: 'thumbs',
  dnsRecordTypes: ['A'],
}

const view = (change: Partial<DiscoveryView>): DiscoveryView => ({
  target,
  cloudMapService: seen(service),
  instances: seen([]),
  tasks: seen([]),
  missingTaskIds: [],
  tombstones: new Set(),
  healthChecked: new Map([[definition, false]]),
  operations: new Map(),
  ...change,
})

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
      'SRV records need a port',
      { tasks: seen([task('a')]), cloudMapService: seen({ ...service, dnsRecordTypes: ['SRV'] }) },
      ['hold all: needs-port'],
    ],
  ])('%s', (_, change, expected) => {
    expect(told(view(change))).toEqual(expected)
  })

  it('names the task as ECS names its own, with our marker', () => {
    const [decision] = decide(
      view({ tasks: seen([task('a')]) }),
      { ...policy, port: 8080 },
      undefined,
      now,
    ).decisions
    expect(decision).toMatchObject({
      do: {
        cloudMapServiceId: 'srv-1',
        cloudMapName: 'thumbs.jobs.internal',
        attributes: {
          AWS_INSTANCE_IPV4: '10.0.0.1',
          AWS_INSTANCE_PORT: '8080',
          AVAILABILITY_ZONE: 'eu-west-1a',
          ECS_CLUSTER_NAME: 'prod',
          ECS_TASK_DEFINITION_FAMILY: 'thumbnailer',
          ECS_TASK_DEFINITION_REVISION: '7',
          LONGSHORE_TARGET: 'family/prod/thumbnailer',
        },
      },
    })
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

  it('remembers what was accepted, and backs off from what was refused', () => {
    const action = {
      verb: 'register-instance',
      cloudMapServiceId: 'srv-1',
      instanceId: 'a',
      attributes: {},
      cloudMapName: 'x',
    } as const
    expect(remember(undefined, action, { ok: true, operationId: 'op-9' }, now).operations).toEqual([
      { operationId: 'op-9', instanceId: 'a', verb: 'register', startedAtMs: now },
    ])
    const refused = { ok: false, code: 'throttled', message: '', transient: true } as const
    expect(remember(undefined, action, refused, now).failures).toEqual({
      a: { count: 1, nextTryAtMs: now + 10_000 },
    })
  })
})

describe('an instance that Cloud Map says it does not know', () => {
  it('is not asked away again with every look while a list that lags still names it', () => {
    const action = {
      verb: 'deregister-instance',
      cloudMapServiceId: 'srv-1',
      instanceId: 'a',
      cloudMapName: 'x',
    } as const
    const gone = remember(undefined, action, { ok: true }, now)
    expect(gone.failures).toEqual({ a: { count: 1, nextTryAtMs: now + 10_000 } })
    expect(remember(gone, action, { ok: true }, now + 10_000).failures).toEqual({
      a: { count: 2, nextTryAtMs: now + 30_000 },
    })
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

describe('adversarial', () => {
  it('a clock that goes backwards keeps the doubt', () => {
    const memory: DiscoveryMemory = { operations: [], missingSince: { a: now + 90_000 }, failures: {} }
    expect(told(view({ missingTaskIds: ['a'], instances: seen([ours('a'), foreign('x')]) }), memory)).toEqual(
      ['hold a: missing-once'],
    )
  })

  it('a thousand dead instances leave one', () => {
    const dead = Array.from({ length: 1_000 }, (_, index) => `t${index}`)
    const looked = view({
      tasks: seen(dead.map(id => task(id, { desiredStatus: 'STOPPED' }))),
      instances: seen(dead.map(id => ours(id))),
    })
    const decisions = told(looked)
    expect(decisions.filter(text => text.startsWith('deregister'))).toHaveLength(999)
    expect(decisions.at(-1)).toBe('hold t999: last-instance')
  })

  it('changes nothing of what it is given', () => {
    const memory: DiscoveryMemory = {
      operations: [],
      missingSince: { a: now },
      failures: { a: { count: 1, nextTryAtMs: 0 } },
    }
    const before = structuredClone(memory)
    decide(
      view({ tasks: seen([task('a')]), missingTaskIds: ['b'], instances: seen([ours('b')]) }),
      policy,
      memory,
      now,
    )
    expect(memory).toEqual(before)
  })

  it('says each reason in one sentence', () => {
    expect(explain({ code: 'last-instance', taskId: 'a' })).toBe(
      'Task a is the last instance: clients cache an empty answer for minutes, so it stays until another task is registered.',
    )
    expect(explain({ code: 'task-gone', taskId: 'a', missingForMs: 61_000 })).toBe(
      'ECS has not known task a for 1 min 1 s.',
    )
  })
})
