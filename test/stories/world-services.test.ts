import { describe, expect, it } from 'vitest'
import { hour, minute, second } from '../../src/model/time.ts'
import { type Stage, stage, value } from './world-stage.ts'

const stepEvery = (world: Stage['world'], spanMs: number, look: () => void): void => {
  const endMs = world.clock.now() + spanMs
  while (world.clock.now() < endMs) {
    world.runUntil(Math.min(endMs, world.nextAtMs() ?? endMs))
    look()
  }
}
const withService = (desiredCount: number, seed = 1) => {
  const here = stage(seed)
  here.world.createService({ cluster: 'prod', name: 'checkout', taskDefinition: 'web', desiredCount })
  here.world.advance(2 * minute)
  const live = async () => value(await here.world.ports.ecs.listTasks('prod', { family: 'web' }))
  const scale = async (count: number) =>
    value(
      await here.world.ports.ecs.updateService({ cluster: 'prod', service: 'checkout', desiredCount: count }),
    )
  return { ...here, live, scale }
}

describe('a REPLICA service in the world', () => {
  it('starts its tasks, completes its first deployment and comes to a steady state', async () => {
    const { service, told, live, describe } = withService(3)
    expect(told()).toEqual([
      'SERVICE_DEPLOYMENT_IN_PROGRESS',
      'SERVICE_DEPLOYMENT_COMPLETED',
      'SERVICE_STEADY_STATE',
    ])
    const checkout = await service('checkout')
    expect(checkout).toMatchObject({ desiredCount: 3, runningCount: 3, pendingCount: 0, taskSetCount: 0 })
    expect(checkout.deployments).toMatchObject([
      { status: 'PRIMARY', rolloutState: 'COMPLETED', desiredCount: 3, runningCount: 3, failedTasks: 0 },
    ])
    const [task = ''] = await live()
    expect(await describe(task)).toMatchObject({
      group: 'service:checkout',
      startedBy: checkout.deployments[0]?.id,
    })
    expect(checkout.deployments[0]?.id).toMatch(/^ecs-svc\/\d{19}$/)
  })

  it('replaces a task that crashed, and one that was interrupted while it still runs', async () => {
    const { world, live, service } = withService(2)
    const [first = '', second_ = ''] = await live()
    world.killTask(first, 'crash')
    world.advance(minute)
    const after = await live()
    expect(after).toHaveLength(2)
    expect(after).toContain(second_)
    expect(after).not.toContain(first)
    expect(await service('checkout')).toMatchObject({ runningCount: 2 })
  })

  it('scales in by the scheduler, from the fullest zone, and says why', async () => {
    const { world, live, scale, describe, service, events } = withService(5)
    const before = await live()
    await scale(2)
    world.advance(2 * minute)
    const after = await live()
    expect(after).toHaveLength(2)
    expect(await service('checkout')).toMatchObject({ desiredCount: 2, runningCount: 2 })
    const id = (await service('checkout')).deployments[0]?.id
    for (const gone of before.filter(task => !after.includes(task))) {
      expect(await describe(gone)).toMatchObject({
        stopCode: 'ServiceSchedulerInitiated',
        stoppedReason: `Scaling activity initiated by (deployment ${id})`,
      })
    }
    const zones = await Promise.all(after.map(async task => (await describe(task)).availabilityZone))
    expect(new Set(zones).size).toBe(2)
    // A caller's own change is not told as SERVICE_DESIRED_COUNT_UPDATED.
    expect(JSON.stringify(events)).not.toContain('DESIRED_COUNT')
  })

  it('scales to nothing and back', async () => {
    const { world, live, scale } = withService(2)
    await scale(0)
    world.advance(minute)
    expect(await live()).toEqual([])
    await scale(4)
    world.advance(minute)
    expect(await live()).toHaveLength(4)
  })

  it('tells the steady state once, and again six hours after it was reached last', async () => {
    const { world, told, live, scale } = withService(1)
    const steady = () => told().filter(name => name === 'SERVICE_STEADY_STATE').length
    await scale(1)
    world.advance(3 * hour)
    expect(steady()).toBe(1)
    world.killTask((await live())[0] ?? '', 'crash')
    world.advance(3 * hour)
    expect(steady()).toBe(2)
    world.advance(2 * hour + 59 * minute)
    expect(steady()).toBe(2)
    world.advance(3 * minute)
    expect(steady()).toBe(3)
  })

  it('replaces an unhealthy task, the new one first', async () => {
    const { world, describe, service } = stage()
    world.registerTaskDefinition({
      family: 'checked',
      containers: [{ name: 'app', image: 'app:1', healthCheck: true }],
    })
    world.createService({ cluster: 'prod', name: 'api', taskDefinition: 'checked', desiredCount: 1 })
    world.advance(2 * minute)
    const [old = ''] = value(await world.ports.ecs.listTasks('prod', { family: 'checked' }))
    world.setContainerHealth(old, 'app', 'UNHEALTHY')
    world.advance(10 * second)
    expect(await service('api')).toMatchObject({ runningCount: 1, pendingCount: 1 })
    world.advance(3 * minute)
    expect(await describe(old)).toMatchObject({
      lastStatus: 'STOPPED',
      stopCode: 'ServiceSchedulerInitiated',
      stoppedReason: 'Task failed container health checks',
    })
    expect(await service('api')).toMatchObject({ runningCount: 1, pendingCount: 0 })
  })

  it('says when there is no place, and starts when there is one again', async () => {
    const { world, events, service } = stage()
    world.noCapacity('RESOURCE:FARGATE', 'FARGATE_SPOT')
    world.createService({
      cluster: 'prod',
      name: 'spotty',
      taskDefinition: 'web',
      desiredCount: 2,
      capacityProvider: 'FARGATE_SPOT',
    })
    world.advance(10 * second)
    expect(events.at(-1)?.detail).toMatchObject({
      eventType: 'ERROR',
      eventName: 'SERVICE_TASK_PLACEMENT_FAILURE',
      capacityProviderArns: ['arn:aws:ecs:eu-west-1:111122223333:capacity-provider/FARGATE_SPOT'],
      reason: 'RESOURCE:FARGATE',
    })
    expect(await service('spotty')).toMatchObject({ runningCount: 0, pendingCount: 0 })
    world.noCapacity(null, 'FARGATE_SPOT')
    world.advance(3 * minute)
    expect(await service('spotty')).toMatchObject({ runningCount: 2 })
  })

  it('a service that does not exist, a count that is none', async () => {
    const { world, service } = withService(1)
    const update = (name: string, desiredCount: number) =>
      world.ports.ecs.updateService({ cluster: 'prod', service: name, desiredCount })
    expect(await update('gone', 1)).toMatchObject({ ok: false, failure: { code: 'not-found' } })
    for (const count of [-1, 1.5, Number.NaN]) {
      expect(await update('checkout', count)).toMatchObject({ ok: false, failure: { code: 'invalid' } })
    }
    expect((await service('checkout')).desiredCount).toBe(1)
    expect(value(await world.ports.ecs.describeServices('prod', ['checkout', 'gone'])).missing).toEqual([
      'gone',
    ])
  })
})

describe('a rolling deployment in the world', () => {
  it('never serves with fewer tasks than wanted, nor runs more than twice as many', async () => {
    const { world, service, told } = withService(4)
    world.registerTaskDefinition({
      family: 'web',
      containers: [{ name: 'app', image: 'registry.example/web:2' }],
    })
    world.deploy('prod/checkout', 'web:2')
    const counts: { running: number; all: number }[] = []
    const looks: Promise<void>[] = []
    stepEvery(world, 4 * minute, () => {
      looks.push(
        service('checkout').then(({ runningCount, pendingCount }) => {
          counts.push({ running: runningCount, all: runningCount + pendingCount })
        }),
      )
    })
    await Promise.all(looks)
    expect(Math.min(...counts.map(({ running }) => running))).toBe(4)
    expect(Math.max(...counts.map(({ all }) => all))).toBe(8)
    expect((await service('checkout')).deployments).toMatchObject([
      {
        status: 'PRIMARY',
        rolloutState: 'COMPLETED',
        taskDefinitionArn: 'arn:aws:ecs:eu-west-1:111122223333:task-definition/web:2',
        runningCount: 4,
      },
    ])
    expect(told().slice(3)).toEqual([
      'SERVICE_DEPLOYMENT_IN_PROGRESS',
      'SERVICE_DEPLOYMENT_COMPLETED',
      'SERVICE_STEADY_STATE',
    ])
  })

  it('two deployments are described while it lasts, the new one first', async () => {
    const { world, service } = withService(2)
    world.deploy('prod/checkout', 'web:1')
    world.advance(5 * second)
    expect((await service('checkout')).deployments).toMatchObject([
      { status: 'PRIMARY', rolloutState: 'IN_PROGRESS', runningCount: 0, pendingCount: 2 },
      { status: 'ACTIVE', rolloutState: 'COMPLETED', runningCount: 2, pendingCount: 0 },
    ])
  })

  it('that cannot start hangs without a word: old tasks stay, failures count, starts are throttled', async () => {
    const { world, service, told, live, events } = withService(2)
    const old = await live()
    world.registerTaskDefinition({
      family: 'web',
      containers: [{ name: 'app', image: 'registry.example/web:9' }],
    })
    world.setFate('web:2', { how: 'image-not-found', afterMs: 0 })
    world.deploy('prod/checkout', 'web:2')
    world.advance(30 * minute)
    const [primary] = (await service('checkout')).deployments
    expect(primary).toMatchObject({ rolloutState: 'IN_PROGRESS', runningCount: 0 })
    expect(primary?.failedTasks).toBeGreaterThanOrEqual(6)
    expect(primary?.failedTasks).toBeLessThanOrEqual(20)
    expect(await live()).toEqual(expect.arrayContaining(old))
    expect(told().slice(3)).toEqual(['SERVICE_DEPLOYMENT_IN_PROGRESS', 'SERVICE_TASK_START_IMPAIRED'])
    expect(JSON.stringify(events)).not.toContain('SERVICE_DEPLOYMENT_FAILED')
    world.deploy('prod/checkout', 'web:1')
    world.advance(3 * minute)
    expect(await service('checkout')).toMatchObject({ runningCount: 2 })
    expect((await service('checkout')).deployments).toHaveLength(1)
  })

  it('within 50 and 100 percent: old tasks go before new ones come', async () => {
    const { world, service } = stage()
    world.createService({
      cluster: 'prod',
      name: 'tight',
      taskDefinition: 'web',
      desiredCount: 5,
      minimumHealthyPercent: 50,
      maximumPercent: 100,
    })
    world.advance(2 * minute)
    world.deploy('prod/tight', 'web')
    const counts: { running: number; wanted: number }[] = []
    const looks: Promise<void>[] = []
    stepEvery(world, 5 * minute, () => {
      looks.push(
        service('tight').then(({ runningCount, deployments }) => {
          const live = deployments[1]?.desiredCount ?? 0
          const started = (deployments[0]?.runningCount ?? 0) + (deployments[0]?.pendingCount ?? 0)
          counts.push({ running: runningCount, wanted: live + started })
        }),
      )
    })
    await Promise.all(looks)
    expect(Math.min(...counts.map(({ running }) => running))).toBe(3)
    expect(Math.max(...counts.map(({ wanted }) => wanted))).toBe(5)
    expect((await service('tight')).deployments).toMatchObject([
      { rolloutState: 'COMPLETED', runningCount: 5 },
    ])
  })

  it('that starts at last is no longer counted as failing', async () => {
    const { world, service } = withService(1)
    world.registerTaskDefinition({
      family: 'web',
      containers: [{ name: 'app', image: 'registry.example/web:2' }],
    })
    world.setFate('web:2', { how: 'secrets', afterMs: 0 })
    world.deploy('prod/checkout', 'web:2')
    world.advance(2 * minute)
    expect((await service('checkout')).deployments[0]?.failedTasks).toBeGreaterThan(0)
    world.setFate('web:2', null)
    world.advance(5 * minute)
    expect((await service('checkout')).deployments).toMatchObject([
      { rolloutState: 'COMPLETED', failedTasks: 0 },
    ])
  })

  it('belongs to the ECS controller: others are refused and described by task sets', async () => {
    const { world, service, told } = stage()
    world.createService({
      cluster: 'prod',
      name: 'blue',
      taskDefinition: 'web',
      desiredCount: 1,
      deploymentController: 'CODE_DEPLOY',
    })
    world.advance(2 * minute)
    expect(() => world.deploy('prod/blue', 'web:1')).toThrow('CODE_DEPLOY deployment controller')
    expect(await service('blue')).toMatchObject({ deployments: [], taskSetCount: 1, runningCount: 1 })
    expect(told()).toEqual(['SERVICE_STEADY_STATE'])
  })
})

describe('a DAEMON service in the world', () => {
  const daemon = () => {
    const here = stage()
    here.world.registerTaskDefinition({
      family: 'agent',
      containers: [{ name: 'agent', image: 'agent:1' }],
      networkMode: 'host',
    })
    const first = here.world.registerContainerInstance('prod', 'a')
    here.world.registerContainerInstance('prod', 'b')
    here.world.createService({
      cluster: 'prod',
      name: 'agent',
      taskDefinition: 'agent',
      schedulingStrategy: 'DAEMON',
    })
    here.world.advance(minute)
    const machines = async () => {
      const arns = value(await here.world.ports.ecs.listTasks('prod', { family: 'agent' }))
      const { tasks } = value(await here.world.ports.ecs.describeTasks('prod', arns))
      return tasks.map(({ containerInstanceArn }) => containerInstanceArn)
    }
    return { ...here, first, machines }
  }

  it('runs one task on every machine, also on one that comes later, and none on one that goes', async () => {
    const { world, first, machines, service } = daemon()
    expect(new Set(await machines()).size).toBe(2)
    const third = world.registerContainerInstance('prod', 'c')
    world.advance(minute)
    expect(await machines()).toHaveLength(3)
    expect(await machines()).toContain(third)
    world.terminateContainerInstance(first)
    world.advance(minute)
    expect(await machines()).not.toContain(first)
    expect(await service('agent')).toMatchObject({ desiredCount: 2, runningCount: 2 })
  })

  it('refuses a desired count in the documented words', async () => {
    const { world, service } = daemon()
    const answer = await world.ports.ecs.updateService({ cluster: 'prod', service: 'agent', desiredCount: 3 })
    expect(answer).toEqual({
      ok: false,
      failure: {
        operation: 'ecs:UpdateService',
        code: 'invalid',
        message:
          'The daemon scheduling strategy does not support a desired count for services. Remove the desired count value and try again',
      },
    })
    expect((await service('agent')).desiredCount).toBe(2)
  })

  it('changes its revision in place: the old task goes before the new one comes', async () => {
    const { world, machines, service } = daemon()
    world.deploy('prod/agent', 'agent')
    const present = new Map<unknown, unknown>()
    const stop = world.onEvent(({ detail }) => {
      if (detail.lastStatus === 'STOPPED') present.delete(detail.containerInstanceArn)
      else if (detail.version === 1) {
        expect(present.has(detail.containerInstanceArn)).toBe(false)
        present.set(detail.containerInstanceArn, detail.taskArn)
      } else if (detail.desiredStatus === 'STOPPED') present.set(detail.containerInstanceArn, detail.taskArn)
    })
    world.advance(2 * minute)
    stop()
    expect(present.size).toBe(2)
    expect(new Set(await machines()).size).toBe(2)
    expect((await service('agent')).deployments).toMatchObject([
      { rolloutState: 'COMPLETED', runningCount: 2 },
    ])
  })
})
