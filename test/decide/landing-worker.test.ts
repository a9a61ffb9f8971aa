import { describe, expect, it } from 'vitest'
import { lookMessage } from '../../src/intake/look.ts'
import type { JournalEntry } from '../../src/model/decision.ts'
import type { LaunchSpec } from '../../src/model/launch-spec.ts'
import { answered } from '../../src/model/reading.ts'
import type { Target } from '../../src/model/target.ts'
import { familyTarget, serviceTarget } from '../../src/model/target.ts'
import { minute, second } from '../../src/model/time.ts'
import { act } from '../../src/reconcile/act.ts'
import { actEntry } from '../../src/reconcile/journal.ts'
import { reconcile } from '../../src/reconcile/reconcile.ts'
import { tick } from '../../src/reconcile/tick.ts'
import { workOff } from '../../src/reconcile/worker.ts'
import { deliver } from '../../src/voice/deliver.ts'
import { bench, etl, intentOf, now, refusing, runTaskAction, web } from './landing-table.ts'

const look = (target: Target, id = 'm1') => ({ id, body: lookMessage(target) })
const taskEvent = (detail: object) => ({
  id: 'm1',
  body: JSON.stringify({
    'detail-type': 'ECS Task State Change',
    source: 'aws.ecs',
    time: '2026-11-23T09:00:00Z',
    detail: {
      taskArn: 'arn:aws:ecs:eu-west-1:111122223333:task/prod/a',
      clusterArn: 'arn:aws:ecs:eu-west-1:111122223333:cluster/prod',
      taskDefinitionArn: 'arn:aws:ecs:eu-west-1:111122223333:task-definition/etl:1',
      group: 'family:etl',
      lastStatus: 'STOPPED',
      desiredStatus: 'STOPPED',
      stopCode: 'EssentialContainerExited',
      version: 7,
      containers: [{ name: 'app', exitCode: 1 }],
      ...detail,
    },
  }),
})

describe('a wake-up is a hint', () => {
  it.each([
    ['due', now, 1],
    ['due in a moment: clocks differ', now + 2 * second, 1],
    ['not due yet', now + 2 * second + 1, 0],
    ['never due', null, 0],
  ])('for a target that is %s', async (_, nextLookAtMs, looks) => {
    const { landing, store, counts } = bench()
    const taken = await store.acquire(etl, 'one', now - minute, 35 * second)
    if (!taken.ok || !taken.value) throw new Error('not acquired')
    await store.release(taken.value.lease, { nextLookAtMs, failures: 0 })
    expect(await workOff(landing, [look(etl)])).toEqual([])
    expect(counts.Looks ?? 0).toBe(looks)
  })

  it('for a target whose holder died is followed, whatever the plan was', async () => {
    const { landing, store, counts } = bench()
    const first = await store.acquire(etl, 'one', now - 2 * minute, 35 * second)
    if (!first.ok || !first.value) throw new Error('not acquired')
    await store.release(first.value.lease, { nextLookAtMs: now + minute, failures: 0 })
    await store.acquire(etl, 'dead', now - minute, 35 * second)
    await workOff(landing, [look(etl)])
    expect(counts.Looks).toBe(1)
  })

  it('for a target whose holder lives is left to it', async () => {
    const { landing, store, counts } = bench()
    await store.mark(etl, [], now)
    await store.acquire(etl, 'alive', now, 35 * second)
    expect(await workOff(landing, [look(etl)])).toEqual([])
    expect(counts.Looks).toBeUndefined()
  })

  it('that another worker followed between the reading and the lease is given back as it was', async () => {
    const on = bench()
    const { store } = on
    await store.ensure(etl, now)
    const late: typeof store.acquire = async (...args) => {
      const other = await store.acquire(etl, 'other', now, 35 * second)
      if (!other.ok || !other.value) throw new Error('not acquired')
      await store.release(other.value.lease, { nextLookAtMs: now + 10 * second, failures: 0 })
      return store.acquire(...args)
    }
    const landing = { ...on.landing, ports: { ...on.ports, store: { ...store, acquire: late } } }
    expect(await workOff(landing, [look(etl)])).toEqual([])
    expect(store.contents().states).toMatchObject([{ owner: null, nextLookAtMs: now + 10 * second }])
    expect(on.woken).toEqual([])
  })

  it('beside an event is no hint any more: it happened, so it is looked at', async () => {
    const on = bench()
    const { store } = on
    await store.ensure(etl, now)
    expect(await workOff(on.landing, [look(etl), taskEvent({}), look(etl)])).toEqual([])
    expect(on.counts.Looks).toBe(1)
    expect(store.contents().states).toMatchObject([{ generation: 1, observedGeneration: 1 }])
  })

  it('that comes in chains does not multiply: one look, one wake-up', async () => {
    const { landing, world, counts, woken } = bench()
    const network = { subnets: ['subnet-1'], securityGroups: ['sg-1'], assignPublicIp: 'DISABLED' as const }
    world.runTask({ cluster: 'prod', taskDefinition: 'etl', network })
    world.advance(minute)
    await landing.ports.store.ensure(etl, world.clock.now())
    // Cloud Map's service does not exist: looked at again within the minute.
    for (let n = 0; n < 20; n++) await workOff(landing, [look(etl, `m${n}`)])
    expect(counts.Looks).toBe(1)
    expect(woken).toHaveLength(1)
  })

  it('for a target that no rule names is followed once, and puts it to rest', async () => {
    const { landing, store, world, counts } = bench()
    const gone = familyTarget('prod', 'withdrawn')
    await store.mark(gone, ['task/x'], now)
    const [before] = store.contents().states
    await workOff(landing, [look(gone), look(serviceTarget('prod', 'unknown'), 'm2')])
    const { states } = store.contents()
    expect(before?.nextLookAtMs).toBe(now)
    expect(states).toMatchObject([{ target: gone, inbox: [], nextLookAtMs: null, owner: null }])
    expect(await store.due(now + 24 * 60 * minute, 10)).toEqual(answered({ targets: [], notices: [] }))
    expect(counts.Looks).toBe(1)
    expect(world.clock.now()).toBe(now)
  })
})

describe('a batch', () => {
  it('is looked at once for each target, however many messages name it', async () => {
    const { landing, store, counts } = bench()
    await store.ensure(etl, now)
    await workOff(landing, [look(etl, 'm1'), look(etl, 'm2'), look(web, 'm3'), look(etl, 'm4')])
    expect(counts.Looks).toBe(2)
  })

  it('without time left is written down, acknowledged, and due for the sweep', async () => {
    const { landing, store, counts } = bench({ timeLeftMs: () => 4_999 })
    expect(await workOff(landing, [taskEvent({})])).toEqual([])
    expect(counts.Looks).toBeUndefined()
    expect(await store.due(now, 10)).toEqual(answered({ targets: [etl], notices: [] }))
  })

  it('of which our own code throws at one: only that one comes again', async () => {
    const on = bench()
    const ecs = {
      ...on.ports.ecs,
      describeServices: () => {
        throw new TypeError('a bug of ours')
      },
    }
    const landing = { ...on.landing, ports: { ...on.ports, ecs } }
    const first = { id: 'm0', body: 'no JSON' }
    expect(await workOff(landing, [first, look(web, 'm1'), look(etl, 'm2')])).toEqual(['m0', 'm1'])
    expect(on.logged).toContain('error: our own code threw')
    expect(on.counts.Looks).toBe(1)
    expect(on.store.contents().states.find(({ target }) => target.kind === 'family')?.owner).toBeNull()
  })

  it.each(['evidence', 'keepEvidence', 'mark'] as const)(
    'whose evidence is not durable (%s) comes again',
    async operation => {
      const on = bench()
      const landing = { ...on.landing, ports: { ...on.ports, store: refusing(on.store, operation) } }
      expect(await workOff(landing, [taskEvent({})])).toEqual(['m1'])
    },
  )
})

describe('what a task tells', () => {
  it('is counted once, whatever comes again', async () => {
    const { landing, counts } = bench()
    const times = { createdAt: '2026-11-23T08:50:00Z', startedAt: '2026-11-23T08:51:00Z' }
    const runs = { lastStatus: 'RUNNING', desiredStatus: 'RUNNING', stopCode: undefined, ...times }
    for (const version of [4, 4, 5, 3]) await workOff(landing, [taskEvent({ ...runs, version })])
    for (const version of [7, 8, 8, 6]) await workOff(landing, [taskEvent({ version })])
    expect(counts).toMatchObject({ StartDelay: 60_000, StopsByCause: 1, EvidenceDuplicates: 2 })
    expect(counts.EvidenceStale).toBe(2)
  })

  it('without a version: a stop is not lost behind what was told before, and its key does not stick', async () => {
    const { landing, store, world } = bench()
    const runs = { lastStatus: 'RUNNING', desiredStatus: 'RUNNING', version: undefined }
    await workOff(landing, [taskEvent(runs)])
    await workOff(landing, [taskEvent({ version: undefined })])
    world.advance(minute)
    await reconcile(landing, etl)
    expect(store.contents().states[0]?.inbox).toEqual([])
  })
})

describe('the sweep', () => {
  const entry = (tell: boolean): JournalEntry => ({
    id: 'line-1',
    target: etl,
    atMs: now - 5 * minute,
    room: 'healing',
    outcome: 'held',
    verb: null,
    about: null,
    because: { code: 'user-stop' },
    sentence: 'So.',
    failure: null,
    change: null,
    untilMs: null,
    facts: [],
    tell,
  })

  it('wakes what is due and introduces what the policy names', async () => {
    const { landing, woken, counts } = bench()
    expect(await tick(landing.ports, landing.policy)).toEqual({ targets: 2, notices: 0 })
    expect(woken).toEqual([
      { target: etl, delaySeconds: 0 },
      { target: web, delaySeconds: 0 },
    ])
    expect(counts.Sweeps).toBe(1)
  })

  it('spreads more than fifty over the minute', async () => {
    const { landing, store, woken } = bench()
    for (let n = 0; n < 90; n++) await store.mark(familyTarget('prod', `etl-${n}`), [], now)
    await tick(landing.ports, { ...landing.policy, services: [], tasks: [] })
    expect(woken.map(({ delaySeconds }) => delaySeconds)).toEqual(
      Array.from({ length: 90 }, (_, n) => Math.floor(n / 2)),
    )
  })

  it('wakes notices also while the queues do not answer, and has no heartbeat then', async () => {
    const { landing, store, world, counts } = bench()
    await store.writeJournal(entry(true))
    world.failNext('sqs:SendMessageBatch', { code: 'unavailable' })
    const changes: string[] = []
    store.onJournal(({ entryId, outbox }) => changes.push(`${entryId} ${outbox}`))
    await expect(tick(landing.ports, landing.policy)).rejects.toThrow('the queues did not answer')
    expect(changes).toEqual(['line-1 pending'])
    expect(counts.Sweeps).toBeUndefined()
  })

  it('with nothing due asks nothing of the queues', async () => {
    const { landing, world, counts } = bench()
    world.failNext('sqs:SendMessageBatch', { code: 'unavailable' })
    const nothing = { ...landing.policy, services: [], tasks: [] }
    expect(await tick(landing.ports, nothing)).toEqual({ targets: 0, notices: 0 })
    expect(counts.Sweeps).toBe(1)
  })

  it('without the table has no heartbeat either', async () => {
    const on = bench()
    const ports = { ...on.ports, store: refusing(on.store, 'due') }
    await expect(tick(ports, on.landing.policy)).rejects.toThrow('the table did not answer')
  })

  it('the notices it wakes are delivered in order; the first that the store refuses comes again', async () => {
    const on = bench()
    await on.store.writeJournal(entry(true))
    const record = (sk: string, SequenceNumber: string, pk = 'family/prod/etl') => ({
      dynamodb: { SequenceNumber, Keys: { pk: { S: pk }, sk: { S: sk } } },
    })
    const records = [
      record('state', '1'),
      record('journal#line-1', '2', 'no target'),
      {},
      record('journal#line-1', '4'),
      record('journal#line-1', '5'),
    ]
    const ports = { ...on.ports, slack: on.world.slack }
    expect(await deliver({ ...ports, store: refusing(on.store, 'claimNotice') }, null, records)).toEqual([
      '4',
    ])
    expect(await deliver(ports, { channel: '#ops' }, records)).toEqual([])
    expect(on.world.slack.messages).toHaveLength(1)
  })
})

describe('a family of which no task is seen', () => {
  it('is looked at again: lists of ECS lag, and no event tells what one left out', async () => {
    const { landing, store } = bench()
    const tasks = landing.policy.tasks.map(rule => ({ ...rule, discover: null }))
    expect(await reconcile({ ...landing, policy: { ...landing.policy, tasks } }, etl)).toBe('finished')
    expect(store.contents().states[0]?.nextLookAtMs).toBe(now + 10 * minute)
  })
})

describe('a family whose tasks ECS does not tell', () => {
  it('is looked at again within half a minute: unknown is not gone', async () => {
    const { landing, store, world } = bench()
    world.failNext('ecs:ListTasks', { code: 'throttled' })
    const tasks = landing.policy.tasks.map(rule => ({ ...rule, discover: null }))
    expect(await reconcile({ ...landing, policy: { ...landing.policy, tasks } }, etl)).toBe('finished')
    expect(store.contents().states[0]?.nextLookAtMs).toBe(now + 30 * second)
  })
})

describe('a holder whose lease is over', () => {
  it('when it has the launch specification in hand runs nothing: another may have, under another token', async () => {
    const { ports, world } = bench()
    const before = world.clock.now()
    let calls = 0
    const store = {
      ...ports.store,
      async launchSpecs() {
        world.advance(minute)
        return answered([{ taskId: 'a' } as LaunchSpec])
      },
    }
    const ecs = {
      ...ports.ecs,
      async runTask() {
        calls += 1
        return answered({ taskArns: [], failures: [] })
      },
    }
    const isOver = () => world.clock.now() >= before + minute
    const outcome = await act({ ...ports, store, ecs }, etl, intentOf(runTaskAction), isOver)
    expect(outcome).toMatchObject({ ok: false, code: 'unanswered', transient: true })
    expect(calls).toBe(0)
  })

  it('does nothing any more, though nobody else has taken over yet', async () => {
    const { landing, store, ports, world } = bench()
    const taken = await store.acquire(etl, 'dead', now - 40 * second, 35 * second)
    if (!taken.ok || !taken.value) throw new Error('not acquired')
    await store.record(taken.value.lease, { intents: [intentOf(runTaskAction)], memory: {}, settled: [] })
    let calls = 0
    const ecs = {
      ...ports.ecs,
      listTasks: async () => {
        calls += 1
        return answered([])
      },
    }
    const slow = {
      ...store,
      acquire: async (...args: Parameters<typeof store.acquire>) => {
        const lease = await store.acquire(...args)
        world.advance(35 * second)
        return lease
      },
    }
    expect(await reconcile({ ...landing, ports: { ...ports, ecs, store: slow } }, etl)).toBe('fenced')
    expect(calls).toBe(0)
    expect(store.contents().states[0]?.intents).toHaveLength(1)
  })
})

describe('a look that is not recorded', () => {
  /** Somebody has stopped task a, and a look is due. */
  async function stoppedByAda(over: Parameters<typeof bench>[0] = {}) {
    const on = bench(over)
    const stop = taskEvent({ stopCode: 'UserInitiated', stoppedReason: 'Stopped by Ada', containers: [] })
    await workOff({ ...on.landing, timeLeftMs: () => 0 }, [stop])
    return on
  }

  it('says nothing twice', async () => {
    const on = await stoppedByAda()
    const { store, ports, world } = on
    expect(
      await reconcile({ ...on.landing, ports: { ...ports, store: refusing(store, 'record') } }, etl),
    ).toBe('failed')
    expect(store.contents().journal).toHaveLength(2)
    world.advance(10 * second)
    // Cloud Map's service is missing, which is said beside it.
    expect(await reconcile(on.landing, etl)).toBe('finished')
    expect(store.contents().journal.map(({ entry }) => entry.because.code)).toEqual([
      'user-stop',
      'service-not-found',
    ])
    expect(store.contents().states).toMatchObject([{ inbox: [], failures: 0, memory: { looks: 1 } }])
  })

  it('that is marked again and again hands over after three looks', async () => {
    const on = await stoppedByAda()
    const { store, ports, world } = on
    const stormy: typeof store = {
      ...store,
      async release(lease, end) {
        await store.mark(etl, [], world.clock.now())
        return store.release(lease, end)
      },
    }
    expect(await reconcile({ ...on.landing, ports: { ...ports, store: stormy } }, etl)).toBe('handed-over')
    expect(store.contents().states).toMatchObject([
      { owner: null, nextLookAtMs: now + 2 * second, observedGeneration: 0, memory: { looks: 3 } },
    ])
    expect(on.woken).toEqual([{ target: etl, delaySeconds: 2 }])
    expect(await reconcile(on.landing, etl)).toBe('finished')
  })
})

describe('the lines of an intent', () => {
  const line = (outcome: Parameters<typeof actEntry>[2]) =>
    actEntry(etl, intentOf(runTaskAction), outcome, now)
  const refusal = (code: string, transient = false) =>
    ({ ok: false, code, message: 'no', transient }) as const

  it('one for what failed and one for what was done, each once', () => {
    const ids = [line({ ok: true }), line(refusal('placement')), line(refusal('superseded'))].map(
      ({ id }) => id,
    )
    expect(new Set(ids).size).toBe(3)
    expect(line(refusal('placement')).id).toBe(ids[1])
    expect(line({ ok: true, taskArns: ['arn:task/prod/b'] }).id).toBe(ids[0])
  })

  it.each([
    ['done', { ok: true } as const, true],
    ['refused', refusal('denied'), true],
    ['tried again soon', refusal('throttled', true), false],
    ['overtaken', refusal('superseded'), false],
    ['observed', 'observed' as const, true],
  ])('%s: told to people %s', (_, outcome, tell) => {
    expect(line(outcome).tell).toBe(tell)
  })
})
