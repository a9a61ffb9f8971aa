import { readFileSync } from 'node:fs'
import { GetItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { dynamodbStore } from '../../src/adapters/dynamodb-store.ts'
import { noticeStreamFilter, tableProperties } from '../../src/adapters/table.ts'
import type { Store } from '../../src/model/ports.ts'
import type { Lease } from '../../src/model/state.ts'
import { familyTarget, serviceTarget } from '../../src/model/target.ts'
import type { Dynamo } from './store-dynalite.ts'
import { alarmChange, entry, etl, granted, present, spec, stopped, t0 } from './store-values.ts'

/** What only the table has: item shapes, expiry, indexes, the schema number. */
export function storeTableContract(name: string, start: () => Promise<Dynamo>): void {
  describe(`table: ${name}`, () => {
    let dynamo: Dynamo
    let tableName: string
    let store: Store
    beforeAll(async () => {
      dynamo = await start()
    })
    afterAll(() => dynamo.stop())
    beforeEach(async () => {
      tableName = await dynamo.newTable()
      store = dynamodbStore(dynamo.settings, { tableName, clock: { now: () => t0 } })
    })

    const keyOf = (sk: string, pk = 'family/prod/etl') => ({ pk: { S: pk }, sk: { S: sk } })

    async function item(sk: string, pk?: string) {
      const { Item } = await dynamo.client.send(
        new GetItemCommand({ TableName: tableName, Key: keyOf(sk, pk) }),
      )
      return Item
    }

    /** As if a Longshore of the future had written it. */
    async function fromTheFuture(sk: string): Promise<void> {
      const update = { UpdateExpression: 'SET #s = :s', ExpressionAttributeNames: { '#s': 'schema' } }
      const value = { ExpressionAttributeValues: { ':s': { N: '2' } } }
      await dynamo.client.send(
        new UpdateItemCommand({ TableName: tableName, Key: keyOf(sk), ...update, ...value }),
      )
    }

    describe('expiry, epoch seconds', () => {
      test.each<[string, string, string | undefined, (store: Store) => Promise<unknown>]>([
        // t0 = 1,795,420,800 s; 16 d = 1,382,400 s; 30 d = 2,592,000 s; 90 d = 7,776,000 s.
        [
          'evidence of a task, 30 days',
          'evidence#task/a',
          '1798012800',
          s => s.keepEvidence(etl, stopped('a', 7)),
        ],
        [
          'alarm evidence, 16 days',
          'evidence#alarm/checkout p99 high',
          '1796803200',
          s => s.keepEvidence(etl, alarmChange(5)),
        ],
        ['launch specification, 30 days', 'spec#a', '1798012800', s => s.keepLaunchSpec(etl, spec('a'))],
        [
          'journal, 90 days after its time',
          'journal#a',
          '1803196801',
          s => s.writeJournal(entry('a', t0 + 1)),
        ],
        ['state, never', 'state', undefined, s => s.mark(etl, ['task/a'], t0)],
      ])('%s', async (_, sk, expiresAt, write) => {
        await write(store)
        expect(present(await item(sk)).expiresAt?.N).toBe(expiresAt)
      })

      test('a newer version and a spec kept again start anew; a duplicate and a settling do not', async () => {
        const later = dynamodbStore(dynamo.settings, { tableName, clock: { now: () => t0 + 86_400_000 } })
        granted(await store.keepEvidence(etl, stopped('a', 7)))
        granted(await later.keepEvidence(etl, stopped('a', 7)))
        granted(await later.settleEvidence(etl, 'task/a', 'restarted', t0))
        expect(present(await item('evidence#task/a')).expiresAt?.N).toBe('1798012800')
        granted(await later.keepEvidence(etl, stopped('a', 8)))
        expect(present(await item('evidence#task/a')).expiresAt?.N).toBe('1798099200')
        granted(await store.keepLaunchSpec(etl, spec('a')))
        granted(await later.keepLaunchSpec(etl, spec('a')))
        expect(present(await item('spec#a')).expiresAt?.N).toBe('1798099200')
      })
    })

    describe('items', () => {
      test('values are native maps, sets and numbers, under the key of the target', async () => {
        granted(await store.mark(serviceTarget('prod', 'web'), ['task/b', 'task/a'], t0))
        const state = present(await item('state', 'service/prod/web'))
        expect(new Set(state.inbox?.SS)).toEqual(new Set(['task/a', 'task/b']))
        expect(state).toMatchObject({
          generation: { N: '1' },
          dueAtMs: { N: String(t0) },
          schema: { N: '1' },
        })
        granted(await store.keepEvidence(etl, stopped('a', 7)))
        expect((await item('evidence#task/a'))?.evidence?.M?.task?.M?.ephemeralStorageGiB).toEqual({
          N: '20.5',
        })
      })

      test('what is not due is not in the index: a released state, a line nobody is told, a sent notice', async () => {
        granted(await store.mark(etl, [], t0))
        const { lease } = present(granted(await store.acquire(etl, 'w1', t0, 1_000)))
        granted(await store.release(lease, { nextLookAtMs: null, failures: 0 }))
        granted(await store.writeJournal(entry('a', t0, false)))
        granted(await store.writeJournal(entry('b', t0)))
        granted(await store.finishNotice(etl, 'b', { end: 'sent', ts: null }))
        for (const sk of ['state', 'journal#a', 'journal#b']) {
          const found = present(await item(sk))
          expect([sk, found.dueAtMs, found.dueShard]).toEqual([sk, undefined, undefined])
        }
      })

      test('targets spread over the eight shards', async () => {
        const shards = new Set<string | undefined>()
        for (let n = 0; n < 60; n++) {
          granted(await store.mark(familyTarget('prod', `f${n}`), [], t0))
          shards.add((await item('state', `family/prod/f${n}`))?.dueShard?.S)
        }
        expect([...shards].sort()).toEqual(['0', '1', '2', '3', '4', '5', '6', '7'])
      })
    })

    describe('the stream', () => {
      interface Pattern {
        sk: string
        outbox: string | undefined
      }
      const passes = ({ sk, outbox }: Pattern): boolean => {
        const { Keys, NewImage } = noticeStreamFilter.dynamodb
        return (
          Keys.sk.S.some(({ prefix }) => sk.startsWith(prefix)) &&
          NewImage.outbox.S.some(wanted => wanted === outbox)
        )
      }
      const outbox = async (id: string) => (await item(`journal#${id}`))?.outbox?.S

      test('only a line that is to be sent now passes the filter', async () => {
        const seen: [string, boolean][] = []
        const note = async (what: string) =>
          seen.push([what, passes({ sk: 'journal#a', outbox: await outbox('a') })])
        granted(await store.writeJournal(entry('a', t0)))
        await note('written')
        granted(await store.claimNotice(etl, 'a', t0, t0 + 1_000))
        await note('claimed')
        granted(await store.finishNotice(etl, 'a', { end: 'retry', atMs: t0 + 5_000 }))
        await note('waiting for its retry')
        granted(await store.wakeNotice(etl, 'a', t0 + 5_000))
        await note('woken')
        granted(await store.claimNotice(etl, 'a', t0 + 5_000, t0 + 6_000))
        granted(await store.finishNotice(etl, 'a', { end: 'sent', ts: null }))
        await note('sent')
        expect(seen).toEqual([
          ['written', true],
          ['claimed', false],
          ['waiting for its retry', false],
          ['woken', true],
          ['sent', false],
        ])
        granted(await store.mark(etl, [], t0))
        expect(passes({ sk: 'state', outbox: (await item('state'))?.outbox?.S })).toBe(false)
        granted(await store.writeJournal(entry('b', t0, false)))
        expect(passes({ sk: 'journal#b', outbox: await outbox('b') })).toBe(false)
      })

      test('a wake always changes something, else the stream would stay silent', async () => {
        granted(await store.writeJournal(entry('a', t0)))
        const before = await item('journal#a')
        granted(await store.wakeNotice(etl, 'a', t0 + 60_000))
        expect(await item('journal#a')).not.toEqual(before)
      })

      test('events/journal-stream-insert.json is what the stream brings for a line', async () => {
        const file = new URL('../../events/journal-stream-insert.json', import.meta.url)
        const { Records } = JSON.parse(readFileSync(file, 'utf8'))
        const { Keys, NewImage, StreamViewType } = Records[0].dynamodb
        const nightly = familyTarget('prod', 'etl-nightly')
        await dynamo.client.send(new PutItemCommand({ TableName: tableName, Item: NewImage }))
        const line = present(granted(await store.readJournal(nightly, 1))[0])
        expect(line).toMatchObject({
          target: nightly,
          verb: 'run-task',
          because: { code: 'restart', cause: 'oom' },
        })
        tableName = await dynamo.newTable()
        granted(
          await dynamodbStore(dynamo.settings, { tableName, clock: { now: () => t0 } }).writeJournal(line),
        )
        expect(await item(`journal#${line.id}`, 'family/prod/etl-nightly')).toEqual(NewImage)
        expect(Keys).toEqual({ pk: NewImage.pk, sk: NewImage.sk })
        expect(tableProperties.StreamSpecification).toEqual({ StreamViewType })
        expect(passes({ sk: Keys.sk.S, outbox: NewImage.outbox.S })).toBe(true)
      })
    })

    describe('items of a newer Longshore', () => {
      const done = { nextLookAtMs: null, failures: 0 }
      const change = { intents: [], memory: {}, settled: ['task/a'] }
      const newer = [
        ['mark', 'state', 'conflict', s => s.mark(etl, [], t0)],
        ['mark with keys', 'state', 'conflict', s => s.mark(etl, ['task/b'], t0)],
        ['acquire', 'state', 'conflict', s => s.acquire(etl, 'w2', t0 + 99_999, 1)],
        ['read', 'state', 'conflict', s => s.read(etl)],
        ['record', 'state', 'fenced', (s, lease) => s.record(lease, change)],
        ['release', 'state', 'conflict', (s, lease) => s.release(lease, done)],
        [
          'release a failed look',
          'state',
          'conflict',
          (s, lease) => s.release(lease, { ...done, failures: 1 }),
        ],
        ['ensure', 'state', 'untouched', s => s.ensure(etl, t0)],
        ['keepEvidence', 'evidence#task/a', 'conflict', s => s.keepEvidence(etl, stopped('a', 9))],
        ['evidence', 'evidence#task/a', 'conflict', s => s.evidence(etl, ['task/a'])],
        ['stops', 'evidence#task/a', 'conflict', s => s.stops(etl, 0, 10)],
        [
          'settleEvidence',
          'evidence#task/a',
          'conflict',
          s => s.settleEvidence(etl, 'task/a', 'restarted', t0),
        ],
        ['keepLaunchSpec', 'spec#a', 'conflict', s => s.keepLaunchSpec(etl, spec('a'))],
        ['launchSpecs', 'spec#a', 'conflict', s => s.launchSpecs(etl, ['a'])],
        ['readJournal', 'journal#j', 'conflict', s => s.readJournal(etl, 10)],
        ['claimNotice', 'journal#j', 'conflict', s => s.claimNotice(etl, 'j', t0, t0 + 1)],
        ['finishNotice', 'journal#j', 'conflict', s => s.finishNotice(etl, 'j', { end: 'sent', ts: null })],
        ['wakeNotice', 'journal#j', 'untouched', s => s.wakeNotice(etl, 'j', t0 + 99_999)],
        ['writeJournal', 'journal#j', 'untouched', s => s.writeJournal(entry('j', t0))],
      ] satisfies [string, string, string, (store: Store, lease: Lease) => ReturnType<Store[keyof Store]>][]

      test.each(newer)('%s: %s is not touched, the answer is %s', async (_, sk, answer, call) => {
        granted(await store.mark(etl, ['task/a'], t0))
        const { lease } = present(granted(await store.acquire(etl, 'w1', t0, 1_000)))
        granted(await store.keepEvidence(etl, stopped('a', 7)))
        granted(await store.keepLaunchSpec(etl, spec('a')))
        granted(await store.writeJournal(entry('j', t0)))
        await fromTheFuture(sk)
        const before = await item(sk)
        const got = await call(store, lease)
        const said = got.ok
          ? got.value === false && answer === 'fenced'
            ? 'fenced'
            : 'untouched'
          : got.failure.code
        expect(said).toBe(answer)
        expect(await item(sk)).toEqual(before)
      })
    })
  })
}
