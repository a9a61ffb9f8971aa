import { describe, expect, it } from 'vitest'
import { minute, second } from '../../src/model/time.ts'
import { idOf, running, type Story, story, type Twist, unrest } from './landing-stage.ts'
import { value } from './world-stage.ts'

/** Three thumbnailers that run and are named. */
async function threeThumbs(twist: Twist = {}): Promise<Story & { thumbs: string[] }> {
  const told = story(twist)
  const thumbs = [told.start('thumbs'), told.start('thumbs'), told.start('thumbs')]
  await told.run(3 * minute)
  expect(await told.named()).toEqual(running(await told.tasks('thumbs')))
  expect(await told.named()).toHaveLength(3)
  return { ...told, thumbs }
}

describe('Cloud Map', () => {
  it('follows births and deaths: in once they run, out at the first sign of stopping', async () => {
    const told = await threeThumbs()
    const [first = '', other = ''] = told.thumbs
    told.world.interruptSpot(told.start('thumbs', 'FARGATE_SPOT'))
    told.world.stopTask(first, 'Stopped by Ada')
    await told.run(10 * second)
    expect(await told.named()).not.toContain(idOf(first))
    told.world.killTask(other, 'oom')
    await told.run(5 * minute)
    const alive = running(await told.tasks('thumbs'))
    expect(await told.named()).toEqual(alive)
    expect(alive).not.toContain(idOf(first))
    expect(unrest(told)).toEqual([])
  })

  it('is not fooled by a RUNNING that comes after its STOPPED, nor by a list that lags', async () => {
    let lagging: string | null = null
    const told = await threeThumbs({
      events: event => [{ event }, ...(isRunning(event) ? [{ event, delayMs: 8 * minute }] : [])],
      ports: ({ ecs }) => ({
        ecs: {
          ...ecs,
          async listTasks(cluster, filter) {
            const listed = value(await ecs.listTasks(cluster, filter))
            const old = lagging !== null && filter.desiredStatus === 'RUNNING' ? [lagging] : []
            return { ok: true, value: [...new Set([...listed, ...old])] }
          },
        },
      }),
    })
    const [first = ''] = told.thumbs
    lagging = first
    told.world.stopTask(first)
    await told.run(15 * minute)
    expect(await told.named()).toEqual(running(await told.tasks('thumbs')))
    expect(await told.named()).toHaveLength(2)
    const registered = told.journal.filter(({ verb }) => verb === 'register-instance')
    expect(registered).toHaveLength(3)
    expect(unrest(told)).toEqual([])
  })

  it('fails an operation: told, tried again after 10 s, and true in the end', async () => {
    const told = await threeThumbs()
    told.world.failNextOperation('THROTTLED_REQUEST')
    const fourth = told.start('thumbs')
    await told.run(2 * minute)
    expect(await told.named()).toContain(idOf(fourth))
    expect(told.lines('thumbs')).toContain('held operation-failed')
    expect(told.slack()).toContainEqual(expect.stringMatching(/^thumbs \(prod\): Longshore waits until/))
    expect(unrest(told)).toEqual([])
  })

  it('throttles RegisterInstance: tried again within seconds, not at the next quiet look', async () => {
    const told = await threeThumbs()
    told.world.failNext('servicediscovery:RegisterInstance', { code: 'throttled' })
    const fourth = told.start('thumbs')
    await told.run(90 * second)
    expect(await told.named()).toContain(idOf(fourth))
    // Nobody needs to hear of the first try.
    expect(told.slack()).toHaveLength(4)
  })

  it('refuses RegisterInstance for good: said once, and never told to be true meanwhile', async () => {
    const told = await threeThumbs()
    for (let n = 0; n < 100; n++)
      told.world.failNext('servicediscovery:RegisterInstance', { code: 'denied', message: 'no right' })
    const before = told.journal.length
    told.start('thumbs')
    await told.run(30 * minute)
    expect(told.slack().slice(3)).toEqual(['thumbs (prod): Longshore could not add a task to Cloud Map'])
    const since = told.journal.slice(before).map(({ because }) => because.code)
    expect(since).not.toContain('all-true')
    expect(told.lines('thumbs', 'failed')).toEqual(['failed register-instance'])
  })

  it.each([
    ['although it was carried out', true],
    ['because it was not', false],
  ])('gives no answer, %s: each task is named once', async (_, applied) => {
    const told = await threeThumbs()
    told.world.failNext('servicediscovery:RegisterInstance', { code: 'unavailable', applied })
    const fourth = told.start('thumbs')
    await told.run(3 * minute)
    expect(await told.named()).toContain(idOf(fourth))
    expect(told.slack()).toHaveLength(4)
    const [first = ''] = told.thumbs
    told.world.failNext('servicediscovery:DeregisterInstance', { code: 'unavailable', applied })
    told.world.stopTask(first)
    await told.run(3 * minute)
    expect(await told.named()).toEqual(running(await told.tasks('thumbs')))
    expect(told.lines('thumbs', 'done').filter(line => line === 'done deregister-instance')).toHaveLength(1)
    expect(unrest(told)).toEqual([])
  })

  it('is left as it is while ECS does not tell which tasks live, and looked at again soon', async () => {
    let isDown = false
    const told = await threeThumbs({
      ports: ({ ecs }) => ({
        ecs: {
          ...ecs,
          listTasks: async (cluster, filter) =>
            isDown
              ? {
                  ok: false,
                  failure: { operation: 'ecs:ListTasks', code: 'throttled', message: 'Rate exceeded' },
                }
              : ecs.listTasks(cluster, filter),
        },
      }),
    })
    isDown = true
    const fourth = told.start('thumbs')
    await told.run(10 * minute)
    expect(await told.named()).toHaveLength(3)
    expect(told.lines('thumbs')).toContain('held unreadable')
    isDown = false
    await told.run(90 * second)
    expect(await told.named()).toContain(idOf(fourth))
  })

  it('keeps instances of others, and the last one of ours', async () => {
    const told = story()
    const { cloudMap } = told.world.ports
    await cloudMap.registerInstance(
      told.thumbsServiceId,
      'a-lamp',
      { AWS_INSTANCE_IPV4: '10.9.9.9', AWS_INSTANCE_PORT: '1' },
      'by-hand',
    )
    const only = told.start('thumbs')
    await told.run(3 * minute)
    told.world.stopTask(only)
    await told.run(10 * minute)
    expect(await told.named()).toEqual(['a-lamp'])
  })
})

const isRunning = ({ detail }: { detail: Record<string, unknown> }) => detail.lastStatus === 'RUNNING'
