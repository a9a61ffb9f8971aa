import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { failureCode, told } from './wire-answers.ts'
import type { Harness } from './wire-harness.ts'

/** What every implementation of the port Queues keeps. */
export function queuesContract(name: string, makePorts: () => Promise<Harness>): void {
  describe(`queue depth: ${name}`, () => {
    let harness: Harness
    beforeEach(async () => {
      harness = await makePorts()
      await harness.account.addQueue('orders')
    })
    afterEach(() => harness.close())

    const depth = async (queue = 'orders') => told(await harness.ports.queues.depth(queue))

    test('an empty queue holds nothing', async () => {
      expect(await depth()).toEqual({ visible: 0, inFlight: 0, delayed: 0 })
    })

    test('tells what waits, what is worked on and what is delayed apart', async () => {
      await harness.account.sendMessages('orders', 5)
      await harness.account.receiveMessages('orders', 2)
      await harness.account.sendMessages('orders', 4, 900)
      expect(await depth()).toEqual({ visible: 3, inFlight: 2, delayed: 4 })
    })

    test('tells what it is now, each time', async () => {
      await harness.account.sendMessages('orders', 1)
      expect(await depth()).toMatchObject({ visible: 1 })
      await harness.account.sendMessages('orders', 2)
      expect(await depth()).toMatchObject({ visible: 3 })
    })

    test('a FIFO queue', async () => {
      await harness.account.addQueue('orders.fifo')
      await harness.account.sendMessages('orders.fifo', 3)
      await harness.account.receiveMessages('orders.fifo', 1)
      expect(await depth('orders.fifo')).toEqual({ visible: 2, inFlight: 1, delayed: 0 })
      expect(await depth('orders')).toMatchObject({ visible: 0 })
    })

    test('a queue that does not exist is not found, which is not empty', async () => {
      expect(failureCode(await harness.ports.queues.depth('gone'))).toBe('not-found')
    })

    test.each(['throttled', 'unavailable', 'denied'] as const)('says %s as a value', async code => {
      await harness.account.failNext('sqs:GetQueueAttributes', code)
      expect(failureCode(await harness.ports.queues.depth('orders'))).toBe(code)
      expect(await depth()).toMatchObject({ visible: 0 })
    })
  })
}
