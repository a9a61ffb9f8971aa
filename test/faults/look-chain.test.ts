import { describe, expect, it } from 'vitest'
import { lookMessage } from '../../src/intake/look.ts'
import type { Target } from '../../src/model/target.ts'
import { minute, second } from '../../src/model/time.ts'
import type { Landing, WorkerPorts } from '../../src/reconcile/landing.ts'
import { tick } from '../../src/reconcile/tick.ts'
import { workOff } from '../../src/reconcile/worker.ts'
import { turn } from '../../src/simulation/turn.ts'
import { createMemoryStore } from '../../src/world/memory-store.ts'
import { createRandomness } from '../../src/world/randomness.ts'
import { createWorld } from '../../src/world/world.ts'
import { policyOf } from '../stories/landing-stage.ts'

/**
 * A service that is looked at every ten seconds, by as many workers at once as there are messages, each call taking its time.
 * Whatever comes twice, early or in between: looks stay one chain.
 */

/** 2026-11-23T09:00:00Z. */
const startAtMs = 1_795_424_400_000
const policy = policyOf(`version: 1
mode: act
services:
  - match: { cluster: prod, service: web }
    scale:
      min: 1
      max: 9
      triggers:
        - target: 1000
          metric: { namespace: Application, name: PushedRequests, statistic: Sum, period: 10s, dimensions: { ClusterName: prod, ServiceName: web } }
`)

const slowly = <P extends object>(port: P, pause: () => Promise<void>): P =>
  new Proxy(port, {
    get(target, method) {
      const verb: unknown = Reflect.get(target, method)
      if (typeof verb !== 'function') return verb
      return async (...args: unknown[]) => {
        await pause()
        const answer: unknown = await Reflect.apply(verb, target, args)
        await pause()
        return answer
      }
    },
  })

function stage(seed: number, { callMs, copies }: { callMs: number; copies: number }) {
  const world = createWorld({ seed, startAtMs })
  world.createCluster('prod')
  world.registerTaskDefinition({ family: 'web', containers: [{ name: 'app', image: 'web:1' }] })
  world.createService({ cluster: 'prod', name: 'web', taskDefinition: 'web', desiredCount: 3 })
  world.load('prod/web', 300)
  world.refineMetrics('prod/web', { pushed: true })

  const random = createRandomness(seed)
  const pause = () =>
    new Promise<void>(resolve => world.timeline.after(random.between(1, callMs), () => resolve()))
  const looks: number[] = []
  let wakeUps = 0
  const { ports } = world
  const store = createMemoryStore()
  const ecs: WorkerPorts['ecs'] = {
    ...ports.ecs,
    describeServices: (cluster, names) => {
      looks.push((world.clock.now() - startAtMs) / second)
      return ports.ecs.describeServices(cluster, names)
    },
  }
  const queue: WorkerPorts['queue'] = {
    look: asked => {
      wakeUps += asked.length
      return ports.queue.look(asked)
    },
  }
  const worker: WorkerPorts = {
    ...ports,
    ecs: slowly(ecs, pause),
    cloudWatch: slowly(ports.cloudWatch, pause),
    store: slowly(store, pause),
    queue: slowly(queue, pause),
    metrics: { emit: () => {} },
    log: { debug() {}, info() {}, warn() {}, error() {} },
  }
  const landing: Landing = {
    ports: worker,
    policy,
    leaseMs: 35 * second,
    timeLeftMs: () => 30 * second,
    random: random.fraction,
  }
  const thrown: unknown[] = []
  const begin = (run: () => Promise<unknown>) => void run().catch(error => thrown.push(error))
  const receive = (body: string) => begin(() => workOff(landing, [{ id: 'm', body }]))
  /** At least once: the first copy at once, the others within three seconds. */
  const deliver = (body: string) => {
    receive(body)
    for (let copy = 1; copy < copies; copy++)
      world.timeline.after(random.between(0, 3 * second), () => receive(body))
  }
  world.onLook((target: Target) => deliver(lookMessage(target)))
  const sweep = () => {
    begin(() => tick(worker, policy))
    world.timeline.after(minute, sweep)
  }
  sweep()

  return {
    thrown,
    deliver,
    looks: (fromSeconds: number) => looks.filter(at => at >= fromSeconds),
    wakeUps: () => wakeUps,
    async run(ms: number) {
      const untilMs = world.clock.now() + ms
      for (let next = world.nextAtMs(); next !== null && next <= untilMs; next = world.nextAtMs()) {
        world.runUntil(next)
        await turn()
      }
      world.runUntil(untilMs)
    },
  }
}

/** Somebody tells of the service: it is looked at once, whatever the plan. */
const event = JSON.stringify({
  'detail-type': 'ECS Service Action',
  source: 'aws.ecs',
  time: '2026-11-23T09:00:00Z',
  resources: ['arn:aws:ecs:eu-west-1:111122223333:service/prod/web'],
  detail: {
    eventType: 'INFO',
    eventName: 'SERVICE_STEADY_STATE',
    clusterArn: 'arn:aws:ecs:eu-west-1:111122223333:cluster/prod',
  },
})

const gapsOf = (times: number[]) => times.slice(1).map((at, index) => at - (times[index] ?? 0))
const seeds = [1, 2, 3, 4, 5]

describe.each([
  ['quick calls, each message once', { callMs: 20, copies: 1 }],
  ['quick calls, each message three times', { callMs: 20, copies: 3 }],
  ['slow calls, each message three times', { callMs: 150, copies: 3 }],
])('%s', (_what, weather) => {
  it.each(seeds)('quiet: a look every ten seconds, and one wake-up for each (%i)', async seed => {
    const on = stage(seed, weather)
    on.deliver(event)
    await on.run(12 * minute)
    expect(on.thrown).toEqual([])
    // The looks themselves take time, and a wake-up waits whole seconds.
    const looks = on.looks(2 * 60)
    for (const gap of gapsOf(looks)) {
      expect(gap).toBeGreaterThanOrEqual(8)
      expect(gap).toBeLessThanOrEqual(14)
    }
    // And one for each of the thirteen sweeps that found it due.
    expect(on.wakeUps()).toBeLessThanOrEqual(on.looks(0).length + 13)
  })

  it.each(seeds)('a storm of events leaves no second chain behind (%i)', async seed => {
    const on = stage(seed, weather)
    on.deliver(event)
    for (let times = 0; times < 40; times++) {
      await on.run(3 * second)
      on.deliver(event)
    }
    const stormSeconds = 3 * 40
    expect(on.looks(0).length).toBeGreaterThan(30)
    await on.run(6 * minute)
    expect(on.thrown).toEqual([])
    for (const gap of gapsOf(on.looks(stormSeconds + 30))) {
      expect(gap).toBeGreaterThanOrEqual(8)
      expect(gap).toBeLessThanOrEqual(14)
    }
  })
})
