import type { LaunchSpec } from '../../src/model/launch-spec.ts'
import type { DescribedTask } from '../../src/model/ports.ts'
import type { Answer } from '../../src/model/reading.ts'
import type { Service } from '../../src/model/service.ts'
import { second } from '../../src/model/time.ts'
import type { EventBridgeEvent } from '../../src/world/events.ts'
import { createWorld, type World } from '../../src/world/world.ts'

/** 2026-11-23T08:46:00Z. */
export const startAtMs = 1_795_423_560_000

export const network = {
  subnets: ['subnet-1', 'subnet-2'],
  securityGroups: ['sg-1', 'sg-2'],
  assignPublicIp: 'ENABLED' as const,
}

/** A world with the cluster `prod`, the families `web` and `etl` (each one container `app`), and every event it tells. */
export interface Stage {
  world: World
  events: EventBridgeEvent[]
  /** `RUNNING/STOPPED v5` for each event of the task, in order. */
  lifeOf(task: string): string[]
  /** `08:46:10 SERVICE_STEADY_STATE`-like names of service and deployment events, without times. */
  told(): string[]
  describe(task: string): Promise<DescribedTask>
  service(name: string): Promise<Service>
  /** A standalone task of `etl` that is RUNNING. */
  running(capacityProvider?: string): string
}

export function stage(seed = 1): Stage {
  const world = createWorld({ seed, startAtMs })
  const events: EventBridgeEvent[] = []
  world.onEvent(event => events.push(event))
  world.createCluster('prod')
  world.registerTaskDefinition({
    family: 'web',
    containers: [{ name: 'app', image: 'registry.example/web:1' }],
  })
  world.registerTaskDefinition({
    family: 'etl',
    containers: [{ name: 'app', image: 'registry.example/etl:1' }],
  })
  return {
    world,
    events,
    lifeOf: task =>
      events
        .filter(({ detail }) => detail.taskArn === task)
        .map(({ detail }) => `${detail.lastStatus}/${detail.desiredStatus} v${detail.version}`),
    told: () => events.flatMap(({ detail }) => (detail.eventName ? [String(detail.eventName)] : [])),
    async describe(task) {
      const [found] = value(await world.ports.ecs.describeTasks('prod', [task])).tasks
      if (!found) throw new Error(`${task} is missing`)
      return found
    },
    async service(name) {
      const [found] = value(await world.ports.ecs.describeServices('prod', [name])).services
      if (!found) throw new Error(`${name} is missing`)
      return found
    },
    running(capacityProvider = 'FARGATE') {
      const task = world.runTask({ cluster: 'prod', taskDefinition: 'etl', network, capacityProvider })
      // The longest way up is 14 + 24 + 3 seconds.
      world.advance(42 * second)
      return task
    },
  }
}

/** The value, or a failed test with AWS's words. */
export function value<T>(answer: Answer<T>): T {
  if (!answer.ok) throw new Error(`${answer.failure.code}: ${answer.failure.message}`)
  return answer.value
}

/** `code: words`, or a failed test. */
export function failure(answer: Answer<unknown>): string {
  if (answer.ok) throw new Error(`succeeded: ${JSON.stringify(answer.value)}`)
  return `${answer.failure.code}: ${answer.failure.message}`
}

export const launchSpec = (over: Partial<LaunchSpec> = {}): LaunchSpec => ({
  taskId: 'a1',
  cluster: 'prod',
  taskDefinitionArn: 'arn:aws:ecs:eu-west-1:111122223333:task-definition/etl:1',
  network,
  capacityProvider: 'FARGATE_SPOT',
  launchType: null,
  platformVersion: 'LATEST',
  overrides: {},
  enableExecuteCommand: false,
  group: null,
  tags: { team: 'data' },
  enableEcsManagedTags: false,
  recordedAtMs: startAtMs,
  unsure: [],
  ...over,
})
