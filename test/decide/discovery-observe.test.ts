import { describe, expect, it } from 'vitest'
import { observeDiscovery } from '../../src/discovery/observe.ts'
import type { CloudMapInstance, CloudMapService } from '../../src/model/cloud-map.ts'
import type { DiscoveryMemory } from '../../src/model/memory.ts'
import type { Ports, TaskDefinition } from '../../src/model/ports.ts'
import { type Answer, answered, type FailureCode, type Reading, refused } from '../../src/model/reading.ts'
import { alarmEvidence, type KeptEvidence, taskEvidence } from '../../src/model/signal.ts'
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
} from './discovery-view.ts'

type Container = TaskDefinition['containers'][number]

/** What the outside knows, and what it refuses to tell. */
interface Outside {
  service?: CloudMapService | null
  instances?: CloudMapInstance[]
  /** Known to DescribeTasks, besides the living ones. */
  others?: Task[]
  evidence?: KeptEvidence[]
  containers?: Partial<Container>[]
  fails?: Partial<
    Record<
      'service' | 'instances' | 'operation' | 'tasks' | 'evidence' | 'definition' | 'hosts' | 'machines',
      FailureCode
    >
  >
}

async function observe(
  outside: Outside,
  living: Reading<Task[]> = seen([]),
  operationIds: string[] = [],
  wishes = policy,
) {
  const calls: string[] = []
  const asked = <T>(
    what: keyof NonNullable<Outside['fails']>,
    call: string,
    value: T,
  ): Promise<Answer<T>> => {
    calls.push(call)
    const code = outside.fails?.[what]
    return Promise.resolve(code ? refused(what, code, 'no') : answered(value))
  }
  const containers = (outside.containers ?? [{}]).map(
    (each): Container => ({ name: 'app', essential: true, hasHealthCheck: false, image: null, ...each }),
  )
  const { others = [], evidence = [] } = outside
  const ports = {
    clock: { now: () => now },
    cloudMap: {
      findService: (namespace: string, name: string) =>
        asked(
          'service',
          `service ${namespace}/${name}`,
          outside.service === undefined ? service : outside.service,
        ),
      listInstances: (id: string) => asked('instances', `instances ${id}`, outside.instances ?? []),
      getOperation: (id: string) =>
        asked('operation', `operation ${id}`, { status: 'PENDING', errorCode: null, errorMessage: null }),
    },
    ecs: {
      describeTasks: (cluster: string, ids: string[]) =>
        asked('tasks', `tasks of ${cluster}: ${ids}`, {
          tasks: others.filter(({ taskId }) => ids.includes(taskId)),
          missing: ids
            .filter(id => !others.some(({ taskId }) => taskId === id))
            .map(id => `arn:aws:ecs:eu-west-1:123456789012:task/prod/${id}`),
        }),
      describeContainerInstances: (cluster: string, arns: string[]) =>
        asked('hosts', `hosts of ${cluster}: ${arns}`, {
          instances: arns
            .filter(arn => arn !== 'arn:gone')
            .map(arn => ({
              containerInstanceArn: arn,
              ec2InstanceId: arn === 'arn:anywhere' ? 'mi-1' : `i-${arn.slice(4)}`,
            })),
          missing: arns.filter(arn => arn === 'arn:gone'),
        }),
      describeTaskDefinition: (arn: string) =>
        asked('definition', `definition ${arn.split('/')[1]}`, {
          taskDefinitionArn: arn,
          status: 'ACTIVE',
          networkMode: 'awsvpc',
          containers,
        }),
    },
    ec2: {
      describeInstances: (ids: string[]) =>
        asked(
          'machines',
          `machines ${ids}`,
          ids
            .filter(id => id.startsWith('i-'))
            .map(instanceId => ({ instanceId, privateIpv4: '10.1.0.7', ipv6: null })),
        ),
    },
    store: { evidence: (_: unknown, keys: string[]) => asked('evidence', `evidence ${keys}`, evidence) },
  } as unknown as Ports
  const memory: DiscoveryMemory = {
    operations: operationIds.map(operationId => ({
      operationId,
      instanceId: 'a',
      verb: 'register',
      startedAtMs: now,
    })),
    missingSince: {},
    failures: {},
  }
  const remembered = operationIds.length > 0 ? memory : undefined
  return { view: await observeDiscovery(ports, target, wishes, living, remembered), calls }
}

const idsOf = (tasks: Reading<Task[]>) =>
  tasks.kind === 'value' ? tasks.value.map(({ taskId }) => taskId) : tasks.kind

describe('looking at Cloud Map', () => {
  it('a living task that is named: nothing else is asked', async () => {
    const living = seen([task('a')])
    const { view, calls } = await observe({ instances: [ours('a')] }, living)
    expect(view).toEqual({
      target,
      cloudMapService: seen(service),
      instances: seen([ours('a')]),
      health: { kind: 'missing', what: 'custom health check' },
      tasks: living,
      missingTaskIds: [],
      tombstones: new Set(),
      healthChecked: new Map([[definition, false]]),
      networkModes: new Map([[definition, 'awsvpc']]),
      hosts: new Map(),
      operations: new Map(),
    })
    expect(calls).toEqual([
      'service jobs.internal/thumbs',
      'instances srv-1',
      'evidence task/a',
      'definition thumbnailer:7',
    ])
  })

  it.each<
    [what: string, outside: Outside, living: Reading<Task[]>, cloudMapService: Reading<CloudMapService>]
  >([
    [
      'the service does not exist',
      { service: null },
      seen([task('a')]),
      { kind: 'missing', what: 'jobs.internal/thumbs' },
    ],
    [
      'the service cannot be read',
      { fails: { service: 'denied' } },
      seen([task('a')]),
      { kind: 'failed', failure: { operation: 'service', code: 'denied', message: 'no' } },
    ],
    ['the tasks could not be listed', {}, unavailable, seen(service)],
  ])('nothing more when %s', async (_, outside, living, cloudMapService) => {
    const { view, calls } = await observe(outside, living, ['op-1'])
    expect(view).toEqual({
      target,
      cloudMapService,
      instances: { kind: 'missing', what: 'instances' },
      health: { kind: 'missing', what: 'custom health check' },
      tasks: living,
      missingTaskIds: [],
      tombstones: new Set(),
      healthChecked: new Map(),
      networkModes: new Map(),
      hosts: new Map(),
      operations: new Map(),
    })
    expect(calls).toEqual(['service jobs.internal/thumbs'])
  })

  it('operations that run are asked about, each', async () => {
    const { view } = await observe({}, seen([]), ['op-1', 'op-2'])
    const pending = seen({ status: 'PENDING', errorCode: null, errorMessage: null })
    expect(view.operations).toEqual(
      new Map([
        ['op-1', pending],
        ['op-2', pending],
      ]),
    )
    const unread = await observe({ fails: { operation: 'throttled' } }, seen([]), ['op-1'])
    expect(unread.view.operations.get('op-1')).toMatchObject({ kind: 'failed' })
  })

  it('without instances when they cannot be listed', async () => {
    const { view, calls } = await observe({ fails: { instances: 'throttled' } }, seen([task('a')]))
    expect(view.instances).toMatchObject({ kind: 'failed', failure: { code: 'throttled' } })
    expect(idsOf(view.tasks)).toEqual(['a'])
    expect(calls).not.toContainEqual(expect.stringContaining('tasks of'))
  })
})

describe('instances of ours that no living task explains', () => {
  it('are asked about: stopping, or not known; those of others are not', async () => {
    const { view, calls } = await observe(
      {
        instances: [ours('a'), ours('bb'), ours('ccc'), foreign('x')],
        others: [task('bb', { desiredStatus: 'STOPPED' })],
      },
      seen([task('a')]),
    )
    expect(calls).toContain('tasks of prod: bb,ccc')
    expect(idsOf(view.tasks)).toEqual(['a', 'bb'])
    expect(view.missingTaskIds).toEqual(['ccc'])
    expect(calls).toContain('evidence task/a,task/bb,task/ccc')
  })

  it('leave the tasks unknown when ECS does not answer', async () => {
    const { view } = await observe({ instances: [ours('a')], fails: { tasks: 'throttled' } })
    expect(view.tasks).toEqual({
      kind: 'failed',
      failure: { operation: 'tasks', code: 'throttled', message: 'no' },
    })
    expect(view.missingTaskIds).toEqual([])
  })
})

describe('tombstones', () => {
  const kept = (change: Partial<Task>): KeptEvidence => ({
    ...taskEvidence(task('a', change)),
    resolution: null,
  })

  it.each<[what: string, change: Partial<Task>, tombstones: string[]]>([
    ['running', {}, []],
    ['about to stop', { desiredStatus: 'STOPPED' }, ['a']],
    ['deactivating, its desire not told', { lastStatus: 'DEACTIVATING' }, ['a']],
    ['deleted, its desire not told', { lastStatus: 'DELETED' }, ['a']],
    ['stopped, whatever was desired', { lastStatus: 'STOPPED' }, ['a']],
    ['stopped', { desiredStatus: 'STOPPED', lastStatus: 'STOPPED' }, ['a']],
  ])('told of a task that is %s', async (_, change, tombstones) => {
    const { view } = await observe({ evidence: [kept(change)] }, seen([task('a')]))
    expect([...view.tombstones]).toEqual(tombstones)
  })

  it('of alarms are none', async () => {
    const alarm: KeptEvidence = {
      ...alarmEvidence({
        alarmName: 'x',
        state: 'ALARM',
        changedAtMs: now,
        mutedUntilMs: null,
        suppressedBy: null,
      }),
      resolution: null,
    }
    const { view } = await observe({ evidence: [alarm] }, seen([task('a')]))
    expect([...view.tombstones]).toEqual([])
  })

  it('that cannot be read make the instances unknown: nobody is resurrected', async () => {
    const { view } = await observe({ fails: { evidence: 'unavailable' } }, seen([task('a')]))
    expect(view.instances).toEqual({
      kind: 'failed',
      failure: { operation: 'evidence', code: 'unavailable', message: 'no' },
    })
    expect([...view.tombstones]).toEqual([])
  })
})

describe('health checks', () => {
  it.each<[what: string, containers: Partial<Container>[], checked: boolean]>([
    ['none', [{}], false],
    ['of the essential container', [{ hasHealthCheck: true }], true],
    ['of one of two essential ones', [{}, { hasHealthCheck: true }], true],
    [
      'of a sidecar: it does not make the task unhealthy',
      [{}, { essential: false, hasHealthCheck: true }],
      false,
    ],
  ])('%s', async (_, containers, checked) => {
    const { view } = await observe({ containers }, seen([task('a')]))
    expect(view.healthChecked).toEqual(new Map([[definition, checked]]))
  })

  it('are asked for once per task definition, and for none without one', async () => {
    const living = seen([task('a'), task('bb'), task('ccc', { taskDefinitionArn: null })])
    const { view, calls } = await observe({}, living)
    expect(calls.filter(call => call.startsWith('definition'))).toEqual(['definition thumbnailer:7'])
    expect(view.healthChecked.size).toBe(1)
  })

  it('are unknown where the definition cannot be read', async () => {
    const { view } = await observe({ fails: { definition: 'denied' } }, seen([task('a')]))
    expect(view.healthChecked).toEqual(new Map())
  })
})

describe('looking at machines', () => {
  const on = (id: string, machine: string | null, change: Partial<Task> = {}): Task =>
    task(id, { networkInterface: null, containerInstanceArn: machine && `arn:${machine}`, ...change })
  const machinesAsked = (calls: string[]) => calls.filter(call => /^(hosts|machines)/.test(call))

  it('asks once for each machine of a running task that nobody names and that has no interface of its own', async () => {
    const living = seen([
      on('a', 'one'),
      on('b', 'one'),
      on('c', 'two'),
      on('d', 'three', { lastStatus: 'PENDING' }),
      on('e', null),
      task('f'),
    ])
    const { view, calls } = await observe({}, living)
    expect(machinesAsked(calls)).toEqual(['hosts of prod: arn:one,arn:two', 'machines i-one,i-two'])
    expect([...view.hosts].map(([arn, { instanceId }]) => [arn, instanceId])).toEqual([
      ['arn:one', 'i-one'],
      ['arn:two', 'i-two'],
    ])
  })

  it('asks for none once all of them are named', async () => {
    const { calls } = await observe({ instances: [ours('a')] }, seen([on('a', 'one')]))
    expect(machinesAsked(calls)).toEqual([])
  })

  it.each<[what: string, machine: string, fails: NonNullable<Outside['fails']>]>([
    ['is gone', 'gone', {}],
    ['is one of ECS Anywhere, which EC2 does not know', 'anywhere', {}],
    ['is not told by ECS', 'one', { hosts: 'throttled' }],
    ['is not told by EC2', 'one', { machines: 'denied' }],
  ])('knows no address of a machine that %s', async (_, machine, fails) => {
    const { view } = await observe({ fails }, seen([on('a', machine)]))
    expect(view.hosts).toEqual(new Map())
    expect(view.tasks.kind).toBe('value')
  })
})

describe('looking at what ECS left behind', () => {
  const ofEcs: CloudMapInstance = {
    id: 'e',
    attributes: { ECS_CLUSTER_NAME: 'prod', ECS_SERVICE_NAME: 'web' },
  }

  it('asks what became of its task, if the policy adopts it', async () => {
    const { view } = await observe({ instances: [ofEcs] }, seen([]), [], { ...policy, adopt: true })
    expect(view.missingTaskIds).toEqual(['e'])
  })

  it('does not ask otherwise', async () => {
    const { view, calls } = await observe({ instances: [ofEcs] })
    expect(view.missingTaskIds).toEqual([])
    expect(calls.filter(call => call.startsWith('tasks'))).toEqual([])
  })
})
