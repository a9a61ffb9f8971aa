import { beforeEach, describe, expect, it } from 'vitest'
import { minute, second } from '../../src/model/time.ts'
import { queueQueries } from '../../src/scaling/metric-queries.ts'
import { readSignals } from '../../src/scaling/signals.ts'
import { createWorld, type World } from '../../src/world/world.ts'

/** A queue that senders fill and the tasks of a service empty. */

/** 2026-11-23T12:00:00Z. */
const noon = 1_795_435_200_000

let world: World
beforeEach(() => {
  world = createWorld({ seed: 1, startAtMs: noon - 10 * minute })
  world.createCluster('prod')
  world.registerTaskDefinition({ family: 'worker', containers: [{ name: 'app', image: 'app:1' }] })
  world.createService({ cluster: 'prod', name: 'worker', taskDefinition: 'worker', desiredCount: 2 })
  world.createQueue('orders')
  world.workQueue('orders', 'prod/worker', 3)
  world.runUntil(noon)
})

const depth = async (queue = 'orders') => {
  const read = { kind: 'queue' as const, key: 'depth', queue }
  return (await readSignals(world.ports, [read], world.clock.now())).queues.depth
}
const value = (visible: number, inFlight: number, delayed = 0) => ({
  kind: 'value',
  value: { visible, inFlight, delayed },
  observedAtMs: world.clock.now(),
})
const newest = async (metricName: string, statistic: string) => {
  const queries = queueQueries('orders', metricName, statistic)
  const { series } = await readSignals(
    world.ports,
    [{ kind: 'metric', key: 'it', queries, periodMs: minute, fromMs: noon - minute }],
    world.clock.now(),
  )
  return series.it?.kind === 'value' ? series.it.value.points.at(-1)?.value : series.it
}

describe('a queue', () => {
  it('two tasks work off six messages a second; ten at most are in flight with each', async () => {
    world.sendMessages('orders', 60)
    expect(await depth()).toEqual(value(40, 20))
    world.advance(5 * second)
    expect(await depth()).toEqual(value(10, 20))
    world.advance(5 * second)
    expect(await depth()).toEqual(value(0, 0))
  })

  it('grows when more is sent than is worked off', async () => {
    world.sendSteadily('orders', 8.5)
    world.advance(minute)
    // (8.5 − 6) × 60 = 150.
    expect(await depth()).toEqual(value(130, 20))
    world.sendSteadily('orders', 0)
    world.advance(25 * second)
    expect(await depth()).toEqual(value(0, 0))
  })

  it('without tasks everything waits', async () => {
    world.setDesiredCount('prod/worker', 0)
    world.advance(5 * minute)
    world.sendMessages('orders', 7)
    world.advance(minute)
    expect(await depth()).toEqual(value(7, 0))
  })

  it('what is delayed becomes visible when its time has come', async () => {
    world.setDesiredCount('prod/worker', 0)
    world.advance(5 * minute)
    world.sendMessages('orders', 7, 30)
    world.advance(29 * second)
    expect(await depth()).toEqual(value(0, 0, 7))
    world.advance(second)
    expect(await depth()).toEqual(value(7, 0, 0))
  })

  it('approximations may lag', async () => {
    world.createQueue('slow', { depthEveryMs: 30 * second })
    world.sendMessages('slow', 5)
    world.advance(29 * second)
    expect(await depth('slow')).toEqual(value(0, 0))
    world.advance(second)
    expect(await depth('slow')).toEqual(value(5, 0))
  })

  it('one that is deleted is missing, not empty', async () => {
    world.sendMessages('orders', 60)
    world.deleteQueue('orders')
    expect(await depth()).toEqual({ kind: 'missing', what: 'queue orders' })
  })

  it('publishes each minute what was sent and deleted, and the age of the oldest', async () => {
    world.sendSteadily('orders', 10)
    world.advance(2 * minute)
    expect(await newest('NumberOfMessagesSent', 'Sum')).toBe(600)
    expect(await newest('NumberOfMessagesDeleted', 'Sum')).toBe(360)
    // 1,200 sent and 720 done: the oldest was sent in second 73 of 120.
    expect(await newest('ApproximateAgeOfOldestMessage', 'Maximum')).toBe(47)
  })
})
