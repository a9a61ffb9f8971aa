import { DescribeInstancesCommand, DescribeNetworkInterfacesCommand, EC2Client } from '@aws-sdk/client-ec2'
import type { Ec2 } from '../model/ports.ts'
import { answered } from '../model/reading.ts'
import { batches, everyPage } from './batches.ts'
import { ask } from './failure.ts'
import { type AwsSettings, clientSettings } from './settings.ts'

/** Values of one filter. */
const idsPerCall = 200

export function createEc2(settings: AwsSettings): Ec2 {
  const client = new EC2Client(clientSettings(settings))
  return {
    // A filter rather than NetworkInterfaceIds: with those, one interface that is gone refuses the whole call.
    describeNetworkInterfaces: ids =>
      ask('ec2:DescribeNetworkInterfaces', async () => {
        const found = []
        for (const Values of batches(ids, idsPerCall)) {
          const pages = await everyPage(
            NextToken =>
              client.send(
                new DescribeNetworkInterfacesCommand({
                  Filters: [{ Name: 'network-interface-id', Values }],
                  NextToken,
                }),
              ),
            page => page.NextToken,
          )
          found.push(...pages.flatMap(page => page.NetworkInterfaces ?? []))
        }
        return answered(
          found.flatMap(({ NetworkInterfaceId, SubnetId, Groups = [], Association }) =>
            NetworkInterfaceId === undefined
              ? []
              : {
                  networkInterfaceId: NetworkInterfaceId,
                  subnetId: SubnetId ?? null,
                  securityGroups: Groups.flatMap(group => group.GroupId ?? []),
                  hasPublicIp: Association?.PublicIp !== undefined,
                },
          ),
        )
      }),

    // A filter here as well: one id that EC2 does not know, such as one of ECS Anywhere, would refuse all of them.
    describeInstances: ids =>
      ask('ec2:DescribeInstances', async () => {
        const found = []
        for (const Values of batches(ids, idsPerCall)) {
          const pages = await everyPage(
            NextToken =>
              client.send(
                new DescribeInstancesCommand({ Filters: [{ Name: 'instance-id', Values }], NextToken }),
              ),
            page => page.NextToken,
          )
          found.push(...pages.flatMap(page => page.Reservations ?? []).flatMap(each => each.Instances ?? []))
        }
        return answered(
          found.flatMap(({ InstanceId, PrivateIpAddress, Ipv6Address, NetworkInterfaces = [] }) =>
            InstanceId === undefined
              ? []
              : {
                  instanceId: InstanceId,
                  privateIpv4: PrivateIpAddress ?? null,
                  ipv6: Ipv6Address ?? NetworkInterfaces[0]?.Ipv6Addresses?.[0]?.Ipv6Address ?? null,
                },
          ),
        )
      }),
  }
}
