import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import dynalite from 'dynalite'
import { createLocalTable } from '../../scripts/local-table.ts'
import { type AwsSettings, clientSettings } from '../../src/adapters/settings.ts'
import { openOnLoopback } from '../../src/world/loopback.ts'

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
  const { endpoint, close } = await openOnLoopback(dynalite({ createTableMs: 0 }))
  const settings = settingsAt(endpoint)
  const client = new DynamoDBClient(clientSettings(settings))
  let tables = 0
  return {
    settings,
    client,
    async newTable() {
      const name = `table-${++tables}`
      await createLocalTable(client, name)
      return name
    },
    async stop() {
      client.destroy()
      await close()
    },
  }
}

/** It is asked once. */
export const settingsAt = (endpoint: string): AwsSettings => ({
  region: 'eu-west-1',
  endpoint,
  credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
  maxAttempts: 1,
  // Server and client share one thread: what a busy machine makes of that is none of the store's business.
  connectTimeoutMs: 30_000,
  requestTimeoutMs: 30_000,
})
