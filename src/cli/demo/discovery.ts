import { lastSegment } from '../../model/arn.ts'
import { minute, second, span } from '../../model/time.ts'
import {
  createDiscoverySetting,
  type DiscoverySetting,
  discoveryPolicy,
  type Family,
  families,
  healthOf,
  instancesOf,
  mapOf,
  staleOnes,
  tasksOf,
} from './discovery-setting.ts'
import { shortId } from './scene.ts'
import type { Chapter, Stage, Story } from './stage.ts'

/** What Cloud Map says of standalone tasks, from their beginning to their end. */

const spoken = (ids: string[]): string => ids.map(shortId).join(', ')

/** Until the family's living tasks and no others are named. */
async function settles({ setting, until }: Stage<DiscoverySetting>, family: Family, count: number) {
  return until(async () => {
    const { living, named } = await mapOf(setting, family)
    return living.length === count && living.join() === named.join()
  }, 4 * minute)
}

const chapters: Chapter<DiscoverySetting>[] = [
  {
    title: 'Who runs is found, wherever it runs',
    async play(stage) {
      const { setting, world, check } = stage
      await world(
        'two thumbnailers start on Fargate, and two scrapers on one EC2 machine (network mode bridge)',
      )
      for (const family of families) for (let n = 0; n < 2; n++) setting.start(family)
      await settles(stage, 'thumbnailer', 2)
      await settles(stage, 'scraper', 2)
      const { living, named } = await mapOf(setting, 'thumbnailer')
      await check(
        named.length === 2 && named.join() === living.join(),
        `Cloud Map names ${spoken(named)}: the thumbnailers, each once its health check was good`,
      )
      const instances = await instancesOf(setting, 'scraper')
      const places = instances.map(
        ({ attributes }) => `${attributes.AWS_INSTANCE_IPV4}:${attributes.AWS_INSTANCE_PORT}`,
      )
      const published = (await tasksOf(setting, 'scraper')).map(
        ({ containers }) => containers[0]?.portBindings?.[0]?.hostPort,
      )
      await check(
        places.length === 2 &&
          published.every(port => places.some(place => place.endsWith(`:${port}`))) &&
          new Set(instances.map(({ attributes }) => attributes.AWS_INSTANCE_IPV4)).size === 1,
        `the scrapers are at ${places.join(' and ')}: their machine, and the ports that Docker gave them`,
      )
    },
  },
  {
    title: 'A task falls ill, and recovers',
    async play(stage) {
      const { setting, until, world, check } = stage
      const [sick = ''] = (await mapOf(setting, 'thumbnailer')).named
      await world(`thumbnailer ${shortId(sick)} fails its container health check`)
      setting.world.setContainerHealth(sick, 'worker', 'UNHEALTHY')
      await until(async () => (await healthOf(setting, sick)) === 'UNHEALTHY', 4 * minute)
      const { named } = await mapOf(setting, 'thumbnailer')
      await check(
        (await healthOf(setting, sick)) === 'UNHEALTHY' && named.includes(sick),
        'it stays registered, and Cloud Map offers it to nobody',
      )
      await world('it is well again')
      setting.world.setContainerHealth(sick, 'worker', 'HEALTHY')
      await until(async () => (await healthOf(setting, sick)) === 'HEALTHY', 4 * minute)
      await check((await healthOf(setting, sick)) === 'HEALTHY', 'Cloud Map offers it again')
    },
  },
  {
    title: 'Out first, then down; and never the last one',
    async play(stage) {
      const { setting, run, until, world, check } = stage
      const [taken = ''] = (await mapOf(setting, 'thumbnailer')).named
      await world('Fargate takes a thumbnailer back, with two minutes’ notice')
      setting.world.interruptSpot(taken)
      await until(async () => !(await mapOf(setting, 'thumbnailer')).named.includes(taken), minute)
      const task = (await tasksOf(setting, 'thumbnailer')).find(({ taskId }) => taskId === taken)
      await check(task?.lastStatus === 'RUNNING', 'it is out of Cloud Map while it still serves what it has')
      const { named } = await mapOf(setting, 'scraper')
      await world('a person stops both scrapers')
      for (const scraper of named) setting.world.stopTask(scraper, 'Stopped by Ada')
      await run(2 * minute)
      const left = (await mapOf(setting, 'scraper')).named
      await check(
        left.length === 1,
        `one of them stays in Cloud Map: an empty answer would be cached for minutes`,
      )
      await world('a new scraper starts')
      const next = lastSegment(setting.start('scraper'))
      await settles(stage, 'scraper', 1)
      const after = (await mapOf(setting, 'scraper')).named
      await check(after.join() === next, `then it is ${spoken(after)} alone, the one that lives`)
    },
  },
  {
    title: 'Its time is over: clients first, then the task',
    async play(stage) {
      const { setting, run, until, world, check } = stage
      const { clock } = setting.world
      const [old = ''] = (await mapOf(setting, 'scraper')).named
      await run(4 * minute)
      await world('a scraper may run for ten minutes; another one starts before they are over')
      setting.start('scraper')
      await settles(stage, 'scraper', 2)
      await until(async () => !(await mapOf(setting, 'scraper')).named.includes(old), 10 * minute)
      const leftAtMs = clock.now()
      await until(async () => !(await mapOf(setting, 'scraper')).living.includes(old), 4 * minute)
      const forMs = clock.now() - leftAtMs
      const task = (await tasksOf(setting, 'scraper')).find(({ taskId }) => taskId === old)
      await check(
        task?.stoppedReason === 'longshore:max-runtime' && forMs >= 20 * second && forMs < 40 * second,
        `Longshore stopped ${shortId(old)} ${span(forMs)} after it had left Cloud Map: whoever still knew its address had so long`,
      )
    },
  },
  {
    title: 'What others put there',
    async play(stage) {
      const { setting, run, world, check } = stage
      const { cloudMap } = setting.world.ports
      const left = 'f00d'.repeat(8)
      const put = (id: string, attributes: Record<string, string>) =>
        cloudMap.registerInstance(setting.cloudMap.thumbnailer, id, attributes, id)
      await world(
        'ECS has left an instance of a deleted service behind, and a person has registered a server',
      )
      await put(left, {
        AWS_INSTANCE_IPV4: '10.0.9.9',
        ECS_CLUSTER_NAME: 'prod',
        ECS_SERVICE_NAME: 'thumbnailer-old',
      })
      await put('server-by-hand', { AWS_INSTANCE_IPV4: '10.8.8.8' })
      await run(30 * second)
      const before = (await mapOf(setting, 'thumbnailer')).named
      await check(before.includes(left) && before.includes('server-by-hand'), 'both are there')
      await run(8 * minute)
      const { named, living } = await mapOf(setting, 'thumbnailer')
      await check(
        !named.includes(left),
        'what ECS left behind is gone, as the policy adopts it: two looks agreed',
      )
      await check(
        named.join() === [...living, 'server-by-hand'].sort().join(),
        'the server by hand is not Longshore’s, and stays',
      )
    },
  },
]

export const discovery: Story<DiscoverySetting> = {
  summary: 'standalone tasks in Cloud Map: bridge mode, custom health, draining, and what others put there',
  policy: discoveryPolicy,
  setting: createDiscoverySetting,
  chapters,
  async standing(setting) {
    const counts = []
    for (const family of families) {
      const { named, living } = await mapOf(setting, family)
      counts.push(`${family} ${named.length} named, ${living.length} living`)
    }
    return counts.join(' · ')
  },
  always: {
    untrue: staleOnes,
    mostMs: 15 * second,
    promise: longest =>
      `at every step who was about to stop was out of Cloud Map, never later than ${longest}`,
  },
}
