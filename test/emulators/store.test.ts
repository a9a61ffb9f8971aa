import { afterAll, beforeAll } from 'vitest'
import { dynamodbStore } from '../../src/adapters/dynamodb-store.ts'
import { storeContract } from '../contracts/store.contract.ts'
import { storeDifferentialContract } from '../contracts/store-differential.contract.ts'
import type { Dynamo } from '../contracts/store-dynalite.ts'
import { storeTableContract } from '../contracts/store-table.contract.ts'
import { t0 } from '../contracts/store-values.ts'
import { rentDynamo } from './dynamo.ts'

let dynamo: Dynamo
beforeAll(async () => {
  dynamo = await rentDynamo()
})
afterAll(() => dynamo.stop())

storeContract('store', async () =>
  dynamodbStore(dynamo.settings, { tableName: await dynamo.newTable(), clock: { now: () => t0 } }),
)
storeTableContract('the adapter', rentDynamo)
storeDifferentialContract('the adapter', rentDynamo, 15)
