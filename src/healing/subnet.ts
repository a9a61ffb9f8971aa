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
 * without one. Only such a subnet is surely one that the task may run in.
 */
export function subnetsLike({ network }: LaunchSpec, recorded: LaunchSpec[]): string[] {
  if (!network) return []
  const alike = recorded.flatMap(({ network: other, unsure }) =>
    other && unsure.length === 0 && likeness(other) === likeness(network) ? other.subnets : [],
  )
  return [...new Set(alike)].filter(subnet => !network.subnets.includes(subnet)).sort()
}

const likeness = ({ securityGroups, assignPublicIp }: NonNullable<LaunchSpec['network']>): string =>
  JSON.stringify([[...securityGroups].sort(), assignPublicIp])
