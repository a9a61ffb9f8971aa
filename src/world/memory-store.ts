import type { LaunchSpec } from '../model/launch-spec.ts'
import type { Store } from '../model/ports.ts'
import { answered } from '../model/reading.ts'
import type { KeptEvidence } from '../model/signal.ts'
import type { TargetState } from '../model/state.ts'
import { type Target, targetKey } from '../model/target.ts'
import { isStopping, stopTimeOf } from '../model/task.ts'
import { createMemoryJournal, type JournalLine, type JournalListener } from './memory-journal.ts'
import { createMemoryLedger } from './memory-ledger.ts'
import { copyOf, keep, refusal } from './memory-values.ts'

/** The store of the world: what the table does, in memory and without expiry. What goes in is copied, what comes out is frozen. */
export interface MemoryStore extends Store {
  /** Stands for the table's stream: tells every change of a line afterwards, in order. The answer ends it. */
  onJournal(listener: JournalListener): () => void
  /** Everything it holds, as copies, in the order in which it came. */
  contents(): Contents
}

export interface Contents {
  states: TargetState[]
  evidence: { target: Target; evidence: KeptEvidence }[]
  launchSpecs: { target: Target; spec: LaunchSpec }[]
  journal: JournalLine[]
}

export function createMemoryStore(): MemoryStore {
  const ledger = createMemoryLedger(keep)
  const journal = createMemoryJournal(keep)
  const evidence = new Map<string, { target: Target; evidence: KeptEvidence; settledAtMs: number | null }>()
  const specs = new Map<string, { target: Target; spec: LaunchSpec }>()
  const keyOf = (target: Target, id: string): string => `${targetKey(target)} ${id}`

  return {
    ...ledger,
    ...journal,

    async keepEvidence(target, fresh) {
      const before = evidence.get(keyOf(target, fresh.key))?.evidence
      // A task's versions are one life, settled once; each change of an alarm is a new story.
      const resolution = 'alarm' in fresh ? null : (before?.resolution ?? null)
      const kept = keep('store:keepEvidence', { ...fresh, resolution })
      if (!kept.ok) return kept
      if (before && before.version === fresh.version) return answered('duplicate')
      if (before && before.version > fresh.version) return answered('stale')
      const settledAtMs =
        resolution === null ? null : (evidence.get(keyOf(target, fresh.key))?.settledAtMs ?? null)
      evidence.set(keyOf(target, fresh.key), { target: copyOf(target), evidence: kept.value, settledAtMs })
      return answered('new')
    },

    async evidence(target, keys) {
      return answered([...new Set(keys)].flatMap(key => evidence.get(keyOf(target, key))?.evidence ?? []))
    },

    async settleEvidence(target, key, resolution, nowMs) {
      const bad = refusal('store:settleEvidence', { nowMs })
      if (bad) return bad
      const kept = evidence.get(keyOf(target, key))
      if (kept?.evidence.resolution === null) {
        kept.evidence = Object.freeze({ ...kept.evidence, resolution })
        kept.settledAtMs = nowMs
      }
      return answered(undefined)
    },

    async stops(target, sinceMs, limit) {
      const bad = refusal('store:stops', { sinceMs })
      if (bad) return bad
      const stops = [...evidence.values()].flatMap(({ target: of, evidence: kept, settledAtMs }) =>
        'task' in kept && isStopping(kept.task) && targetKey(of) === targetKey(target)
          ? [{ task: kept.task, resolution: kept.resolution, settledAtMs }]
          : [],
      )
      return answered(
        stops
          .filter(({ task }) => stopTimeOf(task) >= sinceMs)
          .sort((a, b) => stopTimeOf(b.task) - stopTimeOf(a.task) || compare(b.task.taskId, a.task.taskId))
          .slice(0, Math.max(0, limit)),
      )
    },

    async keepLaunchSpec(target, spec) {
      const kept = keep('store:keepLaunchSpec', spec)
      if (!kept.ok) return kept
      specs.set(keyOf(target, spec.taskId), { target: copyOf(target), spec: kept.value })
      return answered(undefined)
    },

    async launchSpecs(target, taskIds) {
      return answered([...new Set(taskIds)].flatMap(taskId => specs.get(keyOf(target, taskId))?.spec ?? []))
    },

    async due(nowMs, limit) {
      const bad = refusal('store:due', { nowMs })
      if (bad) return bad
      const targets = ledger.dueTimes().map(time => ({ ...time, entryId: null }))
      const due = [...targets, ...journal.dueTimes()]
        .filter(({ atMs }) => atMs <= nowMs)
        .sort((a, b) => a.atMs - b.atMs || compare(sortKey(a), sortKey(b)))
        .slice(0, Math.max(0, limit))
      return answered({
        targets: due.flatMap(({ target, entryId }) => (entryId === null ? [{ ...target }] : [])),
        notices: due.flatMap(({ target, entryId }) =>
          entryId === null ? [] : [{ target: { ...target }, entryId }],
        ),
      })
    },

    contents: () => ({
      states: ledger.states(),
      evidence: copyOf([...evidence.values()].map(({ target, evidence }) => ({ target, evidence }))),
      launchSpecs: copyOf([...specs.values()]),
      journal: journal.lines(),
    }),
  }
}

/** As the table sorts what is due at the same instant: notices before the state of their target. */
const sortKey = ({ target, entryId }: { target: Target; entryId: string | null }): string =>
  `${targetKey(target)} ${entryId === null ? 'state' : `journal#${entryId}`}`

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
