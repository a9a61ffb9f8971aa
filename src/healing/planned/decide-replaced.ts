import type { Decision } from '../../model/decision.ts'
import type { HealingMemory } from '../../model/memory.ts'
import type { KeptEvidence } from '../../model/signal.ts'
import { isStopping } from '../../model/task.ts'
import { day, hour } from '../../model/time.ts'
import type { RunTaskAction } from '../judgement.ts'
import type { HealingReason } from '../reason.ts'

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
