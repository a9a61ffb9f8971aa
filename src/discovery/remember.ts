import type { Outcome } from '../model/decision.ts'
import type { DiscoveryMemory } from '../model/memory.ts'
import { type DiscoveryAction, emptyMemory } from './decide.ts'
import { retryAfter } from './operations.ts'

/** The memory after an action: an accepted one is followed, a refused one is tried again after a back-off. */
export function remember(
  memory: DiscoveryMemory | undefined,
  action: DiscoveryAction,
  outcome: Outcome,
  now: number,
): DiscoveryMemory {
  const before = memory ?? emptyMemory
  const { instanceId } = action
  // Stryker disable next-line ConditionalExpression: a refusal carries no operation
  const operationId = outcome.ok ? outcome.operationId : undefined
  // Refused; or Cloud Map does not know it any more, and its list may still name it for a while: no reason to ask with every look.
  if (operationId === undefined) return withFailure(before, instanceId, now)
  const verb = action.verb === 'register-instance' ? 'register' : 'deregister'
  return {
    ...before,
    operations: [...before.operations, { operationId, instanceId, verb, startedAtMs: now }],
  }
}

function withFailure(before: DiscoveryMemory, instanceId: string, now: number): DiscoveryMemory {
  const count = (before.failures[instanceId]?.count ?? 0) + 1
  return {
    ...before,
    failures: { ...before.failures, [instanceId]: { count, nextTryAtMs: now + retryAfter(count) } },
  }
}
