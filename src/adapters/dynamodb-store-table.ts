import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import {
  BatchGetCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb'
import { type Answer, answered, refused } from '../model/reading.ts'
import { unstorable } from '../model/store-limits.ts'
import { batches } from './batches.ts'
import type { Key } from './dynamodb-store-keys.ts'
import { ask } from './failure.ts'
import { type AwsSettings, clientSettings } from './settings.ts'
import { schemaVersion } from './table.ts'

/** The table's five calls. Reads are consistent; a condition that does not hold is an answer; a newer schema is never touched. */

export type Item = Record<string, unknown>

/** Clauses of an UpdateExpression without their keywords; every attribute is written `#name`, every value `:name`. */
export interface Change {
  set: string
  add?: string
  delete?: string
  remove?: string
  /** Default: always. */
  condition?: string
  values: Item
  /** True: the item as it is after the change. Default: an empty item. */
  returnItem?: boolean
}

export interface Range {
  index: 'due' | 'journal'
  condition: string
  values: Item
  /** Items at most, over all pages. */
  limit: number
  newestFirst?: boolean
}

export interface Table {
  get(operation: string, key: Key): Promise<Answer<Item | null>>
  /** Null: the condition did not hold, nothing was written. */
  update(operation: string, key: Key, change: Change): Promise<Answer<Item | null>>
  /** False: the condition did not hold, nothing was written. */
  put(operation: string, item: Key & Item, condition: string): Promise<Answer<boolean>>
  /** In no order; keys without an item are left out. */
  batchGet(operation: string, keys: Key[]): Promise<Answer<Item[]>>
  query(operation: string, range: Range): Promise<Answer<Item[]>>
}

/** Holds for a new item and for one that this version may write. Part of every update. */
export const ownSchema = '(attribute_not_exists(#schema) OR #schema <= :schema)'

/** BatchGetItem's limit. */
const keysMax = 100

export function createTable(settings: AwsSettings, tableName: string): Table {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(clientSettings(settings)), {
    marshallOptions: { removeUndefinedValues: true },
  })

  const batch = async (operation: string, keys: Key[]): Promise<Answer<Item[]>> => {
    const items: Item[] = []
    for (let left: Item[] = keys.map(key => ({ ...key })); left.length > 0; ) {
      const request = { RequestItems: { [tableName]: { Keys: left, ConsistentRead: true } } }
      const output = await client.send(new BatchGetCommand(request))
      items.push(...(output.Responses?.[tableName] ?? []))
      const unprocessed = output.UnprocessedKeys?.[tableName]?.Keys ?? []
      // More than 1 MB of one partition comes in parts; no part at all is throttling.
      if (unprocessed.length === left.length) return refused(operation, 'throttled', 'no key was processed')
      left = unprocessed
    }
    return eachUnderstood(operation, items)
  }

  return {
    get: (operation, key) =>
      ask(operation, async () => {
        const output = await client.send(
          new GetCommand({ TableName: tableName, Key: { ...key }, ConsistentRead: true }),
        )
        return output.Item ? understood(operation, output.Item) : answered(null)
      }),

    async update(operation, key, change) {
      const clauses = [
        `SET #schema = :schema, ${change.set}`,
        change.add && `ADD ${change.add}`,
        change.delete && `DELETE ${change.delete}`,
        change.remove && `REMOVE ${change.remove}`,
      ]
      const expression = clauses.filter(Boolean).join(' ')
      const condition = change.condition ? `${ownSchema} AND (${change.condition})` : ownSchema
      const values = { ...change.values, ':schema': schemaVersion }
      const written = await writeIf(operation, values, () =>
        client.send(
          new UpdateCommand({
            TableName: tableName,
            Key: { ...key },
            UpdateExpression: expression,
            ConditionExpression: condition,
            ExpressionAttributeNames: namesIn(`${expression} ${condition}`),
            ExpressionAttributeValues: values,
            ReturnValues: change.returnItem ? 'ALL_NEW' : 'NONE',
          }),
        ),
      )
      if (!written.ok) return written
      return answered(written.value && (written.value.Attributes ?? {}))
    },

    async put(operation, item, condition) {
      const values = condition.includes(':schema') ? { ':schema': schemaVersion } : undefined
      const written = await writeIf(operation, item, () =>
        client.send(
          new PutCommand({
            TableName: tableName,
            Item: { ...item, schema: schemaVersion },
            ConditionExpression: condition,
            ExpressionAttributeNames: namesIn(condition),
            ...(values ? { ExpressionAttributeValues: values } : {}),
          }),
        ),
      )
      return written.ok ? answered(written.value !== null) : written
    },

    batchGet: (operation, keys) =>
      ask(operation, async () => {
        const unique = [...new Map(keys.map(key => [`${key.pk} ${key.sk}`, key])).values()]
        const answers = await Promise.all(batches(unique, keysMax).map(run => batch(operation, run)))
        const items: Item[] = []
        for (const answer of answers) {
          if (!answer.ok) return answer
          items.push(...answer.value)
        }
        return answered(items)
      }),

    async query(operation, range) {
      const bad = unstorable(range.values)
      if (bad !== null) return notStorable(operation, bad)
      return ask(operation, async () => {
        const items: Item[] = []
        let from: Item | undefined
        do {
          if (items.length >= range.limit) break
          const output = await client.send(
            new QueryCommand({
              TableName: tableName,
              IndexName: range.index,
              KeyConditionExpression: range.condition,
              ExpressionAttributeNames: namesIn(range.condition),
              ExpressionAttributeValues: range.values,
              // A global index has no consistent read.
              ConsistentRead: range.index === 'journal',
              ScanIndexForward: !range.newestFirst,
              Limit: range.limit - items.length,
              ...(from ? { ExclusiveStartKey: from } : {}),
            }),
          )
          items.push(...(output.Items ?? []))
          from = output.LastEvaluatedKey
        } while (from)
        return eachUnderstood(operation, items)
      })
    },
  }
}

/** A write whose condition may fail: null. Numbers no store keeps are refused before they are sent. */
async function writeIf<T>(
  operation: string,
  values: Item,
  send: () => Promise<T>,
): Promise<Answer<T | null>> {
  const bad = unstorable(values)
  if (bad !== null) return notStorable(operation, bad)
  const answer = await ask<T | null>(operation, async () => {
    try {
      return answered(await send())
    } catch (error) {
      if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return answered(null)
      throw error
    }
  })
  // A ValidationException like any other, told apart in words only.
  const tooLarge = !answer.ok && /Item size .*exceeded/.test(answer.failure.message)
  return tooLarge ? refused(operation, 'quota', answer.failure.message) : answer
}

const notStorable = (operation: string, path: string): Answer<never> =>
  refused(operation, 'invalid', `not a number that can be stored: ${path}`)

/** `{ '#owner': 'owner' }` for every `#name` in the text. */
const namesIn = (text: string): Record<string, string> =>
  Object.fromEntries([...text.matchAll(/#(\w+)/g)].map(([name, attribute = '']) => [name, attribute]))

function understood(operation: string, item: Item): Answer<Item> {
  const { schema } = item
  if (typeof schema !== 'number' || schema <= schemaVersion) return answered(item)
  const message = `written by a newer Longshore (schema ${schema}, this one knows ${schemaVersion})`
  return refused(operation, 'conflict', message)
}

function eachUnderstood(operation: string, items: Item[]): Answer<Item[]> {
  for (const item of items) {
    const answer = understood(operation, item)
    if (!answer.ok) return answer
  }
  return answered(items)
}
