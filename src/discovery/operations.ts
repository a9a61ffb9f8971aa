import type { CloudMapOperation } from '../model/cloud-map.ts'
import type { Hold } from '../model/decision.ts'
import type { DiscoveryMemory } from '../model/memory.ts'
import type { Reading } from '../model/reading.ts'
import { hour, minute, second } from '../model/time.ts'
import type { DiscoveryReason } from './reason.ts'

const pollMs = 5 * second
/** An operation that nobody can tell about for that long is given up; the next look sees what it did. */
const forgottenAfterMs = 10 * minute
/** ListInstances lags; what it does not name by then is registered again. */
const listedAfterMs = minute
const firstRetryMs = 10 * second
const maxRetryMs = 5 * minute

interface Followed {
  memory: DiscoveryMemory
  holds: Hold<DiscoveryReason>[]
  /** Named instances whose deregistration is under way: they do not count as remaining. */
  leaving: number
}

/**
 * RegisterInstance and DeregisterInstance answer at once and work later: each operation is followed until it ended, and a
 * registration until the list names its instance, so that a list that lags begins none again. `named`: instances on the list.
 */
export function followOperations(
  seen: ReadonlyMap<string, Reading<CloudMapOperation>>,
  before: DiscoveryMemory,
  now: number,
  named: ReadonlySet<string>,
): Followed {
  const operations: DiscoveryMemory['operations'] = []
  const under = new Set(before.operations.map(({ instanceId }) => instanceId))
  const failures = Object.fromEntries(
    Object.entries(before.failures).filter(([, { nextTryAtMs }]) => now - nextTryAtMs < hour),
  )
  // Between two tries something is still untrue: said, and looked at again when the wait is over.
  const holds: Hold<DiscoveryReason>[] = Object.entries(failures)
    .filter(([instanceId, { nextTryAtMs }]) => nextTryAtMs > now && !under.has(instanceId))
    .map(([instanceId, { nextTryAtMs: retryAtMs }]) => ({
      hold: 'discovery',
      about: instanceId,
      because: { code: 'operation-failed', instanceId, error: 'the last try', retryAtMs },
      untilMs: retryAtMs,
      tell: false,
    }))
  for (const operation of before.operations) {
    const { instanceId, verb } = operation
    const reading = seen.get(operation.operationId)
    const told = reading?.kind === 'value' ? reading.value : null
    const isHidden =
      verb === 'register' && !named.has(instanceId) && now - operation.startedAtMs < listedAfterMs
    if (told?.status === 'SUCCESS' && !isHidden) {
      delete failures[instanceId]
    } else if (told?.status === 'FAIL') {
      const count = (failures[instanceId]?.count ?? 0) + 1
      const retryAtMs = now + retryAfter(count)
      failures[instanceId] = { count, nextTryAtMs: retryAtMs }
      const error = told.errorCode ?? told.errorMessage ?? 'no reason given'
      const because: DiscoveryReason = { code: 'operation-failed', instanceId, error, retryAtMs }
      holds.push({ hold: 'discovery', about: instanceId, because, untilMs: retryAtMs, tell: count === 1 })
    } else if (now - operation.startedAtMs < forgottenAfterMs) {
      operations.push(operation)
      const because: DiscoveryReason = { code: 'operation-pending', instanceId, verb }
      holds.push({ hold: 'discovery', about: instanceId, because, untilMs: now + pollMs, tell: false })
    } else if (named.has(instanceId) !== (verb === 'register')) {
      // Nothing came of it: begun again at once, and after three times told no more.
      failures[instanceId] = { count: (failures[instanceId]?.count ?? 0) + 1, nextTryAtMs: now }
    }
  }
  return {
    memory: { ...before, operations, failures },
    holds,
    leaving: operations.filter(({ verb, instanceId }) => verb === 'deregister' && named.has(instanceId))
      .length,
  }
}

/** 10 s doubling to 5 min. */
export const retryAfter = (failuresInARow: number): number =>
  Math.min(maxRetryMs, firstRetryMs * 2 ** Math.min(failuresInARow - 1, 10))
