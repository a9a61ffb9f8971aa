import { describe, expect, it } from 'vitest'
import { minute, second } from '../../src/model/time.ts'
import { instancesPerServiceMax } from '../../src/world/cloud-map.ts'
import { idOf, ownersWish, running, type Story, story, unrest } from './landing-stage.ts'
import { value } from './world-stage.ts'

/** Tasks that share the network of their machine, what ECS left behind, and a service that is full. */

const guestsWish = `${ownersWish}
  - match: { cluster: prod, family: guests }
    discover: { namespace: jobs.internal, service: guests, port: 8080 }
`

function guests(networkMode: 'host' | 'bridge', records = ['A', 'SRV']) {
  const told = story({ policy: guestsWish })
  const { world } = told
  const serviceId = world.createCloudMapService('jobs.internal', 'guests', records)
  world.registerTaskDefinition({
    family: 'guests',
    networkMode,
    containers: [{ name: 'app', image: 'guests:1', port: 8080 }],
  })
  const machine = world.registerContainerInstance('prod')
  const start = () => world.runTask({ cluster: 'prod', taskDefinition: 'guests', launchType: 'EC2' })
  const instances = async () => value(await world.ports.cloudMap.listInstances(serviceId))
  return { ...told, machine, start, instances }
}

const addressOf = async ({ world }: Story, machine: string) => {
  const described = value(await world.ports.ecs.describeContainerInstances('prod', [machine]))
  const id = described.instances[0]?.ec2InstanceId ?? ''
  return { id, ipv4: value(await world.ports.ec2.describeInstances([id]))[0]?.privateIpv4 }
}

describe('a task that shares the network of its machine', () => {
  it('in mode host is found at the machine’s address and its own port', async () => {
    const told = guests('host')
    const task = told.start()
    await told.run(3 * minute)
    const { id, ipv4 } = await addressOf(told, told.machine)
    expect(await told.instances()).toEqual([
      {
        id: idOf(task),
        attributes: expect.objectContaining({
          AWS_INSTANCE_IPV4: ipv4,
          AWS_INSTANCE_PORT: '8080',
          EC2_INSTANCE_ID: id,
          ECS_CLUSTER_NAME: 'prod',
          LONGSHORE_TARGET: 'family/prod/guests',
        }),
      },
    ])
    expect(unrest(told)).toEqual([])
  })

  it('in mode bridge at the port that Docker gave each of them', async () => {
    const told = guests('bridge')
    const tasks = [told.start(), told.start(), told.start()]
    await told.run(3 * minute)
    const instances = await told.instances()
    expect(instances.map(({ id }) => id).sort()).toEqual(tasks.map(idOf).sort())
    for (const task of await told.tasks('guests')) {
      const port = task.containers[0]?.portBindings?.[0]?.hostPort
      const instance = instances.find(({ id }) => id === task.taskId)
      expect(instance?.attributes.AWS_INSTANCE_PORT).toBe(String(port))
    }
  })

  it('leaves Cloud Map with its machine, the last one excepted', async () => {
    const told = guests('host')
    const lost = told.start()
    await told.run(3 * minute)
    told.world.terminateContainerInstance(told.machine)
    told.world.registerContainerInstance('prod', 'b')
    const next = told.start()
    await told.run(5 * minute)
    const named = (await told.instances()).map(({ id }) => id)
    expect(named).toEqual([idOf(next)])
    expect(named).not.toContain(idOf(lost))
  })

  it('waits while nobody tells its machine’s address, and is registered as soon as somebody does', async () => {
    const told = guests('host')
    for (let n = 0; n < 2; n++) told.world.failNext('ec2:DescribeInstances', { code: 'denied' })
    const task = told.start()
    await told.run(3 * minute)
    expect(told.lines('guests', 'held')).toContain('held host-unknown')
    expect((await told.instances()).map(({ id }) => id)).toEqual([idOf(task)])
  })

  it('is not registered where its records need what it has not', async () => {
    const told = guests('host', ['AAAA'])
    told.start()
    await told.run(3 * minute)
    expect(await told.instances()).toEqual([])
    expect(told.lines('guests', 'held')).toContain('held no-address')
  })
})

describe('what ECS left behind', () => {
  const stale = { ECS_CLUSTER_NAME: 'prod', ECS_SERVICE_NAME: 'web', AWS_INSTANCE_IPV4: '10.0.9.9' }
  const left = async (adopt: boolean) => {
    const told = story({ policy: ownersWish.replace('port: 8080 }', `port: 8080, adopt: ${adopt} }`) })
    const { cloudMap } = told.world.ports
    const attributes = { ...stale, AWS_INSTANCE_PORT: '80' }
    value(await cloudMap.registerInstance(told.thumbsServiceId, 'f'.repeat(32), attributes, 'ecs'))
    const task = told.start('thumbs')
    await told.run(10 * minute)
    return { ...told, task }
  }

  it('is taken away where the policy adopts it, and said', async () => {
    const told = await left(true)
    expect(await told.named()).toEqual([idOf(told.task)])
    expect(told.journal.map(({ because }) => because.code)).toContain('ecs-left-it')
    expect(unrest(told)).toEqual([])
  })

  it('stays where it does not', async () => {
    const told = await left(false)
    expect(await told.named()).toEqual([idOf(told.task), 'f'.repeat(32)].sort())
  })
})

describe('a service that takes no more', () => {
  it('is said once, asked again every five minutes, and filled as soon as there is room', async () => {
    let calls = 0
    let isFull = true
    const told = story({
      ports: ({ cloudMap }) => ({
        cloudMap: {
          ...cloudMap,
          registerInstance: async (...args) => {
            calls++
            return isFull
              ? {
                  ok: false,
                  failure: {
                    operation: 'servicediscovery:RegisterInstance',
                    code: 'quota',
                    message: 'The namespace has the maximum of 2000 instances.',
                  },
                }
              : cloudMap.registerInstance(...args)
          },
        },
      }),
    })
    for (let n = 0; n < 10; n++) told.start('thumbs')
    await told.run(30 * minute)
    expect(await told.named()).toEqual([])
    // The tasks that came together, and then one every five minutes.
    expect(calls).toBeLessThanOrEqual(10 + 6)
    expect(told.slack()).toHaveLength(1)
    expect(told.lines('thumbs', 'held')).toEqual(['held all-true', 'held service-full'])
    isFull = false
    await told.run(6 * minute)
    expect(await told.named()).toEqual(running(await told.tasks('thumbs')))
    expect(unrest(told)).toEqual([])
  })

  it('of a thousand is not even asked', async () => {
    const told = story()
    const { cloudMap } = told.world.ports
    const attributes = { AWS_INSTANCE_IPV4: '10.9.9.9', AWS_INSTANCE_PORT: '1' }
    for (let n = 0; n < instancesPerServiceMax; n++)
      value(await cloudMap.registerInstance(told.thumbsServiceId, `lamp-${n}`, attributes, `by hand ${n}`))
    await told.run(30 * second)
    told.start('thumbs')
    await told.run(10 * minute)
    expect(told.lines('thumbs')).toEqual(['held all-true', 'held service-full'])
    expect(told.slack()).toHaveLength(1)
  })
})

describe('a service with a custom health check', () => {
  const open = async () => {
    const told = story({
      policy: `${ownersWish}
  - match: { cluster: prod, family: checked }
    discover: { namespace: jobs.internal, service: checked }
`,
    })
    const { world } = told
    const serviceId = world.createCloudMapService('jobs.internal', 'checked', ['A'], 'custom')
    world.registerTaskDefinition({
      family: 'checked',
      containers: [{ name: 'app', image: 'checked:1', healthCheck: true }],
    })
    const [first, second] = [told.start('checked'), told.start('checked')]
    await told.run(4 * minute)
    const health = async () => value(await world.ports.cloudMap.instancesHealth(serviceId))
    return { ...told, first, second, health }
  }

  it('calls an unhealthy task UNHEALTHY, and HEALTHY once it is well again; it stays registered', async () => {
    const told = await open()
    const [first, second] = [idOf(told.first), idOf(told.second)]
    expect(await told.health()).toEqual({ [first]: 'HEALTHY', [second]: 'HEALTHY' })
    told.world.setContainerHealth(told.first, 'app', 'UNHEALTHY')
    await told.run(2 * minute)
    expect(await told.health()).toEqual({ [first]: 'UNHEALTHY', [second]: 'HEALTHY' })
    told.world.setContainerHealth(told.first, 'app', 'HEALTHY')
    await told.run(2 * minute)
    expect(await told.health()).toEqual({ [first]: 'HEALTHY', [second]: 'HEALTHY' })
    expect(told.lines('checked', 'done').slice(2)).toEqual([
      'done set-instance-health',
      'done set-instance-health',
    ])
    expect(unrest(told)).toEqual([])
  })

  it.each([
    ['although it was carried out', true],
    ['because it was not', false],
  ])('gets no answer, %s: true in the end, and said once', async (_, applied) => {
    const told = await open()
    told.world.failNext('servicediscovery:UpdateInstanceCustomHealthStatus', {
      code: 'unavailable',
      applied,
    })
    told.world.setContainerHealth(told.first, 'app', 'UNHEALTHY')
    await told.run(4 * minute)
    expect((await told.health())[idOf(told.first)]).toBe('UNHEALTHY')
    expect(told.lines('checked', 'done').slice(2)).toHaveLength(1)
    expect(unrest(told)).toEqual([])
  })

  it('keeps the last healthy one on offer, and lets who stops leave at once', async () => {
    const told = await open()
    told.world.setContainerHealth(told.first, 'app', 'UNHEALTHY')
    told.world.setContainerHealth(told.second, 'app', 'UNHEALTHY')
    await told.run(3 * minute)
    expect(Object.values(await told.health()).sort()).toEqual(['HEALTHY', 'UNHEALTHY'])
    told.world.stopTask(told.first)
    await told.run(30 * second)
    expect(Object.keys(await told.health())).toEqual([idOf(told.second)])
  })
})
