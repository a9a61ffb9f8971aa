import type { Ports } from '../model/ports.ts'
import { parseTargetKey } from '../model/target.ts'
import { notify } from './notify.ts'

/** The part of a DynamoDB stream record that a notice needs. */
export interface StreamRecord {
  dynamodb?:
    | { SequenceNumber?: string | undefined; Keys?: Record<string, { S?: string | undefined }> | undefined }
    | undefined
}

type DeliverPorts = Pick<Ports, 'clock' | 'store' | 'slack' | 'metrics' | 'log'>

/**
 * Sends the notices of a batch in their order, one after the other (Slack takes about one message a second).
 * Answers the sequence number of the first record that must come again, where the store did not answer.
 */
export async function deliver(
  ports: DeliverPorts,
  slackPolicy: { channel: string | null } | null,
  records: StreamRecord[],
): Promise<string[]> {
  for (const { dynamodb } of records) {
    const target = parseTargetKey(dynamodb?.Keys?.pk?.S ?? '')
    const entryId = /^journal#(.+)$/.exec(dynamodb?.Keys?.sk?.S ?? '')?.[1]
    if (!target || entryId === undefined) continue
    const end = await notify(ports, entryId, target, slackPolicy)
    // A stream is read in order: Lambda goes on from the first failure.
    if (!end.ok && dynamodb?.SequenceNumber) return [dynamodb.SequenceNumber]
  }
  return []
}
