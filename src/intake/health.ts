import * as z from 'zod'
import { parseEcsArn } from '../model/arn.ts'
import type { Refusal, Signal } from '../model/signal.ts'
import { serviceTarget, type Target, targetKey } from '../model/target.ts'
import type { Event } from './event.ts'
import { flag, instant, list, text, upper } from './lenient.ts'
import { notOurs, poison, quote } from './refusal.ts'

/**
 * `AWS Health Event`; of interest is ECS's own notice that tasks are retired:
 * `{"resources":["prod|checkout"],"detail":{"service":"ECS","eventTypeCode":"AWS_ECS_TASK_PATCHING_RETIREMENT",
 * "eventTypeCategory":"scheduledChange","startTime":"Wed, 16 Aug 2023 23:18:51 GMT",
 * "lastUpdatedTime":"…","affectedEntities":[{"entityValue":"arn:…:task/prod/0080"}]}}`.
 * Standalone tasks come as ARNs, services as `cluster|service`; both occur in either list.
 */
const health = z.object({
  service: upper,
  eventTypeCode: text,
  eventTypeCategory: text,
  statusCode: text,
  startTime: instant,
  lastUpdatedTime: instant,
  backupEvent: flag,
  affectedAccount: text,
  affectedEntities: list(z.object({ entityValue: text })),
})

export function healthSignal({ detail, resources, sentAtMs, account }: Event): Signal | Refusal {
  const told = health.parse(detail ?? {})
  const { service, eventTypeCode, affectedEntities } = told
  if (service === null && eventTypeCode === null)
    return poison(
      'health',
      'Health event without detail.service and detail.eventTypeCode: about nothing we know.',
    )
  if (service !== 'ECS' && !eventTypeCode?.startsWith('AWS_ECS_'))
    return notOurs('health', `Health notice about ${quote(service ?? eventTypeCode)}, not about ECS.`)
  const affected = [...resources, ...affectedEntities.map(({ entityValue }) => entityValue)].filter(
    name => name !== null,
  )
  return {
    kind: 'health',
    eventTypeCode,
    concernsEcs: true,
    tasks: [...new Set(affected.filter(name => parseEcsArn(name)?.type === 'task'))],
    services: distinct(affected.map(serviceNamed).filter(target => target !== null)),
    retirement:
      isRetirement(told) && isOfHere(told, account)
        ? { atMs: told.startTime, version: told.lastUpdatedTime ?? sentAtMs ?? 0 }
        : null,
  }
}

/** AWS names the code in an example only, so that the category counts as well. `closed`: it is over, or was called off. */
const isRetirement = ({ eventTypeCode, eventTypeCategory, statusCode }: z.infer<typeof health>): boolean =>
  statusCode?.toLowerCase() !== 'closed' &&
  (eventTypeCategory?.toLowerCase() === 'scheduledchange' || /RETIREMENT/.test(eventTypeCode ?? ''))

/**
 * Not a copy in the backup Region, where services may have the same names, nor a notice for another account of the organization
 * (AWS Health User Guide, choosing-a-region and aggregating-health-events).
 */
const isOfHere = (
  { backupEvent, affectedAccount }: z.infer<typeof health>,
  account: string | null,
): boolean =>
  backupEvent !== true && (affectedAccount === null || account === null || affectedAccount === account)

function serviceNamed(name: string): Target | null {
  const arn = parseEcsArn(name)
  if (arn) return arn.type === 'service' && arn.cluster ? serviceTarget(arn.cluster, arn.id) : null
  const [, cluster, service] = /^([^|/]+)\|([^|/]+)$/.exec(name) ?? []
  return cluster && service ? serviceTarget(cluster, service) : null
}

const distinct = (targets: Target[]): Target[] => [
  ...new Map(targets.map(target => [targetKey(target), target])).values(),
]
