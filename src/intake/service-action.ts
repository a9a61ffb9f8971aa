import * as z from 'zod'
import { lastSegment } from '../model/arn.ts'
import type { PlacementFailure, Refusal, Signal } from '../model/signal.ts'
import type { Event } from './event.ts'
import { instant, text, texts, words } from './lenient.ts'
import { poison } from './refusal.ts'
import { serviceOf } from './service-name.ts'

/**
 * `ECS Service Action` (and `ECS Daemon Service Action`, whose tasks ECS itself keeps alive on every instance):
 * `{"resources":["arn:…:service/prod/checkout"],"detail":{"eventType":"ERROR","eventName":"SERVICE_TASK_PLACEMENT_FAILURE",
 * "clusterArn":"…","capacityProviderArns":["…"],"reason":"RESOURCE:FARGATE","createdAt":"2019-11-06T19:09:33.087Z"}}`.
 * `SERVICE_STEADY_STATE` repeats; it is no news.
 */
const serviceAction = z.object({
  eventName: text,
  reason: words,
  createdAt: instant,
  capacityProviderArns: texts,
})

export function serviceActionSignal(event: Event): Signal | Refusal {
  const told = serviceAction.parse(event.detail ?? {})
  const { eventName, reason } = told
  if (eventName === null)
    return poison(
      'service-action',
      'Service action without detail.eventName: it does not tell what happened.',
    )
  const isDaemon = event.detailType.includes('daemon')
  return {
    kind: 'service-action',
    target: isDaemon ? null : serviceOf(event),
    owner: isDaemon ? 'none' : 'service',
    eventName,
    reason,
    placementFailure: eventName === 'SERVICE_TASK_PLACEMENT_FAILURE' ? placementFailureOf(told, event) : null,
  }
}

/** Of the sort keys of the table they stay far away. */
const idMax = 64
const providersMax = 20

/**
 * Such events have no version. One that is delivered again may come under another id: when it happened, to the millisecond, tells
 * it better. Null: the reason is not that there was no room, or nothing tells one from another.
 */
function placementFailureOf(
  { reason, createdAt, capacityProviderArns }: z.output<typeof serviceAction>,
  { id: eventId, sentAtMs }: Event,
): PlacementFailure | null {
  const id = createdAt === null ? eventId?.slice(0, idMax) : String(createdAt)
  if (id === undefined || !lacksRoom(reason)) return null
  return {
    id,
    atMs: createdAt ?? sentAtMs,
    capacityProviders: capacityProviderArns.slice(0, providersMax).map(lastSegment),
  }
}

/** Developer guide, "API failure reasons" and "Amazon ECS service event messages". A used-up quota is no lack of room. */
const lacksRoom = (reason: string | null): boolean =>
  /^RESOURCE:|capacity is unavailable|EMPTY CAPACITY PROVIDER/i.test(reason ?? '')
