import { createServer } from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
import { type Open, openOnLoopback } from '../../src/world/loopback.ts'
import { failureCode, told } from './wire-answers.ts'
import { adaptersAt } from './wire-harness.ts'

/** Answers that the world does not give, and AWS or an emulator might. */

let server: Open | undefined
afterEach(() => server?.close())

/** Adapters in front of a server that answers each verb with the next of its bodies, the last one for ever. */
async function adaptersBefore(bodies: Record<string, object[]>) {
  const odd = createServer((request, response) => {
    const left = bodies[String(request.headers['x-amz-target']).split('.')[1] ?? ''] ?? []
    const body = left.length > 1 ? left.shift() : left[0]
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body))
  })
  server = await openOnLoopback(odd)
  return adaptersAt(server.endpoint, { maxAttempts: 1 })
}

const arn = 'arn:aws:ecs:eu-west-1:111122223333:'
const web = {
  serviceArn: `${arn}service/prod/web`,
  serviceName: 'web',
  clusterArn: `${arn}cluster/prod`,
  status: 'ACTIVE',
  desiredCount: 0,
  runningCount: 0,
  pendingCount: 0,
}

describe('DescribeServices', () => {
  const describeWeb = async (body: object) =>
    (await adaptersBefore({ DescribeServices: [body] })).ecs.describeServices('prod', ['web'])

  test('a service of few words', async () => {
    expect(told(await describeWeb({ services: [web] })).services).toEqual([
      {
        serviceArn: `${arn}service/prod/web`,
        cluster: 'prod',
        service: 'web',
        status: 'ACTIVE',
        schedulingStrategy: 'REPLICA',
        deploymentController: 'ECS',
        resourceManagementType: 'CUSTOMER',
        desiredCount: 0,
        runningCount: 0,
        pendingCount: 0,
        deployments: [],
        capacityProviderStrategy: null,
        taskSetCount: 0,
        rollsBack: { circuitBreaker: 'off', onAlarm: false },
        minimumHealthyPercent: 100,
        targetGroupArns: [],
        tags: {},
      },
    ])
  })

  test('target groups of its load balancers, of the other half of blue/green and of the PRIMARY task set, each once', async () => {
    const body = {
      ...web,
      loadBalancers: [
        { targetGroupArn: 'blue', advancedConfiguration: { alternateTargetGroupArn: 'green' } },
        { loadBalancerName: 'classic' },
      ],
      taskSets: [
        { status: 'PRIMARY', loadBalancers: [{ targetGroupArn: 'blue' }, { targetGroupArn: 'grpc' }] },
        { status: 'ACTIVE', loadBalancers: [{ targetGroupArn: 'next' }] },
      ],
    }
    expect(told(await describeWeb({ services: [body] })).services).toMatchObject([
      { targetGroupArns: ['blue', 'green', 'grpc'] },
    ])
  })

  test('a status that is new to us is nobody’s to change', async () => {
    expect(told(await describeWeb({ services: [{ ...web, status: 'PAUSED' }] })).services).toMatchObject([
      { status: 'INACTIVE' },
    ])
  })

  test('a service without its count is unknown, not zero', async () => {
    const { desiredCount, ...uncounted } = web
    expect(failureCode(await describeWeb({ services: [uncounted] }))).toBe('unavailable')
  })

  test('a failure that is not MISSING is no absence', async () => {
    const failures = [{ arn: web.serviceArn, reason: 'ACCESS_DENIED' }]
    expect(await describeWeb({ services: [], failures })).toEqual({
      ok: false,
      failure: {
        operation: 'ecs:DescribeServices',
        code: 'unavailable',
        message: `${arn}service/prod/web: ACCESS_DENIED`,
      },
    })
  })
})

test('a task without a status is unknown', async () => {
  const { ecs } = await adaptersBefore({ DescribeTasks: [{ tasks: [{ taskArn: `${arn}task/prod/a1` }] }] })
  expect(failureCode(await ecs.describeTasks('prod', ['a1']))).toBe('unavailable')
})

test('a page token that comes again ends the list', async () => {
  const { ecs } = await adaptersBefore({ ListTasks: [{ taskArns: ['a'], nextToken: 'again' }] })
  expect(told(await ecs.listTasks('prod', {}))).toEqual(['a', 'a'])
})

test('a list that ignores its filter does not find the wrong namespace', async () => {
  const { cloudMap } = await adaptersBefore({
    ListNamespaces: [{ Namespaces: [{ Id: 'ns-1', Name: 'other' }] }],
    ListServices: [{ Services: [{ Id: 'srv-1', Name: 'etl' }] }],
  })
  expect(told(await cloudMap.findService('jobs.internal', 'etl'))).toBeNull()
})

test('of two namespaces of one name, the one that has the service is meant', async () => {
  const { cloudMap } = await adaptersBefore({
    ListNamespaces: [
      {
        Namespaces: [
          { Id: 'ns-1', Name: 'jobs.internal' },
          { Id: 'ns-2', Name: 'jobs.internal' },
        ],
      },
    ],
    ListServices: [{ Services: [] }, { Services: [{ Id: 'srv-2', Name: 'etl' }] }],
  })
  expect(told(await cloudMap.findService('jobs.internal', 'etl'))).toMatchObject({ id: 'srv-2' })
})

describe('DescribeAlarms', () => {
  const describeAlarm = async (alarm: object) => {
    const { cloudWatch } = await adaptersBefore({
      DescribeAlarms: [{ MetricAlarms: [{ AlarmName: 'slow', AlarmArn: 'arn:slow', ...alarm }] }],
    })
    return told(await cloudWatch.describeAlarms(['slow']))
  }

  test('the transition counts, not the last update of the reason', async () => {
    expect(
      await describeAlarm({
        StateUpdatedTimestamp: 1_795_423_560,
        StateTransitionedTimestamp: 1_795_423_000,
      }),
    ).toMatchObject([{ stateChangedAtMs: 1_795_423_000_000 }])
  })

  test('the update, where no transition is told', async () => {
    expect(await describeAlarm({ StateUpdatedTimestamp: 1_795_423_560 })).toMatchObject([
      { stateChangedAtMs: 1_795_423_560_000 },
    ])
  })

  test('a state that is new to us is no alarm and no all-clear', async () => {
    expect(await describeAlarm({ StateValue: 'MAYBE' })).toMatchObject([{ state: 'INSUFFICIENT_DATA' }])
  })
})

test('two series of one search stay two', async () => {
  const point = (Label: string, Values: number[], StatusCode: string) => ({
    Id: 'e1',
    Label,
    Timestamps: [1_795_423_560],
    Values,
    StatusCode,
  })
  const { cloudWatch } = await adaptersBefore({
    GetMetricData: [
      { MetricDataResults: [point('a', [1], 'PartialData')], NextToken: 'more' },
      { MetricDataResults: [point('a', [2], 'Complete'), point('b', [3], 'Complete')] },
    ],
  })
  const search = {
    id: 'e1',
    returnData: true,
    stat: null,
    expression: "SEARCH('x', 'Sum')",
    periodSeconds: 60,
  }
  const series = told(await cloudWatch.getMetricData([search], 0, 1))
  expect(series.map(({ points, status }) => [points.map(({ value }) => value), status])).toEqual([
    [[1, 2], 'Complete'],
    [[3], 'Complete'],
  ])
})
