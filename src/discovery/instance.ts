import type { CloudMapInstance } from '../model/ports.ts'
import { type Target, targetKey } from '../model/target.ts'
import type { Task } from '../model/task.ts'
import type { DiscoverPolicy } from './policy.ts'

/** The attribute by which Longshore knows its own instances; those without it, or of another target, are never touched. */
export const ownerAttribute = 'LONGSHORE_TARGET'

export const isOurs = (instance: CloudMapInstance, target: Target): boolean =>
  instance.attributes[ownerAttribute] === targetKey(target)

/**
 * Attributes of a task's instance, named as ECS's own service discovery names them
 * (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-discovery.html).
 */
export function instanceAttributes(
  task: Task,
  address: string,
  target: Target,
  policy: DiscoverPolicy,
): Record<string, string> {
  const known: Record<string, string | null> = {
    AWS_INSTANCE_IPV4: address,
    AWS_INSTANCE_IPV6: task.networkInterface?.ipv6 ?? null,
    AWS_INSTANCE_PORT: policy.port === null ? null : String(policy.port),
    AVAILABILITY_ZONE: task.availabilityZone,
    ECS_CLUSTER_NAME: task.cluster,
    ECS_TASK_DEFINITION_FAMILY: task.family,
    ECS_TASK_DEFINITION_REVISION: task.revision === null ? null : String(task.revision),
    [ownerAttribute]: targetKey(target),
  }
  return Object.fromEntries(
    Object.entries(known).filter((entry): entry is [string, string] => entry[1] !== null),
  )
}
