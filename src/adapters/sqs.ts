import {
  type BatchResultErrorEntry,
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  SQSClient,
} from '@aws-sdk/client-sqs'
import type { Queue } from '../model/ports.ts'
import { type Answer, answered, refused } from '../model/reading.ts'
import { type Target, targetKey } from '../model/target.ts'
import { batches } from './batches.ts'
import { ask } from './failure.ts'
import { type AwsSettings, clientSettings } from './settings.ts'

const entriesPerCall = 10
const maxDelaySeconds = 900
/** Entries that SQS itself failed to take are sent again; a wake-up that arrives twice is harmless. */
const rounds = 3

export interface QueueUrls {
  services: string
  tasks: string
}

/** Looks at services go to the workers that may change services, looks at families to those that may run tasks. */
export function createQueue(settings: AwsSettings, urls: QueueUrls): Queue {
  // The client would otherwise follow the URL's host, also away from `endpoint`.
  const client = new SQSClient({ ...clientSettings(settings), useQueueUrlAsEndpoint: false })

  const sendBatch = (QueueUrl: string, batch: SendMessageBatchRequestEntry[]) =>
    ask('sqs:SendMessageBatch', async () => {
      let entries = batch
      let failed: BatchResultErrorEntry[] = []
      const ours: BatchResultErrorEntry[] = []
      for (let round = 0; round < rounds && entries.length > 0; round++) {
        const answer = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries: entries }))
        ours.push(...(answer.Failed ?? []).filter(entry => entry.SenderFault))
        failed = (answer.Failed ?? []).filter(entry => !entry.SenderFault)
        entries = entries.filter(entry => failed.some(({ Id }) => Id === entry.Id))
      }
      const first = ours[0] ?? failed[0]
      return first === undefined
        ? answered(undefined)
        : notTaken(first, ours.length + failed.length, batch.length)
    })

  return {
    // One batch that fails does not keep the others back; the first failure is the answer.
    look: async looks => {
      const answers: Answer<void>[] = []
      for (const kind of ['service', 'family'] as const) {
        const entries = looks.filter(({ target }) => target.kind === kind).map(lookEntry)
        for (const batch of batches(entries, entriesPerCall))
          answers.push(await sendBatch(kind === 'service' ? urls.services : urls.tasks, batch))
      }
      return answers.find(answer => !answer.ok) ?? answered(undefined)
    },
  }
}

/** The body that intake understands as our own wake-up. Ids must be unique within a batch only. */
const lookEntry = ({ target, delaySeconds }: { target: Target; delaySeconds: number }, index: number) => ({
  Id: String(index),
  MessageBody: JSON.stringify({ longshore: 'look', target: targetKey(target) }),
  DelaySeconds: Math.min(maxDelaySeconds, Math.max(0, Math.ceil(delaySeconds) || 0)),
})

const notTaken = (first: BatchResultErrorEntry, failed: number, of: number): Answer<never> =>
  refused(
    'sqs:SendMessageBatch',
    first.SenderFault ? 'invalid' : 'unavailable',
    `${failed} of ${of} looks were not taken: ${[first.Code, first.Message].filter(Boolean).join(', ')}`,
  )
