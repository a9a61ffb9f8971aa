import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { minute } from '../../src/model/time.ts'
import { createWorld, type World } from '../../src/world/world.ts'
import { failureCode, told } from './wire-answers.ts'
import type { DeploymentHarness } from './wire-harness.ts'

/** What every implementation of the port Ecs keeps about deployments. */
export function ecsDeploymentsContract(
  name: string,
  makePorts: (world: World) => Promise<DeploymentHarness>,
): void {
  describe(`ecs deployments: ${name}`, () => {
    let world: World
    let harness: DeploymentHarness
    beforeEach(async () => {
      world = createWorld({ seed: 1, startAtMs: 1_795_423_560_000 })
      world.createCluster('prod')
      for (const image of ['web:1', 'web:2'])
        world.registerTaskDefinition({ family: 'web', containers: [{ name: 'app', image }] })
      world.createService({ cluster: 'prod', name: 'web', taskDefinition: 'web:1', desiredCount: 1 })
      harness = await makePorts(world)
    })
    afterEach(() => harness.close())

    const settle = () => world.advance(5 * minute)
    const deployed = async () =>
      told(await harness.ecs.describeServices('prod', ['web']))
        .services[0]?.deployments[0]?.taskDefinitionArn?.split('/')
        .at(-1)

    test('a deployment is ongoing until it has completed', async () => {
      const { ecs } = harness
      expect(told(await ecs.ongoingDeployments('prod', 'web'))).toEqual([
        {
          arn: expect.stringMatching(
            /^arn:aws:ecs:eu-west-1:111122223333:service-deployment\/prod\/web\/\w+$/,
          ),
          state: 'running',
        },
      ])
      settle()
      expect(told(await ecs.ongoingDeployments('prod', 'web'))).toEqual([])
    })

    test('stopped, it goes back to the revision that completed last, and once more changes nothing', async () => {
      const { ecs } = harness
      settle()
      world.setFate('web:2', { how: 'image-not-found', afterMs: 0 })
      world.deploy('prod/web', 'web:2')
      const [deployment] = told(await ecs.ongoingDeployments('prod', 'web'))
      const arn = deployment?.arn ?? ''
      expect(await ecs.stopDeployment(arn)).toEqual({ ok: true, value: undefined })
      expect(told(await ecs.ongoingDeployments('prod', 'web'))).toEqual([{ arn, state: 'ending' }])
      expect(await ecs.stopDeployment(arn)).toEqual({ ok: true, value: undefined })
      settle()
      expect(await deployed()).toBe('web:1')
      expect(failureCode(await ecs.stopDeployment(arn))).toBe('conflict')
    })

    test('behind a deployment are the images that the revision before resolved, though the tag moved', async () => {
      const { ecs } = harness
      const image = '111122223333.dkr.ecr.eu-west-1.amazonaws.com/web:stable'
      const digest = world.pushImage(image)
      world.registerTaskDefinition({ family: 'api', containers: [{ name: 'app', image }] })
      world.createService({ cluster: 'prod', name: 'api', taskDefinition: 'api:1', desiredCount: 1 })
      const arn = async () => told(await ecs.ongoingDeployments('prod', 'api'))[0]?.arn ?? ''
      expect(told(await ecs.imagesBehind(await arn()))).toBe(null)
      settle()
      world.pushImage(image)
      world.deploy('prod/api', 'api:1')
      expect(told(await ecs.imagesBehind(await arn()))).toEqual([{ image, digest }])
    })

    test('the first deployment of a service has nothing to go back to', async () => {
      const [deployment] = told(await harness.ecs.ongoingDeployments('prod', 'web'))
      expect(failureCode(await harness.ecs.stopDeployment(deployment?.arn ?? ''))).toBe('invalid')
    })

    test('a service or a deployment that does not exist is not found', async () => {
      const { ecs } = harness
      expect(failureCode(await ecs.ongoingDeployments('prod', 'gone'))).toBe('not-found')
      const [deployment] = told(await ecs.ongoingDeployments('prod', 'web'))
      expect(failureCode(await ecs.stopDeployment((deployment?.arn ?? '').replace('/web/', '/gone/')))).toBe(
        'not-found',
      )
      const change = { cluster: 'prod', service: 'gone', taskDefinition: 'web:1' }
      expect(failureCode(await ecs.rollBackService(change))).toBe('not-found')
    })

    test('rolled back to a revision, that one is deployed, with the count as it was', async () => {
      const { ecs } = harness
      world.deploy('prod/web', 'web:2')
      settle()
      const change = { cluster: 'prod', service: 'web', taskDefinition: 'web:1' }
      expect(told(await ecs.rollBackService(change))).toMatchObject({ service: 'web', desiredCount: 1 })
      settle()
      expect(await deployed()).toBe('web:1')
      told(await ecs.rollBackService(change))
      expect(told(await ecs.ongoingDeployments('prod', 'web'))).toEqual([])
    })

    test('to a revision that is no longer active, or for another deployment controller, it is refused', async () => {
      world.deregisterTaskDefinition('web:2')
      const change = { cluster: 'prod', service: 'web', taskDefinition: 'web:2' }
      expect(failureCode(await harness.ecs.rollBackService(change))).toBe('invalid')
      world.createService({
        cluster: 'prod',
        name: 'blue',
        taskDefinition: 'web:1',
        deploymentController: 'CODE_DEPLOY',
      })
      const other = { cluster: 'prod', service: 'blue', taskDefinition: 'web:1' }
      expect(failureCode(await harness.ecs.rollBackService(other))).toBe('invalid')
      expect(told(await harness.ecs.ongoingDeployments('prod', 'blue'))).toEqual([])
    })

    test('what ECS itself does about a failing deployment is told', async () => {
      const rollsBack = { circuitBreaker: 'roll-back', onAlarm: true } as const
      world.createService({ cluster: 'prod', name: 'careful', taskDefinition: 'web:1', rollsBack })
      const { services } = told(await harness.ecs.describeServices('prod', ['careful', 'web']))
      expect(services.map(service => service.rollsBack)).toEqual([
        rollsBack,
        { circuitBreaker: 'off', onAlarm: false },
      ])
    })
  })
}
