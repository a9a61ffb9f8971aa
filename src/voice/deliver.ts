import { streamKeys } from '../intake/batch.ts'
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
  records: readonly unknown[],
): Promise<string[]> {
  for (const { sequenceNumber, pk, sk } of records.map(streamKeys)) {
    const target = parseTargetKey(pk)
    const entryId = /^journal#(.+)$/s.exec(sk)?.[1]
    if (!target || entryId === undefined) continue
    const end = await notify(ports, entryId, target, slackPolicy)
    // A stream is read in order: Lambda goes on from the first failure.
    if (!end.ok && sequenceNumber !== '') return [sequenceNumber]
  }
  return []
}
