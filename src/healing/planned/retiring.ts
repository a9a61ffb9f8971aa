import type { Decision } from '../../model/decision.ts'
import type { HealingMemory } from '../../model/memory.ts'
import type { Ports } from '../../model/ports.ts'
import type { KeptEvidence } from '../../model/signal.ts'
import type { FamilyTarget } from '../../model/target.ts'
import { isStopping, type Task } from '../../model/task.ts'
import { day, hour } from '../../model/time.ts'
import type { RunTaskAction } from '../judgement.ts'
import type { HealingReason } from '../reason.ts'
import { readRecordedSpecs } from '../recorded-specs.ts'
import type { RetiringTask } from './retirement.ts'

/**
 * The notices of the inbox that nobody has dealt with, each with its task if that lives, and how it was launched. A task that the
 * list leaves out is asked for: lists lag. Those of which ECS does not tell are left out, and `isUnsure`.
 */
export async function observeRetiring(
  ports: Pick<Ports, 'store' | 'ecs'>,
  target: FamilyTarget,
  inbox: readonly KeptEvidence[],
  living: readonly Task[],
): Promise<{ retiring: RetiringTask[]; isUnsure: boolean }> {
  const open = inbox.flatMap(kept =>
    'retirement' in kept && kept.resolution === null ? [kept.retirement] : [],
  )
  const byId = new Map(living.map(task => [task.taskId, task]))
  const absent = open.filter(({ taskId }) => !byId.has(taskId)).map(({ taskId }) => taskId)
  const described = absent.length === 0 ? null : await ports.ecs.describeTasks(target.cluster, absent)
  if (described?.ok)
    for (const task of described.value.tasks.filter(each => !isStopping(each))) byId.set(task.taskId, task)
  const isUnsure = described?.ok === false
  const known = open.filter(({ taskId }) => byId.has(taskId) || !isUnsure)
  const tasks = known.flatMap(({ taskId }) => byId.get(taskId) ?? [])
  if (tasks.length === 0)
    return { retiring: known.map(retirement => ({ retirement, task: null, spec: unread })), isUnsure }
  const recorded = await readRecordedSpecs(ports, target, tasks)
  const retiring = known.map(retirement => {
    const task = byId.get(retirement.taskId) ?? null
    return { retirement, task, spec: specOf(task, recorded) }
  })
  return { retiring, isUnsure }
}

const unread: RetiringTask['spec'] = { kind: 'missing', what: 'launch specification' }

function specOf(
  task: Task | null,
  recorded: Awaited<ReturnType<typeof readRecordedSpecs>>,
): RetiringTask['spec'] {
  if (recorded.failure) return { kind: 'failed', failure: recorded.failure }
  const spec = task && recorded.of(task)
  return spec ? { kind: 'value', value: spec, observedAtMs: spec.recordedAtMs } : unread
}

/** AWS waits 14 days at most before it stops a task that it has announced (ECS Developer Guide, prepare-task-retirement). */
const keptMs = 30 * day

/** Lists may show a task as living that has ended: for so long it is known that its place is taken. */
const lagMs = hour

/** What has a replacement is not run again when it stops at last. */
export function withoutReplaced(
  inbox: readonly KeptEvidence[],
  replaced: NonNullable<HealingMemory['replaced']>,
  now: number,
): {
  inbox: KeptEvidence[]
  decisions: Decision<HealingReason, RunTaskAction>[]
  settled: { key: string; resolution: string }[]
  replaced: NonNullable<HealingMemory['replaced']>
} {
  const isReplacedStop = (kept: KeptEvidence) =>
    'task' in kept &&
    isStopping(kept.task) &&
    kept.resolution === null &&
    replaced[kept.task.taskId] !== undefined
  const stops = inbox.flatMap(kept => (isReplacedStop(kept) && 'task' in kept ? [kept] : []))
  const ended = new Set(stops.map(({ task }) => task.taskId))
  return {
    inbox: inbox.filter(kept => !isReplacedStop(kept)),
    decisions: stops.map(({ task: { taskId } }) => ({
      hold: 'healing',
      about: taskId,
      because: { code: 'already-replaced', attempt: replaced[taskId]?.attempt ?? 1 },
      untilMs: null,
      tell: false,
    })),
    settled: stops.map(({ key }) => ({ key, resolution: 'already-replaced' })),
    replaced: Object.fromEntries(
      Object.entries(replaced)
        .map(([taskId, each]) => [taskId, ended.has(taskId) ? { ...each, endedAtMs: now } : each] as const)
        .filter(([, { atMs, endedAtMs }]) => now - atMs < keptMs && !(endedAtMs && now - endedAtMs >= lagMs)),
    ),
  }
}
