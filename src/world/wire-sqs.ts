import { createHash } from 'node:crypto'
import * as z from 'zod'
import { lastSegment } from '../model/arn.ts'
import type { Answer } from '../model/reading.ts'
import { wireError } from './wire-errors.ts'
import { type Reply, refusal, reply, type Verbs, verb } from './wire-verb.ts'

/** Takes a message into the queue of that name (the last part of its URL). `not-found`: there is no such queue. */
export type MessageSink = (
  queue: string,
  body: string,
  delaySeconds: number,
) => Answer<void> | Promise<Answer<void>>

const invalid = 'InvalidParameterValue'
const message = { MessageBody: z.string().min(1), DelaySeconds: z.int().min(0).max(900).default(0) }
const QueueUrl = z.string().transform(lastSegment)

export const sqsVerbs = (take: MessageSink): Verbs => ({
  SendMessage: verb(invalid, z.object({ QueueUrl, ...message }), async input =>
    reply('sqs:SendMessage', await take(input.QueueUrl, input.MessageBody, input.DelaySeconds), () =>
      takenShape(input.QueueUrl, '0', input.MessageBody),
    ),
  ),

  SendMessageBatch: verb(
    invalid,
    z.object({ QueueUrl, Entries: z.array(z.object({ Id: z.string().max(80), ...message })) }),
    async ({ QueueUrl, Entries }): Promise<Reply> => {
      if (Entries.length === 0) return refusal('EmptyBatchRequest', 'There should be at least one entry.')
      if (Entries.length > 10)
        return refusal('TooManyEntriesInBatchRequest', 'Maximum number of entries per request are 10.')
      if (new Set(Entries.map(({ Id }) => Id)).size < Entries.length)
        return refusal('BatchEntryIdsNotDistinct', 'Two or more batch entries have the same Id.')

      const Successful = []
      const Failed = []
      for (const { Id, MessageBody, DelaySeconds } of Entries) {
        const answer = await take(QueueUrl, MessageBody, DelaySeconds)
        if (answer.ok) Successful.push({ Id, ...takenShape(QueueUrl, Id, MessageBody) })
        else if (answer.failure.code === 'not-found') return reply('sqs:SendMessageBatch', answer, () => ({}))
        else {
          const { type, message, status } = wireError('sqs:SendMessageBatch', answer.failure)
          const SenderFault = status < 500 && answer.failure.code !== 'throttled'
          Failed.push({ Id, SenderFault, Code: type, Message: message })
        }
      }
      return { body: { Successful, Failed } }
    },
  ),
})

/** The client refuses an answer whose digest does not fit what it sent. */
const takenShape = (queue: string, id: string, body: string) => ({
  MessageId: createHash('sha256').update(`${queue}\n${id}\n${body}`).digest('hex').slice(0, 32),
  MD5OfMessageBody: createHash('md5').update(body).digest('hex'),
})
