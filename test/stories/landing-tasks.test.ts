import { describe, expect, it } from 'vitest'
import type { JournalEntry } from '../../src/model/decision.ts'
import { targetName } from '../../src/model/target.ts'
import { isRunning, isStopped } from '../../src/model/task.ts'
import { hour, minute, second } from '../../src/model/time.ts'
import { idOf, network, ownersWish, running, startAtMs, story, unrest } from './landing-stage.ts'
import { value } from './world-stage.ts'

const secret = 'a secret that nobody is told'

describe('a standalone task runs out of memory', () => {
  it('and runs again exactly as it was', async () => {
    const { world, run, tasks, lines, slack, longshore, ...told } = story()
    const first = world.runTask({
      cluster: 'prod',
      taskDefinition: 'etl',
      capacityProvider: 'FARGATE_SPOT',
      network,
      overrides: {
        containerOverrides: [
          {
            name: 'app',
            command: ['load', '--day', '2026-11-22'],
            environment: [{ name: 'DB', value: secret }],
          },
        ],
        cpu: '1024',
      },
      tags: { team: 'data', 'cost-centre': '4711' },
      enableExecuteCommand: true,
    })
    // A newer revision, and a sidecar that AWS injects from now on, are none of its business.
    await run(2 * minute)
    world.registerTaskDefinition({ family: 'etl', containers: [{ name: 'app', image: 'etl:2' }] })
    world.injectSidecar('prod')
    world.killTask(first, 'oom')
    await run(3 * minute)

    const [second] = (await tasks('etl')).filter(isRunning)
    const interfaces = await world.ports.ec2.describeNetworkInterfaces([second?.networkInterface?.id ?? ''])
    expect(second).toMatchObject({
      taskDefinitionArn: expect.stringMatching(/task-definition\/etl:1$/),
      capacityProvider: 'FARGATE_SPOT',
      enableExecuteCommand: true,
      startedBy: `longshore/${idOf(first)}/1`,
      networkInterface: { subnetId: 'subnet-0a1b2c3d4e5f60701' },
      tags: { team: 'data', 'cost-centre': '4711' },
      overrides: { cpu: '1024' },
    })
    expect(second?.overrides.containerOverrides?.find(({ name }) => name === 'app')).toEqual({
      name: 'app',
      command: ['load', '--day', '2026-11-22'],
      environment: [{ name: 'DB', value: secret }],
    })
    expect(value(interfaces)).toMatchObject([
      { securityGroups: ['sg-0f1e2d3c4b5a69780', 'sg-0a9b8c7d6e5f40312'], hasPublicIp: true },
    ])
    expect(await tasks('etl')).toHaveLength(2)
    expect(lines('etl')).toEqual(['held not-stopped-yet', 'held backoff', 'done run-task'])
    expect(slack()).toEqual(['etl (prod): Longshore ran a stopped task again'])
    expect(told.counted('Restarts')).toBe(1)
    expect(told.counted('StopsByCause', { cause: 'oom' })).toBe(1)
    // What it was told is nobody's to read.
    const spoken = JSON.stringify([told.journal, world.slack.messages, longshore.store.contents().evidence])
    expect(spoken).not.toContain(secret)
    expect(unrest({ world, run, tasks, lines, slack, longshore, ...told })).toEqual([])
  })

  it('and when the replacements do not live either, attempts end and it is said once', async () => {
    const told = story()
    const first = told.start('etl')
    await told.run(2 * minute)
    told.world.setFate('etl', { how: 'crash', afterMs: 5 * second })
    told.world.killTask(first, 'crash')
    await told.run(hour)

    const startedBy = (await told.tasks('etl')).map(task => task.startedBy)
    const root = idOf(first)
    expect(startedBy.sort()).toEqual([
      `longshore/${root}/1`,
      `longshore/${root}/2`,
      `longshore/${root}/3`,
      null,
    ])
    expect(told.lines('etl', 'done')).toEqual(['done run-task', 'done run-task', 'done run-task'])
    expect(told.lines('etl').filter(line => line === 'held attempts-exhausted')).toHaveLength(1)
    expect(told.slack()).toEqual([
      'etl (prod): Longshore ran a stopped task again',
      'etl (prod): Longshore ran a stopped task again',
      'etl (prod): Longshore ran a stopped task again',
      'etl (prod): Longshore left a stopped task as it is',
    ])
    expect(unrest(told)).toEqual([])
  })
})

describe('a Spot task is taken back', () => {
  it('its replacement starts within the two minutes’ warning, and is the only one', async () => {
    const told = story()
    const first = told.start('etl', 'FARGATE_SPOT')
    await told.run(2 * minute)
    told.world.interruptSpot(first)
    await told.run(minute)
    expect(running(await told.tasks('etl'))).toHaveLength(1)
    expect((await told.tasks('etl')).filter(task => task.lastStatus === 'RUNNING')).toHaveLength(2)
    await told.run(10 * minute)
    expect(await told.tasks('etl')).toHaveLength(2)
    expect(told.lines('etl', 'done')).toEqual(['done run-task'])
    expect(told.counted('StopsByCause')).toBe(1)
    expect(unrest(told)).toEqual([])
  })
})

describe('a person stops a task', () => {
  it('it is left alone, which is said once', async () => {
    const told = story()
    const first = told.start('etl')
    await told.run(2 * minute)
    told.world.stopTask(first, 'Stopped by Ada: wrong day')
    await told.run(hour)
    expect(await told.tasks('etl')).toHaveLength(1)
    expect(told.lines('etl')).toEqual(['held not-stopped-yet', 'held user-stop'])
    expect(told.slack()).toEqual(['etl (prod): Longshore left a stopped task as it is'])
    expect(unrest(told)).toEqual([])
  })
})

describe('events come as they like', () => {
  it('each three times: one replacement, one message, each number once', async () => {
    const told = story({
      events: event => [{ event }, { event, delayMs: 300 }, { event, delayMs: 3 * minute }],
    })
    const first = told.start('etl')
    await told.run(5 * minute)
    told.world.killTask(first, 'oom')
    await told.run(20 * minute)
    expect(await told.tasks('etl')).toHaveLength(2)
    expect(told.lines('etl', 'done')).toEqual(['done run-task'])
    expect(told.slack()).toHaveLength(1)
    expect(told.counted('StopsByCause')).toBe(1)
    expect(told.counted('EvidenceDuplicates')).toBeGreaterThan(2)
    expect(unrest(told)).toEqual([])
  })

  it('the earlier the later: a RUNNING after its STOPPED resurrects nobody', async () => {
    const told = story({
      events: event => [{ event, delayMs: event.detail.lastStatus === 'RUNNING' ? 10 * minute : 0 }],
    })
    const first = told.start('etl')
    await told.run(2 * minute)
    told.world.killTask(first, 'oom')
    await told.run(30 * minute)
    const everyTask = await told.tasks('etl')
    expect(everyTask).toHaveLength(2)
    expect(told.lines('etl', 'done')).toEqual(['done run-task'])
    expect(told.counted('EvidenceStale')).toBe(1)
    expect(unrest(told)).toEqual([])
  })

  it('a STOPPED that is told again with a new version is counted once', async () => {
    const told = story({
      events: event => {
        if (event.detail.lastStatus !== 'STOPPED') return [{ event }]
        const later = { ...event, detail: { ...event.detail, version: Number(event.detail.version) + 1 } }
        return [{ event }, { event: later, delayMs: 2 * minute }]
      },
    })
    const first = told.start('etl')
    await told.run(2 * minute)
    told.world.killTask(first, 'oom')
    await told.run(10 * minute)
    expect(told.counted('StopsByCause')).toBe(1)
    expect(await told.tasks('etl')).toHaveLength(2)
    expect(unrest(told)).toEqual([])
  })

  it('never: a lost STOPPED is made up for by looking at what was stopping', async () => {
    const told = story({ events: event => (event.detail.lastStatus === 'STOPPED' ? [] : [{ event }]) })
    const first = told.start('etl')
    await told.run(2 * minute)
    told.world.killTask(first, 'oom')
    await told.run(3 * minute)
    expect(told.lines('etl', 'done')).toEqual(['done run-task'])
    expect(await told.tasks('etl')).toHaveLength(2)
    expect(unrest(told)).toEqual([])
  })

  it('none at all: a quiet family is looked at every five minutes, and who is missing is asked for', async () => {
    const told = story({ events: event => (event.detail.desiredStatus === 'STOPPED' ? [] : [{ event }]) })
    const first = told.start('etl')
    await told.run(2 * minute)
    told.world.killTask(first, 'oom')
    await told.run(8 * minute)
    expect(told.lines('etl', 'done')).toEqual(['done run-task'])
    expect(await told.tasks('etl')).toHaveLength(2)
    expect(told.counted('StopsByCause', { cause: 'oom' })).toBe(1)
    expect(unrest(told)).toEqual([])
  })

  it('nor does ECS remember it: people are told, once', async () => {
    let first = ''
    const told = story({
      events: event => (event.detail.desiredStatus === 'STOPPED' ? [] : [{ event }]),
      ports: ports => ({
        ecs: {
          ...ports.ecs,
          async describeTasks(cluster, ids) {
            const answer = value(await ports.ecs.describeTasks(cluster, ids))
            const tasks = answer.tasks.filter(task => task.taskArn !== first || !isStopped(task))
            const forgotten = ids.filter(id => !tasks.some(task => idOf(id) === task.taskId))
            return { ok: true, value: { tasks, missing: forgotten } }
          },
        },
      }),
    })
    first = told.start('etl')
    told.start('etl')
    await told.run(2 * minute)
    told.world.killTask(first, 'oom')
    await told.run(hour)
    expect(told.lines('etl')).toEqual(['held cause-unknown'])
    expect(told.journal[0]?.about).toBe(idOf(first))
    expect(told.slack()).toEqual(['etl (prod): Longshore left a stopped task as it is'])
    expect(await told.tasks('etl')).toHaveLength(2)
    expect(unrest(told)).toEqual([])
  })

  it('and so do delayed wake-ups: without them the minute’s sweep goes on', async () => {
    const told = story({
      ports: ({ queue }) => ({
        queue: { look: looks => queue.look(looks.filter(({ delaySeconds }) => delaySeconds === 0)) },
      }),
    })
    const first = told.start('etl')
    await told.run(2 * minute)
    told.world.killTask(first, 'oom')
    await told.run(2 * minute + 30 * second)
    expect(told.lines('etl', 'done')).toEqual(['done run-task'])
    expect(running(await told.tasks('etl'))).toHaveLength(1)
    expect(unrest(told)).toEqual([])
  })
})

describe('RunTask', () => {
  it('times out after it was carried out: the task is found, not run again', async () => {
    const told = story()
    const first = told.start('etl')
    await told.run(2 * minute)
    told.world.failNext('ecs:RunTask', { code: 'unavailable', applied: true })
    told.world.killTask(first, 'oom')
    await told.run(10 * minute)
    expect(await told.tasks('etl')).toHaveLength(2)
    expect(told.lines('etl', 'done')).toEqual(['done run-task'])
    expect(told.slack()).toEqual(['etl (prod): Longshore ran a stopped task again'])
    expect(unrest(told)).toEqual([])
  })

  it('places nothing, then something: two messages, whatever the number of tries', async () => {
    const told = story()
    const first = told.start('etl')
    await told.run(2 * minute)
    told.world.noCapacity('Capacity is unavailable at this time.', null)
    told.world.killTask(first, 'oom')
    await told.run(70 * second)
    told.world.noCapacity(null, null)
    await told.run(10 * minute)
    expect(await told.tasks('etl')).toHaveLength(2)
    expect(told.lines('etl')).toEqual([
      'held not-stopped-yet',
      'held backoff',
      'failed run-task',
      'done run-task',
    ])
    expect(told.slack()).toEqual([
      'etl (prod): Longshore could not run a stopped task again',
      'etl (prod): Longshore ran a stopped task again',
    ])
    expect(unrest(told)).toEqual([])
  })

  it('places nothing at all: gives up and says so once', async () => {
    const told = story()
    const first = told.start('etl')
    await told.run(2 * minute)
    told.world.noCapacity('Capacity is unavailable at this time.', null)
    told.world.killTask(first, 'oom')
    await told.run(2 * hour)
    expect(told.slack()).toEqual([
      'etl (prod): Longshore could not run a stopped task again',
      'etl (prod): Longshore could not run a stopped task again',
    ])
    expect(told.journal.filter(({ verb }) => verb === 'run-task').at(-1)?.sentence).toContain('given up')
    // ECS has forgotten the one that stopped, and there is no other.
    expect(await told.tasks('etl')).toEqual([])
    expect(unrest(told)).toEqual([])
  })

  it('is throttled for a while: the same call follows, and nobody hears of it', async () => {
    const told = story()
    const first = told.start('etl')
    await told.run(2 * minute)
    for (let n = 0; n < 3; n++) told.world.failNext('ecs:RunTask', { code: 'throttled' })
    told.world.killTask(first, 'oom')
    await told.run(10 * minute)
    expect(told.slack()).toEqual(['etl (prod): Longshore ran a stopped task again'])
    expect(await told.tasks('etl')).toHaveLength(2)
    expect(unrest(told)).toEqual([])
  })
})

describe('what no rule names', () => {
  it('is not touched, and nothing is kept of it', async () => {
    const told = story()
    const first = told.start('other')
    await told.run(2 * minute)
    told.world.killTask(first, 'oom')
    await told.run(20 * minute)
    expect(await told.tasks('other')).toHaveLength(1)
    const { states, evidence, journal, launchSpecs } = told.longshore.store.contents()
    expect(states.map(({ target }) => target)).not.toContainEqual(
      expect.objectContaining({ family: 'other' }),
    )
    expect([evidence, journal.filter(isOther), launchSpecs]).toEqual([[], [], []])
  })
})

const isOther = ({ entry }: { entry: JournalEntry }) => targetName(entry.target) === 'other'

describe('mode observe', () => {
  it('tells once what it would do, and changes nothing', async () => {
    const told = story({ policy: ownersWish.replace('mode: act', 'mode: observe') })
    const first = told.start('etl')
    told.start('thumbs')
    await told.run(2 * minute)
    told.world.killTask(first, 'oom')
    await told.run(hour)
    expect(await told.tasks('etl')).toHaveLength(1)
    expect(await told.named()).toEqual([])
    expect(told.lines('thumbs')).toEqual(['held all-true', 'observed register-instance'])
    expect(told.lines('etl')).toEqual(['held not-stopped-yet', 'held backoff', 'observed run-task'])
    expect(told.slack()).toEqual([
      'thumbs (prod): Longshore would add a task to Cloud Map',
      'etl (prod): Longshore would run a stopped task again',
    ])
    // Looking again within seconds would show the same.
    expect(told.counted('Looks')).toBeLessThan(180)
    expect(unrest(told)).toEqual([])
  })
})

describe('messages', () => {
  it('that nobody understands are dead letters after five receives, and the others go on', async () => {
    const told = story()
    told.longshore.send('{"detail-type":"ECS Task State Change","source":"aws.ecs","detail":{}}')
    told.longshore.send('no JSON')
    const first = told.start('etl')
    await told.run(2 * minute)
    told.world.killTask(first, 'oom')
    await told.run(9 * minute + 59 * second)
    expect(told.longshore.deadLetters).toEqual([])
    // Four times three minutes after the first receive.
    await told.run(2 * second)
    expect(told.longshore.deadLetters.map(({ id }) => id)).toEqual(['message-1', 'message-2'])
    expect(told.counted('RefusedMessages')).toBe(10)
    expect(told.lines('etl', 'done')).toEqual(['done run-task'])
    expect(told.world.clock.now()).toBe(startAtMs + 12 * minute + second)
  })

  it('to Slack wait as long as Slack asks', async () => {
    const told = story()
    const first = told.start('etl')
    await told.run(2 * minute)
    told.world.slack.limitNext(90 * second, 2)
    told.world.stopTask(first, 'Stopped by Ada')
    await told.run(30 * second)
    expect(told.world.slack.messages).toEqual([])
    await told.run(5 * minute)
    expect(told.slack()).toEqual(['etl (prod): Longshore left a stopped task as it is'])
    expect(told.counted('NoticesGivenUp')).toBe(0)
  })
})
