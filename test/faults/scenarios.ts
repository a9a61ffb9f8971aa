import type { Answer } from '../../src/model/reading.ts'
import { isRunning } from '../../src/model/task.ts'
import { day, minute, second } from '../../src/model/time.ts'
import { retirementNotice } from '../../src/world/retirement-notice.ts'
import { createWorld, type World } from '../../src/world/world.ts'
import { type Account, openAccount, policyOf, startAtMs } from './account.ts'

/** A story that is interrupted at every call. */
export interface Scenario {
  name: string
  /** All is quiet afterwards. */
  open(): Promise<Account>
  /** What happens. */
  happen(account: Account): void
  /** While this lasts somebody may die. */
  dangerMs: number
  /** What is untrue of the world at the end; empty = all is as it should be. */
  wrong(account: Account): Promise<string[]>
  /** What must never be seen on the way. */
  excess?(account: Account): Promise<string[]>
}

export const told = <T>(answer: Answer<T>): T => {
  if (!answer.ok) throw new Error(`${answer.failure.operation}: ${answer.failure.message}`)
  return answer.value
}

const network = {
  subnets: ['subnet-0a1b2c3d4e5f60701'],
  securityGroups: ['sg-0f1e2d3c4b5a69780'],
  assignPublicIp: 'DISABLED' as const,
}

function worldWith(family: string, tasks: number): { world: World; tasks: string[] } {
  const world = createWorld({ seed: 7, startAtMs })
  world.createCluster('prod')
  world.registerTaskDefinition({ family, containers: [{ name: 'app', image: `${family}:1` }] })
  const start = () => world.runTask({ cluster: 'prod', taskDefinition: family, network })
  return { world, tasks: Array.from({ length: tasks }, start) }
}

/** Ids of the family's tasks, stopped ones included. */
export async function everyTask({ world }: Account, family: string): Promise<string[]> {
  const alive = told(await world.ports.ecs.listTasks('prod', { family }))
  const stopped = told(await world.ports.ecs.listTasks('prod', { family, desiredStatus: 'STOPPED' }))
  return [...alive, ...stopped]
}

/** `verb outcome` of the journal's lines about actions that were carried out. */
export const doneLines = ({ store }: Account): string[] =>
  store
    .contents()
    .journal.filter(({ entry }) => entry.outcome === 'done')
    .map(({ entry }) => entry.verb ?? 'nothing')

export const only = (what: string, found: unknown, wanted: unknown): string[] =>
  JSON.stringify(found) === JSON.stringify(wanted)
    ? []
    : [`${what}: ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`]

export const nightlyPolicy = policyOf(`version: 1
mode: act
tasks:
  - match: { cluster: prod, family: nightly }
    heal: { restart: { on: [oom], attempts: 3, backoff: 10s..1m } }
`)

export async function openNightly(): Promise<Account> {
  const account = openAccount(worldWith('nightly', 1).world, nightlyPolicy)
  await account.run(2 * minute)
  return account
}

export async function killNightly(account: Account): Promise<void> {
  const [first = ''] = await everyTask(account, 'nightly')
  account.world.killTask(first, 'oom')
}

const outOfMemory: Scenario = {
  name: 'a task runs out of memory',
  open: openNightly,
  happen: account => void killNightly(account),
  dangerMs: 3 * minute,
  async wrong(account) {
    const { ecs } = account.world.ports
    const alive = told(await ecs.listTasks('prod', { family: 'nightly' }))
    const [replacement] = told(await ecs.describeTasks('prod', alive)).tasks
    return [
      ...only('living tasks', alive.length, 1),
      ...only('tasks ever', (await everyTask(account, 'nightly')).length, 2),
      ...only('its status', replacement?.lastStatus, 'RUNNING'),
      ...only('its origin', replacement?.startedBy?.startsWith('longshore/'), true),
      ...only('done', doneLines(account), ['run-task']),
    ]
  },
  async excess(account) {
    return (await everyTask(account, 'nightly')).length > 2 ? ['more than one replacement'] : []
  },
}

const briefPolicy = policyOf(`version: 1
mode: act
tasks:
  - match: { cluster: prod, family: nightly }
    heal: { restart: { on: [oom] }, stop: { maxRuntime: { after: 3m, then: leave } } }
`)

const overdue: Scenario = {
  name: 'a task runs longer than it may',
  async open() {
    const account = openAccount(worldWith('nightly', 1).world, briefPolicy)
    await account.run(3 * minute)
    return account
  },
  // Its time is over within the danger by itself.
  happen() {},
  dangerMs: 3 * minute,
  async wrong(account) {
    const { ecs } = account.world.ports
    const tasks = await everyTask(account, 'nightly')
    const [stopped] = told(await ecs.describeTasks('prod', tasks)).tasks
    return [
      ...only('living tasks', told(await ecs.listTasks('prod', { family: 'nightly' })).length, 0),
      ...only('tasks ever', tasks.length, 1),
      ...only('its reason', stopped?.stoppedReason, 'longshore:max-runtime'),
      ...only('done', doneLines(account), ['stop-task']),
    ]
  },
  async excess(account) {
    return (await everyTask(account, 'nightly')).length > 1 ? ['a replacement'] : []
  },
}

export const webPolicy = policyOf(`version: 1
mode: act
services:
  - match: { cluster: prod, service: web }
    scale:
      min: 2
      max: 10
      triggers:
        - { alarm: web-cpu-high, steps: [{ from: 0, add: 1 }] }
      out: { cooldown: 5m }
      in: { cooldown: 5m }
`)

export const desiredOfWeb = async ({ world }: Account): Promise<number | undefined> =>
  told(await world.ports.ecs.describeServices('prod', ['web'])).services[0]?.desiredCount

export async function openWeb(policy = webPolicy, names = ['web']): Promise<Account> {
  const { world } = worldWith('web', 0)
  for (const name of names)
    world.createService({ cluster: 'prod', name, taskDefinition: 'web', desiredCount: 2, network })
  world.load('prod/web', 100, 100)
  world.createMetricAlarm({
    alarmName: 'web-cpu-high',
    namespace: 'AWS/ECS',
    metricName: 'CPUUtilization',
    dimensions: { ClusterName: 'prod', ServiceName: 'web' },
    statistic: 'Average',
    operator: 'GreaterThanThreshold',
    threshold: 75,
    evaluationPeriods: 1,
  })
  const account = openAccount(world, policy)
  await account.run(5 * minute)
  return account
}

const alarmed: Scenario = {
  name: 'an alarm calls for one task more',
  open: () => openWeb(),
  happen: ({ world }) => world.load('prod/web', 170, 100),
  dangerMs: 6 * minute,
  async wrong(account) {
    return [
      ...only('desired count', await desiredOfWeb(account), 3),
      ...only('done', doneLines(account), ['update-service']),
    ]
  },
  async excess(account) {
    const desired = (await desiredOfWeb(account)) ?? 0
    return desired > 3 ? [`desired count ${desired}`] : []
  },
}

const sharedPolicy = policyOf(`version: 1
mode: act
services:
${['web', 'api']
  .map(
    service => `  - match: { cluster: prod, service: ${service} }
    scale:
      min: 2
      max: 10
      triggers: [{ alarm: web-cpu-high, steps: [{ from: 0, add: 1 }] }]
      out: { cooldown: 1h }
      in: { cooldown: 5m }
`,
  )
  .join('')}`)

const desiredCounts = async ({ world }: Account): Promise<number[]> =>
  told(await world.ports.ecs.describeServices('prod', ['web', 'api'])).services.map(
    ({ desiredCount }) => desiredCount,
  )

/** Both are looked at side by side, and what they read is read together. */
const shared: Scenario = {
  name: 'an alarm calls for one task more at two services',
  open: () => openWeb(sharedPolicy, ['web', 'api']),
  // So much that it lasts: whoever comes late is still called for.
  happen: ({ world }) => world.load('prod/web', 400, 100),
  dangerMs: 6 * minute,
  async wrong(account) {
    return [
      ...only('desired counts', await desiredCounts(account), [3, 3]),
      ...only('done', doneLines(account), ['update-service', 'update-service']),
    ]
  },
  async excess(account) {
    const counts = await desiredCounts(account)
    return Math.max(...counts) > 3 ? [`desired counts ${counts}`] : []
  },
}

export const mapPolicy = policyOf(`version: 1
mode: act
tasks:
  - match: { cluster: prod, family: thumbs }
    discover: { namespace: jobs.internal, service: thumbs, port: 8080 }
`)

const discovered: Scenario = {
  name: 'a second task runs, then the first one stops',
  async open() {
    const { world } = worldWith('thumbs', 1)
    world.createNamespace('jobs.internal', 'private-dns')
    world.createCloudMapService('jobs.internal', 'thumbs', ['A', 'SRV'])
    const account = openAccount(world, mapPolicy)
    await account.run(3 * minute)
    return account
  },
  happen({ world }) {
    world.runTask({ cluster: 'prod', taskDefinition: 'thumbs', network })
    world.timeline.after(80 * second, async () => {
      const [first = ''] = told(await world.ports.ecs.listTasks('prod', { family: 'thumbs' }))
      world.stopTask(first)
    })
  },
  dangerMs: 3 * minute,
  async wrong(account) {
    const { ecs, cloudMap } = account.world.ports
    const [service] = account.world.cloudMapServices()
    const alive = told(await ecs.listTasks('prod', { family: 'thumbs' }))
    const running = told(await ecs.describeTasks('prod', alive)).tasks.filter(isRunning)
    const named = told(await cloudMap.listInstances(service?.id ?? ''))
    return [
      ...only('living tasks', running.length, 1),
      ...only(
        'named',
        named.map(({ id }) => id),
        running.map(({ taskId }) => taskId),
      ),
      ...only('done', doneLines(account).sort(), [
        'deregister-instance',
        'register-instance',
        'register-instance',
      ]),
    ]
  },
}

/** In act and long before its stop, or after it where somebody died in between: it has one replacement either way. */
const retired: Scenario = {
  name: 'AWS announces that it will stop a task, and does so',
  async open() {
    const policy = policyOf(`version: 1
mode: act
tasks:
  - match: { cluster: prod, family: nightly }
    heal:
      restart: { on: [host], attempts: 3, backoff: 10s..1m }
      retirement: { window: "09:00-23:00 UTC", then: leave }
`)
    const account = openAccount(worldWith('nightly', 1).world, policy)
    await account.run(2 * minute)
    return account
  },
  async happen({ world, send }) {
    const [first = ''] = told(await world.ports.ecs.listTasks('prod', { family: 'nightly' }))
    send(retirementNotice(first, world.clock.now() + 7 * day))
    world.timeline.after(2 * minute, () => world.killTask(first, 'maintenance'))
  },
  dangerMs: 4 * minute,
  async wrong(account) {
    const alive = told(await account.world.ports.ecs.listTasks('prod', { family: 'nightly' }))
    return [
      ...only('living tasks', alive.length, 1),
      ...only('tasks ever', (await everyTask(account, 'nightly')).length, 2),
      ...only('done', doneLines(account), ['run-task']),
    ]
  },
  async excess(account) {
    return (await everyTask(account, 'nightly')).length > 2 ? ['more than one replacement'] : []
  },
}

export const scenarios: Scenario[] = [outOfMemory, overdue, alarmed, shared, discovered, retired]
