import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb'
import { stopsKeptMs } from '../model/store-limits.ts'
import { day } from '../model/time.ts'

/**
 * The one table, as data: the tests create it from here, and the stack is built with `tableProperties`.
 *
 *     pk                          sk
 *     service/<cluster>/<name>    state                    the ledger's item; no TTL
 *     family/<cluster>/<family>   evidence#task/<taskId>   evidence#alarm/<alarmName>
 *                                 spec#<taskId>            launch specification (may hold secrets)
 *                                 journal#<entryId>        a line, and with `outbox` a notice for Slack
 */
export const tableDefinition = {
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
    { AttributeName: 'dueShard', AttributeType: 'S' },
    { AttributeName: 'dueAtMs', AttributeType: 'N' },
    { AttributeName: 'journalOrder', AttributeType: 'S' },
  ],
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  GlobalSecondaryIndexes: [
    /** Sparse: states with a next look or a lease, notices that wait. Read by the tick only. */
    {
      IndexName: 'due',
      KeySchema: [
        { AttributeName: 'dueShard', KeyType: 'HASH' },
        { AttributeName: 'dueAtMs', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
  LocalSecondaryIndexes: [
    /** Sparse: the lines of a target, and its stopped tasks, in the order of time, while their key is their id alone. */
    {
      IndexName: 'journal',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'journalOrder', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'ALL' },
    },
  ],
  StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
} satisfies Omit<CreateTableCommandInput, 'TableName'>

/** Epoch seconds after which DynamoDB may delete an item, usually within days. No answer depends on it. */
export const ttlAttribute = 'expiresAt'

/** `Properties` of the stack's `AWS::DynamoDB::Table`. */
export const tableProperties = {
  ...tableDefinition,
  StreamSpecification: { StreamViewType: tableDefinition.StreamSpecification.StreamViewType },
  TimeToLiveSpecification: { AttributeName: ttlAttribute, Enabled: true },
  PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  // Launch specifications may hold secrets: a key of the account, not DynamoDB's own.
  SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
}

/**
 * What the notifier wants from the stream, a Lambda event filter. An event source mapping of DynamoDB looks only
 * into `dynamodb`; REMOVE records carry no NewImage, so that INSERT and MODIFY remain.
 */
export const noticeStreamFilter = {
  dynamodb: { Keys: { sk: { S: [{ prefix: 'journal#' }] } }, NewImage: { outbox: { S: ['pending'] } } },
}

/** How long items live after they were last written. An event comes again for 16 days at most: a day in EventBridge, 14 among the dead letters. */
export const alarmEvidenceLifetimeMs = 16 * day
/** Longer: `longshore history` shows stops. */
export const taskEvidenceLifetimeMs = stopsKeptMs
export const launchSpecLifetimeMs = 30 * day
export const journalLifetimeMs = 90 * day

/** Grows when an older Longshore could no longer write these items without harm; it then refuses to touch them. */
export const schemaVersion = 1

/** Partitions of the index `due`: "0" … "7". */
export const dueShards = 8
