import { CreateTableCommand, DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { tableDefinition } from '../src/adapters/table.ts'

const describesMax = 1_000

/** Makes the stack's table and waits until it is ACTIVE: before that DynamoDB, and dynalite too, may not find it. */
export async function createLocalTable(client: DynamoDBClient, tableName: string): Promise<void> {
  await client.send(new CreateTableCommand({ TableName: tableName, ...tableDefinition }))
  for (let describes = 0; describes < describesMax; describes++) {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: tableName }))
    if (Table?.TableStatus === 'ACTIVE') return
  }
  throw new Error(`the table ${tableName} does not become ACTIVE`)
}
