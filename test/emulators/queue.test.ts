import { DeleteMessageCommand, type Message, ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parseTargetKey, serviceTarget, type Target } from '../../src/model/target.ts'
import { type Arrived, queueContract } from '../contracts/queue.contract.ts'
import { failureCode, told } from '../contracts/wire-answers.ts'
import { adaptersAt } from '../contracts/wire-harness.ts'
import type { Front } from './front.ts'
import { type Rented, rent } from './harness.ts'
import { createQueues, maxReceiveCount, type Queues } from './queues.ts'

/** Time cannot be moved on here: what is delayed for longer is not waited for. */
const patienceSeconds = 5
const drainMsMax = 30_000

const receive = async ({ client }: Queues, QueueUrl: string, VisibilityTimeout: number) => {
  const { Messages = [] } = await client.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: 10,
      VisibilityTimeout,
      MessageSystemAttributeNames: ['All'],
    }),
  )
  return Messages
}

const targetOf = ({ Body = '' }: Message): Target => {
  const target = parseTargetKey(JSON.parse(Body).target)
  if (target === null) throw new Error(`no target in ${Body}`)
  return target
}

/** The delays that were asked for, in seconds by body. */
const delaysIn = ({ calls }: Front): Map<string, number> =>
  new Map(
    calls
      .filter(({ operation }) => operation === 'sqs:SendMessageBatch')
      .flatMap(({ body }) => body.Entries as { MessageBody: string; DelaySeconds: number }[])
      .map(({ MessageBody, DelaySeconds }) => [MessageBody, DelaySeconds]),
  )

/** Receives and acknowledges until nothing is left but what is not waited for. A message that came before its time is told with that. */
async function drain(queues: Queues, front: Front): Promise<Arrived[]> {
  const delays = delaysIn(front)
  const isLong = ([body, delay]: [string, number], kind: string) =>
    body.includes(`"${kind}/`) && delay > patienceSeconds
  const arrivalOf = (message: Message): Arrived => {
    const { ApproximateFirstReceiveTimestamp: first, SentTimestamp: sent } = message.Attributes ?? {}
    const waitedSeconds = Math.floor((Number(first) - Number(sent)) / 1_000)
    return {
      target: targetOf(message),
      delaySeconds: Math.min(waitedSeconds, delays.get(message.Body ?? '') ?? 0),
    }
  }
  const arrived: Arrived[] = []
  const deadline = performance.now() + drainMsMax
  for (const [kind, url] of [
    ['service', queues.urls.services],
    ['family', queues.urls.tasks],
  ] as const) {
    const long = [...delays].filter(asked => isLong(asked, kind)).length
    for (let isEmpty = false; !isEmpty && performance.now() < deadline; ) {
      const delayed = Number(await queues.attribute(url, 'ApproximateNumberOfMessagesDelayed'))
      const messages = await receive(queues, url, 30)
      for (const { ReceiptHandle } of messages)
        await queues.client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }))
      arrived.push(...messages.map(arrivalOf))
      isEmpty = messages.length === 0 && delayed <= long
    }
  }
  return arrived.toSorted((a, b) => a.delaySeconds - b.delaySeconds)
}

queueContract('the adapter', async () => {
  const { front, settings } = await rent()
  const queues = await createQueues(settings)
  return {
    queue: adaptersAt(front.endpoint, { ...settings, queueUrls: queues.urls }).queue,
    arrived: () => drain(queues, front),
    close: front.close,
  }
})

describe('queues: the adapter', () => {
  let rented: Rented
  let queues: Queues
  beforeEach(async () => {
    rented = await rent()
    queues = await createQueues(rented.settings)
  })
  afterEach(() => rented.front.close())

  const ports = () => adaptersAt(rented.front.endpoint, { ...rented.settings, queueUrls: queues.urls }).queue
  const look = (names: string[], delaySeconds = 0) =>
    ports().look(names.map(name => ({ target: serviceTarget('prod', name), delaySeconds })))
  const services = async () =>
    (await drain(queues, rented.front))
      .map(({ target }) => (target.kind === 'service' ? target.service : ''))
      .toSorted()

  test('what waits for fifteen minutes is counted as delayed, and is not to be had', async () => {
    told(await look(['web'], 900))
    expect(await queues.attribute(queues.urls.services, 'ApproximateNumberOfMessagesDelayed')).toBe('1')
    expect(await receive(queues, queues.urls.services, 30)).toEqual([])
  })

  test('an entry that the emulator refuses is told, and the others arrive', async () => {
    rented.front.rewrite = ({ operation, body }) => {
      if (operation !== 'sqs:SendMessageBatch') return body
      const entries = body.Entries as { Id: string }[]
      return {
        ...body,
        Entries: entries.map(entry => (entry.Id === '1' ? { ...entry, DelaySeconds: 901 } : entry)),
      }
    }
    expect(failureCode(await look(['a', 'b', 'c']))).toBe('invalid')
    expect(await services()).toEqual(['a', 'c'])
  })

  test('an entry that got lost inside SQS is sent again, alone', async () => {
    const sent: string[][] = []
    const first = () => sent.length === 1
    rented.front.rewrite = ({ operation, body }) => {
      if (operation !== 'sqs:SendMessageBatch') return body
      const entries = body.Entries as { Id: string }[]
      sent.push(entries.map(({ Id }) => Id))
      return first() ? { ...body, Entries: entries.filter(({ Id }) => Id !== '1') } : body
    }
    rented.front.amend = ({ operation }, answer) =>
      operation === 'sqs:SendMessageBatch' && first()
        ? { ...answer, Failed: [{ Id: '1', SenderFault: false, Code: 'InternalError', Message: 'lost' }] }
        : answer
    told(await look(['a', 'b', 'c']))
    expect(sent).toEqual([['0', '1', '2'], ['1']])
    expect(await services()).toEqual(['a', 'b', 'c'])
  })

  test('a queue that does not exist is not found', async () => {
    const urls = { services: `${queues.urls.services}-gone`, tasks: `${queues.urls.tasks}-gone` }
    const { queue } = adaptersAt(rented.front.endpoint, { ...rented.settings, queueUrls: urls })
    const answer = await queue.look([{ target: serviceTarget('prod', 'web'), delaySeconds: 0 }])
    expect(failureCode(answer)).toBe('not-found')
  })

  test('a look that is never acknowledged becomes a dead letter, after as many receipts as the stack says', async () => {
    told(await look(['web']))
    for (let receipt = 1; receipt <= maxReceiveCount; receipt++) {
      const [message] = await receive(queues, queues.urls.services, 0)
      expect(message?.Attributes?.ApproximateReceiveCount).toBe(String(receipt))
    }
    expect(await receive(queues, queues.urls.services, 0)).toEqual([])
    const letters = await receive(queues, queues.deadLetters, 30)
    expect(letters.map(targetOf)).toEqual([serviceTarget('prod', 'web')])
  })
})
