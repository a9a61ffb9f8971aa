import { join } from 'node:path'
import { GetItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { Door } from '../../scripts/bundle.ts'
import { furnishAccount, type LocalAccount, putStreamed } from '../../scripts/local-account.ts'
import { type LocalAws, startLocalAws } from '../../scripts/local-aws.ts'
import { dynamodbStore } from '../../src/adapters/dynamodb-store.ts'
import { lastSegment } from '../../src/model/arn.ts'
import { familyTarget } from '../../src/model/target.ts'
import { minute, systemClock } from '../../src/model/time.ts'
import type { EventBridgeEvent } from '../../src/world/events.ts'
import { openSlackDouble, type SlackDouble } from '../contracts/slack-double.ts'
import { textOf } from '../house/house.ts'
import { type Invocation, invoke } from './lambda.ts'
import { roleOf } from './packaged.ts'
import { actionsOf } from './template-text.ts'

/** The packaged bundles, each invocation in a process of its own, in front of the world on loopback and a real table. */

const packaged = inject('acting')
let aws: LocalAws
let account: LocalAccount
let slack: SlackDouble
const events: EventBridgeEvent[] = []

beforeAll(async () => {
  ;[aws, slack] = await Promise.all([startLocalAws(), openSlackDouble()])
  aws.parameters.set('/longshore/slack-webhook', slack.webhookUrl)
  aws.world.onEvent(event => events.push(event))
  // Behind the present, so that what happens in it has happened when a function hears of it.
  account = furnishAccount(aws, systemClock.now() - 3 * minute)
}, 30_000)

afterAll(async () => {
  await aws?.close()
  await slack?.close()
})

/** The answer; fails when the function asked AWS for what its role does not allow. */
async function run(door: Door, event: unknown): Promise<Invocation> {
  aws.calls.length = 0
  aws.messages.length = 0
  const invocation = await invoke(join(packaged.folder, `dist/${door}/index.js`), event, aws.environment)
  const allowed = actionsOf(roleOf(packaged, door))
  expect(allowed).toEqual(expect.arrayContaining([...new Set(aws.calls)]))
  return invocation
}

const file = (name: string) => JSON.parse(textOf(`events/${name}.json`))

/** As Lambda hands over what EventBridge put into a queue. */
const batch = (...bodies: unknown[]) => ({
  Records: bodies.map((body, at) => ({ messageId: `m${at + 1}`, body: JSON.stringify(body) })),
})

const told = (taskArn: string, lastStatus: string): EventBridgeEvent | undefined =>
  events.find(({ detail }) => detail.taskArn === taskArn && detail.lastStatus === lastStatus)

const runningThumbnailers = async (): Promise<string[]> => {
  const listed = await aws.world.ports.ecs.listTasks('prod', { family: 'thumbnailer' })
  return listed.ok ? listed.value : []
}

const namedInstances = async (): Promise<string[]> => {
  const listed = await aws.world.ports.cloudMap.listInstances(account.cloudMapServiceId)
  return listed.ok ? listed.value.map(({ id }) => id) : []
}

const item = async (pk: string, sk: string) => {
  const Key = { pk: { S: pk }, sk: { S: sk } }
  const { Item } = await aws.client.send(new GetItemCommand({ TableName: aws.tableName, Key }))
  return Item
}

describe('service', () => {
  it('an alarm and a stopped task of the service come in one batch: three tasks more', async () => {
    const { answer } = await run('service', file('service-queue-batch'))
    expect(answer).toEqual({ batchItemFailures: [] })
    const described = await aws.world.ports.ecs.describeServices('prod', ['checkout'])
    // A quarter of four tasks is one; the trigger adds at least three.
    expect(described.ok && described.value.services[0]?.desiredCount).toBe(7)
    expect(aws.calls.filter(call => call === 'ecs:UpdateService')).toHaveLength(1)
    expect(aws.messages.map(({ queue, body }) => `${queue} ${body}`)).toEqual([
      'services {"longshore":"look","target":"service/prod/checkout"}',
    ])
    expect(await item('service/prod/checkout', 'evidence#alarm/checkout-p99-high')).toBeDefined()
    const state = await item('service/prod/checkout', 'state')
    expect(state?.owner).toBeUndefined()
    expect(state?.intents?.L).toEqual([])
  })
})

describe('task', () => {
  it('a thumbnailer runs: how it was launched is kept, and Cloud Map names it', async () => {
    const { answer } = await run('task', batch(told(account.thumbnailer, 'RUNNING')))
    expect(answer).toEqual({ batchItemFailures: [] })
    aws.world.advance(10_000)
    expect(await namedInstances()).toEqual([lastSegment(account.thumbnailer)])
    const spec = await item('family/prod/thumbnailer', `spec#${lastSegment(account.thumbnailer)}`)
    expect(spec).toBeDefined()
  })

  it('it ends with an error: another one runs in its place, once', async () => {
    aws.world.killTask(account.thumbnailer, 'crash')
    aws.world.advance(minute)
    const { answer } = await run('task', batch(told(account.thumbnailer, 'STOPPED')))
    expect(answer).toEqual({ batchItemFailures: [] })
    const [replacement = '', ...others] = await runningThumbnailers()
    expect(others).toEqual([])
    const described = await aws.world.ports.ecs.describeTasks('prod', [replacement])
    expect(described.ok && described.value.tasks[0]).toMatchObject({
      startedBy: expect.stringContaining(lastSegment(account.thumbnailer)),
      capacityProvider: 'FARGATE_SPOT',
    })
    await run('task', batch(told(account.thumbnailer, 'STOPPED')))
    expect(await runningThumbnailers()).toEqual([replacement])
  })

  it('Cloud Map keeps its last name until the replacement runs, and then names that one alone', async () => {
    expect(await namedInstances()).toEqual([lastSegment(account.thumbnailer)])
    aws.world.advance(minute)
    const [replacement = ''] = await runningThumbnailers()
    // The second delivery of an event is a wake-up like any other.
    for (const message of [told(replacement, 'RUNNING'), told(account.thumbnailer, 'STOPPED')]) {
      expect((await run('task', batch(message))).answer).toEqual({ batchItemFailures: [] })
      aws.world.advance(10_000)
    }
    expect(await namedInstances()).toEqual([lastSegment(replacement)])
  })

  it('of three messages the one that nobody can read comes again', async () => {
    const { answer, lines } = await run('task', file('task-queue-batch-with-poison'))
    expect(answer).toEqual({
      batchItemFailures: [{ itemIdentifier: '0f1e2d3c-4b5a-4697-8807-162534435222' }],
    })
    expect(lines).toContainEqual(expect.objectContaining({ RefusedMessages: 1, stage: 'local' }))
  })
})

describe('tick', () => {
  it('what is due is sent to the queue of its worker', async () => {
    const store = dynamodbStore(aws.table, { tableName: aws.tableName, clock: systemClock })
    await store.mark(familyTarget('prod', 'etl-due'), [], systemClock.now() - 20 * minute)
    const { lines } = await run('tick', file('schedule-tick'))
    expect(aws.messages).toContainEqual({
      queue: 'tasks',
      body: '{"longshore":"look","target":"family/prod/etl-due"}',
      delaySeconds: 0,
    })
    expect(lines).toContainEqual(expect.objectContaining({ Sweeps: 1 }))
  })
})

describe('notify', () => {
  it('a line of the journal is told in Slack once, however often the stream brings it', async () => {
    const event = file('journal-stream-insert')
    await putStreamed(aws, event)
    expect((await run('notify', event)).answer).toEqual({ batchItemFailures: [] })
    expect((await run('notify', event)).answer).toEqual({ batchItemFailures: [] })
    expect(slack.accepted.map(({ text }) => text)).toEqual([expect.stringContaining('etl-nightly')])
    const { pk, sk } = event.Records[0].dynamodb.Keys
    expect((await item(pk.S, sk.S))?.outbox).toEqual({ S: 'sent' })
  })
})
