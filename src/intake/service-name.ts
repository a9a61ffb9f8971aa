import * as z from 'zod'
import { lastSegment, parseEcsArn } from '../model/arn.ts'
import { type ServiceTarget, serviceTarget } from '../model/target.ts'
import type { Event } from './event.ts'
import { text } from './lenient.ts'

const naming = z.object({ serviceName: text, service: text, serviceArn: text, clusterArn: text })

/**
 * The service an event is about: `resources[0]`, else `detail.serviceName` or `detail.service`. Its cluster comes from the
 * same ARN or `detail.clusterArn`, which deployment events lack. Null when one of both is not told.
 */
export function serviceOf({ resources, detail }: Pick<Event, 'resources' | 'detail'>): ServiceTarget | null {
  const told = naming.parse(detail ?? {})
  const named = [...resources, told.serviceArn, told.serviceName, told.service]
    .filter(name => name !== null)
    .map(partsOf)
    .find(parts => parts !== null)
  const cluster = named?.cluster ?? (told.clusterArn && lastSegment(told.clusterArn))
  return named && cluster ? serviceTarget(cluster, named.service) : null
}

/** From `…:service/<cluster>/<name>`, `…:service/<name>`, `…:task-set/<cluster>/<service>/<id>` and its kin, or a plain name. */
function partsOf(name: string): { cluster: string | null; service: string } | null {
  const part = /:(?:task-set|service-deployment|service-revision)\/([^/]+)\/([^/]+)\/[^/]+$/.exec(name)
  if (part?.[1] && part[2]) return { cluster: part[1], service: part[2] }
  const arn = parseEcsArn(name)
  if (arn) return arn.type === 'service' ? { cluster: arn.cluster, service: arn.id } : null
  return /^[\w-]+$/.test(name) ? { cluster: null, service: name } : null
}
