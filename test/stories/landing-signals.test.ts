import { describe, expect, it } from 'vitest'
import type { Ports } from '../../src/model/ports.ts'
import { minute, second } from '../../src/model/time.ts'
import { type Story, story } from './landing-stage.ts'

/** A service that is scaled by signals alone: what is read for each look, and what is done about it. */

const targetGroup = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/6d0ecf831eec9f09'

const wish = (trigger: string) => `version: 1
mode: act
services:
  - match: { cluster: prod, service: web }
    scale:
      min: 1
      max: 20
      triggers:
        - ${trigger}
`

/** Counts the calls of AWS by verb. */
function counted(): {
  calls: Record<string, number>
  ports: (ports: Pick<Ports, 'ecs' | 'cloudWatch' | 'queues'>) => typeof ports
} {
  const calls: Record<string, number> = {}
  const count = <P extends object>(port: P): P =>
    new Proxy(port, {
      get(target, method) {
        const verb: unknown = Reflect.get(target, method)
        return typeof verb === 'function'
          ? (...args: unknown[]) => {
              calls[String(method)] = (calls[String(method)] ?? 0) + 1
              return Reflect.apply(verb, target, args)
            }
          : verb
      },
    })
  const wrapped = new Map<object, object>()
  const once = <P extends object>(port: P): P => {
    const known = wrapped.get(port) ?? count(port)
    wrapped.set(port, known)
    return known as P
  }
  return {
    calls,
    ports: ({ ecs, cloudWatch, queues }) => ({
      ecs: once(ecs),
      cloudWatch: once(cloudWatch),
      queues: once(queues),
    }),
  }
}

async function open(trigger: string, desiredCount = 2): Promise<Story & { calls: Record<string, number> }> {
  const { calls, ports } = counted()
  const told = story({ policy: wish(trigger), ports })
  const { world } = told
  world.createQueue('orders')
  world.createService({
    cluster: 'prod',
    name: 'web',
    taskDefinition: 'web',
    desiredCount,
    targetGroupArns: [targetGroup],
  })
  world.workQueue('orders', 'prod/web', 1)
  await told.run(15 * minute)
  for (const verb of Object.keys(calls)) delete calls[verb]
  return { ...told, calls }
}

describe('a queue', () => {
  it('is read from itself, and the service follows within a look', async () => {
    const on = await open('{ queue: orders, perTask: 10 }')
    on.world.sendMessages('orders', 150)
    await on.run(minute)
    expect(await on.desired()).toBeGreaterThan(2)
    expect(on.calls.getMetricData).toBeUndefined()
    expect(on.calls.depth).toBeGreaterThanOrEqual(1)
  })

  it('that is gone is not empty: nothing is removed', async () => {
    const on = await open('{ queue: orders, perTask: 10 }', 6)
    const before = await on.desired()
    on.world.sendMessages('orders', 10_000)
    on.world.deleteQueue('orders')
    await on.run(20 * minute)
    expect(await on.desired()).toBeGreaterThanOrEqual(before)
  })
})

describe('requests of the load balancer', () => {
  it('are found without its name, one call of GetMetricData a look', async () => {
    const on = await open('{ requestsPerTask: 50/s }', 4)
    on.world.load('prod/web', 400)
    await on.run(5 * minute)
    expect(await on.desired()).toBe(8)
    expect(on.calls.getMetricData).toBe(on.calls.describeServices)
    expect(on.calls.describeAlarms).toBeUndefined()
  })
})

describe('what a look costs', () => {
  it('quiet: one DescribeServices and one GetMetricData; with tasks on their way, two calls more', async () => {
    const on = await open('{ cpu: 50%, period: 20s }', 4)
    on.world.refineMetrics('prod/web', { highResolution: true })
    on.world.load('prod/web', 200)
    await on.run(5 * minute)
    for (const verb of Object.keys(on.calls)) delete on.calls[verb]
    await on.run(5 * minute)
    const { describeServices: looks, getMetricData } = on.calls
    expect(looks).toBeGreaterThanOrEqual(5)
    expect(on.calls).toEqual({ describeServices: looks, getMetricData })
    expect(getMetricData).toBe(looks)

    on.world.load('prod/web', 400)
    await on.run(90 * second)
    expect(await on.desired()).toBeGreaterThan(4)
    expect(on.calls.listTasks).toBeGreaterThanOrEqual(1)
    expect(on.calls.describeTasks).toBe(on.calls.listTasks)
  })
})
