import {
  AllocateAddressCommand,
  AssociateAddressCommand,
  CreateNetworkInterfaceCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  EC2Client,
  ModifyVpcAttributeCommand,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2'
import { ECSClient, RegisterContainerInstanceCommand } from '@aws-sdk/client-ecs'
import { type AwsSettings, clientSettings } from '../../src/adapters/settings.ts'
import type { Account } from '../contracts/account.ts'
import { present } from './account-ecs.ts'

export function createEc2Side(
  settings: AwsSettings,
): Pick<Account, 'addSubnet' | 'addSecurityGroup' | 'addNetworkInterface' | 'addContainerInstance'> {
  const client = new EC2Client(clientSettings(settings))
  let vpc: Promise<string> | undefined
  const makeVpc = async () => {
    const { Vpc } = await client.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }))
    const VpcId = present(Vpc?.VpcId)
    // Fargate gives its interfaces names.
    await client.send(new ModifyVpcAttributeCommand({ VpcId, EnableDnsHostnames: { Value: true } }))
    return VpcId
  }
  const vpcId = () => {
    vpc ??= makeVpc()
    return vpc
  }
  const ecs = new ECSClient(clientSettings(settings))
  let subnets = 0
  let securityGroups = 0

  return {
    addContainerInstance: async cluster => {
      const { Instances } = await client.send(
        new RunInstancesCommand({ ImageId: 'ami-12c6146b', MinCount: 1, MaxCount: 1 }),
      )
      const instanceId = present(Instances?.[0]?.InstanceId)
      // What the agent sends of the machine that it runs on.
      const identity = { instanceId, accountId: '123456789012', region: 'eu-west-1', version: '2017-09-30' }
      const { containerInstance } = await ecs.send(
        new RegisterContainerInstanceCommand({
          cluster,
          instanceIdentityDocument: JSON.stringify(identity),
        }),
      )
      return { containerInstanceArn: present(containerInstance?.containerInstanceArn), instanceId }
    },
    addSubnet: async () => {
      const VpcId = await vpcId()
      const { Subnet } = await client.send(
        new CreateSubnetCommand({ VpcId, CidrBlock: `10.0.${4 * subnets++}.0/22` }),
      )
      return present(Subnet?.SubnetId)
    },
    addSecurityGroup: async () => {
      const name = `group-${++securityGroups}`
      const VpcId = await vpcId()
      const { GroupId } = await client.send(
        new CreateSecurityGroupCommand({ GroupName: name, Description: name, VpcId }),
      )
      return present(GroupId)
    },
    addNetworkInterface: async ({ subnet, securityGroups: Groups, isPublic }) => {
      const { NetworkInterface } = await client.send(
        new CreateNetworkInterfaceCommand({ SubnetId: subnet, Groups }),
      )
      const NetworkInterfaceId = present(NetworkInterface?.NetworkInterfaceId)
      if (isPublic) {
        const { AllocationId } = await client.send(new AllocateAddressCommand({ Domain: 'vpc' }))
        await client.send(new AssociateAddressCommand({ AllocationId, NetworkInterfaceId }))
      }
      return NetworkInterfaceId
    },
  }
}
