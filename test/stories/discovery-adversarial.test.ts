import { describe, expect, it } from 'vitest'
import { answered, refused } from '../../src/model/reading.ts'
import { hour, minute, second } from '../../src/model/time.ts'
import { fronted, namesIn, thumbs } from './discovery-stage.ts'
import { idOf, running, story, unrest } from './landing-stage.ts'
import { value } from './world-stage.ts'

/** Other people’s hands in the Cloud Map service, and what becomes of its names when everything about it moves. */

describe('the Cloud Map service', () => {
  it('is deleted and created again under its name: everybody is named in the new one, and it is said', async () => {
    let isGone = false
    const told = fronted(({ findService }) => ({
      findService: async (namespace, name) => {
        const found = value(await findService(namespace, name))
        return answered(isGone ? null : found && { ...found, id: present })
      },
    }))
    let present = told.thumbsServiceId
    const tasks = await thumbs(told)
    isGone = true
    await told.run(20 * minute)
    expect(told.lines('thumbs', 'held').filter(line => line === 'held service-not-found')).toHaveLength(1)
    // Looked for once a minute, and nothing else is asked.
    expect(told.count('findService')).toBeLessThanOrEqual(30 + 20)
    present = told.world.createCloudMapService('jobs.internal', 'thumbs-anew', ['A', 'SRV'])
    isGone = false
    await told.run(3 * minute)
    expect(await namesIn(told, present)).toEqual(tasks.map(idOf).sort())
    expect(unrest(told)).toEqual([])
  })

  it('is created again in the moment in which a task is on its way into the old one', async () => {
    const told = fronted(({ findService }) => ({
      findService: async (namespace, name) => {
        const found = value(await findService(namespace, name))
        return answered(found && { ...found, id: present })
      },
    }))
    let present = told.thumbsServiceId
    const register = told.world.ports.cloudMap
    const task = told.start('thumbs')
    while (told.count('registerInstance') === 0) await told.run(second)
    present = told.world.createCloudMapService('jobs.internal', 'thumbs-anew', ['A', 'SRV'])
    await told.run(3 * minute)
    expect(value(await register.listInstances(present)).map(({ id }) => id)).toEqual([idOf(task)])
    expect(told.count('registerInstance')).toBe(2)
  })

  it('and its namespace are gone for good: said once, and its tasks are run again all the same', async () => {
    let isGone = false
    const told = fronted(({ findService }) => ({
      findService: async (...named) => (isGone ? answered(null) : findService(...named)),
    }))
    const [first = ''] = await thumbs(told)
    isGone = true
    told.world.killTask(first, 'crash')
    await told.run(2 * hour)
    expect(running(await told.tasks('thumbs'))).toHaveLength(3)
    expect(
      told
        .slack()
        .filter(line => /service|Cloud Map/i.test(line))
        .slice(3),
    ).toHaveLength(1)
    expect(unrest(told)).toEqual([])
  })

  it('goes between the look for it and the list of its instances: nothing is done on half a look', async () => {
    let isGone = false
    const told = fronted(({ listInstances }) => ({
      listInstances: async id =>
        isGone
          ? refused('servicediscovery:ListInstances', 'not-found', 'Service not found')
          : listInstances(id),
    }))
    const [first = ''] = await thumbs(told)
    isGone = true
    told.world.stopTask(first)
    await told.run(30 * minute)
    expect(told.count('deregisterInstance')).toBe(0)
    expect(told.lines('thumbs', 'held').filter(line => line === 'held unreadable')).toHaveLength(1)
    isGone = false
    await told.run(2 * minute)
    expect(await told.named()).toEqual(running(await told.tasks('thumbs')))
    expect(unrest(told)).toEqual([])
  })
})

describe('a person', () => {
  it('takes one of ours out once a minute: it is put back, once each time at most', async () => {
    const told = fronted(() => ({}))
    const [first = ''] = await thumbs(told)
    const before = told.count('registerInstance')
    for (let n = 0; n < 60; n++) {
      await told.world.ports.cloudMap.deregisterInstance(told.thumbsServiceId, idOf(first))
      await told.run(minute)
    }
    await told.run(6 * minute)
    expect(told.count('registerInstance') - before).toBeGreaterThan(5)
    expect(told.count('registerInstance') - before).toBeLessThanOrEqual(60)
    expect(await told.named()).toContain(idOf(first))
    expect(unrest(told)).toEqual([])
  })

  it('writes another address over ours: put right, and left to them once they take our marker off', async () => {
    const told = fronted(() => ({}))
    const [first = '', second_ = ''] = await thumbs(told)
    const { cloudMap } = told.world.ports
    const of = async (task: string) =>
      value(await cloudMap.listInstances(told.thumbsServiceId)).find(({ id }) => id === idOf(task))
        ?.attributes ?? {}
    const [ours, theirs] = [await of(first), { AWS_INSTANCE_IPV4: '10.9.9.9', AWS_INSTANCE_PORT: '1' }]
    value(
      await cloudMap.registerInstance(told.thumbsServiceId, idOf(first), { ...ours, ...theirs }, 'by hand'),
    )
    value(await cloudMap.registerInstance(told.thumbsServiceId, idOf(second_), theirs, 'by hand'))
    await told.run(12 * minute)
    expect(await of(first)).toEqual(ours)
    expect(await of(second_)).toEqual(theirs)
    expect(told.count('registerInstance')).toBe(4)
    told.world.stopTask(second_)
    await told.run(12 * minute)
    expect(await of(second_)).toEqual(theirs)
    expect(unrest(told)).toEqual([])
  })

  it('copies our marker to a name that no task can have: it stays, and the dead leave all the same', async () => {
    const told = story({
      ports: ({ ecs }) => ({
        ecs: {
          ...ecs,
          describeTasks: async (cluster, ids) =>
            ids.every(id => [32, 36].includes(idOf(id).length))
              ? ecs.describeTasks(cluster, ids)
              : refused('ecs:DescribeTasks', 'invalid', 'taskId length should be one of [32,36]'),
        },
      }),
    })
    const [first = ''] = await thumbs(told)
    const copied = {
      AWS_INSTANCE_IPV4: '10.9.9.9',
      AWS_INSTANCE_PORT: '1',
      LONGSHORE_TARGET: 'family/prod/thumbs',
    }
    for (const id of ['a-lamp', 'constructor', '__proto__', 'prod/x', '../thumbs'])
      value(await told.world.ports.cloudMap.registerInstance(told.thumbsServiceId, id, copied, id))
    told.world.stopTask(first)
    const fourth = told.start('thumbs')
    await told.run(12 * minute)
    const alive = running(await told.tasks('thumbs'))
    expect(alive).toContain(idOf(fourth))
    expect(await told.named()).toEqual(
      ['../thumbs', '__proto__', 'a-lamp', 'constructor', 'prod/x', ...alive].sort(),
    )
    expect(told.lines('thumbs')).not.toContain('held unreadable')
    expect(unrest(told)).toEqual([])
  })
})

describe('a list whose pages overlap', () => {
  it('names the last one twice: it is no two, and stays', async () => {
    const told = fronted(({ listInstances }) => ({
      listInstances: async id => {
        const listed = await listInstances(id)
        return listed.ok ? answered([...listed.value, ...listed.value]) : listed
      },
    }))
    const [only = ''] = await thumbs(told, 1)
    told.world.stopTask(only)
    await told.run(12 * minute)
    expect(await told.named()).toEqual([idOf(only)])
    expect(told.count('deregisterInstance')).toBe(0)
  })
})
