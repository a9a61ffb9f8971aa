import type { AwsFailure } from '../model/reading.ts'
import type { Lease, TargetState } from '../model/state.ts'
import { type Target, targetKey } from '../model/target.ts'
import { minute, second } from '../model/time.ts'
import { type LookEnd, lookMetrics } from '../voice/metrics.ts'
import type { Landing } from './landing.ts'
import { isDue } from './mark.ts'
import { work } from './work.ts'

/** Marked again while working: looks this often before it hands over to a later message. */
const looksMax = 3
/** No look begins with less time than this. */
export const reserveMs = 5 * second
const handOverMs = 2 * second
const retryFirstMs = 5 * second
const retryMaxMs = 15 * minute
/** Looks due within a minute come by a delayed message; later ones by the tick. */
const wakeWithinMs = minute

/**
 * Works on one target under its lease: acquire → look → decide → record → do → mark done → release
 * (docs/decisions/0001-ledger.md). Never throws for what the outside says. `isHint`: only if it is due; a wake-up that two
 * workers follow at once, or that came twice, is followed by the first, so that looks every ten seconds stay one chain.
 */
export async function reconcile(landing: Landing, target: Target, isHint = false): Promise<LookEnd> {
  const end = await workUnderLease(landing, target, isHint)
  landing.ports.metrics.emit(lookMetrics(target, end))
  return end
}

async function workUnderLease(landing: Landing, target: Target, isHint: boolean): Promise<LookEnd> {
  const { ports } = landing
  const acquired = await ports.store.acquire(target, ports.ids.next(), ports.clock.now(), landing.leaseMs)
  if (!acquired.ok) return lost(landing, target, acquired.failure)
  if (acquired.value === null) return 'busy'
  let { lease, state } = acquired.value
  if (isHint && !isDue(state, ports.clock.now())) {
    const { nextLookAtMs, failures } = state
    const released = await ports.store.release(lease, { nextLookAtMs, failures })
    if (!released.ok) return lost(landing, target, released.failure)
    if (released.value.end === 'fenced') return 'fenced'
    if (released.value.end === 'released') return 'busy'
    ;({ lease, state } = released.value)
  }
  for (let looks = 1; ; looks++) {
    const worked = await work(landing, lease, state)
    if (!worked.ok) return giveBackLater(landing, lease, state, worked.failure, null)
    if (worked.value === 'fenced') return 'fenced'
    const { nextLookAtMs, tryAgain } = worked.value
    if (tryAgain) return giveBackLater(landing, lease, state, tryAgain, nextLookAtMs)
    const released = await ports.store.release(lease, { nextLookAtMs, failures: 0 })
    if (!released.ok) return lost(landing, target, released.failure)
    if (released.value.end === 'fenced') return 'fenced'
    if (released.value.end === 'released') return wake(landing, target, nextLookAtMs, 'finished')
    ;({ lease, state } = released.value)
    if (looks >= looksMax || landing.timeLeftMs() < reserveMs) return handOver(landing, lease)
  }
}

/** Too busy to finish here: stays dirty and due, and another message goes on. */
async function handOver(landing: Landing, lease: Lease): Promise<LookEnd> {
  const nextLookAtMs = landing.ports.clock.now() + handOverMs
  const released = await landing.ports.store.release(lease, { nextLookAtMs, failures: 1 })
  if (!released.ok) return lost(landing, lease.target, released.failure)
  return wake(landing, lease.target, nextLookAtMs, 'handed-over')
}

/** A look that failed is repeated after 5 s doubling to 15 min, with jitter over the upper half; what else is due is not kept waiting. */
async function giveBackLater(
  landing: Landing,
  lease: Lease,
  state: TargetState,
  failure: Pick<AwsFailure, 'operation'> & { code: string },
  otherwiseAtMs: number | null,
): Promise<LookEnd> {
  const { ports } = landing
  const now = ports.clock.now()
  const wholeMs = Math.min(retryMaxMs, retryFirstMs * 2 ** Math.min(state.failures, 20))
  const againAtMs = now + Math.round(wholeMs * (0.5 + landing.random() / 2))
  const nextLookAtMs = Math.min(againAtMs, otherwiseAtMs ?? againAtMs)
  ports.log.warn('look failed, tried again later', {
    target: targetKey(lease.target),
    operation: failure.operation,
    code: failure.code,
    failures: state.failures + 1,
  })
  const released = await ports.store.release(lease, { nextLookAtMs, failures: state.failures + 1 })
  if (!released.ok) return lost(landing, lease.target, released.failure)
  return wake(landing, lease.target, nextLookAtMs, 'failed')
}

/** Without the store nothing can be said or given back: the lease ends by itself and the tick finds the target. */
function lost(landing: Landing, target: Target, failure: AwsFailure): LookEnd {
  landing.ports.log.error('the table did not answer', {
    target: targetKey(target),
    operation: failure.operation,
    code: failure.code,
  })
  return 'failed'
}

async function wake(
  landing: Landing,
  target: Target,
  nextLookAtMs: number | null,
  end: LookEnd,
): Promise<LookEnd> {
  const inMs = nextLookAtMs === null ? Number.POSITIVE_INFINITY : nextLookAtMs - landing.ports.clock.now()
  if (inMs > wakeWithinMs) return end
  const delaySeconds = Math.max(0, Math.ceil(inMs / second))
  const sent = await landing.ports.queue.look([{ target, delaySeconds }])
  // The tick is the backstop: it comes within a minute.
  if (!sent.ok)
    landing.ports.log.warn('wake-up not sent', { target: targetKey(target), code: sent.failure.code })
  return end
}
