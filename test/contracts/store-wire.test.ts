import { createServer } from 'node:http'
import { afterEach, expect, test } from 'vitest'
import { dynamodbStore } from '../../src/adapters/dynamodb-store.ts'
import type { Store } from '../../src/model/ports.ts'
import { type Open, openOnLoopback } from '../../src/world/loopback.ts'
import { settingsAt } from './store-dynalite.ts'
import { entry, etl, granted, stopped, t0 } from './store-values.ts'

/** What DynamoDB answers now and then, and an emulator never: parts of a batch, pages, refusals. */

type Canned = { status?: number; body: unknown }
let server: Open | null = null
afterEach(() => server?.close())

/** A DynamoDB that gives these answers in turn, and the requests it got. */
async function scripted(
  ...answers: Canned[]
): Promise<{ store: Store; requests: Record<string, unknown>[] }> {
  const requests: Record<string, unknown>[] = []
  const canned = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk))
    request.on('end', () => {
      requests.push(JSON.parse(Buffer.concat(chunks).toString()))
      const { status = 200, body } = answers[requests.length - 1] ?? { status: 500, body: {} }
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body))
    })
  })
  server = await openOnLoopback(canned)
  const store = dynamodbStore(settingsAt(server.endpoint), { tableName: 'T', clock: { now: () => t0 } })
  return { store, requests }
}

const keyOf = (id: string) => ({ pk: { S: 'family/prod/etl' }, sk: { S: `evidence#task/${id}` } })
/** As DynamoDB's JSON writes it. */
function attribute(value: unknown): object {
  if (value === null) return { NULL: true }
  if (typeof value === 'string') return { S: value }
  if (typeof value === 'number') return { N: String(value) }
  if (typeof value === 'boolean') return { BOOL: value }
  return Array.isArray(value) ? { L: value.map(attribute) } : { M: attributes(value as object) }
}
const attributes = (members: object) =>
  Object.fromEntries(Object.entries(members).map(([key, value]) => [key, attribute(value)]))

const evidenceItem = (id: string) => ({
  ...keyOf(id),
  ...attributes({ version: 1, evidence: stopped(id, 1) }),
})
const refusedWith = (type: string, message: string, status = 400): Canned => ({
  status,
  body: { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message },
})

test('the unprocessed rest of a batch is asked for again, consistently', async () => {
  const { store, requests } = await scripted(
    {
      body: {
        Responses: { T: [evidenceItem('b')] },
        UnprocessedKeys: { T: { Keys: [keyOf('a'), keyOf('c')] } },
      },
    },
    { body: { Responses: { T: [evidenceItem('a')] }, UnprocessedKeys: {} } },
  )
  const kept = granted(await store.evidence(etl, ['task/a', 'task/b', 'task/c']))
  expect(kept.map(one => one.key)).toEqual(['task/a', 'task/b'])
  expect(requests).toMatchObject([
    { RequestItems: { T: { ConsistentRead: true, Keys: [keyOf('a'), keyOf('b'), keyOf('c')] } } },
    { RequestItems: { T: { ConsistentRead: true, Keys: [keyOf('a'), keyOf('c')] } } },
  ])
})

test('a batch of which nothing is processed is `throttled`, not asked for without end', async () => {
  const { store, requests } = await scripted({
    body: { Responses: { T: [] }, UnprocessedKeys: { T: { Keys: [keyOf('a')] } } },
  })
  expect(await store.evidence(etl, ['task/a'])).toMatchObject({ failure: { code: 'throttled' } })
  expect(requests).toHaveLength(1)
})

test('the journal follows its pages up to the limit', async () => {
  const line = (id: string) => ({ ...keyOf(id), ...attributes({ entry: entry(id, t0) }) })
  const { store, requests } = await scripted(
    { body: { Items: [line('c')], LastEvaluatedKey: keyOf('c') } },
    { body: { Items: [], LastEvaluatedKey: keyOf('b') } },
    { body: { Items: [line('a')], LastEvaluatedKey: keyOf('a') } },
  )
  expect(granted(await store.readJournal(etl, 2)).map(({ id }) => id)).toEqual(['c', 'a'])
  expect(requests).toMatchObject([
    { Limit: 2, ConsistentRead: true, ScanIndexForward: false },
    { Limit: 1, ExclusiveStartKey: keyOf('c') },
    { Limit: 1, ExclusiveStartKey: keyOf('b') },
  ])
})

test.each([
  ['throttling', refusedWith('ThrottlingException', 'Rate exceeded'), 'throttled'],
  ['a hot partition', refusedWith('ProvisionedThroughputExceededException', 'Too hot'), 'throttled'],
  ['a missing right', refusedWith('AccessDeniedException', 'not authorized to perform'), 'denied'],
  ['a missing table', refusedWith('ResourceNotFoundException', 'Requested resource not found'), 'not-found'],
  [
    'an inner error',
    refusedWith('InternalServerError', 'The request could not be completed', 500),
    'unavailable',
  ],
  ['a request it does not take', refusedWith('ValidationException', 'Invalid UpdateExpression'), 'invalid'],
  [
    'an item too large',
    refusedWith('ValidationException', 'Item size to update has exceeded the maximum allowed size'),
    'quota',
  ],
])('%s is a value: %s', async (_, answer, code) => {
  const { store } = await scripted(answer)
  expect(await store.mark(etl, [], t0)).toMatchObject({
    ok: false,
    failure: { code, operation: 'store:mark' },
  })
})

test('a failed read after a lost condition is told, not guessed', async () => {
  const lost = refusedWith('ConditionalCheckFailedException', 'The conditional request failed')
  const { store } = await scripted(lost, refusedWith('ThrottlingException', 'Rate exceeded'))
  expect(await store.acquire(etl, 'w1', t0, 1_000)).toMatchObject({
    ok: false,
    failure: { code: 'throttled' },
  })
})

test('evidence that expires while it is compared is `unavailable`: it comes again', async () => {
  const lost = refusedWith('ConditionalCheckFailedException', 'The conditional request failed')
  const { store } = await scripted(lost, { body: {} })
  const evidence = {
    key: 'alarm/a',
    version: 1,
    alarm: { alarmName: 'a', state: 'OK', changedAtMs: 1, mutedUntilMs: null, suppressedBy: null },
  } as const
  expect(await store.keepEvidence(etl, evidence)).toMatchObject({
    ok: false,
    failure: { code: 'unavailable' },
  })
})

test('nobody listening is `unavailable`', async () => {
  const { store } = await scripted()
  await server?.close()
  expect(await store.read(etl)).toMatchObject({ ok: false, failure: { code: 'unavailable' } })
})
