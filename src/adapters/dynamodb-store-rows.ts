import type { JournalEntry } from '../model/decision.ts'
import type { LaunchSpec } from '../model/launch-spec.ts'
import { type Answer, answered, refused } from '../model/reading.ts'
import { nullable, number, optional, type Shape, text } from '../model/shape.ts'
import type { Evidence } from '../model/signal.ts'
import type { TargetState } from '../model/state.ts'
import { entry, evidence, launchSpec, state } from './dynamodb-store-shapes.ts'
import type { Item } from './dynamodb-store-table.ts'

/** Reads items of the table: as what they are, or not at all. */

const readable =
  <T>(shape: Shape) =>
  (operation: string, item: Item, value: unknown): Answer<T> => {
    const wrong = shape(value)
    if (wrong === null) return answered(value as T)
    const where = wrong === '' ? '' : ` at ${wrong}`
    return refused(operation, 'invalid', `the item ${item.sk} of ${item.pk} is not readable${where}`)
  }

export const readState = readable<TargetState>(state)
export const readEvidence = readable<Evidence>(evidence)
export const readResolution = readable<string | null | undefined>(optional(nullable(text)))
export const readSettledAt = readable<number | null | undefined>(optional(nullable(number)))

const readWholeEntry = readable<JournalEntry>(entry)

/** Lines are kept for months: what an older Longshore did not write into them is null. */
export const readEntry = (operation: string, item: Item): Answer<JournalEntry> => {
  const told = { verb: null, about: null, failure: null, change: null, untilMs: null, facts: [] }
  const line = item.entry
  return readWholeEntry(
    operation,
    item,
    typeof line === 'object' && line !== null ? { ...told, ...line } : line,
  )
}

/**
 * One that cannot be read is left out, as if it had never been recorded: that of a living task is then recorded again, and
 * that of a stopped one is told to be missing. Nothing is run from it.
 */
export const readLaunchSpec = (value: unknown): LaunchSpec | null =>
  launchSpec(value) === null ? (value as LaunchSpec) : null
