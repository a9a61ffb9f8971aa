import type { Decision } from '../../model/decision.ts'
import type { HealingMemory, ReplacedTask } from '../../model/memory.ts'
import { isRunning, ownStopPrefix, type Task } from '../../model/task.ts'
import { minute, second } from '../../model/time.ts'
import type { StopTaskAction } from '../overdue.ts'
import type { HealPolicy } from '../policy.ts'
import type { HealingReason } from '../reason.ts'
import { settledAtMs } from './successor.ts'
import type { DailyWindow } from './window.ts'
import { openFrom } from './window.ts'

export interface OldTasksVerdict {
  decisions: Decision<HealingReason, StopTaskAction>[]
  stopping: NonNullable<HealingMemory['stopping']>
  nextLookAtMs: number | null
}

const againMs = 30 * second
const unhealthyAgainMs = minute

/**
 * Tasks in whose place another runs, so that two of a kind do not stay: stopped within the window, once the other one has proved
 * itself. Whatever became of the machine meanwhile: one replacement is for good.
 */
export function decideOldTasks(
  living: readonly Task[],
  policy: HealPolicy | null,
  memory: HealingMemory | undefined,
  now: number,
): OldTasksVerdict {
  const verdict: OldTasksVerdict = { decisions: [], stopping: {}, nextLookAtMs: null }
  const byId = new Map(living.map(task => [task.taskId, task]))
  const entries = Object.entries(memory?.replaced ?? {}).sort(
    ([a, x], [b, y]) => x.atMs - y.atMs || (a < b ? -1 : 1),
  )
  for (const [taskId, replaced] of entries) {
    const task = byId.get(taskId)
    const wish = wishFor(replaced, policy)
    if (!task || !wish || replaced.by === undefined || replaced.endedAtMs !== undefined) continue
    const asked = memory?.stopping?.[taskId]
    if (asked && asked.askAgainAtMs > now) verdict.stopping[taskId] = asked
    const { decision, lookAtMs } =
      asked && asked.askAgainAtMs > now
        ? { decision: null, lookAtMs: asked.askAgainAtMs }
        : judge(task, byId.get(replaced.by), wish, now)
    if (decision) verdict.decisions.push(decision)
    verdict.nextLookAtMs = Math.min(verdict.nextLookAtMs ?? lookAtMs, lookAtMs)
  }
  return verdict
}

interface Wish {
  why: 'retirement' | 'host'
  /** Null: at any time. */
  window: DailyWindow | null
}

/** Null: the old one is left where it is, and so is one that an older Longshore replaced. */
function wishFor({ for: why }: ReplacedTask, policy: HealPolicy | null): Wish | null {
  if (why === 'retirement' && policy?.retirement?.old === 'stop')
    return { why, window: policy.retirement.window }
  if (why === 'host' && policy?.host?.remedy === 'replace') return { why, window: policy.host.window ?? null }
  return null
}

function judge(
  { taskId, taskArn, cluster }: Task,
  successor: Task | undefined,
  { why, window }: Wish,
  now: number,
): { decision: OldTasksVerdict['decisions'][number]; lookAtMs: number } {
  const hold = (because: HealingReason, untilMs: number | null, lookAtMs: number) => ({
    decision: { hold: 'healing' as const, about: taskId, because, untilMs, tell: false },
    lookAtMs,
  })
  if (!successor || !isRunning(successor)) return hold({ code: 'successor-starts' }, null, now + againMs)
  const readyAtMs = settledAtMs(successor, now)
  if (readyAtMs > now) return hold({ code: 'successor-settles', untilMs: readyAtMs }, readyAtMs, readyAtMs)
  if (successor.healthStatus === 'UNHEALTHY')
    return hold({ code: 'successor-unhealthy' }, null, now + unhealthyAgainMs)
  const opensAtMs = window ? openFrom(window, now) : now
  if (opensAtMs > now) return hold({ code: 'old-task-waits', opensAtMs }, opensAtMs, opensAtMs)
  return {
    decision: {
      do: {
        verb: 'stop-task',
        cluster,
        taskArn,
        reason: `${ownStopPrefix}${why}`,
        successor: successor.taskArn,
      },
      because: { code: 'old-task', why },
      tell: true,
      facts: [{ label: 'In its place', value: successor.taskId }],
    },
    lookAtMs: now + againMs,
  }
}
