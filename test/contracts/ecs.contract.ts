import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Ecs } from '../../src/model/ports.ts'
import { failureCode, told } from './wire-answers.ts'
import type { Harness } from './wire-harness.ts'

/** What every implementation of the port Ecs keeps. */
export function ecsContract(name: string, makePorts: () => Promise<Harness>): void {
  describe(`ecs: ${name}`, () => {
    let harness: Harness
    beforeEach(async () => {
      harness = await makePorts()
      await harness.account.addCluster('prod')
    })
    afterEach(() => harness.close())

    test('describes more services than one call takes, with their tags', async () => {
      const names = Array.from({ length: 25 }, (_, index) => `web-${index}`)
      for (const service of names)
        await harness.account.addService({
          cluster: 'prod',
          name: service,
          desiredCount: 3,
          tags: { 'longshore:max': '9' },
        })
      const { services, missing } = told(await harness.ports.ecs.describeServices('prod', names))
      expect(services.map(({ service }) => service).toSorted()).toEqual(names.toSorted())
      expect(missing).toEqual([])
      expect(services[24]).toMatchObject({
        cluster: 'prod',
        status: 'ACTIVE',
        schedulingStrategy: 'REPLICA',
        desiredCount: 3,
        tags: { 'longshore:max': '9' },
      })
    })

    test('a service that does not exist is missing, not a failure', async () => {
      await harness.account.addService({ cluster: 'prod', name: 'web', desiredCount: 1 })
      const answer = told(await harness.ports.ecs.describeServices('prod', ['web', 'gone']))
      expect(answer.services.map(({ service }) => service)).toEqual(['web'])
      expect(answer.missing).toEqual(['gone'])
    })

    test('asked for nothing, answers nothing', async () => {
      expect(told(await harness.ports.ecs.describeServices('prod', []))).toEqual({
        services: [],
        missing: [],
      })
      expect(told(await harness.ports.ecs.describeTasks('prod', []))).toEqual({ tasks: [], missing: [] })
    })

    test('a cluster that does not exist is not found, asked for services', async () => {
      expect(failureCode(await harness.ports.ecs.describeServices('nowhere', ['web']))).toBe('not-found')
    })

    test('a cluster that does not exist is not found, asked for tasks', async () => {
      expect(failureCode(await harness.ports.ecs.listTasks('nowhere', {}))).toBe('not-found')
    })

    test('describes and lists 250 tasks', async () => {
      await harness.account.addTaskDefinition('etl')
      const arns: string[] = []
      for (let count = 0; count < 250; count++)
        arns.push(await harness.account.addTask({ cluster: 'prod', family: 'etl' }))
      expect(told(await harness.ports.ecs.listTasks('prod', { family: 'etl' })).toSorted()).toEqual(
        arns.toSorted(),
      )
      const { tasks, missing } = told(await harness.ports.ecs.describeTasks('prod', arns))
      expect(tasks.map(({ taskArn }) => taskArn).toSorted()).toEqual(arns.toSorted())
      expect(missing).toEqual([])
    })

    test('a task that is not known is missing in the words it was asked by, ARN or id', async () => {
      await harness.account.addTaskDefinition('etl')
      const arn = await harness.account.addTask({ cluster: 'prod', family: 'etl' })
      const lost = arn.replace(/[^/]+$/, 'f'.repeat(32))
      const { tasks, missing } = told(
        await harness.ports.ecs.describeTasks('prod', [lost, arn, 'e'.repeat(32)]),
      )
      expect(tasks.map(({ taskArn }) => taskArn)).toEqual([arn])
      expect(missing).toEqual([lost, 'e'.repeat(32)])
    })

    test('describes a task with its tags and overrides', async () => {
      await harness.account.addTaskDefinition('etl')
      const overrides = {
        containerOverrides: [{ name: 'app', environment: [{ name: 'DAY', value: '2026-11-21' }] }],
      }
      const arn = await harness.account.addTask({
        cluster: 'prod',
        family: 'etl',
        startedBy: 'nightly',
        tags: { team: 'data' },
        overrides,
      })
      const { tasks } = told(await harness.ports.ecs.describeTasks('prod', [arn]))
      expect(tasks).toMatchObject([
        {
          taskArn: arn,
          cluster: 'prod',
          family: 'etl',
          revision: 1,
          startedBy: 'nightly',
          lastStatus: 'RUNNING',
          desiredStatus: 'RUNNING',
          tags: { team: 'data' },
          overrides,
        },
      ])
    })

    test('tells which machine a container instance is, and which it does not know', async () => {
      const { containerInstanceArn, instanceId } = await harness.account.addContainerInstance('prod')
      const lost = containerInstanceArn.replace(/[^/]+$/, 'f'.repeat(32))
      const { ecs } = harness.ports
      expect(told(await ecs.describeContainerInstances('prod', [lost, containerInstanceArn]))).toEqual({
        instances: [
          {
            containerInstanceArn,
            ec2InstanceId: instanceId,
            status: 'ACTIVE',
            agentConnected: true,
            health: expect.toBeOneOf(['OK', null]),
          },
        ],
        missing: [lost],
      })
      expect(told(await ecs.describeContainerInstances('prod', []))).toEqual({ instances: [], missing: [] })
      expect(failureCode(await ecs.describeContainerInstances('nowhere', [containerInstanceArn]))).toBe(
        'not-found',
      )
    })

    test('lists by family, by starter, or all', async () => {
      await harness.account.addTaskDefinition('etl')
      await harness.account.addTaskDefinition('mail')
      const nightly = await harness.account.addTask({ cluster: 'prod', family: 'etl', startedBy: 'nightly' })
      const other = await harness.account.addTask({ cluster: 'prod', family: 'etl' })
      const mail = await harness.account.addTask({ cluster: 'prod', family: 'mail' })
      const list = async (filter: Parameters<Ecs['listTasks']>[1]) =>
        told(await harness.ports.ecs.listTasks('prod', filter)).toSorted()
      expect(await list({})).toEqual([nightly, other, mail].toSorted())
      expect(await list({ family: 'etl' })).toEqual([nightly, other].toSorted())
      expect(await list({ startedBy: 'nightly' })).toEqual([nightly])
      expect(await list({ family: 'web' })).toEqual([])
    })

    test('lists the tasks of one service', async () => {
      await harness.account.addService({ cluster: 'prod', name: 'web', desiredCount: 2 })
      await harness.account.addService({ cluster: 'prod', name: 'api', desiredCount: 1 })
      await harness.account.addTaskDefinition('etl')
      await harness.account.addTask({ cluster: 'prod', family: 'etl' })
      const { ecs } = harness.ports
      const arns = told(await ecs.listTasks('prod', { service: 'web' }))
      const { tasks } = told(await ecs.describeTasks('prod', arns))
      expect(tasks.map(({ group, lastStatus }) => [group, lastStatus])).toEqual([
        ['service:web', 'RUNNING'],
        ['service:web', 'RUNNING'],
      ])
    })

    test('a service that does not exist is not found, asked for its tasks', async () => {
      expect(failureCode(await harness.ports.ecs.listTasks('prod', { service: 'gone' }))).toBe('not-found')
    })

    test('lists what is stopped only when asked for', async () => {
      await harness.account.addTaskDefinition('etl')
      const running = await harness.account.addTask({ cluster: 'prod', family: 'etl' })
      const stopped = await harness.account.addTask({ cluster: 'prod', family: 'etl' })
      await harness.account.stopTask(stopped)
      const { ecs } = harness.ports
      expect(told(await ecs.listTasks('prod', { family: 'etl' }))).toEqual([running])
      expect(told(await ecs.listTasks('prod', { family: 'etl', desiredStatus: 'STOPPED' }))).toEqual([
        stopped,
      ])
    })

    test('describes a task that was stopped, and by whom', async () => {
      await harness.account.addTaskDefinition('etl')
      const arn = await harness.account.addTask({ cluster: 'prod', family: 'etl' })
      await harness.account.stopTask(arn)
      const [task] = told(await harness.ports.ecs.describeTasks('prod', [arn])).tasks
      expect(task).toMatchObject({
        lastStatus: 'STOPPED',
        desiredStatus: 'STOPPED',
        stopCode: 'UserInitiated',
      })
      expect(task?.stoppedAtMs).toBeGreaterThanOrEqual(task?.createdAtMs ?? Number.POSITIVE_INFINITY)
    })

    test('describes a task definition; a missing one is not found', async () => {
      const arn = await harness.account.addTaskDefinition('etl')
      expect(told(await harness.ports.ecs.describeTaskDefinition(arn))).toMatchObject({
        taskDefinitionArn: arn,
        status: 'ACTIVE',
        networkMode: 'awsvpc',
        containers: [{ name: 'app', essential: true, hasHealthCheck: false, image: 'app:1' }],
      })
      expect(
        failureCode(await harness.ports.ecs.describeTaskDefinition(arn.replace('etl:1', 'etl:99'))),
      ).toBe('not-found')
    })

    test('sets the desired count and nothing else', async () => {
      await harness.account.addService({
        cluster: 'prod',
        name: 'web',
        desiredCount: 2,
        tags: { team: 'shop' },
      })
      const change = { cluster: 'prod', service: 'web', desiredCount: 5 }
      expect(told(await harness.ports.ecs.updateService(change))).toMatchObject({ desiredCount: 5 })
      const { services } = told(await harness.ports.ecs.describeServices('prod', ['web']))
      expect(services).toMatchObject([{ desiredCount: 5, tags: { team: 'shop' } }])
    })

    test('a DAEMON has no desired count', async () => {
      await harness.account.addService({
        cluster: 'prod',
        name: 'agent',
        desiredCount: 1,
        strategy: 'DAEMON',
      })
      const change = { cluster: 'prod', service: 'agent', desiredCount: 5 }
      expect(failureCode(await harness.ports.ecs.updateService(change))).toBe('invalid')
    })

    test('a service that does not exist cannot be changed', async () => {
      const change = { cluster: 'prod', service: 'gone', desiredCount: 5 }
      expect(failureCode(await harness.ports.ecs.updateService(change))).toBe('not-found')
    })
  })
}
