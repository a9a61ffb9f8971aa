import { describe, expect, it, test } from 'vitest'
import { hour, minute, second } from '../../src/model/time.ts'
import type { StopCauseName } from '../../src/world/stop-causes.ts'
import { network, stage, startAtMs, value } from './world-stage.ts'

describe('a standalone task in the world', () => {
  it('passes the documented statuses in order, each told once with the next version', () => {
    const { world, lifeOf } = stage()
    const task = world.runTask({ cluster: 'prod', taskDefinition: 'etl', network })
    world.advance(minute)
    world.stopTask(task, 'enough')
    world.advance(minute)
    expect(lifeOf(task)).toEqual([
      'PROVISIONING/RUNNING v1',
      'PENDING/RUNNING v2',
      'ACTIVATING/RUNNING v3',
      'RUNNING/RUNNING v4',
      'RUNNING/STOPPED v5',
      'DEACTIVATING/STOPPED v6',
      'STOPPING/STOPPED v7',
      'DEPROVISIONING/STOPPED v8',
      'STOPPED/STOPPED v9',
    ])
  })

  it('takes time on the way: nothing is RUNNING in the first quarter of a minute, all within 41 s', async () => {
    const { world, describe } = stage()
    const task = world.runTask({ cluster: 'prod', taskDefinition: 'etl', network })
    world.advance(14_999)
    expect((await describe(task)).lastStatus).not.toBe('RUNNING')
    world.runUntil(startAtMs + 41 * second)
    const { lastStatus, startedAtMs } = await describe(task)
    expect(lastStatus).toBe('RUNNING')
    expect(startedAtMs).toBeGreaterThanOrEqual(startAtMs + 15 * second)
  })

  it('without a network interface of its own has nothing to provision', () => {
    const { world, lifeOf } = stage()
    world.registerContainerInstance('prod')
    world.registerTaskDefinition({
      family: 'host-job',
      containers: [{ name: 'app', image: 'job:1' }],
      networkMode: 'host',
    })
    const task = world.runTask({ cluster: 'prod', taskDefinition: 'host-job', launchType: 'EC2' })
    world.advance(minute)
    world.killTask(task, 'complete')
    world.advance(minute)
    expect(lifeOf(task)).toEqual([
      'PENDING/RUNNING v1',
      'ACTIVATING/RUNNING v2',
      'RUNNING/RUNNING v3',
      'DEACTIVATING/STOPPED v4',
      'STOPPING/STOPPED v5',
      'STOPPED/STOPPED v6',
    ])
  })

  it('stopped by its owner: says so in two phases, and loses its tags', async () => {
    const { world, events, describe } = stage()
    const task = world.runTask({ cluster: 'prod', taskDefinition: 'etl', network, tags: { team: 'data' } })
    world.advance(minute)
    expect((await describe(task)).tags).toEqual({ team: 'data' })
    world.stopTask(task, 'rollout of 42')
    world.advance(0)
    expect(events.at(-1)?.detail).toMatchObject({
      lastStatus: 'RUNNING',
      desiredStatus: 'STOPPED',
      stopCode: 'UserInitiated',
      stoppedReason: 'rollout of 42',
    })
    expect((await describe(task)).tags).toEqual({})
    world.stopTask(task, 'a second time')
    world.advance(minute)
    expect(await describe(task)).toMatchObject({
      lastStatus: 'STOPPED',
      stoppedReason: 'rollout of 42',
      version: 9,
    })
  })

  it('on Spot: warned two minutes before it stops', async () => {
    const { world, events, describe, running } = stage()
    const task = running('FARGATE_SPOT')
    world.interruptSpot(task)
    const warnedAtMs = world.clock.now()
    world.advance(2 * minute - 1)
    expect(events.at(-1)?.detail).toMatchObject({
      taskArn: task,
      lastStatus: 'RUNNING',
      desiredStatus: 'STOPPED',
      stopCode: 'SpotInterruption',
      stoppedReason: 'Your Spot Task was interrupted.',
      version: 5,
    })
    world.runUntil(warnedAtMs + 2 * minute)
    expect((await describe(task)).lastStatus).toBe('DEACTIVATING')
    expect(() => world.interruptSpot(running('FARGATE'))).toThrow('does not run on FARGATE_SPOT')
  })

  it('keeps its network interface until DEPROVISIONING, and not a moment longer', async () => {
    const { world, describe, running } = stage()
    const task = running()
    const id = (await describe(task)).networkInterface?.id ?? ''
    const seen = async () => value(await world.ports.ec2.describeNetworkInterfaces([id, 'eni-never']))
    expect(await seen()).toEqual([
      {
        networkInterfaceId: id,
        subnetId: expect.stringMatching(/^subnet-[12]$/),
        securityGroups: ['sg-1', 'sg-2'],
        hasPublicIp: true,
      },
    ])
    world.stopTask(task)
    const statuses: string[] = []
    while ((await describe(task)).lastStatus !== 'STOPPED') {
      world.runUntil(world.nextAtMs() ?? 0)
      statuses.push(`${(await describe(task)).lastStatus} ${(await seen()).length}`)
    }
    expect([...new Set(statuses)]).toEqual([
      'RUNNING 1',
      'DEACTIVATING 1',
      'STOPPING 1',
      'DEPROVISIONING 0',
      'STOPPED 0',
    ])
  })

  it('is not told its address before the interface is attached', () => {
    const { world, events } = stage()
    world.runTask({ cluster: 'prod', taskDefinition: 'etl', network })
    world.advance(minute)
    const attachments = events.map(({ detail }) => detail.attachments)
    expect(attachments[0]).toMatchObject([
      { type: 'eni', status: 'PRECREATED', details: [{ name: 'subnetId' }] },
    ])
    expect(attachments[1]).toMatchObject([{ type: 'eni', status: 'ATTACHED' }])
    expect(JSON.stringify(attachments[0])).not.toContain('privateIPv4Address')
    expect(JSON.stringify(attachments[1])).toMatch(/"privateIPv4Address","value":"10\.0\.\d+\.\d+"/)
  })

  it('is described for an hour after it stopped, then missing', async () => {
    const { world, describe, running } = stage()
    const task = running()
    world.killTask(task, 'complete')
    world.advance(minute)
    const stoppedAtMs = (await describe(task)).stoppedAtMs ?? 0
    world.runUntil(stoppedAtMs + hour - 1)
    expect(value(await world.ports.ecs.listTasks('prod', { desiredStatus: 'STOPPED' }))).toEqual([task])
    expect((await describe(task)).containers).toMatchObject([{ exitCode: 0 }])
    world.runUntil(stoppedAtMs + hour)
    expect(value(await world.ports.ecs.describeTasks('prod', [task]))).toEqual({ tasks: [], missing: [task] })
  })

  it('tells health only when described: UNKNOWN, HEALTHY, UNHEALTHY, and nobody stops it', async () => {
    const { world, events, describe } = stage()
    world.registerTaskDefinition({
      family: 'checked',
      containers: [
        { name: 'app', image: 'app:1', healthCheck: true },
        { name: 'log', image: 'log:1', essential: false },
      ],
    })
    const task = world.runTask({ cluster: 'prod', taskDefinition: 'checked', network })
    world.advance(15 * second)
    expect((await describe(task)).healthStatus).toBe('UNKNOWN')
    world.advance(minute)
    expect((await describe(task)).healthStatus).toBe('HEALTHY')
    const told = events.length
    world.setContainerHealth(task, 'app', 'UNHEALTHY')
    world.advance(hour)
    expect(await describe(task)).toMatchObject({
      healthStatus: 'UNHEALTHY',
      lastStatus: 'RUNNING',
      version: 4,
    })
    expect(events).toHaveLength(told)
    expect(JSON.stringify(events)).not.toContain('healthStatus')
    expect(() => world.setContainerHealth(task, 'log', 'UNHEALTHY')).toThrow('no health check')
  })

  it('carries an injected agent with an override of its own, where GuardDuty is on', async () => {
    const { world, describe, running } = stage()
    expect((await describe(running())).containers.map(({ name }) => name)).toEqual(['app'])
    world.injectSidecar('prod')
    const { containers, overrides } = await describe(running())
    const agent = containers[1]?.name ?? ''
    expect(agent).toMatch(/^aws-guardduty-agent-[0-9a-f]{6}$/)
    expect(overrides.containerOverrides).toMatchObject([{ name: 'app' }, { name: agent, memory: 128 }])
  })

  it('dies with its machine, at once and without an exit code', async () => {
    const { world, describe, lifeOf } = stage()
    const instance = world.registerContainerInstance('prod', 'b')
    const task = world.runTask({ cluster: 'prod', taskDefinition: 'etl', network, launchType: 'EC2' })
    world.advance(minute)
    world.terminateContainerInstance(instance)
    world.advance(0)
    expect(lifeOf(task).at(-1)).toBe('STOPPED/STOPPED v5')
    expect(await describe(task)).toMatchObject({
      stopCode: 'TerminationNotice',
      stoppedReason: expect.stringMatching(/^Host EC2 \(instance i-0[0-9a-f]{16}\) terminated\.$/),
      containerInstanceArn: instance,
      availabilityZone: 'eu-west-1b',
      containers: [{ exitCode: null, lastStatus: 'STOPPED' }],
    })
  })
})

describe('how tasks end by themselves', () => {
  const rows: [StopCauseName, string, RegExp, number | null, RegExp | null][] = [
    ['complete', 'EssentialContainerExited', /^Essential container in task exited$/, 0, null],
    ['crash', 'EssentialContainerExited', /^Essential container in task exited$/, 1, null],
    ['oom', 'EssentialContainerExited', /^Essential container in task exited$/, 137, /^OutOfMemoryError: /],
    ['image-not-found', 'TaskFailedToStart', /^CannotPullContainerError: .*etl:1: not found$/, null, null],
    ['image-auth', 'TaskFailedToStart', /pull access denied for registry\.example\/etl:1/, null, null],
    [
      'image-network',
      'TaskFailedToStart',
      /https:\/\/registry\.example\/v2\/: net\/http: request canceled/,
      null,
      null,
    ],
    ['image-rate-limit', 'TaskFailedToStart', /toomanyrequests/, null, null],
    ['secrets', 'TaskFailedToStart', /^ResourceInitializationError: unable to pull secrets/, null, null],
    ['log-driver', 'TaskFailedToStart', /failed to validate logger args/, null, null],
    ['volume', 'TaskFailedToStart', /failed to invoke EFS utils commands/, null, null],
    ['start-timeout', 'TaskFailedToStart', /^Task failed to start$/, null, /^DockerTimeoutError: /],
    ['network-interface', 'TaskFailedToStart', /^Timeout waiting for network interface/, null, null],
    ['maintenance', 'ServiceSchedulerInitiated', /^ECS is performing maintenance/, 143, null],
  ]
  test.each(rows)('%s: %s', async (how, stopCode, stoppedReason, exitCode, containerReason) => {
    const { world, describe } = stage()
    const task = world.runTask({ cluster: 'prod', taskDefinition: 'etl', network })
    world.killTask(task, how)
    world.advance(3 * minute)
    const described = await describe(task)
    expect(described).toMatchObject({ lastStatus: 'STOPPED', stopCode })
    expect(described.stoppedReason).toMatch(stoppedReason)
    expect(described.containers[0]?.exitCode).toBe(exitCode)
    if (containerReason) expect(described.containers[0]?.reason).toMatch(containerReason)
    else expect(described.containers[0]?.reason).toBeNull()
    const ran = stopCode !== 'TaskFailedToStart'
    expect(described.startedAtMs !== null).toBe(ran)
  })

  it('a revision has a fate: every task of it ends so, and none of the next one', async () => {
    const { world, describe, running } = stage()
    world.setFate('etl:1', { how: 'oom', afterMs: 10 * second })
    const doomed = running()
    world.registerTaskDefinition({
      family: 'etl',
      containers: [{ name: 'app', image: 'registry.example/etl:2' }],
    })
    const next = running()
    world.advance(minute)
    expect((await describe(doomed)).stopCode).toBe('EssentialContainerExited')
    expect(await describe(next)).toMatchObject({ lastStatus: 'RUNNING', revision: 2 })
  })

  it('what cannot happen any more is refused to the author of the story', () => {
    const { world, running } = stage()
    const task = running()
    expect(() => world.killTask(task, 'image-not-found')).toThrow('too late')
    expect(() => world.killTask(task, 'health-check-elb')).toThrow('never stops a standalone task')
    expect(() => world.killTask(task, 'host-terminated')).toThrow('no container instance')
    world.killTask(task, 'crash')
    expect(() => world.killTask(task, 'oom')).toThrow('too late')
  })
})
