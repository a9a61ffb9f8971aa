import { describe, expect, it, test } from 'vitest'
import type { LaunchSpec } from '../../src/model/launch-spec.ts'
import { hour, minute } from '../../src/model/time.ts'
import { failure, launchSpec, network, stage, value } from './world-stage.ts'

const token = 'a'.repeat(64)

describe('RunTask in the world', () => {
  const run = (over: Partial<LaunchSpec> = {}, clientToken = token, startedBy = 'longshore/a1/1') => {
    const here = stage()
    const again = (change: Partial<LaunchSpec> = over, otherToken = clientToken) =>
      here.world.ports.ecs.runTask({ spec: launchSpec(change), startedBy, clientToken: otherToken })
    return { ...here, again, first: again(over) }
  }

  it('runs the task as the launch specification says', async () => {
    const { first, world, describe } = run({
      overrides: {
        containerOverrides: [{ name: 'app', command: ['load'] }],
        memory: '3072',
        ephemeralStorage: { sizeInGiB: 40 },
      },
      enableEcsManagedTags: true,
      enableExecuteCommand: true,
    })
    const { taskArns, failures } = value(await first)
    expect(failures).toEqual([])
    world.advance(minute)
    expect(await describe(taskArns[0] ?? '')).toMatchObject({
      cluster: 'prod',
      family: 'etl',
      revision: 1,
      group: 'family:etl',
      startedBy: 'longshore/a1/1',
      capacityProvider: 'FARGATE_SPOT',
      launchType: 'FARGATE',
      platformVersion: '1.4.0',
      cpuUnits: 256,
      memoryMiB: 3072,
      ephemeralStorageGiB: 40,
      enableExecuteCommand: true,
      tags: { team: 'data', 'aws:ecs:clusterName': 'prod' },
      overrides: { containerOverrides: [{ name: 'app', command: ['load'] }], memory: '3072' },
    })
  })

  it('the same token and parameters start nothing new, in whatever order their keys come', async () => {
    const { world, lifeOf } = stage()
    const parameters = { cluster: 'prod', taskDefinition: 'etl', network, clientToken: token }
    const task = world.runTask({ ...parameters, tags: { a: '1', b: '2' } })
    expect(world.runTask({ tags: { b: '2', a: '1' }, ...parameters })).toBe(task)
    world.advance(minute)
    expect(value(await world.ports.ecs.listTasks('prod', {}))).toEqual([task])
    expect(lifeOf(task)).toHaveLength(4)
  })

  it('the same token with other parameters names the task that runs already, and starts nothing', async () => {
    const { first, again, world } = run()
    const { taskArns } = value(await first)
    expect(value(await again({ group: 'another' }))).toEqual({ taskArns, failures: [] })
    expect(value(await world.ports.ecs.listTasks('prod', {}))).toEqual(taskArns)
    const parameters = { cluster: 'prod', taskDefinition: 'etl', network, clientToken: token }
    expect(() => world.runTask(parameters)).toThrow('The client token was used with other parameters.')
  })

  it('a token lives an hour longer than its task', async () => {
    const { first, again, world, describe } = run()
    const [task = ''] = value(await first).taskArns
    world.advance(minute)
    world.killTask(task, 'crash')
    world.advance(minute)
    const stoppedAtMs = (await describe(task)).stoppedAtMs ?? 0
    world.runUntil(stoppedAtMs + hour - 1)
    expect(value(await again()).taskArns).toEqual([task])
    world.runUntil(stoppedAtMs + hour)
    expect(value(await again()).taskArns).not.toEqual([task])
  })

  it('but never longer than a day', async () => {
    const { first, again, world } = run()
    const { taskArns } = value(await first)
    world.advance(24 * hour - 1)
    expect(value(await again()).taskArns).toEqual(taskArns)
    world.advance(1)
    expect(value(await again()).taskArns).not.toEqual(taskArns)
  })

  it('a token is of its cluster', async () => {
    const { first, again, world } = run()
    const { taskArns } = value(await first)
    world.createCluster('test')
    expect(value(await again({ cluster: 'test' })).taskArns).not.toEqual(taskArns)
  })

  it('no place: an answer with failures, no task, no event, and the token is not spent', async () => {
    const { world, events } = stage()
    world.noCapacity('RESOURCE:MEMORY', null)
    const call = () =>
      world.ports.ecs.runTask({ spec: launchSpec(), startedBy: 'longshore/a1/1', clientToken: token })
    expect(value(await call())).toEqual({
      taskArns: [],
      failures: [{ reason: 'RESOURCE:MEMORY', detail: null }],
    })
    world.advance(minute)
    expect(events).toEqual([])
    world.noCapacity(null, null)
    expect(value(await call()).taskArns).toHaveLength(1)
  })

  it('a shortage of Spot is none of on-demand; a fleet without machines is empty', async () => {
    const { world } = stage()
    world.noCapacity('RESOURCE:FARGATE', 'FARGATE_SPOT')
    const on = async (capacityProvider: string | null, launchType: string | null = null) =>
      value(
        await world.ports.ecs.runTask({
          spec: launchSpec({ capacityProvider, launchType }),
          startedBy: 'x',
          clientToken: `${capacityProvider}${launchType}`,
        }),
      ).failures
    expect(await on('FARGATE_SPOT')).toEqual([{ reason: 'RESOURCE:FARGATE', detail: null }])
    expect(await on('FARGATE')).toEqual([])
    expect(await on('our-fleet')).toEqual([{ reason: 'EMPTY CAPACITY PROVIDER', detail: null }])
    expect(await on(null, 'EC2')).toEqual([{ reason: 'NO ACTIVE INSTANCES', detail: null }])
  })

  const refusals: [string, Partial<LaunchSpec>, string][] = [
    ['a cluster that is not there', { cluster: 'gone' }, 'not-found: Cluster not found.'],
    ['a family that is not there', { taskDefinitionArn: 'gone:1' }, 'not-found: TaskDefinition not found.'],
    ['a revision that is not there', { taskDefinitionArn: 'etl:7' }, 'not-found: TaskDefinition not found.'],
    [
      'an override of an injected container',
      { overrides: { containerOverrides: [{ name: 'aws-guardduty-agent-nm40lC', memory: 128 }] } },
      'invalid: Override for container named aws-guardduty-agent-nm40lC is not a container in the TaskDefinition.',
    ],
    [
      'an override without a name',
      { overrides: { containerOverrides: [{ memory: 128 }] } },
      'invalid: Container override must have a name.',
    ],
    [
      'overrides of 8,193 characters',
      { overrides: { containerOverrides: [{ name: 'app', command: ['x'.repeat(8_193 - 54)] }] } },
      'invalid: Overrides must be at most 8192 characters.',
    ],
    [
      'a launch type beside a capacity provider',
      { launchType: 'FARGATE' },
      'invalid: Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.',
    ],
    [
      'no network for awsvpc',
      { network: null },
      "invalid: Network Configuration must be provided when networkMode 'awsvpc' is specified.",
    ],
    [
      'a tag of AWS',
      { tags: { 'aws:ecs:clusterName': 'prod' } },
      'invalid: Tag keys must not begin with aws:, which is reserved.',
    ],
    [
      'fifty-one tags',
      { tags: Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`k${index}`, 'v'])) },
      'invalid: Number of tags exceeds the limit of 50.',
    ],
  ]
  test.each(refusals)('refuses %s', async (_, spec, words) => {
    const { first, world } = run(spec)
    expect(failure(await first)).toBe(words)
    expect(value(await world.ports.ecs.listTasks('prod', {}))).toEqual([])
  })

  test.each([
    ['128 characters', 'x'.repeat(128), true],
    ['129 characters', 'x'.repeat(129), false],
    ['a colon', 'arn:aws', false],
    ['a dot', 'a.b', false],
    ['our own form', 'longshore/0123/12', true],
  ])('startedBy of %s', async (_, startedBy, ok) => {
    expect((await run({}, token, startedBy).first).ok).toBe(ok)
  })

  test.each([
    ['64 characters', 'x'.repeat(64), true],
    ['65 characters', 'x'.repeat(65), false],
    ['a space', 'a b', false],
  ])('a client token of %s', async (_, clientToken, ok) => {
    expect((await run({}, clientToken).first).ok).toBe(ok)
  })

  it('accepts overrides of 8,192 characters', async () => {
    const overrides = { containerOverrides: [{ name: 'app', command: ['x'.repeat(8_192 - 54)] }] }
    expect(value(await run({ overrides }).first).taskArns).toHaveLength(1)
  })

  it('refuses a revision that is no longer ACTIVE, and describes it all the same', async () => {
    const { world } = stage()
    world.deregisterTaskDefinition('etl:1')
    const spec = launchSpec()
    const call = world.ports.ecs.runTask({ spec, startedBy: 'x', clientToken: token })
    expect(failure(await call)).toBe('invalid: TaskDefinition is inactive.')
    expect(value(await world.ports.ecs.describeTaskDefinition(spec.taskDefinitionArn))).toMatchObject({
      taskDefinitionArn: spec.taskDefinitionArn,
      status: 'INACTIVE',
      networkMode: 'awsvpc',
      containers: [{ name: 'app', essential: true, hasHealthCheck: false, image: 'registry.example/etl:1' }],
    })
    expect(failure(await world.ports.ecs.describeTaskDefinition('gone:1'))).toBe(
      'not-found: Unable to describe task definition.',
    )
  })
})

describe('planned failures', () => {
  it('strike one call each, in line, and no other operation', async () => {
    const { world } = stage()
    world.failNext('ecs:ListTasks', { code: 'throttled', retryAfterMs: 2_000 })
    world.failNext('ecs:ListTasks', { code: 'denied', message: 'no right' })
    expect((await world.ports.ecs.describeTasks('prod', [])).ok).toBe(true)
    expect(await world.ports.ecs.listTasks('prod', {})).toEqual({
      ok: false,
      failure: {
        operation: 'ecs:ListTasks',
        code: 'throttled',
        message: 'Rate exceeded',
        retryAfterMs: 2_000,
      },
    })
    expect(failure(await world.ports.ecs.listTasks('prod', {}))).toBe('denied: no right')
    expect((await world.ports.ecs.listTasks('prod', {})).ok).toBe(true)
  })

  it('can lose the answer of a call that was carried out; the token then finds its task', async () => {
    const { world } = stage()
    world.failNext('ecs:RunTask', { code: 'unavailable', applied: true })
    const call = () =>
      world.ports.ecs.runTask({ spec: launchSpec(), startedBy: 'longshore/a1/1', clientToken: token })
    expect(failure(await call())).toMatch(/^unavailable: /)
    const running = value(await world.ports.ecs.listTasks('prod', {}))
    expect(running).toHaveLength(1)
    expect(value(await call()).taskArns).toEqual(running)
  })
})
