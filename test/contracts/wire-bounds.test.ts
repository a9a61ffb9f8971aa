import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { answered } from '../../src/model/reading.ts'
import type { Wire } from '../../src/world/wire.ts'
import { createAccount } from './wire-account.ts'
import { bareWire } from './wire-harness.ts'

describe('as AWS bounds it', () => {
  const boundedAccount = createAccount()
  let bounded: Wire
  let taskArn = ''
  beforeAll(async () => {
    boundedAccount.addCluster('prod')
    boundedAccount.addTaskDefinition('etl')
    for (let count = 0; count < 150; count++)
      taskArn = boundedAccount.addTask({ cluster: 'prod', family: 'etl', tags: { team: 'data' } })
    bounded = await bareWire({ ports: boundedAccount.ports, messages: () => answered(undefined) })
  })
  afterAll(() => bounded.close())

  const send = async (headers: Record<string, string>, body: string) => {
    const response = await fetch(bounded.endpoint, { method: 'POST', headers, body })
    return { status: response.status, text: await response.text() }
  }
  const post = async (target: string, body: unknown) => {
    const { status, text } = await send({ 'x-amz-target': target }, JSON.stringify(body))
    return { status, body: JSON.parse(text) }
  }
  const ecs = 'AmazonEC2ContainerServiceV20141113'
  const cloudWatch = 'GraniteServiceVersion20100801'
  const many = (count: number) => Array.from({ length: count }, (_, index) => `n${index}`)

  test.each([
    {
      what: '11 services',
      target: `${ecs}.DescribeServices`,
      body: { services: many(11) },
      type: 'InvalidParameterException',
    },
    {
      what: '101 tasks',
      target: `${ecs}.DescribeTasks`,
      body: { tasks: many(101) },
      type: 'InvalidParameterException',
    },
    {
      what: 'a page of 101',
      target: `${ecs}.ListTasks`,
      body: { maxResults: 101 },
      type: 'InvalidParameterException',
    },
    {
      what: 'a token that is none',
      target: `${ecs}.ListTasks`,
      body: { cluster: 'prod', nextToken: 'x' },
      type: 'InvalidParameterException',
    },
    {
      what: 'a starter beside a family',
      target: `${ecs}.ListTasks`,
      body: { startedBy: 'a', family: 'b' },
      type: 'InvalidParameterException',
    },
    {
      what: 'more than the count',
      target: `${ecs}.UpdateService`,
      body: { service: 'web', desiredCount: 1, forceNewDeployment: true },
      type: 'InvalidParameterException',
    },
    {
      what: 'a launch type beside a strategy',
      target: `${ecs}.RunTask`,
      body: {
        cluster: 'prod',
        taskDefinition: 'etl:1',
        launchType: 'FARGATE',
        capacityProviderStrategy: [{ capacityProvider: 'FARGATE' }],
      },
      type: 'InvalidParameterException',
    },
    {
      what: 'a starter with a colon',
      target: `${ecs}.RunTask`,
      body: { taskDefinition: 'etl:1', startedBy: 'a:b' },
      type: 'InvalidParameterException',
    },
    {
      what: 'a token of 65',
      target: `${ecs}.RunTask`,
      body: { taskDefinition: 'etl:1', clientToken: 'a'.repeat(65) },
      type: 'InvalidParameterException',
    },
    {
      what: 'overrides of 9,000 characters',
      target: `${ecs}.RunTask`,
      body: {
        taskDefinition: 'etl:1',
        overrides: { containerOverrides: [{ name: 'app', command: ['x'.repeat(9_000)] }] },
      },
      type: 'InvalidParameterException',
    },
    {
      what: '101 alarms',
      target: `${cloudWatch}.DescribeAlarms`,
      body: { AlarmNames: many(101) },
      type: 'com.amazonaws.cloudwatch#ValidationError',
    },
    {
      what: '501 queries',
      target: `${cloudWatch}.GetMetricData`,
      body: { StartTime: 0, EndTime: 1, MetricDataQueries: many(501).map(Id => ({ Id, Expression: 'a' })) },
      type: 'com.amazonaws.cloudwatch#ValidationError',
    },
    {
      what: 'one id twice',
      target: `${cloudWatch}.GetMetricData`,
      body: { StartTime: 0, EndTime: 1, MetricDataQueries: ['a', 'a'].map(Id => ({ Id, Expression: 'b' })) },
      type: 'com.amazonaws.cloudwatch#ValidationError',
    },
    {
      what: '11 messages',
      target: 'AmazonSQS.SendMessageBatch',
      body: { QueueUrl: 'q', Entries: many(11).map(Id => ({ Id, MessageBody: 'x' })) },
      type: 'com.amazonaws.sqs#TooManyEntriesInBatchRequest',
    },
    {
      what: 'a delay of 901 s',
      target: 'AmazonSQS.SendMessage',
      body: { QueueUrl: 'q', MessageBody: 'x', DelaySeconds: 901 },
      type: 'com.amazonaws.sqs#InvalidParameterValue',
    },
    {
      what: 'a verb that is not served',
      target: `${ecs}.DeleteCluster`,
      body: {},
      type: 'UnknownOperationException',
    },
    {
      what: 'a verb that every object has',
      target: `${ecs}.constructor`,
      body: {},
      type: 'UnknownOperationException',
    },
    {
      what: 'a service that is not served',
      target: 'AWSLambda.Invoke',
      body: {},
      type: 'UnknownOperationException',
    },
  ])('refuses $what', async ({ target, body, type }) => {
    expect(await post(target, body)).toMatchObject({ status: 400, body: { __type: type } })
  })

  test('lists a hundred tasks, and the rest on the next page', async () => {
    const first = await post(`${ecs}.ListTasks`, { cluster: 'prod' })
    expect(first.body.taskArns).toHaveLength(100)
    const second = await post(`${ecs}.ListTasks`, { cluster: 'prod', nextToken: first.body.nextToken })
    expect(second.body.taskArns).toHaveLength(50)
    expect(second.body.nextToken).toBeUndefined()
  })

  test('tags only when they are asked for', async () => {
    const described = async (include: string[]) =>
      (await post(`${ecs}.DescribeTasks`, { cluster: 'prod', tasks: [taskArn], include })).body.tasks[0]
    expect(await described([])).toMatchObject({ taskArn })
    expect(await described([])).not.toHaveProperty('tags')
    expect(await described(['TAGS'])).toMatchObject({ tags: [{ key: 'team', value: 'data' }] })
  })

  test.each([
    { code: 'quota', type: 'LimitExceededException', status: 400 },
    { code: 'throttled', type: 'ThrottlingException', status: 400 },
    { code: 'unavailable', type: 'ServerException', status: 500 },
    { code: 'denied', type: 'AccessDeniedException', status: 400 },
  ] as const)('a call that is $code is answered as $type', async ({ code, type, status }) => {
    boundedAccount.failNext('ecs:ListTasks', code)
    expect(await post(`${ecs}.ListTasks`, { cluster: 'prod' })).toMatchObject({
      status,
      body: { __type: type, message: expect.any(String) },
    })
  })

  test.each([
    { verb: 'ListTasks', body: { cluster: 'gone' }, type: 'ClusterNotFoundException' },
    {
      verb: 'UpdateService',
      body: { cluster: 'prod', service: 'gone', desiredCount: 1 },
      type: 'ServiceNotFoundException',
    },
    { verb: 'DescribeTaskDefinition', body: { taskDefinition: 'gone' }, type: 'ClientException' },
  ])('$verb does not find what it is asked for: $type', async ({ verb, body, type }) => {
    expect(await post(`${ecs}.${verb}`, body)).toMatchObject({ status: 400, body: { __type: type } })
  })

  test('an alarm of others only when its type is asked for', async () => {
    boundedAccount.addMetricAlarm({ name: 'one', metricName: 'Requests', threshold: 1 })
    boundedAccount.addCompositeAlarm({ name: 'any', of: 'one' })
    const named = async (AlarmTypes?: string[]) =>
      (await post(`${cloudWatch}.DescribeAlarms`, { AlarmNames: ['one', 'any'], AlarmTypes })).body
    expect(await named()).toMatchObject({ MetricAlarms: [{ AlarmName: 'one' }], CompositeAlarms: [] })
    expect(await named(['CompositeAlarm'])).toMatchObject({
      MetricAlarms: [],
      CompositeAlarms: [{ AlarmName: 'any' }],
    })
  })

  test('a series that goes on is partial, newest first unless told otherwise', async () => {
    boundedAccount.addMetric('Requests', [1, 2, 3])
    const now = boundedAccount.ports.clock.now() / 1_000
    const Dimensions = [{ Name: 'Stage', Value: 'prod' }]
    const request = {
      StartTime: now - 600,
      EndTime: now + 60,
      MaxDatapoints: 2,
      MetricDataQueries: [
        {
          Id: 'm1',
          MetricStat: {
            Metric: { Namespace: 'Test', MetricName: 'Requests', Dimensions },
            Period: 60,
            Stat: 'Sum',
          },
        },
      ],
    }
    const { body: first } = await post(`${cloudWatch}.GetMetricData`, request)
    expect(first.MetricDataResults).toMatchObject([{ Id: 'm1', Values: [3, 2], StatusCode: 'PartialData' }])
    const { body: second } = await post(`${cloudWatch}.GetMetricData`, {
      ...request,
      NextToken: first.NextToken,
    })
    expect(second.MetricDataResults).toMatchObject([{ Id: 'm1', Values: [1], StatusCode: 'Complete' }])
    expect(second).not.toHaveProperty('NextToken')
  })

  test('RunTask without a token runs a task each time', async () => {
    const awsvpcConfiguration = { subnets: ['subnet-1'] }
    const run = async () => {
      const networkConfiguration = { awsvpcConfiguration }
      const request = { cluster: 'prod', taskDefinition: 'etl', networkConfiguration }
      return (await post(`${ecs}.RunTask`, request)).body.tasks[0].taskArn
    }
    expect(await run()).not.toBe(await run())
  })

  test('an interface asked for by id that is gone refuses the call', async () => {
    const answer = await send(
      { 'content-type': 'application/x-www-form-urlencoded' },
      'Action=DescribeNetworkInterfaces&Version=2016-11-15&NetworkInterfaceId.1=eni-1',
    )
    expect(answer.status).toBe(400)
    expect(answer.text).toContain('<Code>InvalidNetworkInterfaceID.NotFound</Code>')
  })

  test('what is no JSON is refused', async () => {
    const answer = await send({ 'x-amz-target': `${ecs}.ListTasks` }, '{')
    expect([answer.status, JSON.parse(answer.text)]).toMatchObject([
      400,
      { __type: 'SerializationException' },
    ])
  })

  test('a body of more than a megabyte is refused', async () => {
    const answer = await send({ 'x-amz-target': `${ecs}.ListTasks` }, 'x'.repeat(1_100_000))
    expect(answer.status).toBe(413)
  })
})
