import type { SQSBatchResponse, SQSEvent } from 'aws-lambda'
import { serviceApp } from '../src/app.ts'
import { door } from '../src/door.ts'
import { workOff } from '../src/reconcile/worker.ts'

/** What happens to services: their tasks, deployments, alarms, and our own wake-ups. Holds the right to change a service. */
const app = serviceApp()

export const handler = door<SQSEvent, SQSBatchResponse>(async ({ Records }, timeLeftMs) => {
  const messages = Records.map(({ messageId, body }) => ({ id: messageId, body }))
  const unacknowledged = await workOff(app.landing(timeLeftMs), messages)
  return { batchItemFailures: unacknowledged.map(itemIdentifier => ({ itemIdentifier })) }
}, app.flush)
