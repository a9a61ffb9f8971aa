import type { Server } from 'node:http'
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import dynalite from 'dynalite'
import { type AwsSettings, clientSettings } from '../../src/adapters/settings.ts'
import { tableDefinition } from '../../src/adapters/table.ts'

/** DynamoDB, or what stands for it. */
export interface Dynamo {
  settings: AwsSettings
  client: DynamoDBClient
  /** The name of a new, empty table. */
  newTable(): Promise<string>
  stop(): Promise<void>
}

/** DynamoDB's own semantics on a free port of loopback. */
export async function startDynalite(): Promise<Dynamo> {
  const server = dynalite({ createTableMs: 0 })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const settings = loopback(server)
  const client = new DynamoDBClient(clientSettings(settings))
  let tables = 0
  return {
    settings,
    client,
    async newTable() {
      const name = `table-${++tables}`
      const { TableDescription } = await client.send(
        new CreateTableCommand({ TableName: name, ...tableDefinition }),
      )
      if (TableDescription?.TableName !== name) throw new Error(`${name} was not created`)
      return name
    },
    async stop() {
      client.destroy()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

export function loopback(server: Server): AwsSettings {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server does not listen')
  return {
    region: 'eu-west-1',
    endpoint: `http://127.0.0.1:${address.port}`,
    credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
    maxAttempts: 1,
  }
}
