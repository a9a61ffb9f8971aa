import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopTaskCommand,
  type Task,
} from '@aws-sdk/client-ecs'
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import type { Door } from '../../scripts/bundle.ts'
import type { Face } from './deploy.ts'

/** An account of the emulator: what its owner does in it, and what can be seen of it from outside. */
export type Account = ReturnType<typeof openAccount>

interface JournalLine {
  sentence: string
  outbox: string | null
  waitsMs: number | null
}

const cluster = 'prod'

/** The emulator takes an access key of twelve digits for an account of its own. */
export function openAccount(endpoint: string, accountId: string) {
  const credentials = { accessKeyId: accountId, secretAccessKey: 'none' }
  const aws: Face = { region: 'eu-west-1', endpoint, credentials }
  const ecs = new ECSClient(aws)
  const events = new EventBridgeClient(aws)
  const sqs = new SQSClient({ ...aws, useQueueUrlAsEndpoint: false })
  const lambda = new LambdaClient(aws)
  const logs = new CloudWatchLogsClient(aws)
  const dynamoDb = new DynamoDBClient(aws)
  const ssm = new SSMClient(aws)

  /** Answers its ARN. */
  const runThumbnailer = async (): Promise<string> => {
    const run = { cluster, taskDefinition: 'thumbnailer', group: 'family:thumbnailer' }
    const { tasks } = await ecs.send(new RunTaskCommand(run))
    const arn = tasks?.[0]?.taskArn
    if (!arn) throw new Error('the emulator ran no task')
    return arn
  }

  return {
    aws,
    accountId,

    async keepSecret(Name: string, Value: string) {
      await ssm.send(new PutParameterCommand({ Name, Value, Type: 'SecureString', Overwrite: true }))
    },

    /** A service of four tasks that is to be scaled, and the family of a standalone task. */
    async furnish() {
      await ecs.send(new CreateClusterCommand({ clusterName: cluster }))
      for (const family of ['checkout', 'thumbnailer'])
        await ecs.send(
          new RegisterTaskDefinitionCommand({
            family,
            containerDefinitions: [{ name: 'app', image: `example/${family}:1`, memory: 256 }],
          }),
        )
      const service = { cluster, serviceName: 'checkout', taskDefinition: 'checkout', desiredCount: 4 }
      await ecs.send(new CreateServiceCommand(service))
    },

    /** A thumbnailer that somebody started. Answers its ARN. */
    runningTask: runThumbnailer,

    /**
     * A thumbnailer that somebody started and that ended with its host. In ECS nobody asks for that; the emulator has no hosts, but
     * takes AWS's sentence as the reason of a StopTask, under the stop code that ECS has for it too.
     */
    async lostTask(): Promise<Task> {
      const reason = 'Host EC2 (instance i-0a1b2c3d4e5f60718) terminated.'
      const stop = { cluster, task: await runThumbnailer(), reason }
      const { task } = await ecs.send(new StopTaskCommand(stop))
      if (!task) throw new Error('the emulator stopped no task')
      return task
    },

    async task(taskId: string): Promise<Task> {
      const { tasks } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: [taskId] }))
      if (!tasks?.[0]) throw new Error(`no task ${taskId}`)
      return tasks[0]
    },

    /** Those that Longshore started. */
    async replacements(): Promise<Task[]> {
      const { taskArns: tasks = [] } = await ecs.send(
        new ListTasksCommand({ cluster, family: 'thumbnailer' }),
      )
      if (tasks.length === 0) return []
      const described = await ecs.send(new DescribeTasksCommand({ cluster, tasks }))
      return (described.tasks ?? []).filter(({ startedBy }) => startedBy?.startsWith('longshore/'))
    },

    async desiredCount(): Promise<number | undefined> {
      const { services } = await ecs.send(new DescribeServicesCommand({ cluster, services: ['checkout'] }))
      return services?.[0]?.desiredCount
    },

    /** As the event of AWS itself: real EventBridge takes these sources from nobody else, the emulator does. */
    async putOnBus(event: { source: string; 'detail-type': string; detail: unknown; resources: string[] }) {
      const { source, detail, resources, 'detail-type': DetailType } = event
      const entry = { Source: source, DetailType, Detail: JSON.stringify(detail), Resources: resources }
      const { Entries } = await events.send(new PutEventsCommand({ Entries: [entry] }))
      const [first] = Entries ?? []
      if (!first?.EventId) throw new Error(`not taken: ${first?.ErrorCode} ${first?.ErrorMessage}`)
    },

    async send(queueUrl: string, body: unknown) {
      await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(body) }))
    },

    /** Messages that wait or are being worked on. */
    async messagesIn(queueUrl: string): Promise<number> {
      const AttributeNames = [
        'ApproximateNumberOfMessages' as const,
        'ApproximateNumberOfMessagesNotVisible' as const,
      ]
      const { Attributes = {} } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames }),
      )
      return AttributeNames.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0)
    },

    /** The function's answer, or its error. */
    async invoke(door: Door, payload: unknown): Promise<{ failed: boolean; answer: unknown }> {
      const { FunctionError, Payload } = await lambda.send(
        new InvokeCommand({ FunctionName: `longshore-dev-${door}`, Payload: JSON.stringify(payload) }),
      )
      return {
        failed: FunctionError !== undefined,
        answer: JSON.parse(Buffer.from(Payload ?? []).toString() || 'null'),
      }
    },

    /** Late under load: the emulator adds a line that it did not wait for to the next invocation. */
    async logOf(door: Door): Promise<string> {
      const logGroupName = `/aws/lambda/longshore-dev-${door}`
      const { events: lines = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName }))
      return lines.map(({ message }) => message).join('\n')
    },

    /** The journal's lines. Those that are told have the state of their telling, and while they wait how long after the line. */
    async journal(table: string): Promise<JournalLine[]> {
      const { Items = [] } = await dynamoDb.send(new ScanCommand({ TableName: table }))
      return Items.filter(({ sk }) => sk?.S?.startsWith('journal#')).map(({ entry, outbox, dueAtMs }) => ({
        sentence: entry?.M?.sentence?.S ?? '',
        outbox: outbox?.S ?? null,
        waitsMs: dueAtMs?.N ? Number(dueAtMs.N) - Number(entry?.M?.atMs?.N) : null,
      }))
    },

    /** What is known of anything. */
    async items(table: string): Promise<string[]> {
      const { Items = [] } = await dynamoDb.send(new ScanCommand({ TableName: table, ConsistentRead: true }))
      return Items.map(({ pk, sk }) => `${pk?.S} ${sk?.S}`)
    },

    /** Writes a line by hand that no function would write. */
    async putLine(table: string, sk: string, outbox: string) {
      const key = { pk: { S: 'family/prod/nobody' }, sk: { S: sk } }
      await dynamoDb.send(new PutItemCommand({ TableName: table, Item: { ...key, outbox: { S: outbox } } }))
    },

    close() {
      for (const client of [ecs, events, sqs, lambda, logs, dynamoDb, ssm]) client.destroy()
    },
  }
}
