import * as z from 'zod'
import { lastSegment } from '../model/arn.ts'
import type { Queues } from '../model/queues.ts'
import { refusal, reply, type Verbs, verb } from './wire-verb.ts'

/** The two verbs of SQS that tell how much lies in a queue (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/). */
export const depthVerbs = (queues: Queues, names: () => string[]): Verbs => ({
  GetQueueUrl: verb('InvalidAddress', z.object({ QueueName: z.string() }), async ({ QueueName }) =>
    names().includes(QueueName)
      ? { body: { QueueUrl: `https://sqs.eu-west-1.amazonaws.com/111122223333/${QueueName}` } }
      : refusal('QueueDoesNotExist', 'The specified queue does not exist.'),
  ),

  GetQueueAttributes: verb(
    'InvalidAddress',
    z.object({
      QueueUrl: z.string().transform(lastSegment),
      AttributeNames: z.array(z.string()).default([]),
    }),
    async ({ QueueUrl, AttributeNames }) =>
      reply('sqs:GetQueueAttributes', await queues.depth(QueueUrl), ({ visible, inFlight, delayed }) => ({
        Attributes: Object.fromEntries(
          Object.entries({
            ApproximateNumberOfMessages: String(visible),
            ApproximateNumberOfMessagesNotVisible: String(inFlight),
            ApproximateNumberOfMessagesDelayed: String(delayed),
          }).filter(([name]) => AttributeNames.includes(name) || AttributeNames.includes('All')),
        ),
      })),
  ),
})
