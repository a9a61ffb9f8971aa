import { createServer, type Server } from 'node:http'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import dynalite from 'dynalite'
import { type AwsSettings, clientSettings } from '../src/adapters/settings.ts'
import { answered } from '../src/model/reading.ts'
import { minute, systemClock } from '../src/model/time.ts'
import { openOnLoopback } from '../src/world/loopback.ts'
import { startWire } from '../src/world/wire.ts'
import { createWorld, type World } from '../src/world/world.ts'
import { createLocalTable } from './local-table.ts'

/** An AWS of one's own on loopback, for functions as they are packaged: the small world, its wire, and a DynamoDB table. */
export interface LocalAws {
  world: World
  /** What was sent to the queues. */
  messages: { queue: string; body: string; delaySeconds: number }[]
  /** Every call, as the IAM action of the same name: `ecs:RunTask`, `dynamodb:UpdateItem`. */
  calls: string[]
  /** SSM parameters by name. */
  parameters: Map<string, string>
  /** How the table is reached. */
  table: AwsSettings
  client: DynamoDBClient
  tableName: string
  /** What Lambda and the stack would set. */
  environment: Record<string, string>
  close(): Promise<void>
}

const tableName = 'longshore'
const queues = ['services', 'tasks']
const credentials = { accessKeyId: 'LOCAL', secretAccessKey: 'none' }

/** The world's past, so that its metrics have a history. */
const historyMs = 30 * minute

export async function startLocalAws(): Promise<LocalAws> {
  const now = systemClock.now()
  const world = createWorld({ seed: 1, startAtMs: Math.floor((now - historyMs) / minute) * minute })
  const messages: LocalAws['messages'] = []
  const calls: string[] = []
  const parameters = new Map<string, string>()
  const wire = await startWire({
    ports: world.ports,
    cloudMapServices: world.cloudMapServices,
    parameters,
    messages: (queue, body, delaySeconds) => {
      messages.push({ queue, body, delaySeconds })
      return answered(undefined)
    },
    fault: operation => {
      calls.push(operation.replace(/^sqs:SendMessageBatch$/, 'sqs:SendMessage'))
      return null
    },
  })

  const dynamoDb = dynalite({ createTableMs: 0 })
  dynamoDb.prependListener('request', ({ headers }) => {
    const [prefix, operation] = String(headers['x-amz-target']).split('.')
    if (prefix?.startsWith('DynamoDB_')) calls.push(`dynamodb:${operation}`)
  })
  const tableServer = await openOnLoopback(dynamoDb)
  const table = { region: 'eu-west-1', endpoint: tableServer.endpoint, credentials }
  const client = new DynamoDBClient(clientSettings(table))
  await createLocalTable(client, tableName)
  calls.length = 0

  const queueUrl = (queue: string) => `${wire.endpoint}/111122223333/${queue}`
  const stack = await openOnLoopback(
    stackServer({
      Table: tableName,
      ServicesQueue: queueUrl('services'),
      TasksQueue: queueUrl('tasks'),
    }),
  )
  return {
    world,
    messages,
    calls,
    parameters,
    table,
    client,
    tableName,
    environment: {
      AWS_REGION: table.region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_ENDPOINT_URL: wire.endpoint,
      AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
      AWS_ENDPOINT_URL_CLOUDFORMATION: stack.endpoint,
      LONGSHORE_STAGE: 'local',
      LONGSHORE_LOG_LEVEL: 'DEBUG',
      LONGSHORE_TABLE: tableName,
      LONGSHORE_TIMEOUT_SECONDS: '30',
      LONGSHORE_SLACK_URL: 'https://slack.com/api',
      ...Object.fromEntries(
        queues.map(queue => [`LONGSHORE_${queue.toUpperCase()}_QUEUE_URL`, queueUrl(queue)]),
      ),
    },
    async close() {
      client.destroy()
      for (const server of [tableServer, stack, wire]) await server.close()
    },
  }
}

/** CloudFormation's ListStackResources, which `osls invoke local` asks what `{ Ref: Table }` stands for. */
const stackServer = (physicalIds: Record<string, string>): Server =>
  createServer((_, response) => {
    const members = Object.entries(physicalIds).map(
      ([logical, physical]) =>
        `<member><LogicalResourceId>${logical}</LogicalResourceId><PhysicalResourceId>${physical}</PhysicalResourceId></member>`,
    )
    response
      .writeHead(200, { 'content-type': 'text/xml' })
      .end(
        `<ListStackResourcesResponse><ListStackResourcesResult><StackResourceSummaries>${members.join('')}</StackResourceSummaries></ListStackResourcesResult></ListStackResourcesResponse>`,
      )
  })
