import type { LaunchSpec } from '../model/launch-spec.ts'
import type { Ports } from '../model/ports.ts'
import type { AwsFailure } from '../model/reading.ts'
import type { FamilyTarget } from '../model/target.ts'
import { lineageOf, type Task } from '../model/task.ts'
import type { StoppedTask } from './view.ts'

/** Launch specifications recorded earlier. */
export interface RecordedSpecs {
  /** Not null: the store did not answer, and what is recorded is not known. */
  failure: AwsFailure | null
  has(task: Task): boolean
  /**
   * The task's own, or that of the first task of its lineage: Longshore ran it with exactly that one. Thus a
   * replacement that never got as far as a network interface can still be run again.
   */
  of(task: Task): LaunchSpec | undefined
  /** Of all tasks that were asked about. */
  all: LaunchSpec[]
}

export async function readRecordedSpecs(
  { store }: Pick<Ports, 'store'>,
  target: FamilyTarget,
  tasks: Task[],
): Promise<RecordedSpecs> {
  const ids = new Set(tasks.flatMap(task => [task.taskId, ...rootOf(task)]))
  const answer = await store.launchSpecs(target, [...ids])
  const byId = new Map(answer.ok ? answer.value.map(spec => [spec.taskId, spec] as const) : [])
  return {
    failure: answer.ok ? null : answer.failure,
    all: [...byId.values()],
    has: task => byId.has(task.taskId),
    of(task) {
      const own = byId.get(task.taskId)
      if (own?.unsure.length === 0) return own
      const roots = rootOf(task).flatMap(id => byId.get(id) ?? [])
      return (
        roots.find(spec => spec.unsure.length === 0 && spec.taskDefinitionArn === task.taskDefinitionArn) ??
        own
      )
    },
  }
}

const rootOf = (task: Task): string[] => {
  const lineage = lineageOf(task.startedBy)
  return lineage ? [lineage.rootTaskId] : []
}

/** As healing views it. */
export function recordedSpecOf(recorded: RecordedSpecs, task: Task): StoppedTask['spec'] {
  if (recorded.failure) return { kind: 'failed', failure: recorded.failure }
  const spec = recorded.of(task)
  return spec
    ? { kind: 'value', value: spec, observedAtMs: spec.recordedAtMs }
    : { kind: 'missing', what: 'launch specification' }
}
