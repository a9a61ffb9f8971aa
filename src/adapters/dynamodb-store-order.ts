import { type Answer, refused } from '../model/reading.ts'
import { unstorable } from '../model/store-limits.ts'
import { type Target, targetKey } from '../model/target.ts'
import type { Item, Table } from './dynamodb-store-table.ts'

/** The index `journal`: what a target has in the order of time, lines and stopped tasks apart from each other. */

/** Sorts by time, and by id where the time is the same. */
export const journalOrder = (atMs: number, id: string): string =>
  `${String(Math.round(atMs)).padStart(15, '0')}#${id}`

/** Behind all lines, which begin with a digit: tasks by the time of their stop. */
export const stopOrder = (atMs: number, taskId: string): string => `stop#${journalOrder(atMs, taskId)}`

interface Range {
  from: string
  /** `:` follows on `9`. */
  to: string
}

export const journalRange = (sinceMs: number): Range => ({ from: journalOrder(sinceMs, ''), to: ':' })
export const stopRange = (sinceMs: number): Range => ({ from: stopOrder(sinceMs, ''), to: 'stop#:' })

export async function newestOf(
  table: Table,
  operation: string,
  target: Target,
  sinceMs: number,
  rangeOf: (sinceMs: number) => Range,
  limit: number,
): Promise<Answer<Item[]>> {
  if (unstorable(sinceMs) !== null)
    return refused(operation, 'invalid', 'not a number that can be stored: sinceMs')
  const { from, to } = rangeOf(sinceMs)
  return table.query(operation, {
    index: 'journal',
    condition: '#pk = :pk AND #journalOrder BETWEEN :from AND :to',
    values: { ':pk': targetKey(target), ':from': from, ':to': to },
    limit,
    newestFirst: true,
  })
}
