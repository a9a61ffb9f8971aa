import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { failureCode, told } from './wire-answers.ts'
import type { Harness } from './wire-harness.ts'

/** What every implementation of the port Ec2 keeps. */
export function ec2Contract(name: string, makePorts: () => Promise<Harness>): void {
  describe(`ec2: ${name}`, () => {
    let harness: Harness
    beforeEach(async () => {
      harness = await makePorts()
    })
    afterEach(() => harness.close())

    test('tells security groups and subnet of an interface', async () => {
      const { account, ports } = harness
      const subnet = await account.addSubnet()
      const securityGroups = [await account.addSecurityGroup(), await account.addSecurityGroup()]
      const id = await account.addNetworkInterface({ subnet, securityGroups, isPublic: false })
      expect(told(await ports.ec2.describeNetworkInterfaces([id]))).toEqual([
        { networkInterfaceId: id, subnetId: subnet, securityGroups, hasPublicIp: false },
      ])
    })

    test('tells which has a public address', async () => {
      const { account, ports } = harness
      const place = {
        subnet: await account.addSubnet(),
        securityGroups: [await account.addSecurityGroup()],
      }
      const inside = await account.addNetworkInterface({ ...place, isPublic: false })
      const outside = await account.addNetworkInterface({ ...place, isPublic: true })
      const found = told(await ports.ec2.describeNetworkInterfaces([inside, outside]))
      expect(found.map(({ networkInterfaceId, hasPublicIp }) => [networkInterfaceId, hasPublicIp])).toEqual([
        [inside, false],
        [outside, true],
      ])
    })

    test('leaves out what is gone', async () => {
      const { account, ports } = harness
      const id = await account.addNetworkInterface({
        subnet: await account.addSubnet(),
        securityGroups: [await account.addSecurityGroup()],
        isPublic: false,
      })
      const found = told(await ports.ec2.describeNetworkInterfaces(['eni-gone', id]))
      expect(found.map(({ networkInterfaceId }) => networkInterfaceId)).toEqual([id])
      expect(told(await ports.ec2.describeNetworkInterfaces(['eni-gone']))).toEqual([])
    })

    test('asked for nothing, answers nothing', async () => {
      expect(told(await harness.ports.ec2.describeNetworkInterfaces([]))).toEqual([])
    })

    test('asks for 250 interfaces', async () => {
      const ids: string[] = []
      const subnet = await harness.account.addSubnet()
      for (let count = 0; count < 250; count++)
        ids.push(
          await harness.account.addNetworkInterface({
            subnet,
            securityGroups: [],
            isPublic: false,
          }),
        )
      const found = told(await harness.ports.ec2.describeNetworkInterfaces(ids))
      expect(found.map(({ networkInterfaceId }) => networkInterfaceId).toSorted()).toEqual(ids.toSorted())
    })

    test('tells the private address of a machine, and leaves out what it does not know', async () => {
      await harness.account.addCluster('machines')
      const { instanceId } = await harness.account.addContainerInstance('machines')
      // ECS Anywhere calls its machines mi-…, and EC2 has never heard of them.
      const found = told(
        await harness.ports.ec2.describeInstances([
          instanceId,
          'mi-0123456789abcdef0',
          'i-0123456789abcdef0',
        ]),
      )
      expect(found.map(each => each.instanceId)).toEqual([instanceId])
      expect(found[0]?.privateIpv4).toMatch(/^\d+\.\d+\.\d+\.\d+$/)
      expect(told(await harness.ports.ec2.describeInstances([]))).toEqual([])
    })

    test('says throttled as a value, asked for machines', async () => {
      await harness.account.failNext('ec2:DescribeInstances', 'throttled')
      expect(failureCode(await harness.ports.ec2.describeInstances(['i-1']))).toBe('throttled')
    })

    test.each(['throttled', 'unavailable', 'denied'] as const)('says %s as a value', async code => {
      await harness.account.failNext('ec2:DescribeNetworkInterfaces', code)
      expect(failureCode(await harness.ports.ec2.describeNetworkInterfaces(['eni-1']))).toBe(code)
    })
  })
}
