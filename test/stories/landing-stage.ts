import { type Installation, install } from '../../src/cli/installation.ts'
import { lastSegment } from '../../src/model/arn.ts'
import type { JournalEntry } from '../../src/model/decision.ts'
import type { DescribedTask, MetricDatum } from '../../src/model/ports.ts'
import { targetName } from '../../src/model/target.ts'
import { isRunning } from '../../src/model/task.ts'
import { minute } from '../../src/model/time.ts'
import type { Policy } from '../../src/policy/policy.ts'
import { renderProblems } from '../../src/policy/problem.ts'
import { readPolicy } from '../../src/policy/read.ts'
import type { EventBridgeEvent } from '../../src/world/events.ts'
import { createWorld, type World, type WorldPorts } from '../../src/world/world.ts'
import { value } from './world-stage.ts'

/** 2026-11-23T09:00:00Z: a full hour, so that sweeps come at full minutes of the story. */
export const startAtMs = 1_795_424_400_000

/** What the owner of the stories has written. */
export const ownersWish = `version: 1
mode: act
slack: { channel: "#ops", token: /longshore/slack-token }
services:
  - match: { cluster: prod, service: web }
    scale:
      min: 2
      max: 6
      triggers:
        - { alarm: web-cpu-high, steps: [{ from: 0, add: 1 }, { from: 20, add: 2 }] }
        - { alarm: web-cpu-low, steps: [{ to: 0, remove: 1 }] }
      out: { cooldown: 2m }
      in: { cooldown: 5m }
tasks:
  - match: { cluster: prod, family: etl }
    heal: { restart: { on: [crash, oom, spot, host, start], attempts: 3, backoff: 10s..1m } }
  - match: { cluster: prod, family: thumbs }
    heal: { restart: { on: [crash, oom, spot, host, start] } }
    discover: { namespace: jobs.internal, service: thumbs, port: 8080 }
`

export function policyOf(text: string): Policy {
  const read = readPolicy(text, 'owner')
  if (!read.ok) throw new Error(renderProblems(read.problems))
  return read.policy
}

export interface Twist {
  /** Default: the owner's wish above. */
  policy?: string
  /** What becomes of an event on its way: nothing (dropped), the same, or several in any order, each after its delay. */
  events?: (event: EventBridgeEvent) => { event: EventBridgeEvent; delayMs?: number }[]
  ports?: (ports: WorldPorts) => Partial<WorldPorts>
}

/** Longshore installed about a small cluster: families `etl`, `thumbs`, `other` and `web`, all awsvpc. */
export interface Story {
  world: World
  longshore: Installation
  /** The owner deploys another policy. */
  rewrite(policy: string): void
  run(ms: number): Promise<void>
  journal: JournalEntry[]
  /** The journal of one target: `done run-task` for each act, `held user-stop` for each hold, in order. */
  lines(target: string, only?: JournalEntry['outcome']): string[]
  /** First lines of what Slack got, without the mark. */
  slack(): string[]
  /** How often this was counted, with these dimensions among others. */
  counted(name: string, dimensions?: Record<string, string>): number
  /** A task of the family that the owner starts. */
  start(family: string, capacityProvider?: string): string
  tasks(family: string): Promise<DescribedTask[]>
  desired(service?: string): Promise<number>
  /** Instance ids in `jobs.internal/thumbs`, sorted. */
  named(): Promise<string[]>
  thumbsServiceId: string
}

export const network = {
  subnets: ['subnet-0a1b2c3d4e5f60701'],
  securityGroups: ['sg-0f1e2d3c4b5a69780', 'sg-0a9b8c7d6e5f40312'],
  assignPublicIp: 'ENABLED' as const,
}

export function story(twist: Twist = {}): Story {
  const world = createWorld({ seed: 11, startAtMs })
  world.createCluster('prod')
  world.createNamespace('jobs.internal', 'private-dns')
  const thumbsServiceId = world.createCloudMapService('jobs.internal', 'thumbs', ['A', 'SRV'])
  for (const family of ['etl', 'thumbs', 'other', 'web'])
    world.registerTaskDefinition({ family, containers: [{ name: 'app', image: `${family}:1` }] })

  const journal: JournalEntry[] = []
  const metrics: MetricDatum[] = []
  const { ports } = world
  const seen: World = {
    ...world,
    ports: { ...ports, ...twist.ports?.(ports) },
    onEvent: listener =>
      world.onEvent((told, text) => {
        const tell = (event: EventBridgeEvent) =>
          listener(event, event === told ? text : JSON.stringify(event))
        for (const { event, delayMs } of twist.events?.(told) ?? [{ event: told }]) {
          if (delayMs) world.timeline.after(delayMs, () => tell(event))
          else tell(event)
        }
      }),
  }
  const policy = policyOf(twist.policy ?? ownersWish)
  const longshore = install(seen, policy, {
    onEntry: entry => journal.push(entry),
    onMetrics: data => metrics.push(...data),
  })
  const tasks = async (family: string) => {
    const { ecs } = world.ports
    const arns = [
      ...value(await ecs.listTasks('prod', { family })),
      ...value(await ecs.listTasks('prod', { family, desiredStatus: 'STOPPED' })),
    ]
    return value(await ecs.describeTasks('prod', arns)).tasks
  }
  return {
    world,
    longshore,
    rewrite: text => Object.assign(policy, policyOf(text)),
    journal,
    tasks,
    thumbsServiceId,
    run: ms => longshore.runUntil(world.clock.now() + ms),
    lines: (name, only) =>
      journal
        .filter(({ target }) => targetName(target) === name)
        .filter(({ outcome }) => only === undefined || outcome === only)
        .map(({ outcome, verb, because }) => `${outcome} ${verb ?? because.code}`),
    slack: () =>
      world.slack.messages.map(({ message }) => (message.text.split('\n')[0] ?? '').replace(/^\S+ /, '')),
    counted: (name, dimensions = {}) =>
      metrics
        .filter(datum => datum.name === name)
        .filter(datum => Object.entries(dimensions).every(([key, each]) => datum.dimensions[key] === each))
        .reduce((sum, datum) => sum + datum.value, 0),
    start: (family, capacityProvider = 'FARGATE') =>
      world.runTask({ cluster: 'prod', taskDefinition: family, capacityProvider, network }),
    async desired(name = 'web') {
      return value(await world.ports.ecs.describeServices('prod', [name])).services[0]?.desiredCount ?? -1
    },
    async named() {
      return value(await world.ports.cloudMap.listInstances(thumbsServiceId))
        .map(({ id }) => id)
        .sort()
    },
  }
}

export const running = (tasks: DescribedTask[]): string[] =>
  tasks
    .filter(isRunning)
    .map(({ taskId }) => taskId)
    .sort()

export const idOf = lastSegment

/** What must be true of Longshore's own table whenever all is quiet; empty = it is. */
export function unrest({ longshore, world }: Story): string[] {
  return longshore.store
    .contents()
    .states.flatMap(({ target, intents, inbox, owner, failures }) => [
      ...intents.map(({ action }) => `${targetName(target)}: open intent ${action.verb}`),
      ...inbox.map(key => `${targetName(target)}: ${key} in the inbox`),
      ...(owner === null ? [] : [`${targetName(target)}: held by ${owner} at ${world.clock.now()}`]),
      ...(failures === 0 ? [] : [`${targetName(target)}: ${failures} failures in a row`]),
    ])
}

/** A web service whose tasks are at half their capacity, and its two alarms. */
export async function openWeb(twist: Twist = {}, desiredCount = 2): Promise<Story> {
  const told = story(twist)
  const { world } = told
  world.createService({ cluster: 'prod', name: 'web', taskDefinition: 'web', desiredCount })
  world.load('prod/web', 50 * desiredCount, 100)
  webAlarms(world)
  await told.run(5 * minute)
  return told
}

export function webAlarms(world: World): void {
  const cpu = {
    namespace: 'AWS/ECS',
    metricName: 'CPUUtilization',
    dimensions: { ClusterName: 'prod', ServiceName: 'web' },
    statistic: 'Average',
  }
  world.createMetricAlarm({
    ...cpu,
    alarmName: 'web-cpu-high',
    operator: 'GreaterThanThreshold',
    threshold: 75,
  })
  world.createMetricAlarm({
    ...cpu,
    alarmName: 'web-cpu-low',
    operator: 'LessThanThreshold',
    threshold: 30,
  })
}
