import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { dynamodbStore } from '../../src/adapters/dynamodb-store.ts'
import { minute } from '../../src/model/time.ts'
import { testDimensions } from '../contracts/account.ts'
import { entry, etl, granted, t0 } from '../contracts/store-values.ts'
import { told } from '../contracts/wire-answers.ts'
import { rentDynamo } from './dynamo.ts'
import type { Front } from './front.ts'
import { throughEmulator } from './harness.ts'

/** The front asks for pages of a few, the emulator cuts them, and the adapter has to put them together. */

const smallPages = (front: Front, operation: string, pages: Record<string, unknown>): void => {
  front.calls.length = 0
  front.rewrite = call => (call.operation === operation ? { ...call.body, ...pages } : call.body)
}
const timesAsked = (front: Front, asked: string): number =>
  front.calls.filter(({ operation }) => operation === asked).length

describe('pages: the adapter', () => {
  let harness: Awaited<ReturnType<typeof throughEmulator>>
  beforeEach(async () => {
    harness = await throughEmulator()
  })
  afterEach(() => harness.close())

  test('five tasks in pages of two', async () => {
    const { account, front, ports } = harness
    await account.addCluster('prod')
    await account.addTaskDefinition('etl')
    const arns: string[] = []
    for (let count = 0; count < 5; count++)
      arns.push(await account.addTask({ cluster: 'prod', family: 'etl' }))
    smallPages(front, 'ecs:ListTasks', { maxResults: 2 })
    expect(told(await ports.ecs.listTasks('prod', { family: 'etl' })).toSorted()).toEqual(arns.toSorted())
    expect(timesAsked(front, 'ecs:ListTasks')).toBe(3)
  })

  test('five alarms in pages of two', async () => {
    const { account, front, ports } = harness
    const names = ['a', 'b', 'c', 'd', 'e']
    for (const name of names) await account.addMetricAlarm({ name, metricName: 'Requests', threshold: 1 })
    smallPages(front, 'cloudwatch:DescribeAlarms', { MaxRecords: 2 })
    const found = told(await ports.cloudWatch.describeAlarms(names))
    expect(found.map(({ alarmName }) => alarmName).toSorted()).toEqual(names)
    expect(timesAsked(front, 'cloudwatch:DescribeAlarms')).toBe(3)
  })

  test('a series of five points in pages of two', async () => {
    const { account, front, ports } = harness
    await account.addMetric('Requests', [1, 2, 3, 4, 5])
    smallPages(front, 'cloudwatch:GetMetricData', { MaxDatapoints: 2 })
    const series = told(
      await ports.cloudWatch.getMetricData(
        [
          {
            id: 'm1',
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
          },
        ],
        account.nowMs - 60 * minute,
        account.nowMs + minute,
      ),
    )
    expect(series.map(({ points }) => points.map(({ value }) => value))).toEqual([[1, 2, 3, 4, 5]])
    expect(timesAsked(front, 'cloudwatch:GetMetricData')).toBe(3)
  })

  test('five namespaces in pages of two', async () => {
    const { account, front, ports } = harness
    for (const name of ['a', 'b', 'c', 'd', 'e']) await account.addCloudMapService(name, 'etl', 'http')
    smallPages(front, 'servicediscovery:ListNamespaces', { MaxResults: 2, Filters: [] })
    for (const name of ['a', 'e'])
      expect(told(await ports.cloudMap.findService(name, 'etl'))).toMatchObject({ namespace: name })
    expect(timesAsked(front, 'servicediscovery:ListNamespaces')).toBe(6)
  })

  test('five services of a namespace in pages of two', async () => {
    const { account, front, ports } = harness
    for (const name of ['a', 'b', 'c', 'd', 'e']) await account.addCloudMapService('jobs', name, 'http')
    smallPages(front, 'servicediscovery:ListServices', { MaxResults: 2 })
    for (const name of ['a', 'e'])
      expect(told(await ports.cloudMap.findService('jobs', name))).toMatchObject({ service: name })
    expect(timesAsked(front, 'servicediscovery:ListServices')).toBe(6)
  })

  test('five instances in pages of two', async () => {
    const { account, front, ports } = harness
    const service = await account.addCloudMapService('jobs', 'etl', 'http')
    const ids = ['a', 'b', 'c', 'd', 'e']
    for (const id of ids)
      told(await ports.cloudMap.registerInstance(service, id, { AWS_INSTANCE_IPV4: '10.0.0.1' }, id))
    smallPages(front, 'servicediscovery:ListInstances', { MaxResults: 2 })
    const found = told(await ports.cloudMap.listInstances(service))
    expect(found.map(({ id }) => id).toSorted()).toEqual(ids)
    expect(timesAsked(front, 'servicediscovery:ListInstances')).toBe(3)
  })

  test('twelve network interfaces in pages of five', async () => {
    const { account, front, ports } = harness
    const subnet = await account.addSubnet()
    const ids: string[] = []
    for (let count = 0; count < 12; count++)
      ids.push(await account.addNetworkInterface({ subnet, securityGroups: [], isPublic: false }))
    smallPages(front, 'ec2:DescribeNetworkInterfaces', { MaxResults: '5' })
    const found = told(await ports.ec2.describeNetworkInterfaces(ids))
    expect(found.map(({ networkInterfaceId }) => networkInterfaceId).toSorted()).toEqual(ids.toSorted())
    expect(timesAsked(front, 'ec2:DescribeNetworkInterfaces')).toBe(3)
  })

  test('five lines of the journal in pages of two', async () => {
    const dynamo = await rentDynamo()
    onTestFinished(() => dynamo.stop())
    const tableName = await dynamo.newTable()
    const store = dynamodbStore(dynamo.settings, { tableName, clock: { now: () => t0 } })
    for (const id of ['a', 'b', 'c', 'd', 'e']) granted(await store.writeJournal(entry(id, t0)))
    smallPages(dynamo.front, 'dynamodb:Query', { Limit: 2 })
    expect(granted(await store.readJournal(etl, 10)).map(({ id }) => id)).toEqual(['e', 'd', 'c', 'b', 'a'])
    expect(timesAsked(dynamo.front, 'dynamodb:Query')).toBe(3)
  })
})
