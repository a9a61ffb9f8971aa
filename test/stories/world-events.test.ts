import { describe, expect, it, test } from 'vitest'
import { familyTarget, serviceTarget, type Target } from '../../src/model/target.ts'
import { hour, minute, second } from '../../src/model/time.ts'
import type { EventBridgeEvent } from '../../src/world/events.ts'
import { cpuPercent, latencyP99Ms } from '../../src/world/load.ts'
import { cpuMetric, latencyMetric, requestsMetric } from '../../src/world/load-metrics.ts'
import { createRandomness } from '../../src/world/randomness.ts'
import { createTimeline } from '../../src/world/timeline.ts'
import { failure, network, stage, startAtMs, value } from './world-stage.ts'

/** A day's worth of everything in half an hour. */
function eventfulHalfHour(seed: number): EventBridgeEvent[] {
  const { world, events } = stage(seed)
  world.createService({ cluster: 'prod', name: 'checkout', taskDefinition: 'web', desiredCount: 3 })
  world.load('prod/checkout', 250)
  world.createMetricAlarm({
    alarmName: 'cpu-high',
    ...cpuMetric('prod', 'checkout'),
    statistic: 'Average',
    operator: 'GreaterThanThreshold',
    threshold: 70,
  })
  world.advance(5 * minute)
  const spot = world.runTask({
    cluster: 'prod',
    taskDefinition: 'etl',
    network,
    capacityProvider: 'FARGATE_SPOT',
  })
  world.registerContainerInstance('prod')
  world.advance(5 * minute)
  world.interruptSpot(spot)
  world.registerTaskDefinition({
    family: 'web',
    containers: [{ name: 'app', image: 'registry.example/web:2' }],
  })
  world.deploy('prod/checkout', 'web')
  world.load('prod/checkout', 50)
  world.advance(20 * minute)
  return events
}

describe('the same seed', () => {
  it('tells the same story, byte for byte; another seed tells another', () => {
    const told = JSON.stringify(eventfulHalfHour(42))
    expect(JSON.stringify(eventfulHalfHour(42))).toBe(told)
    expect(JSON.stringify(eventfulHalfHour(43))).not.toBe(told)
  })
})

describe('every event', () => {
  const events = eventfulHalfHour(7)

  it('is of a documented kind, and all kinds occur', () => {
    expect(new Set(events.map(event => event['detail-type']))).toEqual(
      new Set([
        'ECS Task State Change',
        'ECS Service Action',
        'ECS Deployment State Change',
        'ECS Container Instance State Change',
        'CloudWatch Alarm State Change',
      ]),
    )
  })

  it('has the whole envelope, an id of its own and a time to the second', () => {
    for (const event of events) {
      expect(Object.keys(event)).toEqual([
        'version',
        'id',
        'detail-type',
        'source',
        'account',
        'time',
        'region',
        'resources',
        'detail',
      ])
      expect(event).toMatchObject({ version: '0', account: '111122223333', region: 'eu-west-1' })
      expect(event.time).toMatch(/^2026-11-23T\d\d:\d\d:\d\dZ$/)
      expect(event.resources).toHaveLength(1)
    }
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length)
  })

  test.each<[string, string[]]>([
    [
      'ECS Task State Change',
      'attachments availabilityZone clusterArn containers cpu createdAt desiredStatus group lastStatus launchType memory overrides taskArn taskDefinitionArn updatedAt version'.split(
        ' ',
      ),
    ],
    ['ECS Service Action', ['eventType', 'eventName', 'clusterArn', 'createdAt']],
    ['ECS Deployment State Change', ['eventType', 'eventName', 'deploymentId', 'updatedAt', 'reason']],
    [
      'ECS Container Instance State Change',
      [
        'agentConnected',
        'clusterArn',
        'containerInstanceArn',
        'ec2InstanceId',
        'status',
        'version',
        'updatedAt',
      ],
    ],
    ['CloudWatch Alarm State Change', ['alarmName', 'configuration', 'previousState', 'state']],
  ])('%s has the documented fields', (kind, fields) => {
    const ofKind = events.filter(event => event['detail-type'] === kind)
    for (const { detail } of ofKind) expect(Object.keys(detail)).toEqual(expect.arrayContaining(fields))
    expect(ofKind.length).toBeGreaterThan(0)
  })

  it('of a task: numbers are texts, no tags, stopped ones say why and with which code', () => {
    const tasks = events.filter(event => event['detail-type'] === 'ECS Task State Change')
    for (const { detail } of tasks) {
      expect(detail).toMatchObject({
        cpu: '256',
        memory: '512',
        clusterArn: expect.stringMatching(/cluster\/prod$/),
      })
      expect(detail).not.toHaveProperty('tags')
      expect('stopCode' in detail).toBe(detail.desiredStatus === 'STOPPED')
      expect('stoppedAt' in detail).toBe(detail.lastStatus === 'STOPPED')
    }
  })

  it('of a task counts up without a gap', () => {
    const versions = new Map<unknown, number>()
    for (const { detail } of events.filter(event => event['detail-type'] === 'ECS Task State Change')) {
      expect(detail.version).toBe((versions.get(detail.taskArn) ?? 0) + 1)
      versions.set(detail.taskArn, Number(detail.version))
    }
  })

  it('is delivered after the change, as a copy; a listener that leaves hears no more', () => {
    const { world } = stage()
    const heard: string[] = []
    const leave = world.onEvent(event => {
      heard.push(String(event.detail.lastStatus))
      event.detail.lastStatus = 'SPOILT'
    })
    const second_: string[] = []
    world.onEvent(event => second_.push(String(event.detail.lastStatus)))
    world.runTask({ cluster: 'prod', taskDefinition: 'etl', network })
    expect(heard).toEqual([])
    world.advance(0)
    expect(heard).toEqual(['PROVISIONING'])
    expect(second_).toEqual(['PROVISIONING'])
    leave()
    world.advance(minute)
    expect(heard).toHaveLength(1)
    expect(second_).toEqual(['PROVISIONING', 'PENDING', 'ACTIVATING', 'RUNNING'])
  })
})

describe('load', () => {
  it('shows as CPU, requests and latency once a minute, and as nothing where nobody runs', async () => {
    const { world } = stage()
    world.createService({ cluster: 'prod', name: 'checkout', taskDefinition: 'web', desiredCount: 2 })
    world.load('prod/checkout', 120, 80)
    world.advance(10 * minute)
    value(await world.ports.ecs.updateService({ cluster: 'prod', service: 'checkout', desiredCount: 0 }))
    world.advance(10 * minute)
    const series = async (metric: ReturnType<typeof cpuMetric>) => {
      const stat = { ...metric, periodSeconds: 60, statistic: 'Average' }
      const query = { id: 'm1', returnData: true, stat, expression: null, periodSeconds: null }
      const found = value(
        await world.ports.cloudWatch.getMetricData([query], startAtMs, startAtMs + 20 * minute),
      )
      return found[0]?.points ?? []
    }
    const cpu = await series(cpuMetric('prod', 'checkout'))
    expect(cpu.find(({ atMs }) => atMs === startAtMs + 8 * minute)).toEqual({
      atMs: startAtMs + 8 * minute,
      value: 75,
    })
    expect(cpu.length).toBeLessThan(12)
    expect(await series(requestsMetric('prod', 'checkout'))).toHaveLength(20)
    const latency = await series(latencyMetric('prod', 'checkout'))
    // 80 - 120 / 2 = 20 requests a second to spare: ln(100) / 20 s.
    expect(latency.find(({ atMs }) => atMs === startAtMs + 8 * minute)?.value).toBeCloseTo(230.26, 1)
  })

  test.each([
    ['none', 0, 4, 100, 0, 46.05],
    ['half', 200, 4, 100, 50, 92.1],
    ['nearly all', 399, 4, 100, 99.75, 18_420.68],
    ['all', 400, 4, 100, 100, 30_000],
    ['twice as much', 800, 4, 100, 100, 30_000],
  ])('%s of what the tasks can do', (_, load, tasks, capacity, cpu, latency) => {
    expect(cpuPercent(load, tasks, capacity)).toBeCloseTo(cpu, 6)
    expect(latencyP99Ms(load, tasks, capacity)).toBeCloseTo(latency, 1)
  })
})

describe('the queue and Slack in the world', () => {
  it('a look arrives after its delay', async () => {
    const { world } = stage()
    const looks: [number, Target][] = []
    world.onLook(target => looks.push([world.clock.now() - startAtMs, target]))
    const [checkout, etl] = [serviceTarget('prod', 'checkout'), familyTarget('prod', 'etl')]
    value(
      await world.ports.queue.look([
        { target: checkout, delaySeconds: 900 },
        { target: etl, delaySeconds: 0 },
      ]),
    )
    world.advance(hour)
    expect(looks).toEqual([
      [0, etl],
      [900 * second, checkout],
    ])
    for (const delaySeconds of [901, -1, 0.5]) {
      expect(failure(await world.ports.queue.look([{ target: etl, delaySeconds }]))).toMatch(/^invalid: /)
    }
  })

  it('Slack keeps what it accepted and says when to come again', async () => {
    const { world } = stage()
    const message = { channel: '#ops', text: 'hello', blocks: [] }
    world.slack.limitNext(30_000, 2)
    for (let time = 0; time < 2; time++) {
      expect(await world.ports.slack.post(message)).toMatchObject({
        ok: false,
        failure: { code: 'throttled', retryAfterMs: 30_000 },
      })
    }
    const { ts } = value(await world.ports.slack.post(message))
    expect(ts).toBe('1795423560.000001')
    expect(value(await world.ports.slack.post({ ...message, channel: null })).ts).toBeNull()
    expect(world.slack.messages).toEqual([
      { atMs: startAtMs, ts: '1795423560.000001', message },
      { atMs: startAtMs, ts: null, message: { ...message, channel: null } },
    ])
  })

  it('ids are fresh, of one alphabet and sorted by time', () => {
    const { world } = stage()
    const ids = Array.from({ length: 40 }, () => {
      world.advance(7)
      return [world.ports.ids.next(), world.ports.ids.next()]
    }).flat()
    expect(new Set(ids).size).toBe(80)
    expect(ids.toSorted()).toEqual(ids)
    for (const id of ids) expect(id).toMatch(/^[0-9a-z]+$/)
  })
})

describe('virtual time', () => {
  it('runs what is planned by time, ties in the order of planning, and what they plan in turn', () => {
    const timeline = createTimeline(1_000)
    const ran: string[] = []
    const note = (name: string) => () => ran.push(`${name} ${timeline.clock.now()}`)
    timeline.at(1_300, note('c'))
    timeline.after(100, note('a'))
    timeline.at(1_300, note('d'))
    timeline.at(500, note('past'))
    const cancel = timeline.at(1_200, note('cancelled'))
    timeline.at(1_300, () => timeline.after(0, note('e')))
    cancel()
    expect(timeline.nextAtMs()).toBe(1_000)
    timeline.runUntil(1_299)
    expect(ran).toEqual(['past 1000', 'a 1100'])
    expect(timeline.clock.now()).toBe(1_299)
    timeline.runUntil(2_000)
    expect(ran.slice(2)).toEqual(['c 1300', 'd 1300', 'e 1300'])
    timeline.runUntil(1_500)
    expect(timeline.clock.now()).toBe(2_000)
    expect(timeline.nextAtMs()).toBeNull()
    expect(() => timeline.at(Number.NaN, () => {})).toThrow('no instant')
  })

  it('does not turn for ever on one instant', () => {
    const timeline = createTimeline(0)
    const again = (): void => {
      timeline.after(0, again)
    }
    again()
    expect(() => timeline.runUntil(1)).toThrow('does not come to rest')
  })

  it('randomness is even, in range and repeatable; forks do not disturb each other', () => {
    const random = createRandomness(1)
    const counts = [0, 0, 0, 0]
    for (let draw = 0; draw < 4_000; draw++) {
      const index = random.between(0, 3)
      counts[index] = (counts[index] ?? 0) + 1
    }
    for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(120)
    const [one, two] = [createRandomness(5), createRandomness(5)]
    const fork = one.fork('a')
    expect(two.fork('a').hex(32)).toBe(fork.hex(32))
    expect(two.fork('b').hex(32)).not.toBe(two.fork('a').hex(32))
    expect(one.hex(32)).toBe(two.hex(32))
    expect(random.uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(() => random.pick([])).toThrow('nothing to pick from')
  })
})
