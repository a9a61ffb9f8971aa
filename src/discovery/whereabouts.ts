import type { CloudMapInstance } from '../model/cloud-map.ts'
import type { Task } from '../model/task.ts'
import type { DiscoverPolicy } from './policy.ts'
import type { DiscoveryReason } from './reason.ts'
import type { DiscoveryView } from './view.ts'

/** Where clients reach a task. */
export interface Address {
  ipv4: string | null
  ipv6: string | null
  port: number | null
  /** The machine whose address it is; null where the task has its own. */
  ec2InstanceId: string | null
}

/** `passes`: it may be known at the next look. */
type Whereabouts = { address: Address } | { because: DiscoveryReason; passes: boolean }

/**
 * The address of a running task: its own network interface (awsvpc), or its machine's with the container's port (host) or the
 * port that Docker gave it (bridge), as far as the Cloud Map service's records need it.
 */
export function whereabouts(
  task: Task,
  recordTypes: readonly string[],
  view: Pick<DiscoveryView, 'networkModes' | 'hosts'>,
  policy: DiscoverPolicy,
): Whereabouts {
  const found = addressOf(task, view, policy)
  if ('because' in found) return found
  const needs = lacking(found.address, recordTypes)
  return needs === null
    ? found
    : { because: { code: 'no-address', taskId: task.taskId, needs }, passes: false }
}

function addressOf(
  task: Task,
  { networkModes, hosts }: Pick<DiscoveryView, 'networkModes' | 'hosts'>,
  { port }: DiscoverPolicy,
): Whereabouts {
  const { taskId, networkInterface } = task
  if (networkInterface) {
    const { privateIpv4, ipv6 } = networkInterface
    return { address: { ipv4: privateIpv4, ipv6, port, ec2InstanceId: null } }
  }
  const mode = networkModes.get(task.taskDefinitionArn)
  if (mode === undefined) return { because: { code: 'checks-unknown', taskId }, passes: true }
  if (mode === 'awsvpc' || mode === 'none')
    return { because: { code: 'no-address', taskId, needs: 'any' }, passes: false }
  const host = hosts.get(task.containerInstanceArn ?? '')
  if (!host) return { because: { code: 'host-unknown', taskId }, passes: true }
  const { privateIpv4, ipv6, instanceId } = host
  if (mode === 'host' || port === null)
    return { address: { ipv4: privateIpv4, ipv6, port, ec2InstanceId: instanceId } }
  const published = task.containers
    .flatMap(({ portBindings = [] }) => portBindings)
    .find(({ containerPort }) => containerPort === port)
  if (!published) return { because: { code: 'port-not-published', taskId, port }, passes: false }
  return { address: { ipv4: privateIpv4, ipv6, port: published.hostPort, ec2InstanceId: instanceId } }
}

/**
 * What the records need and the task has not: A an IPv4 address, AAAA an IPv6 one, SRV and HTTP namespaces either
 * (https://docs.aws.amazon.com/cloud-map/latest/api/API_RegisterInstance.html). The port of SRV is the policy's business.
 */
function lacking({ ipv4, ipv6 }: Address, recordTypes: readonly string[]): 'IPv4' | 'IPv6' | 'any' | null {
  if (recordTypes.includes('A') && ipv4 === null) return 'IPv4'
  if (recordTypes.includes('AAAA') && ipv6 === null) return 'IPv6'
  return ipv4 === null && ipv6 === null ? 'any' : null
}

/** `10.0.0.7:8080`, as people read it. */
export function endpointOf({ attributes }: Pick<CloudMapInstance, 'attributes'>): string {
  const { AWS_INSTANCE_IPV4: ipv4, AWS_INSTANCE_IPV6: ipv6, AWS_INSTANCE_PORT: port } = attributes
  if (ipv4 === undefined && ipv6 === undefined) return 'no address'
  const address = ipv4 ?? (port === undefined ? ipv6 : `[${ipv6}]`)
  return port === undefined ? `${address}` : `${address}:${port}`
}
