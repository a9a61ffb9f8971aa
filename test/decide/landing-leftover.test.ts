import { describe, expect, it } from 'vitest'
import type { Action } from '../../src/model/decision.ts'
import { hour, minute, second } from '../../src/model/time.ts'
import { afterwards } from '../../src/reconcile/afterwards.ts'
import { whatCameOf } from '../../src/reconcile/leftover.ts'
import { reconcile } from '../../src/reconcile/reconcile.ts'
import {
  type Bench,
  bench,
  etl,
  intentOf,
  now,
  policyOf,
  registering,
  runTaskAction,
  web,
} from './landing-table.ts'

const scaleTo = (desiredCount: number): Action => ({
  verb: 'update-service',
  cluster: 'prod',
  service: 'web',
  desiredCount,
  previousDesiredCount: 1,
})

describe('what came of an UpdateService of which nobody knows', () => {
  it.each([
    ['the service shows the count: done', 3, { ok: true }],
    ['it shows another: decided again', 2, { ok: false, code: 'superseded', transient: false }],
  ])('%s', async (_, desiredCount, outcome) => {
    const { world, ports } = bench()
    world.createService({ cluster: 'prod', name: 'web', taskDefinition: 'web', desiredCount })
    expect(await whatCameOf(ports, web, intentOf(scaleTo(3)), policyOf())).toMatchObject(outcome)
  })

  it('the service is gone: decided again, and said so', async () => {
    const longAgo = intentOf(scaleTo(3), now - minute)
    expect(await whatCameOf(bench().ports, web, longAgo, policyOf())).toEqual({
      ok: false,
      code: 'superseded',
      message: 'left over from an interrupted look; decided again from the present',
      transient: false,
    })
  })
})

describe('what came of another capacity provider strategy of which nobody knows', () => {
  const item = (capacityProvider: string) => ({ capacityProvider, base: 0, weight: 1 })
  const change: Action = {
    verb: 'set-capacity-providers',
    deploymentId: 'ecs-svc/1',
    cluster: 'prod',
    service: 'web',
    capacityProvider: 'FARGATE_SPOT',
    from: [item('FARGATE_SPOT')],
    to: [item('FARGATE')],
  }
  it.each([
    ['it is there: done', 'FARGATE', now, { ok: true, operationId: expect.stringMatching(/^ecs-svc/) }],
    [
      'the one before is: asked again',
      'FARGATE_SPOT',
      now,
      { ok: false, code: 'unanswered', transient: true },
    ],
    ['after a minute: decided again', 'FARGATE_SPOT', now - minute, { ok: false, code: 'superseded' }],
    ['another one is: decided again', 'fleet', now, { ok: false, code: 'superseded' }],
  ])('%s', async (_, provider, recordedAtMs, outcome) => {
    const { world, ports } = bench()
    const capacityProviderStrategy = [item(provider)]
    world.createService({ cluster: 'prod', name: 'web', taskDefinition: 'web', capacityProviderStrategy })
    expect(await whatCameOf(ports, web, intentOf(change, recordedAtMs), policyOf())).toMatchObject(outcome)
  })
})

describe('what came of a roll-back of which nobody knows', () => {
  const arnOf = (revision: number) => `arn:aws:ecs:eu-west-1:111122223333:task-definition/web:${revision}`
  const goBack: Action = {
    verb: 'roll-back-service',
    cluster: 'prod',
    service: 'web',
    from: arnOf(2),
    to: arnOf(1),
  }
  const deployed = (revision: number) => {
    const on = bench()
    for (const image of ['web:2', 'web:3'])
      on.world.registerTaskDefinition({ family: 'web', containers: [{ name: 'app', image }] })
    on.world.createService({ cluster: 'prod', name: 'web', taskDefinition: `web:${revision}` })
    return on
  }

  it.each([
    ['the revision before is deployed: done', 1, now, { ok: true }],
    ['its own still is: asked again', 2, now, { ok: false, code: 'unanswered', transient: true }],
    ['its own still is after a minute: decided again', 2, now - minute, { ok: false, code: 'superseded' }],
    ['its owner deployed another: decided again', 3, now, { ok: false, code: 'superseded' }],
  ])('%s', async (_, revision, recordedAtMs, outcome) => {
    const intent = intentOf(goBack, recordedAtMs)
    expect(await whatCameOf(deployed(revision).ports, web, intent, policyOf())).toMatchObject(outcome)
  })

  const stopping = (serviceDeploymentArn: string): Action => ({
    verb: 'stop-deployment',
    cluster: 'prod',
    service: 'web',
    serviceDeploymentArn,
    from: arnOf(2),
  })

  it.each([
    ['it runs: asked again', now, { ok: false, code: 'unanswered', transient: true }],
    ['it runs after a minute: decided again', now - minute, { ok: false, code: 'superseded' }],
  ])('of the deployment, %s', async (_, recordedAtMs, outcome) => {
    const { ports } = deployed(2)
    const ongoing = await ports.ecs.ongoingDeployments('prod', 'web')
    const arn = ongoing.ok ? (ongoing.value[0]?.arn ?? '') : ''
    const intent = intentOf(stopping(arn), recordedAtMs)
    expect(await whatCameOf(ports, web, intent, policyOf())).toMatchObject(outcome)
  })

  it.each([
    ['another revision is deployed: done', 1, now, { ok: true }],
    ['its own still is: asked again', 2, now, { ok: false, code: 'unanswered', transient: true }],
    ['its own still is after a minute: it completed', 2, now - minute, { ok: false, code: 'superseded' }],
  ])('of the deployment, it is no longer told, and %s', async (_, revision, recordedAtMs, outcome) => {
    const { ports } = deployed(revision)
    const intent = intentOf(stopping('arn:old'), recordedAtMs)
    expect(await whatCameOf(ports, web, intent, policyOf())).toMatchObject(outcome)
  })

  it.each(['superseded', 'unanswered'])('%s leaves no trace in the memory', code => {
    const outcome = { ok: false, code, message: '', transient: code === 'unanswered' } as const
    const memory = { serviceHealing: { stops: [], loops: {} } }
    for (const action of [goBack, stopping('arn:1')])
      expect(afterwards(memory, intentOf(action), outcome, now, policyOf(), web)).toEqual({
        memory,
        resolution: null,
        stance: null,
      })
  })
})

describe('what came of a StopTask of which nobody knows', () => {
  const network = { subnets: ['subnet-1'], securityGroups: ['sg-1'], assignPublicIp: 'DISABLED' as const }
  const asked = async (happen: (world: ReturnType<typeof bench>['world'], task: string) => void) => {
    const { world, ports } = bench()
    const taskArn = world.runTask({ cluster: 'prod', taskDefinition: 'etl', network })
    world.advance(2 * minute)
    happen(world, taskArn)
    const action: Action = { verb: 'stop-task', cluster: 'prod', taskArn, reason: 'longshore:stuck' }
    return whatCameOf(ports, etl, intentOf(action), policyOf())
  }

  it('the task is stopping: done', async () => {
    expect(await asked((world, task) => world.stopTask(task, 'longshore:stuck'))).toEqual({ ok: true })
  })

  it('ECS knows it no more: done', async () => {
    const gone = await asked((world, task) => {
      world.stopTask(task)
      world.advance(70 * minute)
    })
    expect(gone).toEqual({ ok: true })
  })

  it('it runs: decided again', async () => {
    expect(await asked(() => {})).toMatchObject({ ok: false, code: 'superseded' })
  })

  it('ECS does not answer: asked again', async () => {
    const answer = await asked(world => world.failNext('ecs:DescribeTasks', { code: 'throttled' }))
    expect(answer).toMatchObject({ ok: false, code: 'unanswered', transient: true })
  })
})

describe('what came of a RunTask of which nobody knows', () => {
  const stopped = ({ world }: Bench, task: string): void => world.stopTask(task)
  const forgotten = ({ world }: Bench, task: string): void => {
    world.stopTask(task)
    world.advance(2 * hour)
  }
  const wentOut = (startedBy: string) => {
    const on = bench()
    const network = { subnets: ['subnet-1'], securityGroups: ['sg-1'], assignPublicIp: 'DISABLED' as const }
    const task = on.world.runTask({ cluster: 'prod', taskDefinition: 'etl', network, startedBy })
    return { ...on, task }
  }

  it('a task of its own is the answer', async () => {
    const { ports, task } = wentOut('longshore/a/1')
    expect(await whatCameOf(ports, etl, intentOf(runTaskAction), policyOf())).toEqual({
      ok: true,
      taskArns: [task],
    })
  })

  it('also when it has stopped meanwhile', async () => {
    const { ports, world, task } = wentOut('longshore/a/1')
    world.advance(2 * minute)
    world.killTask(task, 'complete')
    world.advance(2 * minute)
    expect(await whatCameOf(ports, etl, intentOf(runTaskAction), policyOf())).toEqual({
      ok: true,
      taskArns: [task],
    })
  })

  it('the task of another attempt is none: the same call again is right', async () => {
    const { ports } = wentOut('longshore/a/2')
    expect(await whatCameOf(ports, etl, intentOf(runTaskAction), policyOf())).toBeNull()
  })

  it.each([
    ['while ECS would still list it: the same call again', 55 * minute - 1, null],
    [
      'later: nobody knows, and it is not run again',
      55 * minute,
      { ok: false, code: 'forgotten', transient: false },
    ],
  ])('nothing found, %s', async (_, ageMs, outcome) => {
    const { ports } = bench()
    const found = await whatCameOf(ports, etl, intentOf(runTaskAction, now - ageMs), policyOf())
    expect(found).toEqual(outcome === null ? null : expect.objectContaining(outcome))
  })

  it('says that nobody knows', async () => {
    const found = await whatCameOf(bench().ports, etl, intentOf(runTaskAction, now - 56 * minute), policyOf())
    expect(found).toMatchObject({ message: 'ECS no longer tells whether the call started a task' })
  })

  it.each([
    ['the owner only wants to observe by now', policyOf('observe')],
    ['no rule names the family any more', { ...policyOf(), tasks: [] }],
    [
      'the rule heals no more',
      { ...policyOf(), tasks: policyOf().tasks.map(rule => ({ ...rule, heal: null })) },
    ],
  ])('nothing found, and %s: not run', async (_, policy) => {
    const { ports } = bench()
    expect(await whatCameOf(ports, etl, intentOf(runTaskAction), policy)).toMatchObject({
      ok: false,
      code: 'superseded',
    })
  })

  it.each([
    ['lives: the same call again', () => {}, null],
    ['is stopping: a look decides by the cause of its stop', stopped, 'superseded'],
    ['is no longer known', forgotten, 'superseded'],
    [
      'is not told',
      ({ world }: Bench) => world.failNext('ecs:DescribeTasks', { code: 'throttled' }),
      'unanswered',
    ],
  ] as const)('nothing found, and the living task that it replaces %s', async (_, happen, end) => {
    const { task, ...on } = wentOut('longshore/other/1')
    on.world.advance(minute)
    happen(on, task)
    const intent = {
      ...intentOf({ ...runTaskAction, replaces: task }, on.world.clock.now()),
      because: { code: 'retirement' },
    }
    const outcome = await whatCameOf(on.ports, etl, intent, policyOf())
    expect(outcome === null || outcome.ok ? outcome : outcome.code).toBe(end)
  })

  it('forgotten is said to people, and settles the stop', () => {
    const forgotten = { ok: false, code: 'forgotten', message: 'who knows', transient: false } as const
    const { resolution, sentence } = afterwards({}, intentOf(runTaskAction), forgotten, now, policyOf(), etl)
    expect(resolution).toBe('call-forgotten')
    expect(sentence).toContain('so that it does not run twice')
  })
})

describe('what came of a change of the count of which nobody knows', () => {
  it.each([
    ['it is as wanted: done', 3, 0, 'ok'],
    ['it is as before: asked again, DescribeServices lags', 2, 59, 'unanswered'],
    ['it is as before, and time has passed: decided again', 2, 60, 'superseded'],
    ['somebody else wrote another: decided again', 5, 0, 'superseded'],
    ['ECS does not name the service: asked again', null, 59, 'unanswered'],
    ['ECS does not name the service, and time has passed: decided again', null, 60, 'superseded'],
  ] as const)('%s', async (_, count, ageSeconds, end) => {
    const { ports, world } = bench()
    world.createService({ cluster: 'prod', name: 'web', taskDefinition: 'web', desiredCount: count ?? 1 })
    const action = { ...scaleTo(3), previousDesiredCount: 2, service: count === null ? 'gone' : 'web' }
    const intent = intentOf(action, world.clock.now() - ageSeconds * second)
    const outcome = await whatCameOf(ports, web, intent, policyOf())
    expect(outcome?.ok ? 'ok' : outcome?.code).toBe(end)
  })
})

describe('what came of a change of Cloud Map of which nobody knows', () => {
  async function named(attributes: Record<string, string> | null) {
    const on = bench()
    on.world.createNamespace('jobs.internal')
    const serviceId = on.world.createCloudMapService('jobs.internal', 'etl')
    if (attributes) await on.ports.cloudMap.registerInstance(serviceId, 'a', attributes, 'r')
    on.world.advance(10 * second)
    const register: Action = { ...registering('a'), cloudMapServiceId: serviceId }
    const deregister: Action = {
      verb: 'deregister-instance',
      cloudMapServiceId: serviceId,
      instanceId: 'a',
      cloudMapName: 'n',
    }
    return { ...on, register, deregister }
  }
  const right = { AWS_INSTANCE_IPV4: '10.0.0.1' }
  const half = { AWS_INSTANCE_IPV4: '10.0.0.1', AWS_INSTANCE_PORT: '80' }
  const wrong = { AWS_INSTANCE_IPV4: '10.0.0.2' }

  it.each([
    ['registered as wanted: done', 'register', right, 10, 'ok'],
    ['registered otherwise, and time has passed: decided again', 'register', wrong, 15, 'superseded'],
    ['not registered yet: asked again', 'register', null, 14, 'unanswered'],
    ['not registered, and time has passed: decided again', 'register', null, 15, 'superseded'],
    ['gone: done', 'deregister', null, 10, 'ok'],
    ['still there: asked again', 'deregister', right, 14, 'unanswered'],
    ['still there, and time has passed: decided again', 'deregister', right, 15, 'superseded'],
  ] as const)('%s', async (_, verb, attributes, ageSeconds, end) => {
    const { ports, world, ...actions } = await named(attributes)
    const intent = intentOf(actions[verb], world.clock.now() - ageSeconds * second)
    const outcome = await whatCameOf(ports, etl, intent, policyOf())
    expect(outcome?.ok ? 'ok' : outcome?.code).toBe(end)
  })

  it('registered with all but one attribute: decided again', async () => {
    const { ports, world, register } = await named(half)
    const attributes = { ...half, AWS_INSTANCE_PORT: '8080' }
    const intent = intentOf({ ...register, attributes } as Action, world.clock.now() - 15 * second)
    expect(await whatCameOf(ports, etl, intent, policyOf())).toMatchObject({ code: 'superseded' })
  })

  it('another instance is named: the wanted one is not, and the answer was lost', async () => {
    const { ports, world, register } = await named(right)
    const intent = intentOf({ ...register, instanceId: 'b' } as Action, world.clock.now())
    expect(await whatCameOf(ports, etl, intent, policyOf())).toEqual({
      ok: false,
      code: 'unanswered',
      message: 'the answer was lost, and what it changed may not be visible yet',
      transient: true,
    })
  })
})

describe('a question that is not answered', () => {
  it.each([
    ['throttled', 'unanswered', true],
    ['unavailable', 'unanswered', true],
    ['denied', 'denied', false],
  ] as const)('because it is %s', async (failure, code, transient) => {
    const { world, ports } = bench()
    world.failNext('ecs:DescribeServices', { code: failure })
    expect(await whatCameOf(ports, web, intentOf(scaleTo(3)), policyOf())).toMatchObject({ code, transient })
  })

  it('about the tasks of a family', async () => {
    const { world, ports } = bench()
    world.failNext('ecs:ListTasks', { code: 'throttled' })
    expect(await whatCameOf(ports, etl, intentOf(runTaskAction), policyOf())).toMatchObject({
      code: 'unanswered',
      transient: true,
    })
  })

  it('of what was said of an instance’s health nothing is asked: it is decided again', async () => {
    const action = {
      verb: 'set-instance-health',
      cloudMapServiceId: 'srv-1',
      cloudMapName: 'etl.jobs.internal',
      instanceId: 'a',
      status: 'UNHEALTHY',
    } as const
    expect(await whatCameOf(bench().ports, etl, intentOf(action), policyOf())).toMatchObject({
      code: 'superseded',
      transient: false,
    })
  })

  it('about the instances of Cloud Map', async () => {
    const { world, ports } = bench()
    world.failNext('servicediscovery:ListInstances', { code: 'unavailable' })
    expect(await whatCameOf(ports, etl, intentOf(registering('a')), policyOf())).toMatchObject({
      code: 'unanswered',
      transient: true,
    })
  })

  it.each(['superseded', 'unanswered'])('%s leaves no trace in the memory', code => {
    const memory = {
      discovery: { operations: [], missingSince: {}, failures: {} },
      healing: { placements: {}, recovering: {} },
    }
    const actions = code === 'superseded' ? [] : [scaleTo(3)]
    for (const action of [...actions, runTaskAction, registering('a')]) {
      const target = action.verb === 'update-service' ? web : etl
      const outcome = { ok: false, code, message: '', transient: code === 'unanswered' } as const
      expect(afterwards(memory, intentOf(action), outcome, now, policyOf(), target)).toEqual({
        memory,
        resolution: null,
        stance: null,
      })
    }
  })

  it('a step that was overtaken leaves its cooldown: it may have been taken, and ECS may lag', () => {
    const outcome = { ok: false, code: 'superseded', message: '', transient: false } as const
    const because = { code: 'step-in', base: 4 }
    const before = { scaling: { cooldown: null, lastWrite: null } }
    const intent = { action: scaleTo(3), because, recordedAtMs: now }
    expect(afterwards(before, intent, outcome, now, policyOf(), web)).toEqual({
      memory: {
        scaling: {
          cooldown: { direction: 'in', startedAtMs: now, endsAtMs: now + 5 * minute, baseCount: 4 },
          lastWrite: null,
        },
      },
      resolution: null,
      stance: null,
    })
  })
})

describe('an intent that waits', () => {
  it('is not begun a second time, and does not keep what else is due waiting', async () => {
    const { landing, store, world, woken } = bench()
    world.createNamespace('jobs.internal')
    const serviceId = world.createCloudMapService('jobs.internal', 'etl')
    const intent = intentOf({ ...registering('a'), cloudMapServiceId: serviceId })
    const taken = await store.acquire(etl, 'dead', now - 40 * second, 35 * second)
    if (!taken.ok || !taken.value) throw new Error('not acquired')
    await store.record(taken.value.lease, { intents: [intent], memory: {}, settled: [] })
    world.failNext('ecs:ListTasks', { code: 'throttled' })

    expect(await reconcile(landing, etl)).toBe('failed')
    const [state] = store.contents().states
    expect(state?.intents).toEqual([intent])
    // The back-off of a failed look is 2.5 s here.
    expect(state?.nextLookAtMs).toBe(now + 2_500)
    expect(woken).toEqual([{ target: etl, delaySeconds: 3 }])
  })
})

describe('a step of an alarm of which nobody can tell whether it was taken', () => {
  const overtaken = { ok: false, code: 'superseded', message: 'who knows', transient: false } as const
  const remembered = (code: string) => {
    const intent = { ...intentOf(scaleTo(3)), because: { code, base: 1 } }
    return afterwards({}, intent, overtaken, now, policyOf(), web).memory.scaling?.cooldown ?? null
  }

  it('leaves its cooldown: DescribeServices may have shown the count from before', () => {
    expect(remembered('step-in')).toMatchObject({ direction: 'in', startedAtMs: now })
    expect(remembered('step-out')).toMatchObject({ direction: 'out', startedAtMs: now, baseCount: 1 })
  })

  it('that only led back inside the bounds leaves none', () => {
    expect(remembered('below-min')).toBeNull()
  })
})
