import type { Store } from '../model/ports.ts'
import { answered } from '../model/reading.ts'
import { parseTargetKey } from '../model/target.ts'
import type { Clock } from '../model/time.ts'
import { createEvidence } from './dynamodb-store-evidence.ts'
import { createJournal } from './dynamodb-store-journal.ts'
import { journalIdOf, type Key } from './dynamodb-store-keys.ts'
import { createLedger } from './dynamodb-store-ledger.ts'
import { createTable, type Table } from './dynamodb-store-table.ts'
import type { AwsSettings } from './settings.ts'
import { dueShards } from './table.ts'

/** The durable store on one DynamoDB table (`table.ts`). `clock` dates what expires; every other time is an argument. */
export function dynamodbStore(
  settings: AwsSettings,
  { tableName, clock }: { tableName: string; clock: Clock },
): Store {
  const table = createTable(settings, tableName)
  return {
    ...createLedger(table),
    ...createEvidence(table, clock),
    ...createJournal(table),
    ...createDue(table),
  }
}

function createDue(table: Table): Pick<Store, 'due'> {
  const dueIn = (shard: string, nowMs: number, limit: number) =>
    table.query('store:due', {
      index: 'due',
      condition: '#dueShard = :shard AND #dueAtMs <= :now',
      values: { ':shard': shard, ':now': nowMs },
      limit,
    })

  return {
    async due(nowMs, limit) {
      const shards = Array.from({ length: dueShards }, (_, shard) => String(shard))
      const answers = await Promise.all(shards.map(shard => dueIn(shard, nowMs, limit)))
      const found: DueItem[] = []
      for (const answer of answers) {
        if (!answer.ok) return answer
        found.push(...(answer.value as unknown as DueItem[]))
      }
      found.sort((a, b) => a.dueAtMs - b.dueAtMs || compare(`${a.pk} ${a.sk}`, `${b.pk} ${b.sk}`))
      const due = found
        .slice(0, Math.max(0, limit))
        // One key that nobody of us wrote must not keep all others from being swept.
        .flatMap(({ pk, sk }) => {
          const target = parseTargetKey(pk)
          return target ? [{ target, entryId: journalIdOf(sk) }] : []
        })
      return answered({
        targets: due.filter(({ entryId }) => entryId === null).map(({ target }) => target),
        notices: due.flatMap(({ target, entryId }) => (entryId === null ? [] : [{ target, entryId }])),
      })
    },
  }
}

type DueItem = Key & { dueAtMs: number }

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
