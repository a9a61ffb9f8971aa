import { understand } from '../intake/understand.ts'
import { isRefusal } from '../model/signal.ts'
import { type Target, targetKey } from '../model/target.ts'
import { refusalMetrics } from '../voice/metrics.ts'
import { mark } from './mark.ts'
import { type Landing, reconcile } from './reconcile.ts'

/** A message of one of our queues. */
export interface Message {
  id: string
  body: string
}

/**
 * A batch of messages: each is understood and its evidence written down, then every target named is looked at once.
 * Answers the ids that must not be acknowledged: those that nobody can understand (after five tries they are dead letters),
 * and those whose evidence is not durable. A message never blocks another.
 */
export async function workOff(landing: Landing, messages: Message[]): Promise<string[]> {
  const { ports, policy } = landing
  const unacknowledged: string[] = []
  const due = new Map<string, Target>()
  for (const { id, body } of messages) {
    const signal = understand(body)
    if (isRefusal(signal)) {
      if (signal.poison) ports.metrics.emit(refusalMetrics(signal.refused))
      ports.log[signal.poison ? 'warn' : 'debug']('message refused', {
        messageId: id,
        reason: signal.sentence,
      })
      if (signal.poison) unacknowledged.push(id)
      continue
    }
    const marked = await mark(ports, policy, signal)
    if (!marked.ok) {
      ports.log.error('evidence is not durable', { messageId: id, code: marked.failure.code })
      unacknowledged.push(id)
      continue
    }
    for (const target of marked.value) due.set(targetKey(target), target)
  }
  for (const target of due.values()) {
    // Marked and due: what time does not allow here, the tick finds.
    if (landing.timeLeftMs() < minimumMs) break
    await reconcile(landing, target)
  }
  return unacknowledged
}

const minimumMs = 5_000
