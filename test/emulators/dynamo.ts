import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb'
import { clientSettings } from '../../src/adapters/settings.ts'
import { tableDefinition } from '../../src/adapters/table.ts'
import type { Dynamo } from '../contracts/store-dynalite.ts'
import type { Front } from './front.ts'
import { rent } from './harness.ts'

/** The emulator's DynamoDB, with the table as production has it. */
export async function rentDynamo(): Promise<Dynamo & { front: Front }> {
  const { front, settings } = await rent()
  const client = new DynamoDBClient(clientSettings(settings))
  let tables = 0
  return {
    front,
    settings,
    client,
    async newTable() {
      const TableName = `table-${++tables}`
      await client.send(new CreateTableCommand({ TableName, ...tableDefinition }))
      await waitUntilTableExists({ client, maxWaitTime: 30, minDelay: 1 }, { TableName })
      return TableName
    },
    async stop() {
      client.destroy()
      await front.close()
    },
  }
}
