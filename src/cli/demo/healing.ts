import { lastSegment } from '../../model/arn.ts'
import { hour, minute } from '../../model/time.ts'
import { retirementNotice } from '../../world/retirement-notice.ts'
import { deletedImage } from './healing-images.ts'
import { lostMachine } from './healing-machine.ts'
import {
  checkoutService,
  createHealingSetting,
  deployedRevision,
  doubled,
  type Family,
  type HealingSetting,
  healingPolicy,
  isComplete,
  jobs,
  messagesOf,
  releaseCheckout,
  runningTask,
} from './healing-setting.ts'
import { spotChapter } from './healing-spot.ts'
import { stuckDeployment } from './healing-stuck.ts'
import { describeTask, shortId, tasksOf } from './scene.ts'
import { type Chapter, type Stage, type Story, startAtMs } from './stage.ts'

/** What becomes of tasks that fail, each in another way. */

/** The family's task that runs once the task given is over; undefined after five minutes without one. */
async function nextTask({ setting, until }: Stage<HealingSetting>, family: Family, over: string | null) {
  const next = async () => {
    const task = await runningTask(setting, family)
    return task?.taskArn === over ? undefined : task
  }
  await until(async () => (await next()) !== undefined, 5 * minute)
  return next()
}

const chapters: Chapter<HealingSetting>[] = [
  {
    title: 'A nightly job needs more memory than it has',
    async play(stage) {
      const { setting, run, world, check } = stage
      await world('etl-nightly starts; tonight’s data need 3.5 GB of memory')
      setting.start('etl-nightly')
      let task = await nextTask(stage, 'etl-nightly', null)
      const lives = [task]
      for (let time = 0; time < 2 && task; time++) {
        await run(minute)
        setting.world.killTask(task.taskArn, 'oom')
        task = await nextTask(stage, 'etl-nightly', task.taskArn)
        lives.push(task)
      }
      const sizes = lives.map(life => `${life?.memoryMiB?.toLocaleString('en')} MiB`)
      await check(
        lives.map(life => life?.memoryMiB).join() === '2048,3072,5120',
        `it had ${sizes.join(', then ')}: each time half as much again, rounded up to a size that Fargate has`,
      )
      await check(
        lives.map(life => life?.cpuUnits).join() === '512,512,1024',
        'the last came with 1,024 CPU units, as Fargate gives 512 no more than 4,096 MiB',
      )
      await run(2 * minute)
      await world('etl-nightly has loaded everything and ends')
      if (task) setting.world.killTask(task.taskArn, 'complete')
      await run(2 * minute)
      await check(
        (await tasksOf(setting, 'etl-nightly')).length === 0,
        'a job that has finished is not run again',
      )
    },
  },
  {
    title: 'An image that is not there',
    async play({ setting, run, world, check }) {
      await world('invoices starts with an image that nobody has pushed')
      setting.world.setFate('invoices', { how: 'image-not-found', afterMs: 0 })
      const task = setting.start('invoices')
      await run(6 * minute)
      const { lastStatus } = await describeTask(setting, task)
      await check(
        lastStatus === 'STOPPED' && (await tasksOf(setting, 'invoices')).length === 0,
        'it is not tried again: every attempt would fail the same way',
      )
      await check(
        messagesOf(setting, 'invoices').length === 1 &&
          messagesOf(setting, 'invoices', 'Push the image').length === 1,
        'that is said once, together with what to do',
      )
    },
  },
  {
    title: 'A release that crashes some minutes after it runs',
    async play({ setting, run, until, world, check }) {
      const { world: ecs } = setting
      const isDeployed = async (revision: string) => {
        const service = await checkoutService(setting)
        return deployedRevision(service) === revision && isComplete(service)
      }
      const next = releaseCheckout(ecs, '813', { LEDGER_URL: 'https://ledger.internal' })
      const lastWords = [
        'payment 4711 accepted',
        'ledger: connect ETIMEDOUT 10.0.7.12:443, password=nobody-is-told',
        'Error: too many open connections to the ledger',
      ]
      ecs.setFate(next, { how: 'crash', afterMs: 4 * minute, lastWords })
      await world('checkout:2 is released; each of its tasks crashes after it has run for four minutes')
      ecs.deploy('prod/checkout', next)
      await until(() => isDeployed('checkout:2'), 6 * minute)
      await check(
        await isDeployed('checkout:2'),
        'both tasks run, and for ECS the deployment has completed: no circuit breaker watches any longer',
      )
      await until(() => isDeployed('checkout:1'), 15 * minute)
      await run(12 * minute)
      const { runningCount, desiredCount } = await checkoutService(setting)
      await check(
        (await isDeployed('checkout:1')) && runningCount === 2,
        `checkout is back at checkout:1, and ${runningCount} of ${desiredCount} tasks run`,
      )
      await check(
        messagesOf(setting, 'checkout').length === 1 &&
          messagesOf(setting, 'checkout', 'Failed: 4', 'From: checkout:2', 'To: checkout:1').length === 1,
        'four tasks failed, and Slack got one message: from which revision to which, and why',
      )
      const said = setting.world.slack.messages.map(({ message }) => JSON.stringify(message)).join('')
      await check(
        said.includes('image shop/checkout:812 → shop/checkout:813; environment + LEDGER_URL') &&
          said.includes('Log of web: Error: too many open connections to the ledger') &&
          !said.includes('nobody-is-told'),
        'it names what the release changed and the last lines of its log, and no secret',
      )
    },
  },
  {
    title: 'A job that hangs',
    async play(stage) {
      const { setting, run, until, world, check } = stage
      await world(
        'report starts; usually it takes three minutes, but today it waits for a lock that nobody gives back',
      )
      const hung = setting.start('report')
      await until(async () => (await describeTask(setting, hung)).lastStatus === 'STOPPED', 15 * minute)
      const { stoppedReason, startedAtMs, stoppingAtMs } = await describeTask(setting, hung)
      const ranMs = (stoppingAtMs ?? 0) - (startedAtMs ?? 0)
      await check(
        stoppedReason === 'longshore:max-runtime' && ranMs >= 10 * minute && ranMs < 11 * minute,
        `report ${shortId(hung)} was stopped once its ten minutes were over; its reason says by whom`,
      )
      const again = await nextTask(stage, 'report', hung)
      await run(3 * minute)
      await check(
        again !== undefined && again.startedBy?.startsWith('longshore/') === true,
        `report ${shortId(again?.taskId ?? 'nowhere')} runs in its place`,
      )
      await world('this time the lock is free, and report ends')
      if (again) setting.world.killTask(again.taskArn, 'complete')
      await run(2 * minute)
      await check(
        (await tasksOf(setting, 'report')).length === 0,
        'nothing is left to do, and nothing is run again',
      )
    },
  },
  {
    title: 'AWS announces that it will stop a task',
    async play({ setting, run, until, send, world, check }) {
      const { worker } = setting
      const stopsAtMs = startAtMs + 2.5 * hour
      await world(
        `AWS Health: mail-worker ${shortId(worker)} will be stopped from 11:30 on, to renew its host`,
      )
      send(retirementNotice(worker, stopsAtMs))
      await run(minute)
      await check(
        messagesOf(setting, 'mail-worker', '10:15').length === 1 &&
          (await tasksOf(setting, 'mail-worker')).length === 1,
        'the team hears at once when another will be started: in the window that it chose',
      )
      await until(async () => (await tasksOf(setting, 'mail-worker')).length === 2, hour)
      await run(minute)
      const both = await tasksOf(setting, 'mail-worker')
      const replacement = both.find(({ taskArn }) => taskArn !== worker)
      const startedAt = (replacement?.createdAtMs ?? 0) - startAtMs
      await check(
        both.length === 2 &&
          both.every(({ lastStatus }) => lastStatus === 'RUNNING') &&
          replacement?.startedBy === `longshore/${lastSegment(worker)}/1` &&
          startedAt >= 75 * minute &&
          startedAt < 2 * hour,
        `${shortId(replacement?.taskId ?? 'nowhere')} runs beside it, well before AWS stops anything`,
      )
      await until(async () => (await tasksOf(setting, 'mail-worker')).length === 1, 10 * minute)
      const left = await tasksOf(setting, 'mail-worker')
      await check(
        left[0]?.taskArn === replacement?.taskArn && setting.world.clock.now() < stopsAtMs - 30 * minute,
        'the old one is stopped once the new one has run for a minute: nothing is left for AWS to stop',
      )
      await run(stopsAtMs - setting.world.clock.now() + 3 * minute)
      await check((await tasksOf(setting, 'mail-worker')).length === 1, 'the day comes, and nothing happens')
    },
  },
  lostMachine,
  deletedImage,
  stuckDeployment,
  spotChapter,
]

export const healing: Story<HealingSetting> = {
  summary:
    'out of memory, an image that is not there, a release that crashes, a job that hangs, a host that AWS renews, a machine that falls silent, an image that was deleted, a deployment that comes to no end, Spot that runs out',
  policy: healingPolicy,
  setting: createHealingSetting,
  chapters,
  async standing(setting) {
    const { desiredCount, runningCount } = await checkoutService(setting)
    const counts = [`checkout ${runningCount}/${desiredCount} tasks`]
    for (const job of jobs) counts.push(`${job} ${(await tasksOf(setting, job)).length}`)
    return counts.join(' · ')
  },
  always: {
    untrue: doubled,
    mostMs: 0,
    promise: () => 'at every step no job had two tasks: one that fails gets one replacement at most',
  },
}
