import type { LaunchSpec } from '../model/launch-spec.ts'
import type { Store } from '../model/ports.ts'
import { type Answer, answered, refused } from '../model/reading.ts'
import type { KeptEvidence } from '../model/signal.ts'
import type { Clock } from '../model/time.ts'
import { evidenceKey, expiresAt, launchSpecKey } from './dynamodb-store-keys.ts'
import { readEvidence, readLaunchSpec, readResolution } from './dynamodb-store-rows.ts'
import { type Item, ownSchema, type Table } from './dynamodb-store-table.ts'
import { evidenceLifetimeMs, launchSpecLifetimeMs } from './table.ts'

/** What AWS forgets: evidence and launch specifications. */
export function createEvidence(
  table: Table,
  clock: Clock,
): Pick<Store, 'keepEvidence' | 'evidence' | 'settleEvidence' | 'keepLaunchSpec' | 'launchSpecs'> {
  return {
    async keepEvidence(target, evidence) {
      const operation = 'store:keepEvidence'
      const key = evidenceKey(target, evidence.key)
      const kept = await table.update(operation, key, {
        set: '#evidence = :evidence, #version = :version, #expiresAt = :expiresAt',
        // A task's versions are one life, settled once; each change of an alarm is a new story.
        ...('alarm' in evidence ? { remove: '#resolution, #settledAtMs' } : {}),
        condition: 'attribute_not_exists(#pk) OR #version < :version',
        values: {
          ':evidence': evidence,
          ':version': evidence.version,
          ':expiresAt': expiresAt(clock.now(), evidenceLifetimeMs),
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
        const read = keptEvidenceOf(item)
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

function keptEvidenceOf(item: Item): Answer<KeptEvidence> {
  const evidence = readEvidence('store:evidence', item, item.evidence)
  if (!evidence.ok) return evidence
  const resolution = readResolution('store:evidence', item, item.resolution)
  return resolution.ok ? answered({ ...evidence.value, resolution: resolution.value ?? null }) : resolution
}

/** Each once, in the order in which it was first asked for. */
function inOrder<T>(keys: string[], values: T[], keyOf: (value: T) => string): T[] {
  const byKey = new Map(values.map(value => [keyOf(value), value]))
  return [...new Set(keys)].flatMap(key => byKey.get(key) ?? [])
}
