import * as z from 'zod'
import type { Refusal, Signal } from '../model/signal.ts'
import type { Event } from './event.ts'
import { text, words } from './lenient.ts'
import { poison } from './refusal.ts'
import { serviceOf } from './service-name.ts'

/**
 * `ECS Deployment State Change` (and `ECS Daemon Deployment State Change`):
 * `{"resources":["arn:…:service/prod/checkout"],"detail":{"eventType":"INFO","eventName":"SERVICE_DEPLOYMENT_IN_PROGRESS",
 * "deploymentId":"ecs-svc/123","updatedAt":"2020-05-23T11:11:11Z","reason":"ECS deployment ecs-svc/123 in progress."}}`.
 * No `clusterArn`; the same names also arrive as service actions.
 */
const deployment = z.object({ eventName: text, deploymentId: text, reason: words })

export function deploymentSignal(event: Event): Signal | Refusal {
  const { eventName, deploymentId, reason } = deployment.parse(event.detail ?? {})
  if (eventName === null)
    return poison('deployment', 'Deployment event without detail.eventName: it does not tell what happened.')
  const isDaemon = event.detailType.includes('daemon')
  return {
    kind: 'deployment',
    target: isDaemon ? null : serviceOf(event),
    owner: isDaemon ? 'none' : 'service',
    eventName,
    deploymentId,
    reason,
  }
}
