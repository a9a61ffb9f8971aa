import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { lastSegment } from '../../src/model/arn.ts'
import type { TestService } from './account.ts'
import { failureCode, told } from './wire-answers.ts'
import type { Harness } from './wire-harness.ts'

/** What every implementation of the port Ecs keeps about deployments. */
export function ecsDeploymentsContract(name: string, makePorts: () => Promise<Harness>): void {
  describe(`ecs deployments: ${name}`, () => {
    let harness: Harness
    /** Two revisions of the same family. */
    let first: string
    let second: string
    beforeEach(async () => {
      harness = await makePorts()
      const { account } = harness
      await account.addCluster('prod')
      first = await account.addRevision('web', { image: 'web:1', memory: 512 })
      second = await account.addRevision('web', { image: 'web:2', memory: 512 })
    })
    afterEach(() => harness.close())

    const addService = (service: Partial<TestService> = {}) =>
      harness.account.addService({
        cluster: 'prod',
        name: 'web',
        desiredCount: 1,
        taskDefinition: first,
        ...service,
      })
    const described = async () => told(await harness.ports.ecs.describeServices('prod', ['web'])).services[0]
    const deployed = async () => lastSegment((await described())?.deployments[0]?.taskDefinitionArn ?? '')
    const ongoing = async () => told(await harness.ports.ecs.ongoingDeployments('prod', 'web'))
    const ongoingArn = async () => {
      const [deployment] = await ongoing()
      if (!deployment) throw new Error('No deployment is ongoing.')
      return deployment.arn
    }
    const rollBackTo = (taskDefinition: string) =>
      harness.ports.ecs.rollBackService({ cluster: 'prod', service: 'web', taskDefinition })
    const redeploy = () => harness.ports.ecs.redeployService({ cluster: 'prod', service: 'web' })

    test('a deployment is ongoing until it has completed', async () => {
      const { account } = harness
      await addService()
      const [deployment] = await ongoing()
      expect(deployment?.state).toBe('running')
      expect(deployment?.arn).toMatch(
        new RegExp(`^arn:aws:ecs:eu-west-1:${account.id}:service-deployment/prod/web/\\w+$`),
      )
      await account.settle()
      expect(await ongoing()).toEqual([])
    })

    test('stopped, it goes back to the revision that completed last, and once more changes nothing', async () => {
      const { ports, account } = harness
      await addService()
      await account.settle()
      told(await rollBackTo(second))
      const arn = await ongoingArn()
      expect(await ports.ecs.stopDeployment(arn)).toEqual({ ok: true, value: undefined })
      expect(await ongoing()).toEqual([{ arn, state: 'ending' }])
      expect(await ports.ecs.stopDeployment(arn)).toEqual({ ok: true, value: undefined })
      await account.settle()
      expect(await deployed()).toBe('web:1')
      expect(failureCode(await ports.ecs.stopDeployment(arn))).toBe('conflict')
    })

    test('behind a deployment are the images that the revision before resolved, though the tag moved', async () => {
      const { ports, account } = harness
      const image = account.imageName('web', 'stable')
      const digest = await account.pushImage('web', 'stable')
      await addService({ taskDefinition: await account.addRevision('web', { image, memory: 512 }) })
      expect(told(await ports.ecs.imagesBehind(await ongoingArn()))).toBe(null)
      await account.settle()
      await account.pushImage('web', 'stable')
      told(await redeploy())
      expect(told(await ports.ecs.imagesBehind(await ongoingArn()))).toEqual([{ image, digest }])
    })

    test('the first deployment of a service has nothing to go back to', async () => {
      await addService()
      expect(failureCode(await harness.ports.ecs.stopDeployment(await ongoingArn()))).toBe('invalid')
    })

    test('a service that does not exist is not found, asked for its deployments', async () => {
      expect(failureCode(await harness.ports.ecs.ongoingDeployments('prod', 'gone'))).toBe('not-found')
    })

    test('a deployment that does not exist is not found', async () => {
      const lost = `arn:aws:ecs:eu-west-1:${harness.account.id}:service-deployment/prod/gone/a1b2c3`
      expect(failureCode(await harness.ports.ecs.stopDeployment(lost))).toBe('not-found')
    })

    test('a service that does not exist is neither rolled back nor deployed', async () => {
      const { ecs } = harness.ports
      const gone = { cluster: 'prod', service: 'gone' }
      expect(failureCode(await ecs.rollBackService({ ...gone, taskDefinition: first }))).toBe('not-found')
      expect(failureCode(await ecs.redeployService(gone))).toBe('not-found')
      expect(failureCode(await ecs.setCapacityProviders({ ...gone, strategy: [onDemand] }))).toBe('not-found')
    })

    test('rolled back to a revision, that one is deployed, with the count as it was', async () => {
      await addService({ taskDefinition: second })
      await harness.account.settle()
      expect(told(await rollBackTo(first))).toMatchObject({ service: 'web', desiredCount: 1 })
      await harness.account.settle()
      expect(await deployed()).toBe('web:1')
      told(await rollBackTo(first))
      expect(await ongoing()).toEqual([])
    })

    test('to a revision that is no longer active, it is refused', async () => {
      await addService()
      await harness.account.deregister(second)
      expect(failureCode(await rollBackTo(second))).toBe('invalid')
      expect(await deployed()).toBe('web:1')
    })

    test('another deployment controller refuses all of it, and has no deployments', async () => {
      const { ecs } = harness.ports
      await addService({ controller: 'CODE_DEPLOY' })
      expect(failureCode(await rollBackTo(second))).toBe('invalid')
      expect(failureCode(await redeploy())).toBe('invalid')
      const change = { cluster: 'prod', service: 'web', strategy: [onDemand] }
      expect(failureCode(await ecs.setCapacityProviders(change))).toBe('invalid')
      expect(await ongoing()).toEqual([])
    })

    test('deployed once more, it is another deployment of the same revision, with the count as it was', async () => {
      await addService()
      await harness.account.settle()
      const before = await described()
      expect(told(await redeploy())).toMatchObject({ service: 'web', desiredCount: 1 })
      await harness.account.settle()
      expect(await deployed()).toBe('web:1')
      expect((await described())?.deployments[0]?.id).not.toBe(before?.deployments[0]?.id)
    })

    test('deployed once more, each task is another one', async () => {
      const tasks = async () => told(await harness.ports.ecs.listTasks('prod', { service: 'web' }))
      await addService({ desiredCount: 2 })
      await harness.account.settle()
      const before = await tasks()
      told(await redeploy())
      await harness.account.settle()
      const after = await tasks()
      expect([before.length, after.length]).toEqual([2, 2])
      expect(after.filter(arn => before.includes(arn))).toEqual([])
    })

    const spot = { capacityProvider: 'FARGATE_SPOT', base: 0, weight: 3 }
    const onDemand = { capacityProvider: 'FARGATE', base: 1, weight: 1 }

    test('tells the capacity provider strategy of a service, and that it has none', async () => {
      await addService({ capacityProviders: [spot] })
      expect((await described())?.capacityProviderStrategy).toEqual([spot])
      await addService({ name: 'api' })
      const { services } = told(await harness.ports.ecs.describeServices('prod', ['api']))
      expect(services[0]?.capacityProviderStrategy).toBeNull()
    })

    test('another capacity provider strategy begins a deployment of the same revision', async () => {
      await addService({ desiredCount: 5, capacityProviders: [spot] })
      await harness.account.settle()
      const before = (await described())?.deployments[0]
      const strategy = [spot, onDemand]
      const change = { cluster: 'prod', service: 'web', strategy }
      const after = told(await harness.ports.ecs.setCapacityProviders(change))
      expect(after).toMatchObject({ desiredCount: 5, capacityProviderStrategy: strategy })
      expect(after.deployments[0]).toMatchObject({
        status: 'PRIMARY',
        rolloutState: 'IN_PROGRESS',
        taskDefinitionArn: first,
      })
      expect(after.deployments[0]?.id).not.toBe(before?.id)
    })

    test('by its strategy its tasks are shared out', async () => {
      const { ecs } = harness.ports
      await addService({ desiredCount: 5, capacityProviders: [spot] })
      await harness.account.settle()
      told(await ecs.setCapacityProviders({ cluster: 'prod', service: 'web', strategy: [spot, onDemand] }))
      await harness.account.settle()
      const arns = told(await ecs.listTasks('prod', { service: 'web' }))
      const { tasks } = told(await ecs.describeTasks('prod', arns))
      // One by its base, and a quarter of the other four.
      expect(tasks.map(({ capacityProvider }) => capacityProvider).sort()).toEqual([
        'FARGATE',
        'FARGATE',
        'FARGATE_SPOT',
        'FARGATE_SPOT',
        'FARGATE_SPOT',
      ])
    })

    test('a strategy that ECS does not take changes nothing', async () => {
      const set = async (strategy: (typeof spot)[]) =>
        failureCode(
          await harness.ports.ecs.setCapacityProviders({ cluster: 'prod', service: 'web', strategy }),
        )
      await addService({ capacityProviders: [spot] })
      // Two bases, no weight, a provider of another kind.
      expect(await set([{ ...spot, base: 1 }, onDemand])).toBe('invalid')
      expect(await set([{ ...spot, weight: 0 }])).toBe('invalid')
      expect(await set([spot, { ...onDemand, capacityProvider: 'fleet' }])).toBe('invalid')
      expect((await described())?.capacityProviderStrategy).toEqual([spot])
    })

    test('a provider that the cluster is not associated with is refused', async () => {
      await harness.account.addCluster('small', ['FARGATE_SPOT'])
      await addService({ cluster: 'small', capacityProviders: [spot] })
      const change = { cluster: 'small', service: 'web', strategy: [spot, onDemand] }
      expect(failureCode(await harness.ports.ecs.setCapacityProviders(change))).toBe('invalid')
    })

    test('what ECS itself does about a failing deployment is told', async () => {
      const rollsBack = { circuitBreaker: 'roll-back', onAlarm: true } as const
      await addService({ name: 'careful', rollsBack })
      await addService()
      const { services } = told(await harness.ports.ecs.describeServices('prod', ['careful', 'web']))
      expect(services.map(each => [lastSegment(each.serviceArn), each.rollsBack])).toEqual([
        ['careful', rollsBack],
        ['web', { circuitBreaker: 'off', onAlarm: false }],
      ])
    })
  })
}
