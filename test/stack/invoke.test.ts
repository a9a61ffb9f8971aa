import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { dynamodbStore } from '../../src/adapters/dynamodb-store.ts'
import { answered } from '../../src/model/reading.ts'
import type { EventBridgeEvent } from '../../src/world/events.ts'
import { startWire, type Wire } from '../../src/world/wire.ts'
import { createWorld, type World } from '../../src/world/world.ts'
import { openSlackDouble, type SlackDouble } from '../contracts/slack-double.ts'
import { type Dynalite, startDynalite } from '../contracts/store-dynalite.ts'

/** The built bundles, each in a process of its own, between the world on loopback and a real table. */

const run = promisify(execFile)
const root = new URL('../..', import.meta.url).pathname
const minuteMs = 60_000
const policy = `version: 1
mode: act
slack: { webhook: /longshore/webhook }
services:
  - match: { cluster: prod, service: checkout }
    scale: { min: 1, max: 9, triggers: [{ alarm: checkout-high, steps: [{ from: 0, add: 2 }] }] }
tasks:
  - match: { cluster: prod, family: etl-* }
    heal: { restart: { on: [crash, oom, spot, host, start], attempts: 5, backoff: 1s..2s } }
`

let folder: string
let table: string
let world: World
let wire: Wire
let store: Dynalite
let slack: SlackDouble
const events: EventBridgeEvent[] = []
const sent: string[] = []
const called: string[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longshore-'))
  const policyFile = join(folder, 'longshore.yml')
  await writeFile(policyFile, policy)
  await run(process.execPath, ['scripts/build.ts', '--policy', policyFile, '--out', join(folder, 'dist')], {
    cwd: root,
  })
  store = await startDynalite()
  table = await store.newTable()
  slack = await openSlackDouble()
  world = createWorld({ seed: 1, startAtMs: Date.now() - 6 * minuteMs })
  world.onEvent(event => events.push(event))
  world.createCluster('prod')
  for (const family of ['web', 'etl-nightly'])
    world.registerTaskDefinition({ family, containers: [{ name: 'app', image: 'app:1' }] })
  world.createService({ cluster: 'prod', name: 'checkout', taskDefinition: 'web', desiredCount: 2 })
  wire = await startWire({
    ports: world.ports,
    cloudMapServices: world.cloudMapServices,
    parameters: new Map([['/longshore/webhook', slack.webhookUrl]]),
    messages: (queue, body) => {
      sent.push(`${queue} ${body}`)
      return answered(undefined)
    },
    onAnswer: operation => called.push(operation),
  })
}, 30_000)

afterAll(async () => {
  await wire?.close()
  await slack?.close()
  await store?.stop()
  await rm(folder, { recursive: true, force: true })
})

const runner = `const { handler } = await import(process.argv[1])
const answer = await handler(JSON.parse(process.argv[2]), { getRemainingTimeInMillis: () => 30000 })
process.stdout.write('\\nANSWER ' + JSON.stringify(answer ?? null))`

async function invoke(door: string, event: unknown): Promise<unknown> {
  const bundle = pathToFileURL(join(folder, 'dist', door, 'index.js')).href
  const argv = ['--input-type=module', '-e', runner, bundle, JSON.stringify(event)]
  const { stdout } = await run(process.execPath, argv, {
    env: {
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'none',
      AWS_SECRET_ACCESS_KEY: 'none',
      AWS_ENDPOINT_URL: wire.endpoint,
      AWS_ENDPOINT_URL_DYNAMODB: store.settings.endpoint,
      LONGSHORE_TABLE: table,
      LONGSHORE_SERVICES_QUEUE_URL: `${wire.endpoint}/1/services`,
      LONGSHORE_TASKS_QUEUE_URL: `${wire.endpoint}/1/tasks`,
      LONGSHORE_TIMEOUT_SECONDS: '30',
    },
  })
  return JSON.parse(stdout.slice(stdout.lastIndexOf('ANSWER ') + 7))
}

const batch = (...bodies: unknown[]) => ({
  Records: bodies.map((body, index) => ({
    messageId: `m${index + 1}`,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })),
})

const poison = '{"detail-type":'
const lines = async (family: string) => {
  const journal = dynamodbStore(store.settings, { tableName: table, clock: world.clock })
  const read = await journal.readJournal({ kind: 'family', cluster: 'prod', family }, 20)
  if (!read.ok) throw new Error(read.failure.message)
  return read.value
}

it('service: an alarm raises the count, and poison alone comes again', async () => {
  world.createMetricAlarm({
    alarmName: 'checkout-high',
    namespace: 'Test',
    metricName: 'Latency',
    dimensions: { Stage: 'prod' },
    statistic: 'Average',
    operator: 'GreaterThanThreshold',
    threshold: 800,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
  })
  const metric = { namespace: 'Test', metricName: 'Latency', dimensions: { Stage: 'prod' } }
  for (let passed = 0; passed < 4; passed++) {
    world.putMetric(metric, 1_000)
    world.advance(minuteMs)
  }
  const alarm = events.find(({ source }) => source === 'aws.cloudwatch')
  expect(alarm?.detail.alarmName).toBe('checkout-high')
  expect(await invoke('service', batch(poison, alarm))).toEqual({
    batchItemFailures: [{ itemIdentifier: 'm1' }],
  })
  expect(called).toContain('ecs:UpdateService')
  const described = await world.ports.ecs.describeServices('prod', ['checkout'])
  expect(described.ok && described.value.services[0]?.desiredCount).toBe(4)
})

it('task: a task that was seen running and crashed runs again, and notify tells Slack', async () => {
  const arn = world.runTask({
    cluster: 'prod',
    taskDefinition: 'etl-nightly',
    network: { subnets: ['subnet-1'], securityGroups: ['sg-1'], assignPublicIp: 'DISABLED' },
  })
  world.advance(45_000)
  const told = (status: string) =>
    events.find(({ detail }) => detail.taskArn === arn && detail.lastStatus === status)
  expect(await invoke('task', batch(told('RUNNING')))).toEqual({ batchItemFailures: [] })
  world.killTask(arn, 'oom')
  world.advance(30_000)
  const before = called.filter(operation => operation === 'ecs:RunTask').length
  expect(await invoke('task', batch(told('STOPPED')))).toEqual({ batchItemFailures: [] })
  const [entry] = (await lines('etl-nightly')).filter(({ tell }) => tell)
  expect(entry?.room).toBe('healing')
  expect(called.filter(operation => operation === 'ecs:RunTask').length - before).toBe(1)

  const Keys = { pk: { S: 'family/prod/etl-nightly' }, sk: { S: `journal#${entry?.id}` } }
  const records = { Records: [{ eventName: 'INSERT', dynamodb: { Keys, SequenceNumber: '1' } }] }
  expect(await invoke('notify', records)).toEqual({ batchItemFailures: [] })
  expect(slack.accepted.map(({ text }) => text)).toEqual([expect.stringContaining('etl-nightly')])
})

it('tick: what is due is sent to its queue', async () => {
  const ledger = dynamodbStore(store.settings, { tableName: table, clock: world.clock })
  await ledger.mark({ kind: 'family', cluster: 'prod', family: 'etl-due' }, [], Date.now() - 20 * minuteMs)
  await invoke('tick', {})
  expect(sent).toContain('tasks {"longshore":"look","target":"family/prod/etl-due"}')
})
