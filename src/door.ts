import middy from '@middy/core'
import type { Context, DynamoDBBatchResponse, SQSBatchResponse } from 'aws-lambda'
import { queueRecord, recordsOf } from './intake/batch.ts'
import type { Landing } from './reconcile/landing.ts'
import { workOff } from './reconcile/worker.ts'
import { deliver } from './voice/deliver.ts'

/** What every door has in common: metrics leave with the invocation, also with a failed one. */
export const door = <E, R>(handle: (event: E, timeLeftMs: () => number) => Promise<R>, flush: () => void) =>
  middy(async (event: E, context: Context) => handle(event, () => context.getRemainingTimeInMillis())).use({
    after: flush,
    onError: flush,
  })

/** A worker's door. Answers which messages must come again, each by its id. */
export const queueDoor = (app: { landing: (timeLeftMs: () => number) => Landing; flush: () => void }) =>
  door<unknown, SQSBatchResponse>(async (event, timeLeftMs) => {
    const unacknowledged = await workOff(app.landing(timeLeftMs), recordsOf(event).map(queueRecord))
    // Lambda would take such an answer for the whole batch's failure; an error says so beyond doubt.
    if (unacknowledged.includes(''))
      throw new Error('A message that must come again has no messageId: the whole batch must.')
    return { batchItemFailures: unacknowledged.map(itemIdentifier => ({ itemIdentifier })) }
  }, app.flush)

/** The notifier's door. Answers the first record that must come again. */
export const noticeDoor = (app: {
  ports: Parameters<typeof deliver>[0]
  slackPolicy: Parameters<typeof deliver>[1]
  flush: () => void
}) =>
  door<unknown, DynamoDBBatchResponse>(async event => {
    const undelivered = await deliver(app.ports, app.slackPolicy, recordsOf(event))
    return { batchItemFailures: undelivered.map(itemIdentifier => ({ itemIdentifier })) }
  }, app.flush)
