/** What Longshore looks after: one ECS service, or one family of standalone tasks. All work about a target is done one at a time. */

export interface ServiceTarget {
  kind: 'service'
  /** Cluster name, not its ARN. */
  cluster: string
  service: string
}

export interface FamilyTarget {
  kind: 'family'
  cluster: string
  family: string
}

export type Target = ServiceTarget | FamilyTarget

export const serviceTarget = (cluster: string, service: string): ServiceTarget => ({
  kind: 'service',
  cluster,
  service,
})
export const familyTarget = (cluster: string, family: string): FamilyTarget => ({
  kind: 'family',
  cluster,
  family,
})

/** The last part: the service's or the family's name. */
export const targetName = (target: Target): string =>
  target.kind === 'service' ? target.service : target.family

/** `service/<cluster>/<service>` or `family/<cluster>/<family>`: the key in the table, in queues and on the command line. */
export const targetKey = (target: Target): string => `${target.kind}/${target.cluster}/${targetName(target)}`

/** The inverse of `targetKey`; null when the text is no key. */
export function parseTargetKey(key: string): Target | null {
  const [kind, cluster, name, ...rest] = key.split('/')
  if (!cluster || !name || rest.length > 0) return null
  if (kind === 'service') return serviceTarget(cluster, name)
  if (kind === 'family') return familyTarget(cluster, name)
  return null
}
