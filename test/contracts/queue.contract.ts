import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Queue } from '../../src/model/ports.ts'
import { familyTarget, serviceTarget, type Target } from '../../src/model/target.ts'
import { told } from './wire-answers.ts'

export interface Arrived {
  target: Target
  /** Whole seconds. */
  delaySeconds: number
}

/** A queue under test, and what arrives at its other end. */
export interface QueueHarness {
  queue: Queue
  /** Oldest first, after as long as they may take. */
  arrived(): Arrived[] | Promise<Arrived[]>
  close(): Promise<void>
}

/** What every implementation of the port Queue keeps. */
export function queueContract(name: string, makeQueue: () => Promise<QueueHarness>): void {
  describe(`queue: ${name}`, () => {
    let harness: QueueHarness
    beforeEach(async () => {
      harness = await makeQueue()
    })
    afterEach(() => harness.close())

    test('looks at services and at families arrive, each after its delay', async () => {
      told(
        await harness.queue.look([
          { target: familyTarget('prod', 'etl'), delaySeconds: 2 },
          { target: serviceTarget('prod', 'web'), delaySeconds: 0 },
        ]),
      )
      expect(await harness.arrived()).toEqual([
        { target: serviceTarget('prod', 'web'), delaySeconds: 0 },
        { target: familyTarget('prod', 'etl'), delaySeconds: 2 },
      ])
    })

    test('25 looks arrive, each once', async () => {
      const names = Array.from({ length: 25 }, (_, index) => `web-${index}`)
      told(
        await harness.queue.look(
          names.map(service => ({ target: serviceTarget('prod', service), delaySeconds: 0 })),
        ),
      )
      const arrived = await harness.arrived()
      // A standard queue keeps no order.
      const ofService = arrived.map(({ target }) => (target.kind === 'service' ? target.service : null))
      expect(ofService.toSorted()).toEqual(names.toSorted())
    })

    test.each([0, 1, 900])('a delay of %i s', async delaySeconds => {
      told(await harness.queue.look([{ target: serviceTarget('prod', 'web'), delaySeconds }]))
      expect(await harness.arrived()).toMatchObject([{ delaySeconds }])
    })

    test('no looks, no messages', async () => {
      told(await harness.queue.look([]))
      expect(await harness.arrived()).toEqual([])
    })
  })
}
