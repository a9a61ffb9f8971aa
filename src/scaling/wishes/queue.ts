import * as z from 'zod'
import { queueName } from '../../policy/names.ts'

/** `- queue: orders, perTask: 10`: messages that wait or are in flight, per task. */
export interface QueueTrigger {
  kind: 'queue'
  name: string
  queue: string
  /** Messages that one task is to have, at least 1 in practice; any number above 0. */
  perTask: number
  /** Fewer messages than this: inactive. */
  wakeAt: number
}

export const wakeAt = z
  .int()
  .min(1)
  .max(1_000_000)
  .default(1)
  .meta({
    description: 'With min: 0, the trigger is inactive while there are fewer messages than this.',
    examples: [1],
  })

export const queueWish = z
  .strictObject({
    queue: queueName.meta({
      description:
        'Name of the SQS queue in this account and Region. {service} and {cluster} stand for the names of the service.',
      examples: ['orders', '{service}-jobs'],
    }),
    perTask: z
      .number()
      .positive()
      .max(1e9)
      .meta({
        description: 'Messages that one task is to have: those that wait, are in flight, or are delayed.',
        examples: [10],
      }),
    wakeAt,
  })
  .transform(
    ({ queue, perTask, wakeAt }): QueueTrigger => ({
      kind: 'queue',
      name: `queue ${queue}`,
      queue,
      perTask,
      wakeAt,
    }),
  )
