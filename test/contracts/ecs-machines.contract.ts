import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createWorld, type World } from '../../src/world/world.ts'
import { startAtMs } from './wire-account.ts'
import { told } from './wire-answers.ts'
import type { EcsHarness } from './wire-harness.ts'

/** What the port Ecs tells of machines that fare ill. No call of an API makes them so: it is kept in the world and on the wire alone. */
export function ecsMachinesContract(name: string, makePorts: (world: World) => Promise<EcsHarness>): void {
  describe(`ecs machines: ${name}`, () => {
    let world: World
    let harness: EcsHarness
    beforeEach(async () => {
      world = createWorld({ seed: 1, startAtMs })
      world.createCluster('prod')
      world.registerTaskDefinition({ family: 'web', containers: [{ name: 'app', image: 'web:1' }] })
      harness = await makePorts(world)
    })
    afterEach(() => harness.close())

    test('how a machine fares is told, and which tasks run there', async () => {
      const { ecs } = harness
      const machine = world.registerContainerInstance('prod')
      const task = world.runTask({
        cluster: 'prod',
        taskDefinition: 'web:1',
        launchType: 'EC2',
        network: { subnets: ['subnet-1'], securityGroups: ['sg-1'], assignPublicIp: 'DISABLED' },
      })
      const seen = async () => told(await ecs.describeContainerInstances('prod', [machine])).instances[0]
      expect(await seen()).toMatchObject({ status: 'ACTIVE', agentConnected: true, health: 'OK' })
      world.setAgentConnected(machine, false)
      world.setMachineHealth(machine, 'IMPAIRED')
      world.drainContainerInstance(machine)
      expect(await seen()).toMatchObject({ status: 'DRAINING', agentConnected: false, health: 'IMPAIRED' })
      expect(told(await ecs.listTasks('prod', { containerInstance: machine }))).toEqual([task])
    })
  })
}
