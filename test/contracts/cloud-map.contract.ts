import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { failureCode, told } from './wire-answers.ts'
import type { Harness } from './wire-harness.ts'

/** What every implementation of the port CloudMap keeps. */
export function cloudMapContract(name: string, makePorts: () => Promise<Harness>): void {
  describe(`cloud map: ${name}`, () => {
    let harness: Harness
    beforeEach(async () => {
      harness = await makePorts()
    })
    afterEach(() => harness.close())

    const register = (serviceId: string, instanceId: string, address = '10.0.0.1') =>
      harness.ports.cloudMap.registerInstance(
        serviceId,
        instanceId,
        { AWS_INSTANCE_IPV4: address },
        `register-${instanceId}`,
      )

    test('finds a service by its names', async () => {
      const id = await harness.account.addCloudMapService('jobs.internal', 'etl', ['A', 'SRV'])
      expect(told(await harness.ports.cloudMap.findService('jobs.internal', 'etl'))).toEqual({
        id,
        namespace: 'jobs.internal',
        service: 'etl',
        dnsRecordTypes: ['A', 'SRV'],
        hasCustomHealth: false,
        ttlMs: 60_000,
      })
    })

    test('a service of an HTTP namespace has no records', async () => {
      const id = await harness.account.addCloudMapService('jobs', 'etl', 'http')
      expect(told(await harness.ports.cloudMap.findService('jobs', 'etl'))).toEqual({
        id,
        namespace: 'jobs',
        service: 'etl',
        dnsRecordTypes: [],
        hasCustomHealth: false,
        ttlMs: 0,
      })
    })

    test('services of the same name in two namespaces are two', async () => {
      const dns = await harness.account.addCloudMapService('jobs.internal', 'etl', ['A', 'SRV'])
      const http = await harness.account.addCloudMapService('jobs', 'etl', 'http')
      const { cloudMap } = harness.ports
      expect(told(await cloudMap.findService('jobs.internal', 'etl'))).toEqual({
        id: dns,
        namespace: 'jobs.internal',
        service: 'etl',
        dnsRecordTypes: ['A', 'SRV'],
        hasCustomHealth: false,
        ttlMs: 60_000,
      })
      expect(told(await cloudMap.findService('jobs', 'etl'))).toEqual({
        id: http,
        namespace: 'jobs',
        service: 'etl',
        dnsRecordTypes: [],
        hasCustomHealth: false,
        ttlMs: 0,
      })
    })

    test('no such namespace, no such service: nothing', async () => {
      await harness.account.addCloudMapService('jobs.internal', 'etl', ['A'])
      expect(told(await harness.ports.cloudMap.findService('elsewhere', 'etl'))).toBeNull()
      expect(told(await harness.ports.cloudMap.findService('jobs.internal', 'mail'))).toBeNull()
    })

    test('finds a service behind a hundred others', async () => {
      for (let index = 0; index < 130; index++)
        await harness.account.addCloudMapService('jobs.internal', `job-${index}`, ['A'])
      expect(told(await harness.ports.cloudMap.findService('jobs.internal', 'job-129'))).toMatchObject({
        service: 'job-129',
      })
    })

    test('registers, when the operation has ended', async () => {
      const service = await harness.account.addCloudMapService('jobs.internal', 'etl', ['A'])
      const { operationId } = told(await register(service, 'task-1'))
      await harness.account.settle()
      expect(told(await harness.ports.cloudMap.getOperation(operationId))).toEqual({
        status: 'SUCCESS',
        errorCode: null,
        errorMessage: null,
      })
      expect(told(await harness.ports.cloudMap.listInstances(service))).toMatchObject([
        { id: 'task-1', attributes: { AWS_INSTANCE_IPV4: '10.0.0.1' } },
      ])
    })

    test('an operation takes a while', async () => {
      const service = await harness.account.addCloudMapService('jobs.internal', 'etl', ['A'])
      const { operationId } = told(await register(service, 'task-1'))
      const under = told(await harness.ports.cloudMap.getOperation(operationId))
      expect(['SUBMITTED', 'PENDING']).toContain(under.status)
    })

    test('registering again replaces', async () => {
      const service = await harness.account.addCloudMapService('jobs.internal', 'etl', ['A'])
      await register(service, 'task-1')
      await harness.account.settle()
      await register(service, 'task-1', '10.0.0.2')
      await harness.account.settle()
      expect(told(await harness.ports.cloudMap.listInstances(service))).toMatchObject([
        { id: 'task-1', attributes: { AWS_INSTANCE_IPV4: '10.0.0.2' } },
      ])
    })

    test('the same request again is the same operation', async () => {
      const service = await harness.account.addCloudMapService('jobs.internal', 'etl', ['A'])
      const first = told(await register(service, 'task-1'))
      expect(told(await register(service, 'task-1'))).toEqual(first)
    })

    test('an instance whose operation is under way is busy', async () => {
      const service = await harness.account.addCloudMapService('jobs.internal', 'etl', ['A'])
      await register(service, 'task-1')
      const again = harness.ports.cloudMap.registerInstance(
        service,
        'task-1',
        { AWS_INSTANCE_IPV4: '10.0.0.3' },
        'another',
      )
      expect(failureCode(await again)).toBe('conflict')
    })

    test('deregisters', async () => {
      const service = await harness.account.addCloudMapService('jobs.internal', 'etl', ['A'])
      await register(service, 'task-1')
      await harness.account.settle()
      told(await harness.ports.cloudMap.deregisterInstance(service, 'task-1'))
      await harness.account.settle()
      expect(told(await harness.ports.cloudMap.listInstances(service))).toEqual([])
    })

    test('what is gone already is not found', async () => {
      const service = await harness.account.addCloudMapService('jobs.internal', 'etl', ['A'])
      await register(service, 'task-1')
      await harness.account.settle()
      told(await harness.ports.cloudMap.deregisterInstance(service, 'task-1'))
      await harness.account.settle()
      expect(failureCode(await harness.ports.cloudMap.deregisterInstance(service, 'task-1'))).toBe(
        'not-found',
      )
    })

    test('an instance is as healthy as it was last said to be, where the service has a custom health check', async () => {
      const service = await harness.account.addCloudMapService('jobs.internal', 'etl', ['A'], 'custom')
      const { cloudMap } = harness.ports
      expect(told(await cloudMap.findService('jobs.internal', 'etl'))).toMatchObject({
        hasCustomHealth: true,
      })
      await register(service, 'task-1')
      await register(service, 'task-2')
      await harness.account.settle()
      told(await cloudMap.setInstanceHealth(service, 'task-1', 'UNHEALTHY'))
      await harness.account.settle()
      expect(told(await cloudMap.instancesHealth(service))).toEqual({
        'task-1': 'UNHEALTHY',
        'task-2': 'HEALTHY',
      })
      told(await cloudMap.setInstanceHealth(service, 'task-1', 'HEALTHY'))
      expect(told(await cloudMap.instancesHealth(service))).toMatchObject({ 'task-1': 'HEALTHY' })
    })

    test('without one, and of an instance that is not there, nothing can be said', async () => {
      const plain = await harness.account.addCloudMapService('jobs.internal', 'etl', ['A'])
      const custom = await harness.account.addCloudMapService('jobs.internal', 'mail', ['A'], 'custom')
      await register(plain, 'task-1')
      await harness.account.settle()
      const { cloudMap } = harness.ports
      expect(failureCode(await cloudMap.setInstanceHealth(plain, 'task-1', 'UNHEALTHY'))).toBe('not-found')
      expect(failureCode(await cloudMap.setInstanceHealth(custom, 'task-1', 'UNHEALTHY'))).toBe('not-found')
      expect(failureCode(await cloudMap.instancesHealth('srv-gone'))).toBe('not-found')
    })

    test('tells the health of 250 instances', async () => {
      const service = await harness.account.addCloudMapService('jobs.internal', 'etl', ['A'], 'custom')
      const ids = Array.from({ length: 250 }, (_, index) => `task-${index}`)
      for (const id of ids) told(await register(service, id))
      await harness.account.settle()
      const health = told(await harness.ports.cloudMap.instancesHealth(service))
      expect(Object.keys(health).toSorted()).toEqual(ids.toSorted())
    })

    test('lists 250 instances', async () => {
      const service = await harness.account.addCloudMapService('jobs.internal', 'etl', ['A'])
      const ids = Array.from({ length: 250 }, (_, index) => `task-${index}`)
      for (const id of ids) told(await register(service, id))
      await harness.account.settle()
      const found = told(await harness.ports.cloudMap.listInstances(service))
      expect(found.map(({ id }) => id).toSorted()).toEqual(ids.toSorted())
    })

    test('services and operations that do not exist are not found', async () => {
      const { cloudMap } = harness.ports
      expect(failureCode(await cloudMap.listInstances('srv-gone'))).toBe('not-found')
      expect(failureCode(await register('srv-gone', 'task-1'))).toBe('not-found')
      expect(failureCode(await cloudMap.getOperation('gone'))).toBe('not-found')
    })

    test.each(['throttled', 'unavailable', 'denied', 'quota', 'conflict', 'invalid'] as const)(
      'says %s as a value',
      async code => {
        const service = await harness.account.addCloudMapService('jobs.internal', 'etl', ['A'])
        await harness.account.failNext('servicediscovery:RegisterInstance', code)
        expect(failureCode(await register(service, 'task-1'))).toBe(code)
      },
    )
  })
}
