import { readFileSync } from 'node:fs'
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  type QueueAttributeName,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { parse } from 'yaml'
import * as z from 'zod'
import { type AwsSettings, clientSettings } from '../../src/adapters/settings.ts'
import type { QueueUrls } from '../../src/adapters/sqs.ts'
import { present } from './account-ecs.ts'

/** The stack's queues: two, and one for the dead letters of both. */
export interface Queues {
  client: SQSClient
  urls: QueueUrls
  deadLetters: string
  /** As a stack's owner reads it. */
  attribute(url: string, name: QueueAttributeName): Promise<string>
}

const worker = z
  .object({
    Resources: z.object({
      ServicesQueue: z.object({
        Properties: z.object({
          VisibilityTimeout: z.number(),
          MessageRetentionPeriod: z.number(),
          RedrivePolicy: z.object({ maxReceiveCount: z.number() }),
        }),
      }),
    }),
  })
  .parse(parse(readFileSync(new URL('../../stack/queues.yml', import.meta.url), 'utf8'), { merge: true }))
  .Resources.ServicesQueue.Properties

export const { maxReceiveCount } = worker.RedrivePolicy

export async function createQueues(settings: AwsSettings): Promise<Queues> {
  const client = new SQSClient({ ...clientSettings(settings), useQueueUrlAsEndpoint: false })
  const attribute = async (QueueUrl: string, name: QueueAttributeName) => {
    const { Attributes } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [name] }),
    )
    return present(Attributes?.[name])
  }
  const create = async (QueueName: string, Attributes: Record<string, string>) =>
    present((await client.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl)

  const deadLetters = await create('dead-letters', { SqsManagedSseEnabled: 'true' })
  const deadLetterTargetArn = await attribute(deadLetters, 'QueueArn')
  const attributes = {
    SqsManagedSseEnabled: 'true',
    VisibilityTimeout: String(worker.VisibilityTimeout),
    MessageRetentionPeriod: String(worker.MessageRetentionPeriod),
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount }),
  }
  return {
    client,
    urls: { services: await create('services', attributes), tasks: await create('tasks', attributes) },
    deadLetters,
    attribute,
  }
}
