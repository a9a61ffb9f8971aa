import { describe, expect, it } from 'vitest'
import type { CloudMap } from '../../src/model/cloud-map.ts'
import { refused } from '../../src/model/reading.ts'
import { hour, minute, second } from '../../src/model/time.ts'
import { fronted, namesIn, thumbs } from './discovery-stage.ts'
import { idOf, ownersWish, running, story, unrest } from './landing-stage.ts'
import { value } from './world-stage.ts'

/** Cloud Map that throttles, families that share a service of it, and an owner who moves them. */

describe('for an hour Cloud Map throttles', () => {
  const throttled = (name: keyof CloudMap, isDown: () => boolean) =>
    fronted(cloudMap => ({
      [name]: async (...args: never[]) =>
        isDown()
          ? refused(`servicediscovery:${name}`, 'throttled', 'Rate exceeded')
          : (cloudMap[name] as (...args: never[]) => unknown)(...args),
    }))

  it.each<[name: keyof CloudMap, callsMax: number]>([
    // One look a minute while nothing can be read.
    ['findService', 70],
    ['listInstances', 70],
    // Every 5 s for ten minutes; then it is given up, and the list says what became of it.
    ['getOperation', 260],
    // A task each, with up to five minutes between two tries.
    ['registerInstance', 18],
    ['deregisterInstance', 18],
  ])(
    '%s: asked at a distance, told three times at most, and true ten minutes after it',
    async (name, callsMax) => {
      let isDown = false
      const told = throttled(name, () => isDown)
      const [first = ''] = await thumbs(told)
      const [calls, said] = [told.count(name), told.slack().length]
      isDown = true
      told.world.stopTask(first, 'Stopped by Ada')
      const fourth = told.start('thumbs')
      await told.run(hour)
      expect(told.count(name) - calls).toBeLessThanOrEqual(callsMax)
      expect(told.count(name) - calls).toBeGreaterThan(10)
      // The stop itself is said, and what was done.
      expect(told.slack().length - said).toBeLessThanOrEqual(3 + 3)
      isDown = false
      await told.run(10 * minute)
      const alive = running(await told.tasks('thumbs'))
      expect(alive).toContain(idOf(fourth))
      expect(await told.named()).toEqual(alive)
      expect(unrest(told)).toEqual([])
    },
  )

  it('no more than half a minute, in which Spot warns: the task leaves before it is stopped', async () => {
    let isDown = false
    const told = throttled('deregisterInstance', () => isDown)
    await thumbs(told, 2)
    const spot = told.start('thumbs', 'FARGATE_SPOT')
    await told.run(3 * minute)
    expect(await told.named()).toContain(idOf(spot))
    isDown = true
    told.world.interruptSpot(spot)
    await told.run(30 * second)
    isDown = false
    await told.run(minute)
    expect(await told.named()).not.toContain(idOf(spot))
    const task = (await told.tasks('thumbs')).find(({ taskId }) => taskId === idOf(spot))
    expect(task?.lastStatus).toBe('RUNNING')
  })
})

const shared = `${ownersWish}
  - match: { cluster: prod, family: other }
    discover: { namespace: jobs.internal, service: thumbs, port: 9090 }
`

describe('two families that share a Cloud Map service', () => {
  it('leave each other’s instances alone, whoever dies first', async () => {
    const told = story({ policy: shared })
    const [thumb, other] = [told.start('thumbs'), told.start('other')]
    await told.run(3 * minute)
    expect(await told.named()).toEqual([thumb, other].map(idOf).sort())
    told.world.stopTask(thumb)
    await told.run(12 * minute)
    expect(await told.named()).toEqual([idOf(other)])
    told.world.stopTask(other)
    await told.run(12 * minute)
    expect(await told.named()).toEqual([idOf(other)])
    expect(unrest(told)).toEqual([])
  })

  it('count each other for min, and know nothing of each other’s farewells: when both end at once, nobody is left', async () => {
    const told = story({ policy: shared })
    const [thumb, other] = [told.start('thumbs'), told.start('other')]
    await told.run(3 * minute)
    told.world.stopTask(thumb)
    told.world.stopTask(other)
    await told.run(12 * minute)
    expect(await told.named()).toEqual([])
  })
})

describe('an owner', () => {
  it('moves a family to another Cloud Map service: it is named there, and its old names stay where they were', async () => {
    const told = story()
    const [first = '', ...others] = await thumbs(told)
    const elsewhere = told.world.createCloudMapService('jobs.internal', 'thumbs-2', ['A', 'SRV'])
    told.rewrite(ownersWish.replace('service: thumbs,', 'service: thumbs-2,'))
    await told.run(6 * minute)
    expect(await namesIn(told, elsewhere)).toEqual([first, ...others].map(idOf).sort())
    told.world.stopTask(first)
    await told.run(hour)
    expect(await namesIn(told, elsewhere)).toEqual(others.map(idOf).sort())
    expect(await told.named()).toEqual([first, ...others].map(idOf).sort())
    expect(unrest(told)).toEqual([])
  })

  it('takes discover away: nothing is asked of Cloud Map any more, and what it names stays', async () => {
    const told = fronted(() => ({}))
    const [first = '', ...others] = await thumbs(told)
    told.rewrite(ownersWish.replace(/ +discover: .*\n/, ''))
    const calls = told.calls.length
    told.world.stopTask(first)
    await told.run(hour)
    expect(told.calls.length).toBe(calls)
    expect(await told.named()).toEqual([first, ...others].map(idOf).sort())
    told.rewrite(ownersWish)
    await told.run(12 * minute)
    expect(await told.named()).toEqual(others.map(idOf).sort())
    expect(unrest(told)).toEqual([])
  })

  it('turns to another port: each is told anew, once', async () => {
    const told = fronted(() => ({}))
    await thumbs(told)
    told.rewrite(ownersWish.replace('port: 8080', 'port: 9090'))
    await told.run(12 * minute)
    const instances = value(await told.world.ports.cloudMap.listInstances(told.thumbsServiceId))
    expect(instances.map(({ attributes }) => attributes.AWS_INSTANCE_PORT)).toEqual(['9090', '9090', '9090'])
    expect(told.count('registerInstance')).toBe(6)
  })
})
