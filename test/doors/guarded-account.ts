import { createAwsPorts } from '../../src/adapters/aws.ts'
import { jsonLog } from '../../src/adapters/log.ts'
import { embeddedMetrics } from '../../src/adapters/metrics.ts'
import { slackAdapter } from '../../src/adapters/slack.ts'
import { type Installation, install } from '../../src/cli/installation.ts'
import type { JournalEntry } from '../../src/model/decision.ts'
import type { DescribedTask } from '../../src/model/ports.ts'
import type { EventBridgeEvent } from '../../src/world/events.ts'
import { startWire } from '../../src/world/wire.ts'
import type { WireError } from '../../src/world/wire-errors.ts'
import { createWorld, type World } from '../../src/world/world.ts'
import { botToken, openSlackDouble, type SlackDouble } from '../contracts/slack-double.ts'
import { policyOf, startAtMs } from '../stories/landing-stage.ts'

/** Longshore with the production adapters about a small AWS and a Slack on loopback; all it ever says is kept. */
export interface GuardedAccount {
  world: World
  longshore: Installation
  slack: SlackDouble
  /** What it said, by where. */
  said: { log: string[]; metrics: string[]; journal: JournalEntry[]; slack: Record<string, unknown>[] }
  /** What it was told: events, and everything that AWS answered. */
  heard: string[]
  /** The next call of the operation is answered so. */
  refuseNext(operation: string, error: WireError): void
  run(ms: number): Promise<void>
  close(): Promise<void>
}

export interface Tampering {
  policy: string
  /** What AWS would put into the task's texts, in events and in answers alike. */
  reasons: (task: {
    group: string | null
    isStopping: boolean
  }) => { stopped: string; container: string } | null
  alarm: (detail: Record<string, unknown>) => Record<string, unknown>
}

export async function openGuardedAccount(tampering: Tampering): Promise<GuardedAccount> {
  const world = createWorld({ seed: 11, startAtMs })
  const slack = await openSlackDouble()
  const heard: string[] = []
  const planned = new Map<string, WireError[]>()
  const { ecs } = world.ports
  const wire = await startWire({
    ports: {
      ...world.ports,
      ecs: {
        ...ecs,
        describeTasks: async (cluster, tasks) => {
          const answer = await ecs.describeTasks(cluster, tasks)
          return answer.ok
            ? {
                ok: true,
                value: { ...answer.value, tasks: answer.value.tasks.map(task => told(task, tampering)) },
              }
            : answer
        },
      },
    },
    cloudMapServices: world.cloudMapServices,
    parameters: new Map([['/longshore/slack-token', botToken]]),
    onAnswer: (operation, body) => heard.push(`${operation} ${JSON.stringify(body)}`),
    fault: operation => {
      const error = planned.get(operation)?.shift() ?? null
      if (error) heard.push(`${operation} ${error.message}`)
      return error
    },
  })
  const {
    queue: _,
    parameters,
    ...adapters
  } = createAwsPorts({
    region: 'eu-west-1',
    endpoint: wire.endpoint,
    credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' },
    maxAttempts: 1,
    queueUrls: { services: `${wire.endpoint}/1/services`, tasks: `${wire.endpoint}/1/tasks` },
    clock: world.clock,
  })
  const poster = slackAdapter({
    kind: 'token',
    secret: () => parameters.get('/longshore/slack-token'),
    clock: world.clock,
    baseUrl: slack.baseUrl,
  })
  const said: GuardedAccount['said'] = { log: [], metrics: [], journal: [], slack: slack.accepted }
  const metrics = embeddedMetrics({
    stage: 'test',
    clock: world.clock,
    write: line => said.metrics.push(line),
  })
  const seen: World = {
    ...world,
    ports: { ...world.ports, ...adapters },
    slack: { ...world.slack, post: poster.post },
    onEvent: listener =>
      world.onEvent(event => {
        const told = toldEvent(event, tampering)
        const text = JSON.stringify(told)
        heard.push(text)
        listener(told, text)
      }),
  }
  const longshore = install(seen, policyOf(tampering.policy), {
    log: jsonLog({ level: 'DEBUG', stage: 'test', write: line => said.log.push(line) }),
    onMetrics: data => metrics.emit(data),
    onEntry: entry => said.journal.push(entry),
  })
  return {
    world,
    longshore,
    slack,
    said,
    heard,
    refuseNext: (operation, error) => planned.set(operation, [...(planned.get(operation) ?? []), error]),
    async run(ms) {
      await longshore.runUntil(world.clock.now() + ms)
      metrics.flush()
    },
    async close() {
      await wire.close()
      await slack.close()
    },
  }
}

function told(task: DescribedTask, { reasons }: Tampering): DescribedTask {
  const words = reasons({ group: task.group, isStopping: task.stoppedReason !== null })
  if (!words) return task
  return {
    ...task,
    stoppedReason: words.stopped,
    containers: task.containers.map(container => ({ ...container, reason: words.container })),
  }
}

function toldEvent(event: EventBridgeEvent, { reasons, alarm }: Tampering): EventBridgeEvent {
  const { detail } = event
  if (event['detail-type'] === 'CloudWatch Alarm State Change') return { ...event, detail: alarm(detail) }
  if (event['detail-type'] !== 'ECS Task State Change') return event
  const words = reasons({ group: String(detail.group), isStopping: 'stoppedReason' in detail })
  if (!words) return event
  const containers = (detail.containers as object[]).map(container => ({
    ...container,
    reason: words.container,
  }))
  return { ...event, detail: { ...detail, stoppedReason: words.stopped, containers } }
}
