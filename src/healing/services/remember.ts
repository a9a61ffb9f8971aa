import type { Outcome } from '../../model/decision.ts'
import type { ServiceHealingMemory } from '../../model/memory.ts'
import type { StopTaskAction } from '../overdue.ts'
import { asked } from '../remember.ts'
import type { RollBackAction } from './roll-back.ts'

const rolledBackMax = 20

/** The memory after a roll-back: begun or refused, it is tried once. What may succeed later, or came too late, was no try. */
export function remember(
  memory: ServiceHealingMemory | undefined,
  { from }: RollBackAction,
  outcome: Outcome,
  now: number,
): ServiceHealingMemory {
  const before = memory ?? { stops: [], loops: {} }
  const hasEnded = !outcome.ok && (outcome.code === 'conflict' || outcome.code === 'not-found')
  if (!outcome.ok && (outcome.transient || hasEnded)) return before
  const others = (before.rolledBack ?? []).filter(({ taskDefinitionArn }) => taskDefinitionArn !== from)
  const tried = { taskDefinitionArn: from, atMs: now, ...(outcome.ok ? {} : { isRefused: true }) }
  return { ...before, rolledBack: [...others, tried].slice(-rolledBackMax) }
}

/** The memory after a task of the service was asked to stop. */
export function rememberServiceStop(
  memory: ServiceHealingMemory | undefined,
  { taskArn }: StopTaskAction,
  outcome: Outcome,
  now: number,
): ServiceHealingMemory {
  const before = memory ?? { stops: [], loops: {} }
  if (!outcome.ok && outcome.transient) return before
  return { ...before, stopping: { ...before.stopping, ...asked(taskArn, outcome, now) } }
}
