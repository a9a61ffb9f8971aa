import { minute } from '../../model/time.ts'
import { type HealingSetting, messagesOf } from './healing-setting.ts'
import { describeTask, shortId, tasksOf } from './scene.ts'
import type { Chapter } from './stage.ts'

/** Long enough that nobody takes it for one of the silences of every day. */
const silentMs = 20 * minute

export const lostMachine: Chapter<HealingSetting> = {
  title: 'A machine whose agent falls silent',
  async play({ setting, run, until, world, check }) {
    const { world: ecs } = setting
    const first = ecs.registerContainerInstance('prod')
    const indexer = setting.start('indexer')
    await run(2 * minute)
    ecs.registerContainerInstance('prod', 'b')
    await world('the agent of the machine under indexer disconnects for four minutes, as agents do')
    ecs.setAgentConnected(first, false)
    await run(4 * minute)
    ecs.setAgentConnected(first, true)
    await run(8 * minute)
    await check(
      messagesOf(setting, 'indexer').length === 0 && (await tasksOf(setting, 'indexer')).length === 1,
      'nothing was done: a silence counts once it has lasted for five minutes',
    )
    await world('then it falls silent and stays so; for ECS the task goes on running')
    ecs.setAgentConnected(first, false)
    const fellSilentAtMs = ecs.clock.now()
    await until(async () => (await tasksOf(setting, 'indexer')).length === 2, silentMs)
    const replacement = (await tasksOf(setting, 'indexer')).find(({ taskArn }) => taskArn !== indexer)
    const afterMs = (replacement?.createdAtMs ?? 0) - fellSilentAtMs
    await check(
      afterMs >= 5 * minute && replacement?.containerInstanceArn !== first,
      `indexer ${shortId(replacement?.taskId ?? 'nowhere')} was started on the other machine, after the hold-down`,
    )
    await until(async () => (await describeTask(setting, indexer)).desiredStatus === 'STOPPED', silentMs)
    const { stoppedReason, stoppingAtMs } = await describeTask(setting, indexer)
    const ranMs = (stoppingAtMs ?? 0) - (replacement?.createdAtMs ?? 0)
    await check(
      stoppedReason === 'longshore:host' && ranMs > minute,
      'the old one was told to stop once the new one had run for a minute, and not before',
    )
    await world('some minutes later the machine is back, and hears that its task is to stop')
    ecs.setAgentConnected(first, true)
    await run(5 * minute)
    const left = await tasksOf(setting, 'indexer')
    await check(
      left.length === 1 && left[0]?.taskId === replacement?.taskId,
      'one indexer runs: what was replaced is not run again',
    )
  },
}
