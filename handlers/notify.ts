import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda'
import { notifyApp } from '../src/app.ts'
import { door } from '../src/door.ts'
import { deliver } from '../src/voice/deliver.ts'

/** The journal's notices, as the table's stream brings them. Holds the right to read the Slack secret. */
const app = notifyApp()

export const handler = door<DynamoDBStreamEvent, DynamoDBBatchResponse>(async ({ Records }) => {
  const undelivered = await deliver(app.ports, app.slackPolicy, Records)
  return { batchItemFailures: undelivered.map(itemIdentifier => ({ itemIdentifier })) }
}, app.flush)
