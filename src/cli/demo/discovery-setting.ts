import { lastSegment } from '../../model/arn.ts'
import type { CloudMapInstance } from '../../model/cloud-map.ts'
import type { DescribedTask } from '../../model/ports.ts'
import type { Answer } from '../../model/reading.ts'
import { isRunning, isStopping } from '../../model/task.ts'
import { createWorld, type World } from '../../world/world.ts'
import { startAtMs } from './stage.ts'

/** Where the story of discovery plays: thumbnailers on Fargate, with health checks, and scrapers that share one EC2 machine. */

export const families = ['thumbnailer', 'scraper'] as const
export type Family = (typeof families)[number]

export interface DiscoverySetting {
  world: World
  machine: string
  cloudMap: Record<Family, string>
  start(family: Family): string
}

export const discoveryPolicy = `version: 1
mode: act
slack: { channel: "#ops", token: /longshore/slack-token }
tasks:
  - match: { cluster: prod, family: thumbnailer }
    discover: { namespace: jobs.internal, service: thumbnailer, adopt: true }
  - match: { cluster: prod, family: scraper }
    heal: { restart: { on: [crash] }, stop: { maxRuntime: { after: 10m, then: leave } } }
    discover: { namespace: jobs.internal, service: scraper, port: 9100, drain: 20s }
`

export function createDiscoverySetting(seed: number): DiscoverySetting {
  const world = createWorld({ seed, startAtMs })
  world.createCluster('prod')
  world.createNamespace('jobs.internal', 'private-dns')
  const cloudMap = {
    thumbnailer: world.createCloudMapService('jobs.internal', 'thumbnailer', ['A'], 'custom'),
    scraper: world.createCloudMapService('jobs.internal', 'scraper', ['SRV']),
  }
  world.registerTaskDefinition({
    family: 'thumbnailer',
    containers: [{ name: 'worker', image: 'thumbnailer:7', healthCheck: true }],
  })
  world.registerTaskDefinition({
    family: 'scraper',
    networkMode: 'bridge',
    containers: [{ name: 'metrics', image: 'scraper:3', port: 9100 }],
  })
  const places = {
    thumbnailer: {
      capacityProvider: 'FARGATE_SPOT',
      network: {
        subnets: ['subnet-0a1b2c3d4e5f60701', 'subnet-0a1b2c3d4e5f60702'],
        securityGroups: ['sg-0f1e2d3c4b5a69780'],
        assignPublicIp: 'DISABLED',
      },
    },
    scraper: { launchType: 'EC2' },
  } as const
  return {
    world,
    cloudMap,
    machine: world.registerContainerInstance('prod'),
    start: family => {
      const { network, ...place } = { network: undefined, ...places[family] }
      return world.runTask({
        cluster: 'prod',
        taskDefinition: family,
        ...place,
        ...(network
          ? {
              network: {
                ...network,
                subnets: [...network.subnets],
                securityGroups: [...network.securityGroups],
              },
            }
          : {}),
      })
    },
  }
}

const told = <T>(answer: Answer<T>): T => {
  if (!answer.ok) throw new Error(`${answer.failure.operation}: ${answer.failure.message}`)
  return answer.value
}

export async function instancesOf(
  { world, cloudMap }: DiscoverySetting,
  family: Family,
): Promise<CloudMapInstance[]> {
  return told(await world.ports.cloudMap.listInstances(cloudMap[family]))
}

export async function tasksOf({ world }: DiscoverySetting, family: Family): Promise<DescribedTask[]> {
  const { ecs } = world.ports
  const arns = [
    ...told(await ecs.listTasks('prod', { family })),
    ...told(await ecs.listTasks('prod', { family, desiredStatus: 'STOPPED' })),
  ]
  return arns.length === 0 ? [] : told(await ecs.describeTasks('prod', arns)).tasks
}

export const healthOf = async ({ world, cloudMap }: DiscoverySetting, task: string) =>
  told(await world.ports.cloudMap.instancesHealth(cloudMap.thumbnailer))[lastSegment(task)] ?? 'not there'

/** Ids of the family's tasks that live, and of those that Cloud Map names; both sorted. */
export async function mapOf(
  setting: DiscoverySetting,
  family: Family,
): Promise<{ living: string[]; named: string[] }> {
  const living = (await tasksOf(setting, family)).filter(isRunning).map(({ taskId }) => taskId)
  const named = (await instancesOf(setting, family)).map(({ id }) => id)
  return { living: living.sort(), named: named.sort() }
}

/** Who is offered although its stop has begun, and somebody else is there. */
export async function staleOnes(setting: DiscoverySetting): Promise<string[]> {
  const stale: string[] = []
  for (const family of families) {
    const { named } = await mapOf(setting, family)
    const ending = (await tasksOf(setting, family)).filter(isStopping).map(({ taskId }) => taskId)
    if (named.length > 1) stale.push(...named.filter(id => ending.includes(id)))
  }
  return stale
}
