import type { Context } from 'aws-lambda'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { noticeDoor, queueDoor } from '../../src/door.ts'
import { lookMessage } from '../../src/intake/look.ts'
import { targetKey } from '../../src/model/target.ts'
import { minute } from '../../src/model/time.ts'
import { tick } from '../../src/reconcile/tick.ts'
import { bench, etl, web } from '../decide/landing-table.ts'
import { damagedPayload, longMs, oddText, oddValue, tried } from './odd.ts'

/** What Lambda could hand over: whatever it is, every record is dealt with by itself. */

const context = { getRemainingTimeInMillis: () => 30_000 } as Context

/** A worker about a small world, as serverless.yml would install it. */
function worker() {
  const on = bench()
  const invoke = queueDoor({ landing: () => on.landing, flush: () => {} })
  return { ...on, invoke: (event: unknown) => invoke(event, context) }
}

const idsOf = ({ batchItemFailures }: { batchItemFailures: { itemIdentifier: string }[] }) =>
  batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)

/** As text, as SQS brings it; anything else is a record of nobody. */
const oddBody = fc.oneof(
  oddText,
  damagedPayload.map(payload => JSON.stringify(payload)),
  oddValue,
)

const oddRecord: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ messageId: fc.uuid(), body: oddBody }) },
  { weight: 2, arbitrary: fc.record({ messageId: oddValue, body: oddBody }, { requiredKeys: [] }) },
  { weight: 1, arbitrary: oddValue },
)

describe('a worker’s door', () => {
  it.each<[what: string, event: unknown]>([
    ['nothing', null],
    ['undefined', undefined],
    ['text', 'Records'],
    ['a number', 7],
    ['an empty object', {}],
    ['records that are no list', { Records: { 0: 'x' } }],
    ['an event that came without its queue', { 'detail-type': 'ECS Task State Change', detail: {} }],
  ])('refuses %s in one sentence, for nobody but a person sends it', async (_, event) => {
    await expect(worker().invoke(event)).rejects.toThrow(
      'The event is no batch: it has no list "Records". SQS and DynamoDB streams send one.',
    )
  })

  it('answers an empty batch', async () => {
    expect(await worker().invoke({ Records: [] })).toEqual({ batchItemFailures: [] })
  })

  it(
    'does what is good in a batch, whatever stands around it',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(oddRecord, { maxLength: 6 }), fc.nat(6), async (records, at) => {
          const { store, invoke, logged } = worker()
          const good = { messageId: 'good', body: lookMessage(web) }
          await store.ensure(web, 0)
          const batch = [...records.slice(0, at), good, ...records.slice(at)]
          const answer = await invoke({ Records: batch }).catch((error: Error) => error.message)
          // Only where Lambda cannot be told which record it was.
          if (typeof answer === 'string')
            expect(answer).toMatch(/^A message that must come again has no messageId/)
          else expect(idsOf(answer)).not.toContain('good')
          expect((await store.read(web)).ok && store.contents().states).toContainEqual(
            expect.objectContaining({
              target: web,
              observedGeneration: 0,
              failures: 0,
              owner: null,
              epoch: 1,
            }),
          )
          expect(logged).not.toContain('error: our own code threw')
          expect(logged).not.toContain('error: evidence is not durable')
        }),
        tried(150, 11),
      )
    },
    longMs,
  )

  it('sends back poison alone, each by its own id', async () => {
    const { invoke, counts } = worker()
    const poison = ['', '{', '{"detail-type":"x"}', '7', 'null', '[]'].map((body, index) => ({
      messageId: `poison-${index}`,
      body,
    }))
    const good = [web, etl].map(target => ({ messageId: targetKey(target), body: lookMessage(target) }))
    const answer = await invoke({ Records: [...poison, ...good, { messageId: 'odd', body: 7 }] })
    expect(idsOf(answer)).toEqual([...poison.map(({ messageId }) => messageId), 'odd'])
    expect(counts.RefusedMessages).toBe(7)
  })

  it('asks for the whole batch where a record to send back has no id, and has done the others', async () => {
    const { invoke, counts, store } = worker()
    await store.ensure(web, 0)
    const batch = { Records: [{ body: 'poison' }, { messageId: 'good', body: lookMessage(web) }] }
    await expect(invoke(batch)).rejects.toThrow('A message that must come again has no messageId')
    expect(counts.Looks).toBe(1)
  })

  it('works off ten thousand records, though Lambda’s most is ten', async () => {
    const { invoke, counts } = worker()
    const Records = Array.from({ length: 10_000 }, (_, index) => ({
      messageId: `m${index}`,
      body: index % 100 === 0 ? 'poison' : lookMessage(index % 2 === 0 ? web : etl),
    }))
    expect(idsOf(await invoke({ Records }))).toHaveLength(100)
    expect(counts.RefusedMessages).toBe(100)
    expect(counts.Looks).toBe(2)
  })

  it(
    'looks at every target that a damaged message names, and nothing throws',
    async () => {
      const { landing, world, store, invoke, logged } = worker()
      landing.policy = {
        ...landing.policy,
        services: landing.policy.services.map(rule => ({ ...rule, match: { cluster: '*', service: '*' } })),
        tasks: landing.policy.tasks.map(rule => ({ ...rule, match: { cluster: '*', family: '*' } })),
      }
      await fc.assert(
        fc.asyncProperty(damagedPayload, async payload => {
          await invoke({ Records: [{ messageId: 'm', body: JSON.stringify(payload) }] })
          world.advance(minute)
          // What is due can be named, and looked at.
          const swept = await tick(landing.ports, landing.policy)
          expect(swept.targets).toBeGreaterThanOrEqual(0)
          expect(logged.filter(line => line.startsWith('error'))).toEqual([])
        }),
        tried(150, 12),
      )
      expect(store.contents().states.length).toBeGreaterThan(5)
    },
    longMs,
  )
})

describe('the notifier’s door', () => {
  const notifier = () => {
    const on = bench()
    const posted: string[] = []
    const door = noticeDoor({
      ports: {
        ...on.ports,
        slack: {
          async post({ text }) {
            posted.push(text)
            return { ok: true, value: { ts: '1.1' } }
          },
        },
      },
      slackPolicy: { channel: '#ops' },
      flush: () => {},
    })
    return { ...on, posted, invoke: (event: unknown) => door(event, context) }
  }
  const keys = fc.record({
    pk: fc.record({ S: oddValue }),
    sk: fc.record({ S: fc.oneof(oddValue, fc.constant('journal#x')) }),
  })
  const streamRecord: fc.Arbitrary<unknown> = fc.oneof(
    fc.record({
      dynamodb: fc.record({ SequenceNumber: oddValue, Keys: fc.oneof(keys, oddValue) }, { requiredKeys: [] }),
    }),
    fc.record({ dynamodb: oddValue }),
    oddValue,
  )

  it(
    'passes over records that are no notices, and still brings the one that is',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(streamRecord, { maxLength: 6 }), fc.nat(6), async (records, at) => {
          const { store, posted, invoke } = notifier()
          await store.writeJournal({
            id: 'e1',
            target: etl,
            atMs: 0,
            room: 'healing',
            outcome: 'held',
            verb: null,
            about: null,
            because: { code: 'completed' },
            sentence: 'It finished.',
            failure: null,
            change: null,
            untilMs: null,
            facts: [],
            tell: true,
          })
          const notice = {
            dynamodb: { SequenceNumber: '7', Keys: { pk: { S: targetKey(etl) }, sk: { S: 'journal#e1' } } },
          }
          const batch = [...records.slice(0, at), notice, ...records.slice(at)]
          expect(await invoke({ Records: batch })).toEqual({ batchItemFailures: [] })
          expect(posted).toHaveLength(1)
        }),
        tried(150, 13),
      )
    },
    longMs,
  )

  it.each([null, undefined, 'x', {}, { Records: 'x' }])('refuses %j in one sentence', async event => {
    await expect(notifier().invoke(event)).rejects.toThrow('The event is no batch')
  })
})
