import { describe, expect, it } from 'vitest'
import { observeFamily } from '../../src/healing/observe.ts'
import type { LaunchSpec } from '../../src/model/launch-spec.ts'
import type { DescribedTask, NetworkInterface, Ports, TaskDefinition } from '../../src/model/ports.ts'
import { type Answer, answered, type FailureCode, refused } from '../../src/model/reading.ts'
import { type KeptEvidence, taskEvidence } from '../../src/model/signal.ts'
import { familyTarget } from '../../src/model/target.ts'
import type { Task } from '../../src/model/task.ts'
import { container, crashed, definition, described, now, running, spec } from './healing-tasks.ts'

const target = familyTarget('prod', 'etl')

/** What the outside knows, and what it refuses to tell. */
interface Outside {
  tasks?: DescribedTask[]
  interfaces?: string[]
  recorded?: LaunchSpec[]
  fails?: Partial<Record<'tasks' | 'definitions' | 'interfaces' | 'store', FailureCode>>
}

const taskDefinition: TaskDefinition = {
  taskDefinitionArn: definition,
  status: 'ACTIVE',
  networkMode: 'awsvpc',
  containers: [
    { name: 'app', essential: true, hasHealthCheck: false, image: null },
    { name: 'side', essential: false, hasHealthCheck: false, image: null },
  ],
}
const interfaceOf = (networkInterfaceId: string): NetworkInterface => ({
  networkInterfaceId,
  subnetId: 'subnet-1',
  securityGroups: ['sg-1'],
  hasPublicIp: false,
})

function outside({ tasks = [], interfaces = [], recorded = [], fails = {} }: Outside) {
  const calls: string[] = []
  const asked = <T>(what: keyof typeof fails, call: string, value: T): Promise<Answer<T>> => {
    calls.push(call)
    const code = fails[what]
    return Promise.resolve(code ? refused(what, code, 'no') : answered(value))
  }
  const never = () => Promise.reject(new Error('not part of looking'))
  const ports = {
    ecs: {
      describeServices: never,
      listTasks: never,
      updateService: never,
      ongoingDeployments: never,
      imagesBehind: never,
      stopDeployment: never,
      rollBackService: never,
      runTask: never,
      stopTask: never,
      describeTasks: (_: string, ids: string[]) =>
        asked('tasks', `tasks ${ids}`, {
          tasks: tasks.filter(task => ids.includes(task.taskId)),
          missing: ids
            .filter(id => !tasks.some(task => task.taskId === id))
            .map(id => `arn:aws:ecs:eu-west-1:123456789012:task/prod/${id}`),
        }),
      describeContainerInstances: never,
      describeTaskDefinition: (arn: string) =>
        asked('definitions', `definition ${arn.split('/')[1]}`, taskDefinition),
    },
    ec2: {
      describeInstances: never,
      describeNetworkInterfaces: (ids: string[]) =>
        asked('interfaces', `interfaces ${ids}`, ids.filter(id => interfaces.includes(id)).map(interfaceOf)),
    },
    store: {
      launchSpecs: (_: unknown, ids: string[]) =>
        asked(
          'store',
          `specs ${ids}`,
          recorded.filter(each => ids.includes(each.taskId)),
        ),
    } as unknown as Ports['store'],
  }
  return { ports, calls }
}

const inboxOf = (...tasks: Task[]): KeptEvidence[] =>
  tasks.map(task => ({ ...taskEvidence(task), resolution: null }))

const observe = async (
  world: Outside,
  inbox: KeptEvidence[],
  living: DescribedTask[] = [],
  isHealed = true,
) => {
  const { ports, calls } = outside(world)
  const seen = await observeFamily(ports, target, isHealed, inbox, living, now)
  return { ...seen, calls, first: seen.view.stopped[0] }
}

/** `a`, `a (gap, gap)`. */
const told = (specs: LaunchSpec[]) =>
  specs.map(({ taskId, unsure }) => (unsure.length > 0 ? `${taskId} (${unsure})` : taskId))

describe('recording launch specifications of living tasks', () => {
  const living = [described('a'), described('b')]

  it('all in one look: one call to EC2, one per task definition', async () => {
    const seen = await observe({ interfaces: ['eni-a', 'eni-b'] }, [], living)
    expect(told(seen.specsToKeep)).toEqual(['a', 'b'])
    expect(seen.specsToKeep[0]?.network?.securityGroups).toEqual(['sg-1'])
    expect(seen.calls).toEqual(['specs a,b', 'definition etl:41', 'interfaces eni-a,eni-b'])
    expect(seen.view.specsOutstanding).toBe(false)
  })

  it('only what is not recorded yet', async () => {
    const seen = await observe({ recorded: [spec('a')], interfaces: ['eni-a', 'eni-b'] }, [], living)
    expect(told(seen.specsToKeep)).toEqual(['b'])
    const all = await observe({ recorded: [spec('a'), spec('b')] }, [], living)
    expect(all.calls).toEqual(['specs a,b'])
  })

  it.each<[string, Partial<DescribedTask>, string[]]>([
    ['running', {}, ['a']],
    ['activating, interface known', { lastStatus: 'ACTIVATING' }, ['a']],
    ['pending, interface known', { lastStatus: 'PENDING' }, ['a']],
    ['pending, no interface yet', { lastStatus: 'PENDING', networkInterface: null, launchType: 'EC2' }, []],
    ['running in host mode', { networkInterface: null, launchType: 'EC2' }, ['a']],
    ["a service's", { startedBy: 'ecs-svc/1', group: 'service:web' }, []],
    ["Step Functions'", { startedBy: 'AWS Step Functions' }, []],
    ['stopping', { desiredStatus: 'STOPPED' }, []],
  ])('a task that is %s', async (_, change, expected) => {
    const seen = await observe({ interfaces: ['eni-a'] }, [], [described('a', change)])
    expect(told(seen.specsToKeep)).toEqual(expected)
  })

  it.each<[string, Outside['fails'], boolean]>([
    ['EC2 throttles', { interfaces: 'throttled' }, true],
    ['EC2 is out', { interfaces: 'unavailable' }, true],
    ['the right to ask EC2 is missing', { interfaces: 'denied' }, false],
    ['the task definition is throttled', { definitions: 'throttled' }, true],
    ['the task definition may not be read', { definitions: 'denied' }, false],
    ['the store is out', { store: 'unavailable' }, true],
  ])('not with a gap but later, when %s', async (_, fails, soon) => {
    const seen = await observe({ interfaces: ['eni-a'], fails: fails ?? {} }, [], [described('a')])
    expect(seen.specsToKeep).toEqual([])
    expect(seen.view.specsOutstanding).toBe(soon)
  })

  it('not while EC2 does not know a young interface; for an old one there is no hurry', async () => {
    const young = await observe({}, [], [described('a', { createdAtMs: now - 299_999 })])
    expect(young.specsToKeep).toEqual([])
    expect(young.view.specsOutstanding).toBe(true)
    const old = await observe({}, [], [described('a', { createdAtMs: now - 300_000 })])
    expect(old.specsToKeep).toEqual([])
    expect(old.view.specsOutstanding).toBe(false)
  })

  it('soon, when one of several is young', async () => {
    const old = described('a', { createdAtMs: now - 300_000 })
    const young = described('b', { createdAtMs: now - 1_000 })
    expect((await observe({}, [], [old, young])).view.specsOutstanding).toBe(true)
  })

  it.each<[string, Outside['fails']]>([
    ['EC2 throttles and the definition may not be read', { interfaces: 'throttled', definitions: 'denied' }],
    [
      'EC2 may not be asked and the definition is throttled',
      { interfaces: 'denied', definitions: 'throttled' },
    ],
  ])('soon, when %s', async (_, fails) => {
    const seen = await observe({ fails: fails ?? {} }, [], [described('a')])
    expect(seen.view.specsOutstanding).toBe(true)
  })

  it('without an interface, EC2 is not asked, and its outage does not matter', async () => {
    const host = described('a', { networkInterface: null, launchType: 'EC2' })
    expect((await observe({}, [], [host])).calls).toEqual(['specs a', 'definition etl:41'])
    const fails = { interfaces: 'unavailable' } as const
    const both = await observe({ fails }, [], [host, described('b')])
    expect(told(both.specsToKeep)).toEqual(['a'])
  })

  it('a task without a task definition asks for none', async () => {
    const seen = await observe({ interfaces: ['eni-a'] }, [], [described('a', { taskDefinitionArn: null })])
    expect(seen.calls).toEqual(['specs a', 'interfaces eni-a'])
    expect(told(seen.specsToKeep)).toEqual(['a (task-definition-unreadable)'])
  })

  it('other gaps are recorded: they stay', async () => {
    const seen = await observe({ interfaces: ['eni-a'] }, [], [described('a', { hasEbsVolume: true })])
    expect(told(seen.specsToKeep)).toEqual(['a (ebs-volume)'])
  })
})

describe('looking at stopped tasks', () => {
  it('with their recorded specification and their essential containers', async () => {
    const seen = await observe({ recorded: [spec('a')] }, inboxOf(crashed('a')))
    expect(seen.first).toMatchObject({
      key: 'task/a',
      owner: 'standalone',
      essential: ['app'],
      spec: { kind: 'value', value: spec('a') },
      resolution: null,
    })
    expect(seen.calls).toEqual(['specs a', 'definition etl:41'])
    expect(seen.specsToKeep).toEqual([])
  })

  it('reads nothing for what is settled, or not healed', async () => {
    const kept = { ...taskEvidence(crashed('a')), task: crashed('a'), resolution: null }
    const settled = await observe({}, [{ ...kept, resolution: 'replaced' }])
    expect(settled.calls).toEqual([])
    expect(settled.first).toEqual({
      key: 'task/a',
      task: kept.task,
      owner: 'standalone',
      essential: null,
      spec: { kind: 'missing', what: 'launch specification' },
      resolution: 'replaced',
    })
    expect(settled.view.specsOutstanding).toBe(false)
    const unhealed = await observe({}, [kept], [described('b')], false)
    expect(unhealed.calls).toEqual([])
    expect(unhealed.first).toMatchObject({ key: 'task/a', owner: 'standalone', resolution: null })
  })

  it('leaves the settled beside the open as it is', async () => {
    const settled = { ...taskEvidence(crashed('a')), resolution: 'replaced' }
    const seen = await observe({ recorded: [spec('a'), spec('b')] }, [settled, ...inboxOf(crashed('b'))])
    expect(seen.view.stopped).toMatchObject([
      { key: 'task/a', resolution: 'replaced', essential: null, spec: { kind: 'missing' } },
      { key: 'task/b', resolution: null, essential: ['app'], spec: { kind: 'value' } },
    ])
    expect(seen.calls).toEqual(['specs b', 'definition etl:41'])
  })

  it('asks ECS nothing about a finished stop while the store is out', async () => {
    const seen = await observe({ fails: { store: 'unavailable' } }, inboxOf(crashed('a')))
    expect(seen.calls).toEqual(['specs a', 'definition etl:41'])
  })

  it('without a task definition: no essential containers, and none asked for', async () => {
    const stopped = crashed('a', { taskDefinitionArn: null })
    const seen = await observe({ recorded: [spec('a')] }, inboxOf(stopped))
    expect(seen.calls).toEqual(['specs a'])
    expect(seen.first?.essential).toBeNull()
  })

  it('a description of the same phase tells more than the event', async () => {
    const silent = crashed('a', { containers: [container()] })
    const seen = await observe({ tasks: [described('a', crashed('a'))] }, inboxOf(silent))
    expect(seen.first?.task.containers).toMatchObject([{ exitCode: 1 }])
  })

  it('says what is missing when ECS has forgotten it', async () => {
    const seen = await observe({}, inboxOf(crashed('a')))
    expect(seen.first?.spec).toEqual({ kind: 'missing', what: 'launch specification' })
  })

  it('with its own specification before that of its lineage', async () => {
    const task = crashed('b', { startedBy: 'longshore/a/1' })
    const own = await observe({ recorded: [spec('a'), spec('b')] }, inboxOf(task))
    expect(own.first?.spec).toMatchObject({ kind: 'value', value: { taskId: 'b' } })
    const unsure = spec('b', { unsure: ['ebs-volume'] })
    const alone = await observe({ recorded: [unsure] }, inboxOf(task))
    expect(alone.first?.spec).toMatchObject({ kind: 'value', value: { unsure: ['ebs-volume'] } })
    const both = await observe({ recorded: [spec('a'), unsure] }, inboxOf(task))
    expect(both.first?.spec).toMatchObject({ kind: 'value', value: { taskId: 'a' } })
  })

  it('ignores evidence of other kinds and of tasks that do not stop', async () => {
    const alarm: KeptEvidence = {
      key: 'alarm/x',
      version: 1,
      alarm: { alarmName: 'x', state: 'ALARM', changedAtMs: now, mutedUntilMs: null, suppressedBy: null },
      resolution: null,
    }
    const seen = await observe({}, [alarm, ...inboxOf(running('a'))])
    expect(seen.view.stopped).toEqual([])
  })

  it('a stop in the inbox wins over a description that still shows the task alive', async () => {
    const seen = await observe({ recorded: [spec('a')] }, inboxOf(crashed('a')), [described('a')])
    expect(seen.view.living).toEqual([])
  })

  it('without essential containers when the task definition cannot be read', async () => {
    const seen = await observe(
      { recorded: [spec('a')], fails: { definitions: 'denied' } },
      inboxOf(crashed('a')),
    )
    expect(seen.first?.essential).toBeNull()
    expect(seen.first?.spec.kind).toBe('value')
  })

  it("with the lineage's specification where a replacement never got one", async () => {
    const task = crashed('b', { startedBy: 'longshore/a/1', networkInterface: null, startedAtMs: null })
    const seen = await observe({ recorded: [spec('a')] }, inboxOf(task))
    expect(seen.first?.spec).toMatchObject({ kind: 'value', value: { taskId: 'a' } })
    expect(seen.specsToKeep).toEqual([])
    const otherRevision = await observe(
      { recorded: [spec('a', { taskDefinitionArn: 'etl:40' })] },
      inboxOf(task),
    )
    expect(otherRevision.first?.spec.kind).toBe('missing')
    const unsure = await observe({ recorded: [spec('a', { unsure: ['ebs-volume'] })] }, inboxOf(task))
    expect(unsure.first?.spec.kind).toBe('missing')
  })

  it.each<[string, Outside, Partial<Task>, string, string[]]>([
    ['ECS has forgotten it', {}, {}, 'missing', []],
    [
      'its interface is gone',
      { tasks: [described('a', crashed('a'))] },
      {},
      'a (network-interface-gone)',
      [],
    ],
    [
      'EC2 may not be asked',
      { tasks: [described('a', crashed('a'))], fails: { interfaces: 'denied' } },
      {},
      'a (network-interface-gone)',
      [],
    ],
    [
      'EC2 is out: not known now',
      { tasks: [described('a', crashed('a'))], fails: { interfaces: 'unavailable' } },
      {},
      'failed unavailable',
      [],
    ],
    ['ECS is out: not known now', { fails: { tasks: 'unavailable' } }, {}, 'failed unavailable', []],
    ['the store is out: not known now', { fails: { store: 'throttled' } }, {}, 'failed throttled', []],
    [
      'host mode needs no interface: recorded after the fact',
      { tasks: [described('a', { ...crashed('a'), networkInterface: null, launchType: 'EC2' })] },
      { networkInterface: null, launchType: 'EC2' },
      'a',
      ['a'],
    ],
    [
      'Spot warns while the interface lives: recorded in time',
      {
        tasks: [described('a', { desiredStatus: 'STOPPED', stopCode: 'SpotInterruption' })],
        interfaces: ['eni-a'],
      },
      { lastStatus: 'RUNNING', stopCode: 'SpotInterruption' },
      'a',
      ['a'],
    ],
  ])('stopped before its specification was recorded: %s', async (_, world, change, expected, kept) => {
    const seen = await observe(world, inboxOf(crashed('a', change)))
    const reading = seen.first?.spec
    const got =
      reading?.kind === 'value'
        ? told([reading.value])[0]
        : reading?.kind === 'failed'
          ? `failed ${reading.failure.code}`
          : reading?.kind
    expect(got).toBe(expected)
    expect(told(seen.specsToKeep)).toEqual(kept)
  })

  const stopping = crashed('a', { lastStatus: 'DEPROVISIONING', version: 6, stoppedAtMs: null })
  const over: Partial<DescribedTask> = { ...crashed('a'), stoppedAtMs: now - 599_000 }
  it.each<[string, Outside, Partial<Task>, Task['lastStatus'], stoppedAtMs: number | null]>([
    ['ECS tells that it is over', { tasks: [described('a', over)] }, {}, 'STOPPED', now - 599_000],
    ['ECS lags behind the event', { tasks: [described('a')] }, {}, 'DEPROVISIONING', null],
    ['ECS does not answer', { fails: { tasks: 'throttled' } }, {}, 'DEPROVISIONING', null],
    [
      'ECS tells of an earlier phase',
      { tasks: [described('a', { desiredStatus: 'STOPPED', lastStatus: 'STOPPING' })] },
      {},
      'DEPROVISIONING',
      null,
    ],
    ['ECS no longer knows it', {}, { stoppingAtMs: now - 600_000 }, 'STOPPED', null],
    [
      'ECS does not know it, but it began only just',
      {},
      { stoppingAtMs: now - 599_999 },
      'DEPROVISIONING',
      null,
    ],
  ])('a stop whose end no event told: %s', async (_, world, change, lastStatus, stoppedAtMs) => {
    const seen = await observe({ recorded: [spec('a')], ...world }, inboxOf({ ...stopping, ...change }))
    expect(seen.first?.task).toMatchObject({ lastStatus, stoppedAtMs })
  })

  it('a warning counts although a description still shows the task unharmed', async () => {
    const warned = running('a', { desiredStatus: 'STOPPED', stopCode: 'SpotInterruption' })
    const seen = await observe({ recorded: [spec('a')], tasks: [described('a')] }, inboxOf(warned))
    expect(seen.first?.task.desiredStatus).toBe('STOPPED')
  })

  it('nothing is recorded over what a store that is out may hold', async () => {
    const fails = { store: 'unavailable' } as const
    const seen = await observe(
      { tasks: [described('a', over)], interfaces: ['eni-a'], fails },
      inboxOf(stopping),
    )
    expect(seen.first?.spec.kind).toBe('failed')
    expect(seen.specsToKeep).toEqual([])
  })

  it('keeps overrides and tags out of the view: they may hold secrets', async () => {
    const secret = {
      overrides: { containerOverrides: [{ name: 'app', command: ['s3cret'] }] },
      tags: { k: 's3cret' },
    }
    const seen = await observe({ tasks: [described('a', { ...over, ...secret })] }, inboxOf(stopping))
    expect(JSON.stringify(seen.first?.task)).not.toContain('s3cret')
  })
})

describe('subnets that others use', () => {
  it('are those of living tasks launched alike; where there is none, nothing is said', async () => {
    const elsewhere = spec('b', {
      network: { subnets: ['subnet-2'], securityGroups: ['sg-1'], assignPublicIp: 'DISABLED' },
    })
    const seen = await observe({ recorded: [spec('a'), elsewhere] }, inboxOf(crashed('a')), [described('b')])
    expect(seen.first?.otherSubnets).toEqual(['subnet-2'])
    const alone = await observe({ recorded: [spec('a')] }, inboxOf(crashed('a')))
    expect(alone.first).not.toHaveProperty('otherSubnets')
  })
})
