import type { LaunchSpec } from '../model/launch-spec.ts'
import { share } from './pace.ts'
import type { StoppedTask } from './view.ts'

/** Where a task goes whose subnet gave it no network interface. */

/**
 * Another subnet than the one that failed; null when none is known. `attempt`: another try may choose another one.
 */
export function subnetInstead(
  { task, otherSubnets = [] }: StoppedTask,
  { network }: LaunchSpec,
  attempt: number,
): { from: string; to: string } | null {
  const from = task.networkInterface?.subnetId ?? network?.subnets[0]
  if (!network || from === undefined) return null
  const others = [...new Set([...network.subnets, ...otherSubnets])].filter(subnet => subnet !== from).sort()
  const to = others[Math.floor(share(`${task.taskArn}/${attempt}/subnet`) * others.length)]
  return to === undefined ? null : { from, to }
}

/**
 * Subnets that tasks launched alike use: in the same security groups, which belong to one VPC, and with a public address or
 * without one. Only such a subnet is surely one that the task may run in. Sorted once, however many tasks failed together.
 */
export function subnetsOf(recorded: LaunchSpec[]): (spec: LaunchSpec) => string[] {
  const alike = new Map<string, Set<string>>()
  for (const { network, unsure } of recorded) {
    if (!network || unsure.length > 0) continue
    const key = likeness(network)
    const subnets = alike.get(key) ?? new Set()
    for (const subnet of network.subnets) subnets.add(subnet)
    alike.set(key, subnets)
  }
  return ({ network }) =>
    network
      ? [...(alike.get(likeness(network)) ?? [])].filter(subnet => !network.subnets.includes(subnet)).sort()
      : []
}

const likeness = ({ securityGroups, assignPublicIp }: NonNullable<LaunchSpec['network']>): string =>
  JSON.stringify([[...securityGroups].sort(), assignPublicIp])
