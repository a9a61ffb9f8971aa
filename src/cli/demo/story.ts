import { minute, second } from '../../model/time.ts'
import { demoPolicyText } from './policy.ts'
import {
  checkout,
  cloudMap,
  describeTask,
  launchParameters,
  secretParameters,
  shortId,
  tasksOf,
} from './scene.ts'
import { createSetting, type Setting } from './setting.ts'
import type { Chapter, Stage, Story } from './stage.ts'

/** A look, an asynchronous operation of Cloud Map and a look again. */
const mapSettlesMs = minute

async function mapIsTrue({ setting, until, check }: Stage<Setting>): Promise<void> {
  const agrees = async () => {
    const { living, named } = await cloudMap(setting)
    return living.join() === named.join()
  }
  await until(agrees, mapSettlesMs)
  const { living, named } = await cloudMap(setting)
  await check(
    living.join() === named.join(),
    `Cloud Map names ${named.join(', ')}: exactly the living thumbnailers`,
  )
}

const chapters: Chapter<Setting>[] = [
  {
    title: 'Morning: a web service with two tasks, a nightly job, three thumbnailers on Fargate Spot',
    async play(stage) {
      const { setting, run, until, check } = stage
      await until(
        async () => (await tasksOf(setting, 'thumbnailer')).every(task => task.lastStatus === 'RUNNING'),
        3 * minute,
      )
      await until(async () => (await cloudMap(setting)).named.length === 3, mapSettlesMs)
      await mapIsTrue(stage)
      await run(2 * minute)
      const { desired, running } = await checkout(setting)
      await check(desired === 2 && running === 2, `checkout runs ${running} of ${desired} tasks, CPU at 50 %`)
    },
  },
  {
    title: 'Load rises, and falls again',
    async play(stage) {
      const { setting, run, until, world, check } = stage
      await world('checkout gets 260 requests a second; its two tasks can serve 200')
      setting.world.load('prod/checkout', 260)
      await until(async () => (await checkout(setting)).running === 4, 10 * minute)
      await run(2 * minute)
      await check((await checkout(setting)).running === 4, 'checkout runs 4 tasks, CPU at 65 %')
      await world('the rush is over: 50 requests a second')
      setting.world.load('prod/checkout', 50)
      await until(async () => (await checkout(setting)).running === 2, 20 * minute)
      await run(3 * minute)
      const { desired, running } = await checkout(setting)
      await check(desired === 2 && running === 2, 'checkout is back at its minimum of 2 tasks')
    },
  },
  {
    title: 'The nightly job runs out of memory',
    async play(stage) {
      const { setting, until, world, check } = stage
      const before = await describeTask(setting, setting.etl)
      const parameters = await launchParameters(setting, before)
      const secrets = secretParameters(before)
      await world(`etl-nightly ${shortId(setting.etl)} was started as: ${parameters}`)
      setting.world.killTask(setting.etl, 'oom')
      const running = async () =>
        (await tasksOf(setting, 'etl-nightly')).find(task => task.lastStatus === 'RUNNING')
      await until(async () => (await describeTask(setting, setting.etl)).lastStatus === 'STOPPED', 2 * minute)
      await until(async () => (await running()) !== undefined, 3 * minute)
      const after = await running()
      await check(
        after !== undefined &&
          (await launchParameters(setting, after)) === parameters &&
          secretParameters(after) === secrets,
        `etl-nightly ${shortId(after?.taskId ?? 'nowhere')} runs with exactly the same launch specification`,
      )
    },
  },
  {
    title: 'Fargate takes a Spot task back',
    async play(stage) {
      const { setting, until, check } = stage
      const [first = ''] = setting.thumbnailers
      setting.world.interruptSpot(first)
      await until(async () => !(await cloudMap(setting)).named.includes(shortId(first)), minute)
      const task = await describeTask(setting, first)
      await check(task.lastStatus === 'RUNNING', 'it is out of Cloud Map while it still serves what it has')
      await until(async () => (await describeTask(setting, first)).lastStatus === 'STOPPED', 4 * minute)
      await until(async () => (await cloudMap(setting)).named.length === 3, 3 * minute)
      await mapIsTrue(stage)
    },
  },
  {
    title: 'A person stops a task on purpose',
    async play(stage) {
      const { setting, run, until, check } = stage
      const [, second = ''] = setting.thumbnailers
      setting.world.stopTask(second, 'Stopped by Ada: wrong parameters')
      await until(async () => (await describeTask(setting, second)).lastStatus === 'STOPPED', 3 * minute)
      await run(2 * minute)
      const alive = await tasksOf(setting, 'thumbnailer')
      await check(alive.length === 2, 'two thumbnailers are left: a person’s stop is respected, and said')
      await mapIsTrue(stage)
    },
  },
]

/** A change of Cloud Map is an operation that takes some seconds. */
const operationMs = 10 * second

export const morning: Story<Setting> = {
  summary: 'a web service under load, a nightly job that runs out of memory, thumbnailers on Fargate Spot',
  policy: demoPolicyText,
  setting: createSetting,
  chapters,
  async standing(setting) {
    const { desired, running } = await checkout(setting)
    const { living, named } = await cloudMap(setting)
    return `checkout ${running}/${desired} tasks · Cloud Map ${named.length}/${living.length} living`
  },
  always: {
    async untrue(setting) {
      const { living, named } = await cloudMap(setting)
      return [...living, ...named].filter(id => living.includes(id) !== named.includes(id))
    },
    mostMs: operationMs,
    promise: longest =>
      `at every step Cloud Map named exactly the living thumbnailers, never more than ${longest} late`,
  },
}
