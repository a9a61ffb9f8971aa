/** What Lambda hands to a door: `{"Records":[…]}`. Its records are read one by one, so that an odd one spoils no other. */

/** `{"messageId":"059f36b4-…","body":"{…}"}` of SQS. */
export interface QueueRecord {
  /** Empty when it is not told: then only the batch as a whole can be asked for again. */
  id: string
  /** Empty when it is no text; intake refuses it. */
  body: string
}

/** `{"dynamodb":{"SequenceNumber":"…","Keys":{"pk":{"S":"family/prod/etl"},"sk":{"S":"journal#…"}}}}` of a table's stream. */
export interface StreamKeys {
  /** Empty when not told. */
  sequenceNumber: string
  /** Empty when not told. */
  pk: string
  sk: string
}

/** The records of a batch. Throws one sentence for what Lambda itself never sends: someone invoked the function by hand. */
export function recordsOf(event: unknown): unknown[] {
  const { Records } = membersOf(event)
  if (Array.isArray(Records)) return Records
  throw new TypeError('The event is no batch: it has no list "Records". SQS and DynamoDB streams send one.')
}

export function queueRecord(record: unknown): QueueRecord {
  const { messageId, body } = membersOf(record)
  return { id: textOf(messageId), body: textOf(body) }
}

export function streamKeys(record: unknown): StreamKeys {
  const { SequenceNumber, Keys } = membersOf(membersOf(record).dynamodb)
  const { pk, sk } = membersOf(Keys)
  return {
    sequenceNumber: textOf(SequenceNumber),
    pk: textOf(membersOf(pk).S),
    sk: textOf(membersOf(sk).S),
  }
}

const membersOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? { ...value } : {}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
