import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { launchOf } from './launch.ts'
import { failureCode, told } from './wire-answers.ts'
import type { Harness } from './wire-harness.ts'

/** What every implementation of the port Ecs keeps when it runs a task. */
export function runTaskContract(name: string, makePorts: () => Promise<Harness>): void {
  describe(`run task: ${name}`, () => {
    let harness: Harness
    beforeEach(async () => {
      harness = await makePorts()
      await harness.account.addCluster('prod')
    })
    afterEach(() => harness.close())

    test('runs one task with its tags, overrides and starter', async () => {
      const request = await launchOf(harness.account)
      const { taskArns, failures } = told(await harness.ports.ecs.runTask(request))
      expect(failures).toEqual([])
      expect(taskArns).toHaveLength(1)
      const { tasks } = told(await harness.ports.ecs.describeTasks('prod', taskArns))
      expect(tasks).toMatchObject([
        { startedBy: 'longshore/a1/1', tags: { team: 'data' }, overrides: request.spec.overrides },
      ])
    })

    test('on the capacity provider that it is told', async () => {
      const { spec, ...request } = await launchOf(harness.account)
      const spot = { ...request, spec: { ...spec, capacityProvider: 'FARGATE_SPOT', launchType: null } }
      const { taskArns } = told(await harness.ports.ecs.runTask(spot))
      const { tasks } = told(await harness.ports.ecs.describeTasks('prod', taskArns))
      expect(tasks).toMatchObject([{ capacityProvider: 'FARGATE_SPOT' }])
    })

    test('with a network interface in the subnet and the security groups that it is told', async () => {
      const request = await launchOf(harness.account)
      const { taskArns } = told(await harness.ports.ecs.runTask(request))
      await harness.account.settle()
      const [task] = told(await harness.ports.ecs.describeTasks('prod', taskArns)).tasks
      const { id, subnetId, privateIpv4 } = task?.networkInterface ?? {}
      expect({ subnetId, privateIpv4 }).toEqual({
        subnetId: request.spec.network?.subnets[0],
        privateIpv4: expect.stringMatching(/^\d+(\.\d+){3}$/),
      })
      expect(told(await harness.ports.ec2.describeNetworkInterfaces([id ?? '']))).toMatchObject([
        { networkInterfaceId: id, subnetId, securityGroups: request.spec.network?.securityGroups },
      ])
    })

    test('the same token runs no second task, not even with other parameters', async () => {
      const request = await launchOf(harness.account)
      const first = told(await harness.ports.ecs.runTask(request))
      expect(told(await harness.ports.ecs.runTask(request)).taskArns).toEqual(first.taskArns)
      const other = { ...request, startedBy: 'longshore/a1/2' }
      expect(told(await harness.ports.ecs.runTask(other)).taskArns).toEqual(first.taskArns)
      expect(told(await harness.ports.ecs.listTasks('prod', { family: 'etl' }))).toEqual(first.taskArns)
    })

    test('a task that finds no place is an answer with failures and no task', async () => {
      const request = await launchOf(harness.account)
      await harness.account.refusePlacement('RESOURCE:MEMORY')
      expect(told(await harness.ports.ecs.runTask(request))).toMatchObject({
        taskArns: [],
        failures: [{ reason: 'RESOURCE:MEMORY' }],
      })
    })

    test('an override of a container that the task definition does not have is invalid', async () => {
      const request = await launchOf(harness.account)
      const overrides = { containerOverrides: [{ name: 'sidecar', memory: 128 }] }
      const answer = await harness.ports.ecs.runTask({ ...request, spec: { ...request.spec, overrides } })
      expect(answer).toMatchObject({
        ok: false,
        failure: { code: 'invalid', operation: 'ecs:RunTask', message: expect.stringContaining('sidecar') },
      })
    })

    test.each(['throttled', 'unavailable', 'denied', 'quota', 'invalid'] as const)(
      'says %s as a value',
      async code => {
        const request = await launchOf(harness.account)
        await harness.account.failNext('ecs:RunTask', code)
        expect(failureCode(await harness.ports.ecs.runTask(request))).toBe(code)
        expect(told(await harness.ports.ecs.runTask(request)).taskArns).toHaveLength(1)
      },
    )

    test('stops a task with its reason, a second time as well', async () => {
      await harness.account.addTaskDefinition('etl')
      const task = await harness.account.addTask({ cluster: 'prod', family: 'etl' })
      const stop = { cluster: 'prod', task, reason: 'longshore:max-runtime' }
      told(await harness.ports.ecs.stopTask(stop))
      const { tasks } = told(await harness.ports.ecs.describeTasks('prod', [task]))
      expect(tasks).toMatchObject([{ desiredStatus: 'STOPPED', stoppedReason: 'longshore:max-runtime' }])
      told(await harness.ports.ecs.stopTask(stop))
    })

    test('a task that is not there cannot be stopped', async () => {
      const stop = { cluster: 'prod', task: 'f'.repeat(32), reason: 'longshore:stuck' }
      expect(failureCode(await harness.ports.ecs.stopTask(stop))).toBe('invalid')
    })

    test.each(['throttled', 'unavailable', 'denied'] as const)('says %s of a stop as a value', async code => {
      await harness.account.addTaskDefinition('etl')
      const task = await harness.account.addTask({ cluster: 'prod', family: 'etl' })
      const stop = { cluster: 'prod', task, reason: 'longshore:stuck' }
      await harness.account.failNext('ecs:StopTask', code)
      expect(failureCode(await harness.ports.ecs.stopTask(stop))).toBe(code)
      told(await harness.ports.ecs.stopTask(stop))
    })
  })
}
