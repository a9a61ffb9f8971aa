import type { Action, Decision } from '../model/decision.ts'
import type { HealingMemory } from '../model/memory.ts'
import { isRunning, ownStopPrefix, type Task } from '../model/task.ts'
import { minute, second } from '../model/time.ts'
import type { HealPolicy, StopRule, StopRules } from './policy.ts'
import type { HealingReason } from './reason.ts'
import type { OwnStop } from './stop-cause.ts'

/** Living tasks that the owner wants stopped: over their time, never started, unhealthy. */

export type StopTaskAction = Extract<Action, { verb: 'stop-task' }>

export const ruleOf = { 'max-runtime': 'maxRuntime', stuck: 'stuck', unhealthy: 'unhealthy' } as const

/** ECS stops 40 a second for the whole account; what is stopped should be seen to help before all are. */
const stopsPerLook = 20
const nextTurnMs = second
/** No event tells of a task's health. */
const healthLookMs = minute

export interface Overdue {
  decisions: Decision<HealingReason, StopTaskAction>[]
  unhealthySince: Record<string, number>
  stopping: NonNullable<HealingMemory['stopping']>
  /** When to look again. */
  looks: number[]
}

export function overdue(
  living: Task[],
  policy: HealPolicy | null,
  memory: HealingMemory | undefined,
  now: number,
): Overdue {
  const found: Overdue = { decisions: [], unhealthySince: {}, stopping: {}, looks: [] }
  const rules = policy?.stop
  if (!rules) return found
  for (const task of living.toSorted((a, b) => (a.taskId < b.taskId ? -1 : 1))) {
    const { taskId } = task
    if (rules.unhealthy && task.healthStatus === 'UNHEALTHY')
      found.unhealthySince[taskId] = memory?.unhealthySince?.[taskId] ?? now
    const asked = memory?.stopping?.[taskId]
    if (asked && asked.askAgainAtMs > now) {
      found.stopping[taskId] = asked
      found.looks.push(asked.askAgainAtMs)
      continue
    }
    const due = soonestDue(task, rules, found.unhealthySince[taskId])
    if (!due) continue
    if (due.atMs > now) found.looks.push(due.atMs)
    else if (found.decisions.length >= stopsPerLook) found.looks.push(now + nextTurnMs)
    else found.decisions.push(stopping(task, due, now))
  }
  if (rules.unhealthy && living.length > 0) found.looks.push(now + healthLookMs)
  return found
}

interface Due {
  why: OwnStop
  sinceMs: number
  rule: StopRule
  atMs: number
}

/** Times that nobody tells begin nothing. */
function soonestDue(task: Task, rules: StopRules, unhealthySinceMs: number | undefined): Due | undefined {
  const { maxRuntime, stuck, unhealthy } = rules
  const since: [OwnStop, StopRule | undefined, number | null | undefined][] = isRunning(task)
    ? [
        ['max-runtime', maxRuntime, task.startedAtMs],
        ['unhealthy', unhealthy, unhealthySinceMs],
      ]
    : [['stuck', stuck, task.createdAtMs]]
  return since
    .flatMap(([why, rule, sinceMs]) =>
      rule && sinceMs != null && Number.isFinite(sinceMs)
        ? [{ why, rule, sinceMs, atMs: sinceMs + rule.afterMs }]
        : [],
    )
    .sort((a, b) => a.atMs - b.atMs)[0]
}

function stopping(
  task: Task,
  { why, sinceMs, rule }: Due,
  now: number,
): Decision<HealingReason, StopTaskAction> {
  const { cluster, taskArn, lastStatus } = task
  return {
    do: { verb: 'stop-task', cluster, taskArn, reason: `${ownStopPrefix}${why}` },
    because: { code: 'overdue', why, lastStatus, forMs: now - sinceMs, ...rule },
    tell: true,
  }
}
