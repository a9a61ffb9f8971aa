import { strategyWords } from '../../model/capacity-provider-strategy.ts'
import { minute } from '../../model/time.ts'
import { type HealingSetting, messagesOf, serviceNamed } from './healing-setting.ts'
import { told } from './scene.ts'
import type { Chapter } from './stage.ts'

/** Spot runs out under a service, and comes back. */
export const spotChapter: Chapter<HealingSetting> = {
  title: 'Spot capacity runs out, and returns',
  async play({ setting, run, until, world, check }) {
    const { world: ecs } = setting
    const strategy = async () =>
      strategyWords((await serviceNamed(setting, 'thumbnails')).capacityProviderStrategy ?? [])
    const isWhole = async () => {
      const { deployments, runningCount, desiredCount } = await serviceNamed(setting, 'thumbnails')
      return deployments.length === 1 && runningCount === desiredCount
    }
    await world(
      'AWS needs its capacity back: Fargate Spot takes the four tasks of thumbnails, and has no room for others',
    )
    ecs.noCapacity('RESOURCE:FARGATE', 'FARGATE_SPOT')
    for (const task of told(await ecs.ports.ecs.listTasks('prod', { service: 'thumbnails' })))
      ecs.interruptSpot(task)
    await until(async () => (await strategy()) !== 'FARGATE_SPOT 1', 15 * minute)
    await until(isWhole, 15 * minute)
    await check(
      (await strategy()) === 'FARGATE_SPOT 0, FARGATE 1' && (await isWhole()),
      'thumbnails runs whole again, on demand',
    )
    await world('Spot has room again')
    ecs.noCapacity(null, 'FARGATE_SPOT')
    await until(async () => (await strategy()) === 'FARGATE_SPOT 1', 90 * minute)
    await until(isWhole, 15 * minute)
    await check(
      (await strategy()) === 'FARGATE_SPOT 1' && (await isWhole()),
      'half of it went back after twenty minutes, the rest ten minutes later: the strategy is its owner’s again',
    )
    await run(30 * minute)
    await check(
      messagesOf(setting, 'thumbnails').length === 3,
      'three messages: on demand, half of the way back, all of it',
    )
  },
}
