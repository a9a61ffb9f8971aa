import { beforeEach, describe, expect, it } from 'vitest'
import type { Ports } from '../../src/model/ports.ts'
import { minute, second } from '../../src/model/time.ts'
import { serviceTasks } from '../../src/scaling/service-tasks.ts'
import { createWorld, type World } from '../../src/world/world.ts'

/** The tasks of a service as scaling sees them: on their way, ready, or leaving. */

/** 2026-11-23T12:00:00Z. */
const noon = 1_795_435_200_000
const network = { subnets: ['subnet-1'], securityGroups: ['sg-1'], assignPublicIp: 'DISABLED' as const }
const web = { cluster: 'prod', service: 'web', runningCount: 0 }

let world: World
beforeEach(() => {
  world = createWorld({ seed: 1, startAtMs: noon })
  world.createCluster('prod')
  world.registerTaskDefinition({
    family: 'plain',
    containers: [{ name: 'app', image: 'app:1' }],
  })
  world.registerTaskDefinition({
    family: 'checked',
    containers: [
      { name: 'app', image: 'app:1', healthCheck: true },
      { name: 'log', image: 'log:1', essential: false },
    ],
  })
})

/** The world's ECS, and which of its verbs were called. */
function counted(): { ports: Pick<Ports, 'ecs' | 'clock'>; calls: string[] } {
  const calls: string[] = []
  const { ecs, clock } = world.ports
  const told =
    <A extends unknown[], R>(name: string, run: (...args: A) => R) =>
    (...args: A) => {
      calls.push(name)
      return run(...args)
    }
  return {
    calls,
    ports: {
      clock,
      ecs: {
        ...ecs,
        listTasks: told('ListTasks', ecs.listTasks),
        describeTasks: told('DescribeTasks', ecs.describeTasks),
        describeTaskDefinition: told('DescribeTaskDefinition', ecs.describeTaskDefinition),
      },
    },
  }
}
const phases = async (ports: Pick<Ports, 'ecs' | 'clock'> = world.ports) => {
  const reading = await serviceTasks(ports, web)
  return reading.kind === 'value' ? reading.value.map(({ phase }) => phase) : reading
}
const createService = (taskDefinition: string, desiredCount = 2) =>
  world.createService({ cluster: 'prod', name: 'web', taskDefinition, desiredCount })
const arns = async () => {
  const answer = await world.ports.ecs.listTasks('prod', { service: 'web' })
  return answer.ok ? answer.value : []
}

describe('the tasks of a service', () => {
  it('start, and are ready once they run; each with its times and its deployment', async () => {
    createService('plain')
    world.advance(10 * second)
    expect(await phases()).toEqual(['starting', 'starting'])
    world.advance(2 * minute)
    const reading = await serviceTasks(world.ports, web)
    if (reading.kind !== 'value') throw new Error('no value')
    expect(reading.observedAtMs).toBe(world.clock.now())
    expect(reading.value.map(({ phase }) => phase)).toEqual(['ready', 'ready'])
    for (const { startedBy, createdAtMs, startedAtMs } of reading.value) {
      expect(startedBy).toMatch(/^ecs-svc\/\d+$/)
      expect(createdAtMs).toBeGreaterThanOrEqual(noon)
      expect(startedAtMs).toBeGreaterThan(createdAtMs ?? Number.POSITIVE_INFINITY)
    }
  })

  it('with a health check are ready once they are healthy, and not before, nor after', async () => {
    createService('checked')
    const until = async (wanted: string) => {
      for (let seconds = 0; seconds < 600; seconds++) {
        if (String(await phases()) === wanted) return world.clock.now() - noon
        world.advance(second)
      }
      throw new Error(`never ${wanted}`)
    }
    await until('starting,starting')
    const [first = '', second_ = ''] = await arns()
    const isRunning = async () => {
      const answer = await world.ports.ecs.describeTasks('prod', [first, second_])
      return answer.ok && answer.value.tasks.every(({ lastStatus }) => lastStatus === 'RUNNING')
    }
    while (!(await isRunning())) world.advance(second)
    expect(await phases()).toEqual(['starting', 'starting'])
    await until('ready,ready')
    world.setContainerHealth(first, 'app', 'UNHEALTHY')
    expect((await phases()) as string[]).toContain('starting')
  })

  it('that are meant to stop are no longer listed, though they still run', async () => {
    createService('plain', 3)
    world.advance(2 * minute)
    world.setDesiredCount('prod/web', 1)
    world.advance(2 * second)
    expect(await phases()).toEqual(['ready'])
  })

  it('of others are none of them', async () => {
    createService('plain', 1)
    world.createService({ cluster: 'prod', name: 'api', taskDefinition: 'plain', desiredCount: 4 })
    world.runTask({ cluster: 'prod', taskDefinition: 'plain', network })
    world.advance(2 * minute)
    expect(await phases()).toEqual(['ready'])
  })

  it('cost two calls; whether a silent revision has a check is asked once', async () => {
    createService('plain')
    world.advance(2 * minute)
    const { ports, calls } = counted()
    await phases(ports)
    await phases(ports)
    expect(calls).toEqual([
      'ListTasks',
      'DescribeTasks',
      'DescribeTaskDefinition',
      'ListTasks',
      'DescribeTasks',
    ])
  })

  it('that tell their health need no third call', async () => {
    createService('checked')
    world.advance(5 * minute)
    const { ports, calls } = counted()
    expect(await phases(ports)).toEqual(['ready', 'ready'])
    expect(calls).toEqual(['ListTasks', 'DescribeTasks'])
  })

  it('none at all is a value', async () => {
    createService('plain', 0)
    expect(await phases()).toEqual([])
  })

  it.each(['ecs:ListTasks', 'ecs:DescribeTasks', 'ecs:DescribeTaskDefinition'] as const)(
    '%s that fails is a failed reading',
    async operation => {
      createService('plain')
      world.advance(2 * minute)
      world.failNext(operation, { code: 'throttled' })
      expect(await phases()).toMatchObject({ kind: 'failed', failure: { operation, code: 'throttled' } })
    },
  )
})
