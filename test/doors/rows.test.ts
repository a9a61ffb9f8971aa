import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import { DeleteCommand, DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { dynamodbStore } from '../../src/adapters/dynamodb-store.ts'
import { readEntry, readEvidence, readLaunchSpec, readState } from '../../src/adapters/dynamodb-store-rows.ts'
import { lookMessage } from '../../src/intake/look.ts'
import type { Store } from '../../src/model/ports.ts'
import { type Answer, answered } from '../../src/model/reading.ts'
import { targetKey } from '../../src/model/target.ts'
import { day, minute } from '../../src/model/time.ts'
import { tick } from '../../src/reconcile/tick.ts'
import { workOff } from '../../src/reconcile/worker.ts'
import { deliver } from '../../src/voice/deliver.ts'
import { type Dynamo, startDynalite } from '../contracts/store-dynalite.ts'
import { entry, granted, intent, present, spec, stopped } from '../contracts/store-values.ts'
import { bench, etl, now, web } from '../decide/landing-table.ts'
import { damagedValue, longMs, oddValue, tried } from './odd.ts'

/** Items of the table that nobody of us wrote: edited by hand, half written, or from another Longshore. */

let dynamo: Dynamo
let items: DynamoDBDocumentClient
let tableName: string
let store: Store
beforeAll(async () => {
  dynamo = await startDynalite()
  items = DynamoDBDocumentClient.from(dynamo.client, { marshallOptions: { removeUndefinedValues: true } })
})
afterAll(() => dynamo.stop())
beforeEach(fresh)

async function fresh(): Promise<void> {
  tableName = await dynamo.newTable()
  store = dynamodbStore(dynamo.settings, { tableName, clock: { now: () => now } })
}

const memory = {
  looks: 3,
  living: ['a1'],
  standing: { 'healing a1': 'backoff' },
  healing: {
    placements: { a1: { failures: 1, nextTryAtMs: now } },
    recovering: { a1: { stoppedAtMs: now } },
  },
  discovery: {
    operations: [{ operationId: 'o1', instanceId: 'a1', verb: 'register' as const, startedAtMs: now }],
    missingSince: { a1: now },
    failures: { a1: { count: 1, nextTryAtMs: now } },
  },
}

/** One of each kind, as Longshore itself writes them. */
async function written(intents = [intent('i1')]): Promise<void> {
  granted(await store.keepEvidence(etl, stopped('a1', 7)))
  granted(await store.keepLaunchSpec(etl, spec('a1')))
  granted(await store.writeJournal({ ...entry('j1', now), target: etl }))
  granted(await store.mark(etl, ['task/a1'], now - day))
  const { lease } = present(granted(await store.acquire(etl, 'w1', now - day, 1_000)))
  granted(await store.record(lease, { intents, memory, settled: [] }))
  granted(await store.release(lease, { nextLookAtMs: now - minute, failures: 1 }))
}

const itemAt = async (sk: string) =>
  (await items.send(new GetCommand({ TableName: tableName, Key: { pk: targetKey(etl), sk } }))).Item ?? {}

const kinds = [
  { sk: 'state', part: 'memory' },
  { sk: 'state', part: 'intents' },
  { sk: 'state', part: 'inbox' },
  { sk: 'state', part: 'failures' },
  { sk: 'state', part: 'nextLookAtMs' },
  { sk: 'state', part: 'observedGeneration' },
  { sk: 'evidence#task/a1', part: 'evidence' },
  { sk: 'evidence#task/a1', part: 'resolution' },
  { sk: 'spec#a1', part: 'spec' },
  { sk: 'journal#j1', part: 'entry' },
  { sk: 'journal#j1', part: 'attempts' },
]

/** A worker, the sweep and the notifier about this table and a small world. */
function household() {
  const on = bench()
  on.ports.store = store
  const slack = { post: async () => ({ ok: true as const, value: { ts: null } }) }
  const notice = {
    dynamodb: { SequenceNumber: '1', Keys: { pk: { S: targetKey(etl) }, sk: { S: 'journal#j1' } } },
  }
  return {
    ...on,
    async workAll() {
      const unacknowledged = await workOff(on.landing, [
        { id: 'etl', body: lookMessage(etl) },
        { id: 'web', body: lookMessage(web) },
      ])
      await tick(on.landing.ports, on.landing.policy)
      const undelivered = await deliver({ ...on.ports, slack }, { channel: '#ops' }, [notice])
      return { unacknowledged, undelivered }
    },
  }
}

/** Each costs fifteen calls of a table. */
const triedAtTable = (runs: number, seed: number) => {
  const { numRuns, ...rest } = tried(runs, seed)
  return { ...rest, numRuns: Math.min(numRuns, 500) }
}

describe('the shape of an item', () => {
  const item = { pk: 'family/prod/etl', sk: 'state' }
  const whole = {
    generation: 1,
    observedGeneration: 0,
    epoch: 1,
    owner: null,
    leaseUntilMs: 0,
    nextLookAtMs: now,
    failures: 0,
    inbox: ['task/a1'],
    intents: [intent('i1')],
    memory,
  }
  const readers: [string, (value: unknown) => Answer<unknown>, unknown][] = [
    ['state', value => readState('store:read', item, value), whole],
    ['evidence', value => readEvidence('store:evidence', item, value), stopped('a1', 7)],
    ['journal line', value => readEntry('store:readJournal', { ...item, entry: value }), entry('j1', now)],
    ['launch specification', value => answered(readLaunchSpec(value)), spec('a1')],
  ]

  it.each(readers)('of a %s is right as it is written', (_, read, value) => {
    expect(read(value)).toEqual(answered(value))
  })

  it.each(readers)(
    'of a %s is judged whatever it is, and what is right about it stays',
    (_, read, value) => {
      fc.assert(
        fc.property(fc.oneof(damagedValue(value), oddValue), damaged => {
          const answer = read(damaged)
          if (answer.ok && answer.value !== null) expect(read(answer.value)).toEqual(answer)
          if (!answer.ok)
            expect(answer.failure.message).toMatch(/^the item state of family\/prod\/etl is not readable/)
        }),
        tried(150, 42),
      )
    },
    longMs,
  )
})

describe('an item that cannot be read', () => {
  it(
    'is refused as a value by whatever reads it, and everything else goes on',
    async () => {
      await written()
      const good = await Promise.all([...new Set(kinds.map(({ sk }) => sk))].map(itemAt))
      const damage = fc
        .constantFrom(...kinds)
        .chain(kind => damagedValue(samples[kind.part]).map(value => ({ ...kind, value })))
      await fc.assert(
        fc.asyncProperty(damage, async ({ sk, part, value }) => {
          // DynamoDB takes 32 levels; more would only try its emulator.
          fc.pre(depthOf(value) < 30)
          for (const Item of good) await items.send(new PutCommand({ TableName: tableName, Item }))
          await items.send(
            new DeleteCommand({ TableName: tableName, Key: { pk: targetKey(web), sk: 'state' } }),
          )
          const Item = { ...(await itemAt(sk)), [part]: value }
          const taken = await items.send(new PutCommand({ TableName: tableName, Item })).then(
            () => true,
            // DynamoDB itself refuses such an item.
            () => false,
          )
          fc.pre(taken)
          const { logged, workAll } = household()
          expect(await workAll()).toEqual({ unacknowledged: [], undelivered: [] })
          expect(logged).not.toContain('error: our own code threw')
          // The neighbour was looked at.
          expect(granted(await store.read(web))?.epoch).toBe(1)
          const read = await Promise.all([
            store.read(etl),
            store.evidence(etl, ['task/a1']),
            store.launchSpecs(etl, ['a1']),
            store.readJournal(etl, 10),
            store.stops(etl, 0, 10),
          ])
          const refusals = read.flatMap(answer => (answer.ok ? [] : [answer.failure]))
          for (const { code, message } of refusals) {
            expect(code).toBe('invalid')
            expect(message).toMatch(/^the item \S+ of family\/prod\/etl is not readable( at .{1,200})?$/su)
          }
        }),
        triedAtTable(12, 41),
      )
    },
    longMs,
  )

  it.each<[sk: string, part: string, value: unknown, path: string]>([
    ['state', 'memory', 'x', 'memory'],
    ['state', 'memory', { living: [7] }, 'memory.living.0'],
    [
      'state',
      'memory',
      { scaling: { cooldown: null, lastWrite: { desiredCount: '9' } } },
      'memory.scaling.lastWrite.desiredCount',
    ],
    [
      'state',
      'memory',
      { scaling: { cooldown: null, lastWrite: null, triggers: { cpu: { most: [[1, '2']] } } } },
      'memory.scaling.triggers.cpu.most.0.1',
    ],
    [
      'state',
      'memory',
      { scaling: { cooldown: null, lastWrite: null, triggers: { slo: { slo: { kind: 'x' } } } } },
      'memory.scaling.triggers.slo.slo.kind',
    ],
    ['state', 'intents', [{ ...intent('i'), action: { verb: 'delete-service' } }], 'intents.0.action.verb'],
    ['state', 'inbox', 'task/a1', 'inbox'],
    ['evidence#task/a1', 'evidence', { key: 'task/a1', version: 7 }, 'task'],
    ['evidence#task/a1', 'resolution', 7, ''],
    ['journal#j1', 'entry', { id: 'j1' }, 'target.kind'],
  ])('says where, and nothing of what stands there: %s %s', async (sk, part, value, path) => {
    await written()
    await items.send(new PutCommand({ TableName: tableName, Item: { ...(await itemAt(sk)), [part]: value } }))
    const answer =
      sk === 'state'
        ? await store.read(etl)
        : sk.startsWith('journal')
          ? await store.claimNotice(etl, 'j1', now, now + minute)
          : await store.evidence(etl, ['task/a1'])
    expect(answer).toMatchObject({
      ok: false,
      failure: {
        code: 'invalid',
        message: `the item ${sk} of family/prod/etl is not readable${path === '' ? '' : ` at ${path}`}`,
      },
    })
  })

  it('of the evidence is kept, with its target due again, until someone mends it', async () => {
    await written([])
    const good = await itemAt('evidence#task/a1')
    await items.send(
      new PutCommand({ TableName: tableName, Item: { ...good, evidence: { ...good.evidence, task: 7 } } }),
    )
    const { logged, workAll, world } = household()
    await workAll()
    expect(logged).toContain('warn: look failed, tried again later')
    const waiting = present(granted(await store.read(etl)))
    expect(waiting.inbox).toEqual(['task/a1'])
    expect(waiting.nextLookAtMs).toBeGreaterThan(now)
    await items.send(new PutCommand({ TableName: tableName, Item: good }))
    world.advance(20 * minute)
    await workAll()
    expect(granted(await store.read(etl))?.inbox).toEqual([])
    expect(granted(await store.evidence(etl, ['task/a1']))[0]?.resolution).not.toBe(null)
  })

  it('of a launch specification runs nothing: it counts as never recorded', async () => {
    await written()
    const good = await itemAt('spec#a1')
    for (const spec of [
      7,
      {},
      { ...good.spec, network: 'none' },
      { ...good.spec, overrides: { containerOverrides: [{ command: 'x' }] } },
    ]) {
      await items.send(new PutCommand({ TableName: tableName, Item: { ...good, spec } }))
      expect(granted(await store.launchSpecs(etl, ['a1']))).toEqual([])
    }
  })

  it('of the journal is given up, so that the lines behind it are told', async () => {
    await written()
    await items.send(
      new PutCommand({
        TableName: tableName,
        Item: { ...(await itemAt('journal#j1')), entry: { id: 'j1' } },
      }),
    )
    const { logged, counts, workAll } = household()
    expect((await workAll()).undelivered).toEqual([])
    expect(logged).toContain('error: notice not readable, given up')
    expect(counts.NoticesGivenUp).toBe(1)
    expect(await itemAt('journal#j1')).toMatchObject({ outbox: 'given-up', entry: { id: 'j1' } })
  })

  it('whose key is no target’s does not stop the sweep', async () => {
    await written()
    for (const pk of ['nobody', 'family//etl', 'service/a/b/c', 'cluster/prod/x'])
      await items.send(
        new PutCommand({
          TableName: tableName,
          Item: { pk, sk: 'state', dueShard: '0', dueAtMs: 1, nextLookAtMs: 1 },
        }),
      )
    const due = granted(await store.due(now, 10))
    expect(due.targets).toEqual([etl])
  })

  it('whose number no program can hold is refused too', async () => {
    await written()
    const number = { N: '123456789012345678901234567890' }
    await dynamo.client.send(
      new PutItemCommand({
        TableName: tableName,
        Item: {
          pk: { S: targetKey(etl) },
          sk: { S: 'state' },
          failures: number,
          dueShard: { S: '0' },
          dueAtMs: { N: '1' },
        },
      }),
    )
    expect(await store.read(etl)).toMatchObject({ ok: false, failure: { code: 'invalid' } })
    const { logged, workAll } = household()
    await workAll()
    expect(logged).not.toContain('error: our own code threw')
  })
})

const depthOf = (value: unknown): number =>
  typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0

/** What `written` puts there. */
const samples: Record<string, unknown> = {
  memory,
  intents: [intent('i1')],
  inbox: ['task/a1'],
  failures: 1,
  nextLookAtMs: now - minute,
  observedGeneration: 0,
  evidence: stopped('a1', 7),
  resolution: 'restart',
  spec: spec('a1'),
  entry: { ...entry('j1', now), target: etl },
  attempts: 1,
}
