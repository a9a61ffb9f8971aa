import { isoTime } from '../model/time.ts'
import { account, region } from './names.ts'
import type { Randomness } from './randomness.ts'
import type { Timeline } from './timeline.ts'

/** What EventBridge hands to a target: AWS's envelope, whole (EventBridge user guide, "Event structure reference"). */
export interface EventBridgeEvent {
  version: '0'
  id: string
  'detail-type': string
  source: string
  account: string
  /** To the second: `2026-11-23T08:46:26Z`. */
  time: string
  region: string
  resources: string[]
  detail: Record<string, unknown>
}

/** `text`: the same as JSON, as a queue carries it. */
export type EventListener = (event: EventBridgeEvent, text: string) => void

export interface EventBus {
  emit(
    source: 'aws.ecs' | 'aws.cloudwatch' | 'aws.health',
    detailType: string,
    resources: string | string[],
    detail: object,
  ): void
  /** Each listener gets a copy of its own. The answer unsubscribes it. */
  onEvent(listener: EventListener): () => void
}

/** Delivers in the order of emission, at the same instant but after the change that caused it, so that a listener finds the world at rest. */
export function createEventBus(timeline: Timeline, random: Randomness): EventBus {
  const listeners = new Set<EventListener>()
  return {
    emit(source, detailType, resources, detail) {
      const event = {
        version: '0',
        id: random.uuid(),
        'detail-type': detailType,
        source,
        account,
        time: isoTime(timeline.clock.now()).replace(/\.\d{3}Z$/, 'Z'),
        region,
        resources: [resources].flat(),
        detail,
      }
      // As text: what is told now cannot change before it is delivered, and absent fields are absent.
      const text = JSON.stringify(event)
      timeline.after(0, () => {
        for (const listener of listeners) listener(JSON.parse(text), text)
      })
    },
    onEvent(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
