import { minute } from '../../model/time.ts'
import {
  deployedRevision,
  type HealingSetting,
  isComplete,
  messagesOf,
  serviceNamed,
} from './healing-setting.ts'
import type { Chapter } from './stage.ts'

/** A deployment without a circuit breaker: ECS tries for ever, and tells nobody. */
export const stuckDeployment: Chapter<HealingSetting> = {
  title: 'A deployment that comes to no end',
  async play({ setting, run, until, world, check }) {
    const { world: ecs } = setting
    const search = () => serviceNamed(setting, 'search')
    const next = ecs.registerTaskDefinition({
      family: 'search',
      containers: [{ name: 'app', image: 'search:32', secrets: { INDEX_KEY: '/search/index-key' } }],
      memoryMiB: 4096,
    })
    ecs.setFate(next, { how: 'secrets', afterMs: 0 })
    await world('search:2 is released; it names a secret that nobody has created')
    ecs.deploy('prod/search', next)
    await run(14 * minute)
    const { runningCount, desiredCount } = await search()
    await check(
      messagesOf(setting, 'search').length === 0 && runningCount >= desiredCount,
      'search:1 goes on serving, while ECS starts one task of search:2 after the other',
    )
    await run(16 * minute)
    const said = messagesOf(setting, 'search')
    await check(
      said.length === 1 && !isComplete(await search()),
      'after a quarter of an hour the team hears that the deployment is stuck: once',
    )
    const message = JSON.stringify(setting.world.slack.messages.at(-1)?.message)
    await check(
      message.includes('secrets + INDEX_KEY') && message.includes('ResourceInitializationError'),
      'and why its tasks stopped, and what is otherwise than in the revision before',
    )
    await world('the team goes back to search:1')
    ecs.deploy('prod/search', 'search:1')
    await until(async () => isComplete(await search()), 10 * minute)
    await check(deployedRevision(await search()) === 'search:1', 'the deployment completes, and all is quiet')
  },
}
