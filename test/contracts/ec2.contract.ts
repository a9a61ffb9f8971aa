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

    test('tells security groups, subnet and public address of an interface', async () => {
      const { account, ports } = harness
      const [one, two] = [await account.addSubnet(), await account.addSubnet()]
      const [web, vpn] = [await account.addSecurityGroup(), await account.addSecurityGroup()]
      const inside = await account.addNetworkInterface({
        subnet: one,
        securityGroups: [web, vpn],
        isPublic: false,
      })
      const outside = await account.addNetworkInterface({
        subnet: two,
        securityGroups: [web],
        isPublic: true,
      })
      expect(told(await ports.ec2.describeNetworkInterfaces([inside, outside]))).toEqual([
        {
          networkInterfaceId: inside,
          subnetId: one,
          securityGroups: [web, vpn],
          hasPublicIp: false,
        },
        { networkInterfaceId: outside, subnetId: two, securityGroups: [web], hasPublicIp: true },
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

    test.each(['throttled', 'unavailable', 'denied'] as const)('says %s as a value', async code => {
      await harness.account.failNext('ec2:DescribeNetworkInterfaces', code)
      expect(failureCode(await harness.ports.ec2.describeNetworkInterfaces(['eni-1']))).toBe(code)
    })
  })
}
