import {
  CreateQueueCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { type AwsSettings, clientSettings } from '../../src/adapters/settings.ts'
import type { Account } from '../contracts/account.ts'

const isFifo = (name: string): boolean => name.endsWith('.fifo')

export function createQueueSide(
  settings: AwsSettings,
): Pick<Account, 'addQueue' | 'sendMessages' | 'receiveMessages'> {
  const client = new SQSClient({ ...clientSettings(settings), useQueueUrlAsEndpoint: false })
  const urlOf = async (QueueName: string) =>
    (await client.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl
  return {
    addQueue: async QueueName => {
      const Attributes = isFifo(QueueName) ? { FifoQueue: 'true' } : {}
      await client.send(new CreateQueueCommand({ QueueName, Attributes }))
    },
    sendMessages: async (queue, count, DelaySeconds) => {
      const Entries = Array.from({ length: count }, (_, index) => ({
        Id: String(index),
        MessageBody: `message ${index}`,
        ...(DelaySeconds === undefined ? {} : { DelaySeconds }),
        ...(isFifo(queue)
          ? { MessageGroupId: `group ${index}`.replace(' ', '-'), MessageDeduplicationId: `message-${index}` }
          : {}),
      }))
      await client.send(new SendMessageBatchCommand({ QueueUrl: await urlOf(queue), Entries }))
    },
    receiveMessages: async (queue, MaxNumberOfMessages) => {
      await client.send(
        new ReceiveMessageCommand({
          QueueUrl: await urlOf(queue),
          MaxNumberOfMessages,
          VisibilityTimeout: 600,
        }),
      )
    },
  }
}
