import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  type QueueAttributeName,
  SQSClient,
} from '@aws-sdk/client-sqs'
import type { QueueDepth, Queues } from '../model/queues.ts'
import { answered, refused } from '../model/reading.ts'
import { ask } from './failure.ts'
import { type AwsSettings, clientSettings } from './settings.ts'

const counted = {
  visible: 'ApproximateNumberOfMessages',
  inFlight: 'ApproximateNumberOfMessagesNotVisible',
  delayed: 'ApproximateNumberOfMessagesDelayed',
} as const satisfies Record<keyof QueueDepth, QueueAttributeName>

/** Queues of others, by name. Their URLs are remembered: one call a look, two for the first. */
export function createQueues(settings: AwsSettings): Queues {
  const client = new SQSClient({ ...clientSettings(settings), useQueueUrlAsEndpoint: false })
  const urls = new Map<string, string>()

  const urlOf = (queue: string) =>
    ask('sqs:GetQueueUrl', async () => {
      const known = urls.get(queue)
      if (known !== undefined) return answered(known)
      const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: queue }))
      if (QueueUrl === undefined)
        return refused('sqs:GetQueueUrl', 'unavailable', 'AWS answered with no URL.')
      urls.set(queue, QueueUrl)
      return answered(QueueUrl)
    })

  return {
    depth: async queue => {
      const url = await urlOf(queue)
      if (!url.ok) return url
      const depth = await ask('sqs:GetQueueAttributes', async () => {
        const { Attributes } = await client.send(
          new GetQueueAttributesCommand({ QueueUrl: url.value, AttributeNames: Object.values(counted) }),
        )
        return depthOf(Attributes ?? {})
      })
      // Made anew it may have another URL, behind another face of AWS.
      if (!depth.ok && depth.failure.code === 'not-found') urls.delete(queue)
      return depth
    },
  }
}

/** A count that is not told is unknown, not zero. */
function depthOf(attributes: Partial<Record<string, string>>) {
  const depth: Partial<QueueDepth> = {}
  for (const [count, attribute] of Object.entries(counted) as [keyof QueueDepth, string][]) {
    const text = attributes[attribute] ?? ''
    if (!/^\d+$/.test(text))
      return refused('sqs:GetQueueAttributes', 'unavailable', `AWS answered with no ${attribute}.`)
    depth[count] = Number(text)
  }
  return answered(depth as QueueDepth)
}
