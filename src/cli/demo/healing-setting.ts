import { lastSegment } from '../../model/arn.ts'
import type { Service } from '../../model/service.ts'
import { createWorld, type World } from '../../world/world.ts'
import { tasksOf, told } from './scene.ts'
import { startAtMs } from './stage.ts'

/** Where the story of healing plays: a web service; three jobs and a worker on Fargate and an indexer on machines, which no service looks after. */

export const jobs = ['etl-nightly', 'invoices', 'report'] as const
type Job = (typeof jobs)[number]
export type Family = Job | 'labels' | 'mail-worker' | 'indexer'

/** In ECR, which is asked before a task is run again. */
export const labelsImage = '111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop/labels:stable'

export interface HealingSetting {
  world: World
  /** ARN of the mail worker that runs since the morning. */
  worker: string
  /** RunTask by the owner. Answers the task's ARN. */
  start(family: Family): string
}

export const healingPolicy = `version: 1
mode: act
slack: { channel: "#ops", token: /longshore/slack-token }
services:
  - match: { cluster: prod, service: checkout }
    heal: { crashLoop: { stops: 4, within: 10m, then: roll-back } }
  - match: { cluster: prod, service: search }
    heal: { crashLoop: { stops: 50 }, stuckDeployment: { after: 15m } }
  - match: { cluster: prod, service: thumbnails }
    heal: { spot: { fallback: { returnAfter: 20m, step: 50%, every: 10m } } }
tasks:
  - match: { cluster: prod, family: etl-nightly }
    heal:
      restart: { on: [crash, oom, spot, host, start] }
      oom: { grow: 50%, upTo: 8GB }
  - match: { cluster: prod, family: labels }
    heal: { restart: { on: [crash] } }
  - match: { cluster: prod, family: invoices }
    heal: { restart: { on: [crash, oom, spot, host, start] } }
  - match: { cluster: prod, family: report }
    heal:
      restart: { on: [crash, oom, spot, host, start] }
      stop: { maxRuntime: { after: 10m, then: restart } }
  - match: { cluster: prod, family: mail-worker }
    heal:
      restart: { on: [crash, oom, spot, host, start] }
      retirement: { window: "10:15-11:00 UTC" }
  - match: { cluster: prod, family: indexer }
    heal:
      restart: { on: [crash, oom, spot, host, start] }
      host: { after: 5m }
`

export function createHealingSetting(seed: number): HealingSetting {
  const world = createWorld({ seed, startAtMs })
  world.createCluster('prod')
  releaseCheckout(world, '812', {})
  world.createService({ cluster: 'prod', name: 'checkout', taskDefinition: 'checkout:1', desiredCount: 2 })
  world.registerTaskDefinition({ family: 'search', containers: [{ name: 'app', image: 'search:31' }] })
  world.createService({ cluster: 'prod', name: 'search', taskDefinition: 'search:1', desiredCount: 1 })
  world.registerTaskDefinition({ family: 'thumbnails', containers: [{ name: 'app', image: 'thumbs:7' }] })
  world.createService({
    cluster: 'prod',
    name: 'thumbnails',
    taskDefinition: 'thumbnails:1',
    desiredCount: 4,
    capacityProvider: 'FARGATE_SPOT',
  })
  const images: Record<Family, string> = {
    'etl-nightly': 'etl:41',
    invoices: 'invoices:2026-11',
    labels: labelsImage,
    report: 'report:5',
    'mail-worker': 'mail:19',
    indexer: 'indexer:3',
  }
  for (const [family, image] of Object.entries(images))
    world.registerTaskDefinition({
      family,
      containers: [{ name: 'app', image }],
      cpuUnits: 512,
      memoryMiB: 2048,
    })
  const start = (family: Family) =>
    world.runTask({
      cluster: 'prod',
      taskDefinition: family,
      capacityProvider: family === 'indexer' ? 'own-machines' : 'FARGATE',
      network: {
        subnets: ['subnet-0a1b2c3d4e5f60701'],
        securityGroups: ['sg-0f1e2d3c4b5a69780'],
        assignPublicIp: 'DISABLED',
      },
    })
  return { world, worker: start('mail-worker'), start }
}

/** Of checkout's container. */
const webLog = { group: '/ecs/checkout', streamPrefix: 'checkout' }

/** A revision of checkout with these variables besides the ones that it always has. Answers its ARN. */
export const releaseCheckout = (world: World, tag: string, more: Record<string, string>): string =>
  world.registerTaskDefinition({
    family: 'checkout',
    containers: [
      {
        name: 'web',
        image: `111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop/checkout:${tag}`,
        log: webLog,
        environment: {
          STAGE: 'prod',
          DATABASE_URL: 'postgres://shop:nobody-is-told@db/shop',
          ...more,
        },
      },
    ],
  })

/** The family's task that is RUNNING. */
export const runningTask = async (setting: HealingSetting, family: Family) =>
  (await tasksOf(setting, family)).find(({ lastStatus }) => lastStatus === 'RUNNING')

export async function serviceNamed({ world }: HealingSetting, name: string): Promise<Service> {
  const [service] = told(await world.ports.ecs.describeServices('prod', [name])).services
  if (!service) throw new Error(`no service ${name}`)
  return service
}

export const checkoutService = (setting: HealingSetting): Promise<Service> =>
  serviceNamed(setting, 'checkout')

/** `checkout:1` of what is deployed now. */
export const deployedRevision = ({ deployments }: Service): string =>
  lastSegment(deployments[0]?.taskDefinitionArn ?? '')

export const isComplete = ({ deployments }: Service): boolean =>
  deployments.length === 1 && deployments[0]?.rolloutState === 'COMPLETED'

/** What Slack was told so far of one target in which all of these words stand. */
export const messagesOf = ({ world }: HealingSetting, target: string, ...words: string[]): string[] =>
  world.slack.messages
    .map(({ message }) => message.text)
    .filter(text => text.includes(`${target} (prod)`) && words.every(each => text.includes(each)))

/** Jobs of which more than one task lives. */
export async function doubled(setting: HealingSetting): Promise<string[]> {
  const twice: string[] = []
  for (const job of jobs) if ((await tasksOf(setting, job)).length > 1) twice.push(job)
  return twice
}
