import * as z from 'zod'
import type { Refusal, Signal } from '../model/signal.ts'
import type { Event } from './event.ts'
import { text, words } from './lenient.ts'
import { poison } from './refusal.ts'
import { serviceOf } from './service-name.ts'

/**
 * `ECS Service Action` (and `ECS Daemon Service Action`, whose tasks ECS itself keeps alive on every instance):
 * `{"resources":["arn:…:service/prod/checkout"],"detail":{"eventType":"ERROR","eventName":"SERVICE_TASK_PLACEMENT_FAILURE",
 * "clusterArn":"…","capacityProviderArns":["…"],"reason":"RESOURCE:FARGATE","createdAt":"2019-11-06T19:09:33.087Z"}}`.
 * `SERVICE_STEADY_STATE` repeats; it is no news.
 */
const serviceAction = z.object({ eventName: text, reason: words })

export function serviceActionSignal(event: Event): Signal | Refusal {
  const { eventName, reason } = serviceAction.parse(event.detail ?? {})
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
  }
}
