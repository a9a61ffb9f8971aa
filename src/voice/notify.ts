import type { Log, Metrics, Notice, Slack, Store } from '../model/ports.ts'
import { type Answer, type AwsFailure, answered, type FailureCode, isTransient } from '../model/reading.ts'
import { type Target, targetKey } from '../model/target.ts'
import { type Clock, minute, second } from '../model/time.ts'
import { slackMessage } from './message.ts'
import { givenUpMetrics } from './metrics.ts'

/**
 * The outbox: claim a notice, post it, write down what came of it. At least once: who dies between the post and the
 * writing posts again once the claim is over, and the reader recognises the message by its id.
 */

interface NotifyPorts {
  clock: Clock
  store: Pick<Store, 'claimNotice' | 'finishNotice'>
  slack: Slack
  metrics: Metrics
  log: Log
}

/** `none`: sent, given up or in someone else's hands already. */
export type NoticeEnd = 'sent' | 'retry' | 'given-up' | 'none'

/** Longer than a Lambda needs for one post with its time limit of seconds. */
const claimMs = minute
const firstWaitMs = 5 * second
const longestWaitMs = 5 * minute

/** Sending attempts before giving up. The doubling waits of twelve add up to half an hour. */
const attemptsMax: Record<FailureCode, number> = {
  throttled: 12,
  unavailable: 12,
  /** A person may invite the bot or correct the parameter meanwhile. */
  denied: 3,
  'not-found': 3,
  quota: 3,
  conflict: 3,
  /** The same message cannot succeed later. */
  invalid: 1,
}

/**
 * Sends one notice if it is due. What Slack says is an end, never an exception; the answer fails only where the store
 * does, and the notice then comes back by itself.
 */
export async function notify(
  ports: NotifyPorts,
  entryId: string,
  target: Target,
  slackPolicy: { channel: string | null } | null,
): Promise<Answer<NoticeEnd>> {
  const nowMs = ports.clock.now()
  const claimed = await ports.store.claimNotice(target, entryId, nowMs, nowMs + claimMs)
  if (!claimed.ok)
    return claimed.failure.code === 'invalid'
      ? giveUpUnread(ports, entryId, target, claimed.failure)
      : claimed
  if (claimed.value === null) return answered('none')
  const end = slackPolicy
    ? await send(ports, claimed.value, target, slackPolicy)
    : { end: 'given-up' as const, why: 'no Slack configured' }
  const finished = await ports.store.finishNotice(target, entryId, end)
  return finished.ok ? answered(end.end) : finished
}

/** A line that cannot be read today cannot be read later either, and must not keep those behind it waiting. */
async function giveUpUnread(
  ports: NotifyPorts,
  entryId: string,
  target: Target,
  { operation, code, message }: AwsFailure,
): Promise<Answer<NoticeEnd>> {
  const about = { target: targetKey(target), entry: entryId, operation, code, reason: message }
  ports.log.error('notice not readable, given up', about)
  ports.metrics.emit(givenUpMetrics(target, entryId, code))
  const finished = await ports.store.finishNotice(target, entryId, { end: 'given-up', why: message })
  return finished.ok ? answered('given-up') : finished
}

type Finish = Parameters<Store['finishNotice']>[2]

async function send(
  ports: NotifyPorts,
  { entry, attempts }: Notice,
  target: Target,
  slackPolicy: { channel: string | null },
): Promise<Finish> {
  const posted = await ports.slack.post(slackMessage(entry, slackPolicy))
  if (posted.ok) return { end: 'sent', ts: posted.value.ts }
  const { failure } = posted
  if (attempts + 1 < attemptsMax[failure.code])
    return { end: 'retry', atMs: ports.clock.now() + waitMs(failure, attempts) }
  const why = `${failure.operation} ${failure.code}: ${failure.message}, attempt ${attempts + 1}`
  ports.log.error('Slack message given up', {
    target: targetKey(target),
    entry: entry.id,
    operation: failure.operation,
    code: failure.code,
    reason: failure.message,
    attempts: attempts + 1,
  })
  ports.metrics.emit(givenUpMetrics(target, entry.id, failure.code))
  return { end: 'given-up', why }
}

/** Never sooner than the other side asks; what a person must correct is tried again slowly. */
function waitMs(failure: AwsFailure, attempts: number): number {
  const own = isTransient(failure) ? Math.min(longestWaitMs, firstWaitMs * 2 ** attempts) : longestWaitMs
  return Math.max(own, failure.retryAfterMs ?? 0)
}
