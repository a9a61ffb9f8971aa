import type { CloudMapInstance } from '../model/cloud-map.ts'
import { type Target, targetKey } from '../model/target.ts'
import type { Task } from '../model/task.ts'
import type { Address } from './whereabouts.ts'

/** The attribute by which Longshore knows its own instances; those without it, or of another target, are not its own. */
export const ownerAttribute = 'LONGSHORE_TARGET'

export const isOurs = (instance: CloudMapInstance, target: Target): boolean =>
  instance.attributes[ownerAttribute] === targetKey(target)

/** Registered by ECS for a service of the target's cluster; its id is the task's. */
export const isOfEcs = ({ attributes }: CloudMapInstance, { cluster }: Target): boolean =>
  attributes[ownerAttribute] === undefined &&
  attributes.ECS_SERVICE_NAME !== undefined &&
  attributes.ECS_CLUSTER_NAME === cluster

/** What clients connect to: another value is another place. */
export const addressKeys = ['AWS_INSTANCE_IPV4', 'AWS_INSTANCE_IPV6', 'AWS_INSTANCE_PORT'] as const

/**
 * Attributes of a task's instance, named as ECS's own service discovery names them
 * (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-discovery.html), and two that it has not.
 */
export function instanceAttributes(
  task: Task,
  { ipv4, ipv6, port, ec2InstanceId }: Address,
  target: Target,
): Record<string, string> {
  const known: Record<string, string | null> = {
    AWS_INSTANCE_IPV4: ipv4,
    AWS_INSTANCE_IPV6: ipv6,
    AWS_INSTANCE_PORT: port === null ? null : String(port),
    [ownerAttribute]: targetKey(target),
    AVAILABILITY_ZONE: task.availabilityZone,
    EC2_INSTANCE_ID: ec2InstanceId,
    ECS_CLUSTER_NAME: task.cluster,
    ECS_TASK_DEFINITION_FAMILY: task.family,
    ECS_TASK_DEFINITION_REVISION: task.revision === null ? null : String(task.revision),
    ECS_CAPACITY_PROVIDER: task.capacityProvider,
  }
  return Object.fromEntries(Object.entries(known).filter(fits))
}

/**
 * Cloud Map's limit for a value; one odd value must not make it refuse the instance. Ten attributes of these sources (names of
 * 255 characters at most) are below its other limits: 30 of our own, keys of 255, 5,000 characters in all
 * (https://docs.aws.amazon.com/cloud-map/latest/api/API_RegisterInstance.html).
 */
const fits = (entry: [string, string | null]): entry is [string, string] =>
  entry[1] !== null && /^[ -~]{1,1024}$/.test(entry[1])
