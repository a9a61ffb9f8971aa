import type { Queue, Slack, SlackMessage } from '../model/ports.ts'
import { answered, refused } from '../model/reading.ts'
import type { Target } from '../model/target.ts'
import { second } from '../model/time.ts'
import type { Faults } from './failures.ts'
import type { Timeline } from './timeline.ts'

export type LookListener = (target: Target) => void

export interface QueueWorld {
  queue: Queue
  /** After its delay. The answer unsubscribes it. */
  onLook(listener: LookListener): () => void
}

/** "The maximum is 900 seconds" (SQS API reference, SendMessageBatch, DelaySeconds). */
export const delaySecondsMax = 900

export function createQueue(timeline: Timeline, faults: Faults): QueueWorld {
  const listeners = new Set<LookListener>()
  return {
    queue: {
      look: looks =>
        faults.call('sqs:SendMessageBatch', () => {
          const isDelay = (delay: number): boolean =>
            Number.isInteger(delay) && delay >= 0 && delay <= delaySecondsMax
          if (!looks.every(({ delaySeconds }) => isDelay(delaySeconds))) {
            return refused(
              'sqs:SendMessageBatch',
              'invalid',
              `DelaySeconds must be >= 0 and <= ${delaySecondsMax}.`,
            )
          }
          for (const { target, delaySeconds } of looks) {
            timeline.after(delaySeconds * second, () => {
              for (const listener of listeners) listener({ ...target })
            })
          }
          return answered(undefined)
        }),
    },
    onLook(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

export interface SlackWorld extends Slack {
  /** What arrived, oldest first. */
  messages: { atMs: number; ts: string | null; message: SlackMessage }[]
  /** The next posts, one unless told otherwise, are answered with 429 and `Retry-After` (Slack documentation, "Rate limits"). */
  limitNext(retryAfterMs: number, times?: number): void
}

export function createSlack(timeline: Timeline, faults: Faults): SlackWorld {
  const messages: SlackWorld['messages'] = []
  return {
    messages,
    limitNext(retryAfterMs, times = 1) {
      for (let time = 0; time < times; time++) {
        faults.failNext('slack:chat.postMessage', { code: 'throttled', message: 'ratelimited', retryAfterMs })
      }
    },
    post: message =>
      faults.call('slack:chat.postMessage', () => {
        const atMs = timeline.clock.now()
        // `ts` is seconds and six digits that make it unique in its channel; a webhook, which knows its channel, answers none.
        const digits = String(messages.length + 1).padStart(6, '0')
        const ts = message.channel === null ? null : `${Math.floor(atMs / second)}.${digits}`
        messages.push({ atMs, ts, message: structuredClone(message) })
        return answered({ ts })
      }),
  }
}
