import type { Ports } from '../model/ports.ts'
import { answered } from '../model/reading.ts'
import { minute } from '../model/time.ts'
import { literalTargets } from '../policy/match.ts'
import type { Policy } from '../policy/policy.ts'
import { sweepMetrics } from '../voice/metrics.ts'

type TickPorts = Pick<Ports, 'clock' | 'store' | 'queue' | 'metrics' | 'log'>

const dueMax = 500
/** Targets that the policy names without wildcards are made known so often, for an installation without events yet. */
const introduceEveryMinutes = 10
/** Sweeps wider than this are spread over the minute: DescribeServices refills at 20 a second for the whole account. */
const spreadFrom = 50
const spreadSeconds = 45

/**
 * The minute's sweep: what is due, dirty without a live lease, or waits for Slack is woken. A hint only: acquiring decides.
 * Answers how many targets and notices were woken. Throws when the table or the queues did not answer: no heartbeat then.
 */
export async function tick(ports: TickPorts, policy: Policy): Promise<{ targets: number; notices: number }> {
  const now = ports.clock.now()
  if (Math.floor(now / minute) % introduceEveryMinutes === 0) {
    for (const target of literalTargets(policy)) {
      const ensured = await ports.store.ensure(target, now)
      if (!ensured.ok) ports.log.warn('target not introduced', { code: ensured.failure.code })
    }
  }
  const due = await ports.store.due(now, dueMax)
  if (!due.ok) throw new Error(`the table did not answer: ${due.failure.code}`)
  const { targets, notices } = due.value
  // Slack does not wait for our queues.
  for (const { target, entryId } of notices) {
    const woken = await ports.store.wakeNotice(target, entryId, now)
    if (!woken.ok) ports.log.warn('notice not woken', { entry: entryId, code: woken.failure.code })
  }
  const delaySeconds = (index: number) =>
    targets.length < spreadFrom ? 0 : Math.floor((index * spreadSeconds) / targets.length)
  const looks = targets.map((target, index) => ({ target, delaySeconds: delaySeconds(index) }))
  // Nothing to say is no reason to be told that nobody listens.
  const sent = looks.length === 0 ? answered(undefined) : await ports.queue.look(looks)
  if (!sent.ok) throw new Error(`the queues did not answer: ${sent.failure.code}`)
  ports.metrics.emit(sweepMetrics())
  return { targets: targets.length, notices: notices.length }
}
