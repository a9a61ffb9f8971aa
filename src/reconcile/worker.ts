import { understand } from '../intake/understand.ts'
import { isRefusal } from '../model/signal.ts'
import { targetKey } from '../model/target.ts'
import { refusalMetrics } from '../voice/metrics.ts'
import type { Landing } from './landing.ts'
import { type Due, mark } from './mark.ts'
import { reconcile, reserveMs } from './reconcile.ts'
import { sideBySide } from './side-by-side.ts'
import { readTogether } from './together/reads.ts'

/** A message of one of our queues. */
export interface Message {
  id: string
  body: string
}

/** Half of what ECS lets a whole account change at once: 50 calls of UpdateService (API reference, "Request throttling"). */
const looksAtOnce = 25

/**
 * A batch of messages: each is understood and its evidence written down, one after the other; then every target named is looked
 * at once, side by side, so that looks share their reads.
 * Answers the ids that must not be acknowledged: those that nobody can understand (after five tries they are dead letters),
 * those whose evidence is not durable, and those at which our own code threw. A message never blocks another.
 */
export async function workOff(landing: Landing, messages: Message[]): Promise<string[]> {
  const unacknowledged = new Set<string>()
  const due = new Map<string, Due & { ids: string[] }>()
  for (const message of messages) {
    const targets = await unlessThrown(landing, [message.id], () => markAll(landing, message))
    if (targets === null) unacknowledged.add(message.id)
    for (const { target, isHint } of targets ?? []) {
      const before = due.get(targetKey(target)) ?? { ids: [], isHint: true }
      due.set(targetKey(target), {
        target,
        isHint: before.isHint && isHint,
        ids: [...before.ids, message.id],
      })
    }
  }
  const together = readTogether(landing.ports)
  await sideBySide([...due.values()], looksAtOnce, async ({ target, ids, isHint }) => {
    // Marked and due: what time does not allow here, the tick finds.
    if (landing.timeLeftMs() < reserveMs) return
    const { ports, leave } = together.join()
    const end = await unlessThrown(landing, ids, () => reconcile({ ...landing, ports }, target, isHint))
    leave()
    if (end === null) for (const id of ids) unacknowledged.add(id)
  })
  return [...unacknowledged]
}

/** The targets to look at now; null when the message must come again. */
async function markAll({ ports, policy, serves }: Landing, { id, body }: Message): Promise<Due[] | null> {
  const signal = understand(body)
  if (isRefusal(signal)) {
    if (signal.poison) ports.metrics.emit(refusalMetrics(signal.refused))
    ports.log[signal.poison ? 'warn' : 'debug']('message refused', {
      messageId: id,
      reason: signal.sentence,
    })
    return signal.poison ? null : []
  }
  const marked = await mark(ports, policy, signal, serves)
  if (marked.ok) return marked.value
  ports.log.error('evidence is not durable', { messageId: id, code: marked.failure.code })
  return null
}

/** A bug of ours about one target keeps no other from being looked at; its messages end as dead letters, which is an alarm. */
async function unlessThrown<T>(
  { ports }: Landing,
  messageIds: string[],
  run: () => Promise<T>,
): Promise<T | null> {
  try {
    return await run()
  } catch (error) {
    ports.log.error('our own code threw', {
      messageId: messageIds[0],
      count: messageIds.length,
      problem: error instanceof Error ? error.name : typeof error,
      at: placeOf(error),
    })
    return null
  }
}

/** The innermost calls: `readTask (task.ts:87:3) < …`. Not the message, which may quote what it stumbled over. */
function placeOf(error: unknown): string {
  if (!(error instanceof Error)) return ''
  const { message, stack = '' } = error
  // The stack begins with the message, whose lines may look like calls.
  const calls = stack.slice(message === '' ? 0 : stack.indexOf(message) + message.length)
  return [...calls.matchAll(/^\s+at (?:(.*?) \()?.*?([^/()\s]+:\d+:\d+)\)?$/gm)]
    .slice(0, 5)
    .map(([, name, place]) => (name ? `${name} (${place})` : place))
    .join(' < ')
}
