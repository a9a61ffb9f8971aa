import type { Refusal } from '../model/signal.ts'
import { isRecord } from './lenient.ts'
import { poison } from './refusal.ts'

/** Takes off what carries a message: JSON text, SQS, SNS, an answer of the API, a Step Functions failure, a list of one. */

export type Opened = { content: Record<string, unknown> } | Refusal

/** SNS in SQS in a Lambda event is four deep; more is nobody's delivery. */
const depthMax = 8

export function open(message: unknown, depth = 0): Opened {
  if (depth > depthMax)
    return poison('unknown', 'The message is wrapped too often; hand over the event itself.')
  const again = (inner: unknown) => open(inner, depth + 1)
  if (typeof message === 'string') return openText(message, depth)
  if (Array.isArray(message)) return openOnly(message, 'A list', depth)
  if (!isRecord(message))
    return poison('unknown', 'The message is no JSON object; an EventBridge event is one.')
  if ('detail-type' in message) return { content: message }
  // An HTTP request stays as it is: its body is not an event.
  if (isRecord(message.headers) || isRecord(message.requestContext)) return { content: message }
  if (Array.isArray(message.Records)) return openOnly(message.Records, 'A batch', depth)
  if (isRecord(message.Sns)) return again(message.Sns)
  if (typeof message.Message === 'string') return again(message.Message)
  if (typeof message.body === 'string') return again(message.body)
  // A failed `ecs:runTask.sync` state tells the task as text in `Cause`.
  if (typeof message.Cause === 'string' && 'Error' in message) return again(message.Cause)
  for (const key of ['task', 'Task']) if (isRecord(message[key])) return { content: message[key] }
  for (const key of ['tasks', 'Tasks'])
    if (Array.isArray(message[key])) return openOnly(message[key], 'An answer', depth)
  return { content: message }
}

/** The single messages of a delivery: the records of a batch, the tasks of an answer, or the message itself. */
export function messagesOf(delivery: unknown): unknown[] {
  if (Array.isArray(delivery)) return delivery
  if (!isRecord(delivery)) return [delivery]
  const carried = [delivery.Records, delivery.tasks, delivery.Tasks].find(Array.isArray)
  return carried && carried.length > 0 ? carried : [delivery]
}

function openText(message: string, depth: number): Opened {
  let parsed: unknown
  try {
    parsed = JSON.parse(message)
  } catch {
    return poison('unknown', 'The message is not JSON; an EventBridge event is a JSON object.')
  }
  return open(parsed, depth + 1)
}

function openOnly(messages: unknown[], carrier: string, depth: number): Opened {
  if (messages.length === 1) return open(messages[0], depth + 1)
  return poison('unknown', `${carrier} of ${messages.length} messages; hand over exactly one at a time.`)
}
