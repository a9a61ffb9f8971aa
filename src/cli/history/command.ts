import type { Store } from '../../model/ports.ts'
import { type Answer, answered } from '../../model/reading.ts'
import { type Target, targetKey } from '../../model/target.ts'
import { stopTimeOf } from '../../model/task.ts'
import { isRegionMissing, noRegion } from '../region.ts'
import type { MemoryAws } from './aws.ts'
import { cannotRead, ownTable } from './own-table.ts'
import { jsonStop, renderNone, renderStops } from './print.ts'
import { type ToldStop, toldStop } from './stop.ts'

export interface HistoryOptions {
  /** Several: what was written may be any of them. */
  targets: Target[]
  /** How far back, milliseconds. */
  since: number
  limit: number
  json: boolean
  /** The table's name; null: found by the stage. */
  table: string | null
  /** Null: the only one there is. */
  stage: string | null
  write: (text: string) => void
  complain: (text: string) => void
  openAws: () => MemoryAws
  nowMs: number
}

/** Lines of the journal that are searched for those about the stops. */
const linesMax = 5_000

/** Answers the exit code: 0 = told, also that there is nothing to tell; 1 = not. */
export async function historyCommand(options: HistoryOptions): Promise<number> {
  try {
    return await tell(options)
  } catch (error) {
    if (!isRegionMissing(error)) throw error
    options.complain(`${noRegion}\n`)
    return 1
  }
}

async function tell(options: HistoryOptions): Promise<number> {
  const { targets, since, limit, json, write, complain, openAws, nowMs } = options
  const aws = openAws()
  const table = await ownTable(aws, options)
  if (!table.ok) {
    complain(`${table.problem}\n`)
    return 1
  }
  const store = aws.storeIn(table.name)
  const found: { target: Target; stops: ToldStop[] }[] = []
  for (const target of targets) {
    const stops = await stopsOf(store, target, nowMs - since, limit + 1)
    if (!stops.ok) {
      complain(`${cannotRead(table.name, stops.failure)}\n`)
      return 1
    }
    if (stops.value.length > 0) found.push({ target, stops: stops.value })
  }
  const [only, other] = found
  if (other) {
    const names = found.map(({ target }) => targetKey(target))
    complain(`tasks of a service and of a family of this name stopped. Write ${names.join(' or ')}.\n`)
    return 1
  }
  if (!only) {
    // Nothing, for a program that counts lines.
    if (!json) write(renderNone(targets, since))
    return 0
  }
  const stops = only.stops.slice(0, limit)
  if (json) for (const stop of stops) write(jsonStop(stop))
  else write(renderStops(only.target, stops, since, only.stops.length > limit))
  return 0
}

async function stopsOf(
  store: Pick<Store, 'stops' | 'readJournal'>,
  target: Target,
  sinceMs: number,
  limit: number,
): Promise<Answer<ToldStop[]>> {
  const kept = await store.stops(target, sinceMs, limit)
  if (!kept.ok) return kept
  const oldest = kept.value.at(-1)
  if (!oldest) return answered([])
  // Longshore may act at the first sign of a stop, which the time of its end does not tell.
  const fromMs = Math.min(...kept.value.map(({ task }) => task.stoppingAtMs ?? stopTimeOf(task)))
  const lines = await store.readJournal(target, linesMax, fromMs)
  if (!lines.ok) return lines
  return answered(kept.value.map(stop => toldStop(target, stop, lines.value)))
}
