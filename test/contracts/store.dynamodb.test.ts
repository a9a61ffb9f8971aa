import { afterAll, beforeAll } from 'vitest'
import { dynamodbStore } from '../../src/adapters/dynamodb-store.ts'
import { storeContract } from './store.contract.ts'
import { type Dynamo, startDynalite } from './store-dynalite.ts'
import { t0 } from './store-values.ts'

let dynamo: Dynamo
beforeAll(async () => {
  dynamo = await startDynalite()
})
afterAll(() => dynamo.stop())

storeContract('DynamoDB', async () =>
  dynamodbStore(dynamo.settings, { tableName: await dynamo.newTable(), clock: { now: () => t0 } }),
)
