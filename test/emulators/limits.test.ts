import { CloudWatchClient, DescribeAlarmsCommand, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch'
import { DescribeServicesCommand, DescribeTasksCommand, ECSClient } from '@aws-sdk/client-ecs'
import { SendMessageBatchCommand } from '@aws-sdk/client-sqs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { clientSettings } from '../../src/adapters/settings.ts'
import { serviceTarget } from '../../src/model/target.ts'
import { dateOf, minute } from '../../src/model/time.ts'
import { testDimensions } from '../contracts/account.ts'
import { told } from '../contracts/wire-answers.ts'
import { adaptersAt } from '../contracts/wire-harness.ts'
import { throughEmulator } from './harness.ts'
import { createQueues } from './queues.ts'

/** How much one call may ask for: what the adapters send, and what is said to one more. */
describe('limits: the adapter', () => {
  let harness: Awaited<ReturnType<typeof throughEmulator>>
  beforeEach(async () => {
    harness = await throughEmulator()
    await harness.account.addCluster('prod')
  })
  afterEach(() => harness.close())

  const names = (count: number, prefix = 'x') =>
    Array.from({ length: count }, (_, index) => `${prefix}${index}`)
  /** How many were asked for in each call. */
  const asked = (operation: string, member: string) =>
    harness.front.calls
      .filter(call => call.operation === operation)
      .map(({ body }) => (body[member] as unknown[]).length)
  const query = (id: string) => ({
    id,
    returnData: true,
    stat: {
      namespace: 'Test',
      metricName: 'Requests',
      dimensions: testDimensions,
      periodSeconds: 60,
      statistic: 'Sum',
    },
    expression: null,
    periodSeconds: null,
  })

  test('asks for ten services at a time', async () => {
    told(await harness.ports.ecs.describeServices('prod', names(25)))
    expect(asked('ecs:DescribeServices', 'services')).toEqual([10, 10, 5])
  })

  test('asks for a hundred tasks at a time', async () => {
    told(await harness.ports.ecs.describeTasks('prod', names(250)))
    expect(asked('ecs:DescribeTasks', 'tasks')).toEqual([100, 100, 50])
  })

  test('asks for a hundred alarms at a time', async () => {
    told(await harness.ports.cloudWatch.describeAlarms(names(120)))
    expect(asked('cloudwatch:DescribeAlarms', 'AlarmNames')).toEqual([100, 20])
  })

  test('asks for five hundred metrics at a time', async () => {
    const { nowMs } = harness.account
    told(await harness.ports.cloudWatch.getMetricData(names(1_200).map(query), nowMs - minute, nowMs))
    expect(asked('cloudwatch:GetMetricData', 'MetricDataQueries')).toEqual([500, 500, 200])
  })

  test('sends ten messages at a time', async () => {
    const { urls } = await createQueues(harness.settings)
    const { queue } = adaptersAt(harness.front.endpoint, { ...harness.settings, queueUrls: urls })
    told(await queue.look(names(25).map(name => ({ target: serviceTarget('prod', name), delaySeconds: 0 }))))
    expect(asked('sqs:SendMessageBatch', 'Entries')).toEqual([10, 10, 5])
  })

  const refusal = (call: Promise<unknown>): Promise<string> =>
    call.then(
      () => 'taken',
      (error: Error) => error.name,
    )

  test('eleven services are refused', async () => {
    const client = new ECSClient(clientSettings(harness.settings))
    const command = new DescribeServicesCommand({ cluster: 'prod', services: names(11) })
    expect(await refusal(client.send(command))).toBe('InvalidParameterException')
  })

  test('a hundred and one tasks are refused', async () => {
    const client = new ECSClient(clientSettings(harness.settings))
    const command = new DescribeTasksCommand({ cluster: 'prod', tasks: names(101) })
    expect(await refusal(client.send(command))).toBe('InvalidParameterException')
  })

  test('a hundred and one alarms are refused', async () => {
    const client = new CloudWatchClient(clientSettings(harness.settings))
    expect(await refusal(client.send(new DescribeAlarmsCommand({ AlarmNames: names(101) })))).not.toBe(
      'taken',
    )
  })

  test('five hundred and one metrics are refused', async () => {
    const client = new CloudWatchClient(clientSettings(harness.settings))
    const MetricDataQueries = names(501).map(Id => ({
      Id,
      MetricStat: { Metric: { Namespace: 'Test', MetricName: 'Requests' }, Period: 60, Stat: 'Sum' },
    }))
    const range = {
      StartTime: dateOf(harness.account.nowMs - minute),
      EndTime: dateOf(harness.account.nowMs),
    }
    const command = new GetMetricDataCommand({ MetricDataQueries, ...range })
    expect(await refusal(client.send(command))).not.toBe('taken')
  })

  test('eleven messages are refused', async () => {
    const { client, urls } = await createQueues(harness.settings)
    const Entries = names(11).map(Id => ({ Id, MessageBody: Id }))
    const command = new SendMessageBatchCommand({ QueueUrl: urls.services, Entries })
    expect(await refusal(client.send(command))).toBe('TooManyEntriesInBatchRequest')
  })
})
