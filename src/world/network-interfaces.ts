import type { Ec2 } from '../model/ports.ts'
import { answered } from '../model/reading.ts'
import type { Network } from './ecs-records.ts'
import type { Faults } from './failures.ts'
import { region } from './names.ts'
import type { Randomness } from './randomness.ts'

export interface NetworkInterfaceRecord {
  id: string
  subnetId: string
  macAddress: string
  privateIpv4: string
  privateDnsName: string
  securityGroups: string[]
  hasPublicIp: boolean
}

export interface NetworkInterfaces {
  /** In one of the subnets. Its private address may be one that a dead task had: VPC gives addresses out again. */
  create(network: Network): NetworkInterfaceRecord
  remove(id: string): void
  ec2: Pick<Ec2, 'describeNetworkInterfaces'>
}

const zones = ['a', 'b', 'c']
/** A /20 has 4,096 addresses, of which AWS keeps five (VPC user guide, "Subnet CIDR blocks"). */
const blockSize = 4_096

/** Elastic network interfaces: they live from the task's PROVISIONING to its DEPROVISIONING, and nobody can describe them after that. */
export function createNetworkInterfaces(random: Randomness, faults: Faults): NetworkInterfaces {
  const living = new Map<string, NetworkInterfaceRecord>()
  const used = new Set<string>()
  /** Subnets exist as soon as they are named; the nth is 10.0.(16n).0/20. */
  const subnets: string[] = []

  const freeAddress = (subnetId: string): string => {
    if (!subnets.includes(subnetId)) subnets.push(subnetId)
    const block = subnets.indexOf(subnetId) * blockSize
    for (let attempt = 0; attempt < blockSize; attempt++) {
      const host = block + random.between(4, blockSize - 2)
      const address = `10.${host >> 16}.${(host >> 8) & 255}.${host & 255}`
      if (!used.has(address)) return address
    }
    throw new Error(`no free address left in ${subnetId}`)
  }

  return {
    create(network) {
      const subnetId = random.pick(network.subnets)
      const privateIpv4 = freeAddress(subnetId)
      const record = {
        id: `eni-0${random.hex(16)}`,
        subnetId,
        macAddress: ['0a', ...Array.from({ length: 5 }, () => random.hex(2))].join(':'),
        privateIpv4,
        privateDnsName: `ip-${privateIpv4.replaceAll('.', '-')}.${region}.compute.internal`,
        securityGroups: [...network.securityGroups],
        hasPublicIp: network.assignPublicIp === 'ENABLED',
      }
      living.set(record.id, record)
      used.add(privateIpv4)
      return record
    },
    remove(id) {
      const record = living.get(id)
      if (record) used.delete(record.privateIpv4)
      living.delete(id)
    },
    ec2: {
      // AWS refuses the whole call for one unknown id (InvalidNetworkInterfaceID.NotFound); the port leaves it out.
      describeNetworkInterfaces: ids =>
        faults.call('ec2:DescribeNetworkInterfaces', () =>
          answered(
            ids.flatMap(id => {
              const record = living.get(id)
              if (!record) return []
              const { subnetId, securityGroups, hasPublicIp } = record
              return [{ networkInterfaceId: id, subnetId, securityGroups: [...securityGroups], hasPublicIp }]
            }),
          ),
        ),
    },
  }
}

/** The zone of a subnet, from the last character of its name. */
export const availabilityZoneOf = (subnetId: string): string => {
  const last = subnetId.codePointAt(subnetId.length - 1) ?? 0
  return `${region}${zones[last % zones.length]}`
}
