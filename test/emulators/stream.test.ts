import {
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb'
import {
  type _Record,
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { dynamodbStore } from '../../src/adapters/dynamodb-store.ts'
import { clientSettings } from '../../src/adapters/settings.ts'
import { tableProperties } from '../../src/adapters/table.ts'
import type { Store } from '../../src/model/ports.ts'
import type { Dynamo } from '../contracts/store-dynalite.ts'
import { entry, etl, granted, t0 } from '../contracts/store-values.ts'
import { rentDynamo } from './dynamo.ts'

/** What the table's stream brings to the notifier, read as an event source mapping reads it. */
describe('stream: the adapter', () => {
  let dynamo: Dynamo
  let tableName: string
  let store: Store
  beforeAll(async () => {
    dynamo = await rentDynamo()
  })
  afterAll(() => dynamo.stop())
  beforeEach(async () => {
    tableName = await dynamo.newTable()
    store = dynamodbStore(dynamo.settings, { tableName, clock: { now: () => t0 } })
  })

  async function records(): Promise<_Record[]> {
    const client = new DynamoDBStreamsClient(clientSettings(dynamo.settings))
    const { Table } = await dynamo.client.send(new DescribeTableCommand({ TableName: tableName }))
    const StreamArn = Table?.LatestStreamArn
    const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamArn }))
    const found: _Record[] = []
    for (const { ShardId } of StreamDescription?.Shards ?? []) {
      const { ShardIterator } = await client.send(
        new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
      )
      const { Records = [] } = await client.send(new GetRecordsCommand({ ShardIterator }))
      found.push(...Records)
    }
    return found
  }

  const told = async () =>
    (await records()).map(({ eventName, dynamodb }) => [
      eventName,
      dynamodb?.Keys?.sk?.S,
      dynamodb?.NewImage?.outbox?.S,
    ])

  test('a line is inserted once, and each step of its notice is a modification with the new image', async () => {
    granted(await store.writeJournal(entry('a', t0)))
    granted(await store.writeJournal(entry('a', t0)))
    granted(await store.claimNotice(etl, 'a', t0, t0 + 1_000))
    granted(await store.finishNotice(etl, 'a', { end: 'retry', atMs: t0 + 5_000 }))
    granted(await store.wakeNotice(etl, 'a', t0 + 5_000))
    expect(await told()).toEqual([
      ['INSERT', 'journal#a', 'pending'],
      ['MODIFY', 'journal#a', 'sending'],
      ['MODIFY', 'journal#a', 'waiting'],
      ['MODIFY', 'journal#a', 'pending'],
    ])
  })

  test('a wake brings the line again, also when it was pending all along', async () => {
    granted(await store.writeJournal(entry('a', t0)))
    granted(await store.wakeNotice(etl, 'a', t0 + 60_000))
    expect((await told()).at(-1)).toEqual(['MODIFY', 'journal#a', 'pending'])
  })

  test('a write whose condition fails brings nothing', async () => {
    granted(await store.writeJournal(entry('a', t0)))
    granted(await store.claimNotice(etl, 'a', t0, t0 + 1_000))
    const before = await told()
    expect(granted(await store.claimNotice(etl, 'a', t0, t0 + 1_000))).toBeNull()
    expect(await told()).toEqual(before)
  })

  test('keys and new image only, as the stack asks for', async () => {
    granted(await store.writeJournal(entry('a', t0)))
    const [record] = await records()
    expect(record?.dynamodb).toMatchObject({
      StreamViewType: tableProperties.StreamSpecification.StreamViewType,
      Keys: { pk: { S: 'family/prod/etl' }, sk: { S: 'journal#a' } },
    })
    expect(record?.dynamodb?.OldImage).toBeUndefined()
  })

  test('the attribute of expiry is the one the stack names', async () => {
    await dynamo.client.send(
      new UpdateTimeToLiveCommand({
        TableName: tableName,
        TimeToLiveSpecification: tableProperties.TimeToLiveSpecification,
      }),
    )
    const { TimeToLiveDescription } = await dynamo.client.send(
      new DescribeTimeToLiveCommand({ TableName: tableName }),
    )
    expect(TimeToLiveDescription).toMatchObject({ AttributeName: 'expiresAt' })
    expect(['ENABLING', 'ENABLED']).toContain(TimeToLiveDescription?.TimeToLiveStatus)
  })
})
