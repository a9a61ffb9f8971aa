import type { LaunchSpec } from '../model/launch-spec.ts'
import type { Store } from '../model/ports.ts'
import { type Answer, answered, refused } from '../model/reading.ts'
import type { Evidence, KeptEvidence, KeptStop } from '../model/signal.ts'
import { isStopping, stopTimeOf } from '../model/task.ts'
import type { Clock } from '../model/time.ts'
import { evidenceKey, expiresAt, launchSpecKey } from './dynamodb-store-keys.ts'
import { newestOf, stopOrder, stopRange } from './dynamodb-store-order.ts'
import { readEvidence, readLaunchSpec, readResolution, readSettledAt } from './dynamodb-store-rows.ts'
import { type Item, ownSchema, type Table } from './dynamodb-store-table.ts'
import { alarmEvidenceLifetimeMs, launchSpecLifetimeMs, taskEvidenceLifetimeMs } from './table.ts'

/** What AWS forgets: evidence and launch specifications. */
export function createEvidence(
  table: Table,
  clock: Clock,
): Pick<Store, 'keepEvidence' | 'evidence' | 'settleEvidence' | 'stops' | 'keepLaunchSpec' | 'launchSpecs'> {
  return {
    async keepEvidence(target, evidence) {
      const operation = 'store:keepEvidence'
      const key = evidenceKey(target, evidence.key)
      const order = orderOf(evidence)
      const kept = await table.update(operation, key, {
        set: `#evidence = :evidence, #version = :version, #expiresAt = :expiresAt${order === null ? '' : ', #journalOrder = :order'}`,
        remove: [
          // A task's versions are one life, settled once; each change of an alarm is a new story.
          ...('alarm' in evidence ? ['#resolution', '#settledAtMs'] : []),
          ...(order === null ? ['#journalOrder'] : []),
        ].join(', '),
        condition: 'attribute_not_exists(#pk) OR #version < :version',
        values: {
          ':evidence': evidence,
          ':version': evidence.version,
          ':expiresAt': expiresAt(clock.now(), lifetimeOf(evidence)),
          ...(order === null ? {} : { ':order': order }),
        },
      })
      if (!kept.ok) return kept
      if (kept.value) return answered('new')
      const seen = await table.get(operation, key)
      if (!seen.ok) return seen
      const version = seen.value?.version
      if (version === evidence.version) return answered('duplicate')
      if (typeof version === 'number' && version > evidence.version) return answered('stale')
      return refused(operation, 'unavailable', 'the item expired while it was compared')
    },

    async evidence(target, keys) {
      const items = await table.batchGet(
        'store:evidence',
        keys.map(key => evidenceKey(target, key)),
      )
      if (!items.ok) return items
      const kept: KeptEvidence[] = []
      for (const item of items.value) {
        const read = keptEvidenceOf('store:evidence', item)
        if (!read.ok) return read
        kept.push(read.value)
      }
      return answered(inOrder(keys, kept, ({ key }) => key))
    },

    async settleEvidence(target, key, resolution, nowMs) {
      const operation = 'store:settleEvidence'
      const settled = await table.update(operation, evidenceKey(target, key), {
        set: '#resolution = :resolution, #settledAtMs = :now',
        condition: 'attribute_exists(#pk) AND attribute_not_exists(#resolution)',
        values: { ':resolution': resolution, ':now': nowMs },
      })
      if (!settled.ok || settled.value) return settled.ok ? answered(undefined) : settled
      const seen = await table.get(operation, evidenceKey(target, key))
      return seen.ok ? answered(undefined) : seen
    },

    async stops(target, sinceMs, limit) {
      const operation = 'store:stops'
      const items = await newestOf(table, operation, target, sinceMs, stopRange, limit)
      if (!items.ok) return items
      const stops: KeptStop[] = []
      for (const item of items.value) {
        const read = keptStopOf(operation, item)
        if (!read.ok) return read
        stops.push(...read.value)
      }
      return answered(stops)
    },

    async keepLaunchSpec(target, spec) {
      const operation = 'store:keepLaunchSpec'
      const key = launchSpecKey(target, spec.taskId)
      const item = { ...key, spec, expiresAt: expiresAt(clock.now(), launchSpecLifetimeMs) }
      const kept = await table.put(operation, item, ownSchema)
      if (!kept.ok || kept.value) return kept.ok ? answered(undefined) : kept
      const seen = await table.get(operation, key)
      return seen.ok ? refused(operation, 'unavailable', 'the item changed while it was compared') : seen
    },

    async launchSpecs(target, taskIds) {
      const items = await table.batchGet(
        'store:launchSpecs',
        taskIds.map(taskId => launchSpecKey(target, taskId)),
      )
      if (!items.ok) return items
      return answered(inOrder(taskIds, items.value.flatMap(launchSpecOf), spec => spec.taskId))
    },
  }
}

const launchSpecOf = ({ spec }: Item): LaunchSpec[] => {
  const read = readLaunchSpec(spec)
  return read ? [read] : []
}

/** Null: it has no place among the stopped tasks. */
const orderOf = (evidence: Evidence): string | null =>
  'task' in evidence && isStopping(evidence.task)
    ? stopOrder(stopTimeOf(evidence.task), evidence.task.taskId)
    : null

const lifetimeOf = (evidence: Evidence): number =>
  'alarm' in evidence ? alarmEvidenceLifetimeMs : taskEvidenceLifetimeMs

function keptStopOf(operation: string, item: Item): Answer<KeptStop[]> {
  const kept = keptEvidenceOf(operation, item)
  if (!kept.ok) return kept
  const settledAtMs = readSettledAt(operation, item, item.settledAtMs)
  if (!settledAtMs.ok) return settledAtMs
  const { resolution } = kept.value
  return answered(
    'task' in kept.value
      ? [{ task: kept.value.task, resolution, settledAtMs: settledAtMs.value ?? null }]
      : [],
  )
}

function keptEvidenceOf(operation: string, item: Item): Answer<KeptEvidence> {
  const evidence = readEvidence(operation, item, item.evidence)
  if (!evidence.ok) return evidence
  const resolution = readResolution(operation, item, item.resolution)
  return resolution.ok ? answered({ ...evidence.value, resolution: resolution.value ?? null }) : resolution
}

/** Each once, in the order in which it was first asked for. */
function inOrder<T>(keys: string[], values: T[], keyOf: (value: T) => string): T[] {
  const byKey = new Map(values.map(value => [keyOf(value), value]))
  return [...new Set(keys)].flatMap(key => byKey.get(key) ?? [])
}
