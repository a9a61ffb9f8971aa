import { dynamodbStore } from '../../adapters/dynamodb-store.ts'
import { tablesNamed } from '../../adapters/dynamodb-tables.ts'
import type { AwsSettings } from '../../adapters/settings.ts'
import type { Store } from '../../model/ports.ts'
import type { Answer } from '../../model/reading.ts'
import { systemClock } from '../../model/time.ts'

/** The part of AWS in which Longshore remembers. Reads only. */
export interface MemoryAws {
  tablesNamed(prefix: string): Promise<Answer<string[]>>
  storeIn(tableName: string): Pick<Store, 'stops' | 'readJournal'>
}

/** As the owner's own command line sees it: Region and credentials by the SDK's chain. */
export const ownMemory = (settings: AwsSettings = {}): MemoryAws => {
  const patient = { requestTimeoutMs: 20_000, connectTimeoutMs: 5_000, ...settings }
  return {
    tablesNamed: prefix => tablesNamed(patient, prefix),
    storeIn: tableName => dynamodbStore(patient, { tableName, clock: systemClock }),
  }
}
