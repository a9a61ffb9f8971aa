import { createServer } from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
import { type Open, openOnLoopback } from '../../src/world/loopback.ts'
import { queuesContract } from './queues.contract.ts'
import { failureCode, told } from './wire-answers.ts'
import { adaptersAt, rows } from './wire-harness.ts'

for (const [name, makePorts] of rows) queuesContract(name, makePorts)

const url = 'https://sqs.eu-west-1.amazonaws.com/111122223333/orders'
const counts = {
  ApproximateNumberOfMessages: '3',
  ApproximateNumberOfMessagesNotVisible: '2',
  ApproximateNumberOfMessagesDelayed: '1',
}

describe('the adapter before odd answers', () => {
  let server: Open | undefined
  afterEach(() => server?.close())

  /** Answers each verb with the next of its bodies, the last one for ever; `null` is a queue that is gone. */
  async function queuesBefore(bodies: Record<string, (object | null)[]>) {
    const calls: string[] = []
    const odd = createServer((request, response) => {
      const verb = String(request.headers['x-amz-target']).split('.')[1] ?? ''
      calls.push(verb)
      const left = bodies[verb] ?? []
      const body = left.length > 1 ? left.shift() : left[0]
      response
        .writeHead(body === null ? 400 : 200, { 'content-type': 'application/x-amz-json-1.0' })
        .end(JSON.stringify(body ?? { __type: 'com.amazonaws.sqs#QueueDoesNotExist', message: 'gone' }))
    })
    server = await openOnLoopback(odd)
    return { queues: adaptersAt(server.endpoint, { maxAttempts: 1 }).queues, calls }
  }

  test('asks for the URL once', async () => {
    const { queues, calls } = await queuesBefore({
      GetQueueUrl: [{ QueueUrl: url }],
      GetQueueAttributes: [{ Attributes: counts }],
    })
    expect(told(await queues.depth('orders'))).toEqual({ visible: 3, inFlight: 2, delayed: 1 })
    await queues.depth('orders')
    expect(calls).toEqual(['GetQueueUrl', 'GetQueueAttributes', 'GetQueueAttributes'])
  })

  test('a queue that was deleted and made again is found again', async () => {
    const { queues, calls } = await queuesBefore({
      GetQueueUrl: [{ QueueUrl: url }],
      GetQueueAttributes: [null, { Attributes: counts }],
    })
    expect(failureCode(await queues.depth('orders'))).toBe('not-found')
    expect(told(await queues.depth('orders'))).toMatchObject({ visible: 3 })
    expect(calls).toEqual(['GetQueueUrl', 'GetQueueAttributes', 'GetQueueUrl', 'GetQueueAttributes'])
  })

  test.each<[what: string, attributes: object | undefined]>([
    ['no attributes', undefined],
    ['one count too few', { ...counts, ApproximateNumberOfMessagesDelayed: undefined }],
    ['an empty count', { ...counts, ApproximateNumberOfMessages: '' }],
    ['a count below zero', { ...counts, ApproximateNumberOfMessages: '-1' }],
    ['a count that is no whole number', { ...counts, ApproximateNumberOfMessagesNotVisible: '1.5' }],
    ['a count that is no number', { ...counts, ApproximateNumberOfMessages: 'NaN' }],
  ])('%s: unknown, not zero', async (_what, Attributes) => {
    const { queues } = await queuesBefore({
      GetQueueUrl: [{ QueueUrl: url }],
      GetQueueAttributes: [{ Attributes }],
    })
    expect(failureCode(await queues.depth('orders'))).toBe('unavailable')
  })

  test('no URL: unknown', async () => {
    const { queues } = await queuesBefore({ GetQueueUrl: [{}] })
    expect(failureCode(await queues.depth('orders'))).toBe('unavailable')
  })
})
