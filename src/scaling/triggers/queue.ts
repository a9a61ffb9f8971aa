import type { TriggerMemory } from '../../model/memory.ts'
import { second } from '../../model/time.ts'
import type { QueueTrigger } from '../policy.ts'
import { directionOf, type Proposed } from '../proposal.ts'
import { messagesOf, quietMs, tasksFor } from '../readings.ts'
import type { Seen } from '../seen.ts'
import type { Read } from '../signal.ts'

/** `queue`, `perTask`: so many messages per task, those in flight and delayed too (KEDA's aws-sqs-queue with scaleOnDelayed). */

export const reads = ({ queue }: QueueTrigger): Read[] => [{ kind: 'queue', key: queue, queue }]

export function propose(
  { name, queue, perTask, wakeAt }: QueueTrigger,
  seen: Seen,
  _memory?: TriggerMemory,
): Proposed {
  const messages = messagesOf(seen.queues[queue], name)
  if (typeof messages !== 'number') return { asks: false, because: messages, unsure: true, failed: true }
  const count = tasksFor(messages / perTask)
  const code = `queue-${directionOf(count, seen.count)}` as const
  return {
    asks: true,
    count,
    because: { code, trigger: name, queue, messages, perTask, wanted: count, limit: null },
    active: messages >= wakeAt,
    lookInMs: messages === 0 && seen.starting === 0 ? quietMs : 20 * second,
  }
}
