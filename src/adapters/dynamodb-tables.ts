import { DynamoDBClient, paginateListTables } from '@aws-sdk/client-dynamodb'
import { type Answer, answered } from '../model/reading.ts'
import { ask } from './failure.ts'
import { type AwsSettings, clientSettings } from './settings.ts'

/** Names of the tables of this account and Region that begin with `prefix`, by name. */
export const tablesNamed = (settings: AwsSettings, prefix: string): Promise<Answer<string[]>> =>
  ask('dynamodb:ListTables', async () => {
    const client = new DynamoDBClient(clientSettings(settings))
    const names: string[] = []
    for await (const { TableNames } of paginateListTables({ client }, {})) names.push(...(TableNames ?? []))
    return answered(names.filter(name => name.startsWith(prefix)).sort())
  })
