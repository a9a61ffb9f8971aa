import { describe, expect, it, test } from 'vitest'
import { minute } from '../../src/model/time.ts'
import { failure, stage, value } from './world-stage.ts'

const address = { AWS_INSTANCE_IPV4: '10.0.0.1' }

const map = (dnsRecordTypes?: string[]) => {
  const { world } = stage()
  world.createNamespace('jobs.internal')
  const id = world.createCloudMapService('jobs.internal', 'etl', dnsRecordTypes)
  const { cloudMap } = world.ports
  const instances = async () => value(await cloudMap.listInstances(id))
  const register = (instanceId: string, attributes: Record<string, string> = address, request = instanceId) =>
    cloudMap.registerInstance(id, instanceId, attributes, request)
  const status = async (operationId: string) => value(await cloudMap.getOperation(operationId)).status
  return { world, id, cloudMap, instances, register, status }
}

describe('Cloud Map in the world', () => {
  it('registers later than it says: SUBMITTED, PENDING, SUCCESS, and only then is the instance there', async () => {
    const { world, instances, register, status } = map()
    const { operationId } = value(await register('task-1'))
    const seen: string[] = []
    while (seen.at(-1) !== 'SUCCESS 1') {
      seen.push(`${await status(operationId)} ${(await instances()).length}`)
      world.advance(100)
    }
    expect([...new Set(seen)]).toEqual(['SUBMITTED 0', 'PENDING 0', 'SUCCESS 1'])
    expect(seen.length).toBeGreaterThan(15)
    expect(await instances()).toEqual([{ id: 'task-1', attributes: address }])
  })

  it('registering again replaces the attributes', async () => {
    const { world, instances, register } = map()
    await register('task-1')
    world.advance(minute)
    value(await register('task-1', { AWS_INSTANCE_IPV4: '10.0.0.2', owner: 'longshore' }, 'second'))
    expect(await instances()).toEqual([{ id: 'task-1', attributes: address }])
    world.advance(minute)
    expect(await instances()).toEqual([
      { id: 'task-1', attributes: { AWS_INSTANCE_IPV4: '10.0.0.2', owner: 'longshore' } },
    ])
  })

  it('one operation at a time for an instance; others are not held up', async () => {
    const { world, id, cloudMap, register } = map()
    const { operationId } = value(await register('task-1'))
    expect(failure(await register('task-1', { AWS_INSTANCE_IPV4: '10.0.0.2' }, 'other'))).toBe(
      `conflict: Another operation of this instance runs: ${operationId}`,
    )
    expect(failure(await cloudMap.deregisterInstance(id, 'task-1'))).toMatch(/^conflict: /)
    expect((await register('task-2')).ok).toBe(true)
    world.advance(minute)
    expect((await cloudMap.deregisterInstance(id, 'task-1')).ok).toBe(true)
    expect(failure(await cloudMap.deregisterInstance(id, 'task-1'))).toMatch(/^conflict: /)
    expect(failure(await register('task-1'))).toMatch(/^conflict: /)
  })

  it('the same request again is the same operation', async () => {
    const { register } = map()
    const first = value(await register('task-1', address, 'request-1'))
    expect(value(await register('task-1', address, 'request-1'))).toEqual(first)
  })

  it('deregisters later than it says; what is gone is not found', async () => {
    const { world, id, cloudMap, instances, register, status } = map()
    await register('task-1')
    world.advance(minute)
    const { operationId } = value(await cloudMap.deregisterInstance(id, 'task-1'))
    expect(await instances()).toHaveLength(1)
    world.advance(minute)
    expect(await status(operationId)).toBe('SUCCESS')
    expect(await instances()).toEqual([])
    expect(failure(await cloudMap.deregisterInstance(id, 'task-1'))).toBe(
      'not-found: Instance not found: task-1',
    )
  })

  it('an operation can fail, and then nothing has changed', async () => {
    const { world, cloudMap, instances, register } = map()
    world.failNextOperation('THROTTLED_REQUEST')
    const { operationId } = value(await register('task-1'))
    world.advance(minute)
    expect(value(await cloudMap.getOperation(operationId))).toMatchObject({
      status: 'FAIL',
      errorCode: 'THROTTLED_REQUEST',
    })
    expect(await instances()).toEqual([])
    await register('task-1')
    world.advance(minute)
    expect(await instances()).toHaveLength(1)
  })

  it('a service holds a thousand instances, those on their way included', async () => {
    const { world, instances, register } = map()
    for (let index = 0; index < 999; index++) value(await register(`task-${index}`))
    world.advance(minute)
    expect((await register('the-thousandth')).ok).toBe(true)
    expect(failure(await register('one-too-many'))).toMatch(/^quota: /)
    expect((await register('task-0', address, 'again')).ok).toBe(true)
    world.advance(minute)
    expect(await instances()).toHaveLength(1_000)
  })

  it('is found by name, with what it needs', async () => {
    const { world, id, cloudMap } = map()
    world.createNamespace('jobs', 'http')
    const http = world.createCloudMapService('jobs', 'etl')
    const found = async (namespace: string, service: string) =>
      value(await cloudMap.findService(namespace, service))
    expect(await found('jobs.internal', 'etl')).toEqual({
      id,
      namespace: 'jobs.internal',
      service: 'etl',
      dnsRecordTypes: ['A'],
      hasCustomHealth: false,
      ttlMs: 60_000,
    })
    expect(await found('jobs', 'etl')).toEqual({
      id: http,
      namespace: 'jobs',
      service: 'etl',
      dnsRecordTypes: [],
      hasCustomHealth: false,
      ttlMs: 0,
    })
    expect(await found('jobs', 'mail')).toBeNull()
    expect(await found('gone', 'etl')).toBeNull()
    expect(world.cloudMapServices().map(service => service.id)).toEqual([id, http])
    expect(failure(await cloudMap.listInstances('srv-gone'))).toMatch(/^not-found: /)
    expect(failure(await cloudMap.getOperation('gone'))).toMatch(/^not-found: /)
    expect(failure(await cloudMap.registerInstance('srv-gone', 'x', address, 'x'))).toMatch(/^not-found: /)
  })

  const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, 'v']))
  test.each<[string, string, Record<string, string>, string[], boolean]>([
    ['an id of 64 characters', 'x'.repeat(64), address, ['A'], true],
    ['an id of 65 characters', 'x'.repeat(65), address, ['A'], false],
    ['an id with a space', 'a b', address, ['A'], false],
    ['an empty id', '', address, ['A'], false],
    ['30 custom attributes', 'x', { ...address, ...many(30) }, ['A'], true],
    ['31 custom attributes', 'x', { ...address, ...many(31) }, ['A'], false],
    ['a value of 1,024 characters', 'x', { ...address, k: 'v'.repeat(1_024) }, ['A'], true],
    ['a value of 1,025 characters', 'x', { ...address, k: 'v'.repeat(1_025) }, ['A'], false],
    ['a key of 256 characters', 'x', { ...address, ['k'.repeat(256)]: 'v' }, ['A'], false],
    ['a value beyond ASCII', 'x', { ...address, k: 'é' }, ['A'], false],
    [
      '5,001 characters in all',
      'x',
      {
        ...many(4),
        a: 'v'.repeat(1_024),
        b: 'v'.repeat(1_024),
        c: 'v'.repeat(1_024),
        d: 'v'.repeat(1_024),
        e: 'v'.repeat(888),
      },
      [],
      false,
    ],
    ['an A record without an address', 'x', { owner: 'longshore' }, ['A'], false],
    ['an SRV record without a port', 'x', address, ['SRV'], false],
    ['an SRV record without an address', 'x', { AWS_INSTANCE_PORT: '80' }, ['SRV'], false],
    ['an SRV record with both', 'x', { ...address, AWS_INSTANCE_PORT: '80' }, ['SRV'], true],
    ['an AAAA record with IPv4 only', 'x', address, ['AAAA'], false],
    ['an address that is none', 'x', { AWS_INSTANCE_IPV4: '10.0.0.256' }, ['A'], false],
    ['a port that is none', 'x', { ...address, AWS_INSTANCE_PORT: '70000' }, ['A'], false],
  ])('%s', async (_, instanceId, attributes, records, ok) => {
    const { register, instances, world } = map(records)
    const answer = await register(instanceId, attributes)
    expect(answer.ok ? 'accepted' : answer.failure.code).toBe(ok ? 'accepted' : 'invalid')
    world.advance(minute)
    expect(await instances()).toHaveLength(ok ? 1 : 0)
  })
})
