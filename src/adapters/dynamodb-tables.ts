import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb'
import { type Answer, answered } from '../model/reading.ts'
import { ask } from './failure.ts'
import { type AwsSettings, clientSettings } from './settings.ts'

/** Names of the tables of this account and Region that begin with `prefix`, by name. */
export const tablesNamed = (settings: AwsSettings, prefix: string): Promise<Answer<string[]>> =>
  ask('dynamodb:ListTables', async () => {
    const client = new DynamoDBClient(clientSettings(settings))
    const names: string[] = []
    let from: string | undefined
    do {
      const page = await client.send(new ListTablesCommand({ ExclusiveStartTableName: from }))
      names.push(...(page.TableNames ?? []))
      from = page.LastEvaluatedTableName
    } while (from !== undefined)
    return answered(names.filter(name => name.startsWith(prefix)).sort())
  })
