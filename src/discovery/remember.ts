import type { Outcome } from '../model/decision.ts'
import type { DiscoveryMemory } from '../model/memory.ts'
import { minute } from '../model/time.ts'
import { emptyMemory } from './decide.ts'
import { retryAfter } from './operations.ts'
import type { DiscoveryAction } from './site.ts'

/** A quota is not raised within seconds. */
const fullAgainMs = 5 * minute

/** The memory after an action: an accepted one is followed, a refused one is tried again after a back-off. */
export function remember(
  memory: DiscoveryMemory | undefined,
  action: DiscoveryAction,
  outcome: Outcome,
  now: number,
): DiscoveryMemory {
  const before = memory ?? emptyMemory
  const { instanceId } = action
  // The service is full, not the instance at fault.
  if (isFull(action, outcome)) return { ...before, full: { untilMs: now + fullAgainMs } }
  if (action.verb === 'set-instance-health' && outcome.ok)
    return { ...before, health: { ...before.health, [instanceId]: { status: action.status, atMs: now } } }
  // Stryker disable next-line ConditionalExpression: a refusal carries no operation
  const operationId = outcome.ok ? outcome.operationId : undefined
  // Refused; or Cloud Map does not know it any more, and its list may still name it for a while: no reason to ask with every look.
  if (operationId === undefined) return withFailure(before, instanceId, now)
  const verb = action.verb === 'register-instance' ? 'register' : 'deregister'
  const { full, ...others } = before
  return {
    // There is room again.
    ...(verb === 'register' ? others : before),
    operations: [...before.operations, { operationId, instanceId, verb, startedAtMs: now }],
  }
}

/** Then the hold that follows says all. */
export const isFull = ({ verb }: Pick<DiscoveryAction, 'verb'>, outcome: Outcome): boolean =>
  verb === 'register-instance' && !outcome.ok && outcome.code === 'quota'

function withFailure(before: DiscoveryMemory, instanceId: string, now: number): DiscoveryMemory {
  const count = (before.failures[instanceId]?.count ?? 0) + 1
  return {
    ...before,
    failures: { ...before.failures, [instanceId]: { count, nextTryAtMs: now + retryAfter(count) } },
  }
}
