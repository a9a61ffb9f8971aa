import { minute } from '../../src/model/time.ts'
import { createWorld } from '../../src/world/world.ts'
import { type Account, openAccount, policyOf, startAtMs } from './account.ts'
import { doneLines, only, type Scenario, told } from './scenarios.ts'

const policy = policyOf(`version: 1
mode: act
services:
  - match: { cluster: prod, service: web }
    heal: { crashLoop: { stops: 2, then: roll-back } }
`)

const revision = async ({ world }: Account): Promise<string | undefined> =>
  told(await world.ports.ecs.describeServices('prod', ['web']))
    .services[0]?.deployments[0]?.taskDefinitionArn?.split('/')
    .at(-1)

/** A revision that does not work: rolled back while it is deployed, or, when it dies after minutes, afterwards. */
const rolledBack = (
  name: string,
  fate: { how: 'image-not-found' | 'crash'; afterMs: number },
  verb: string,
): Scenario => ({
  name,
  async open() {
    const world = createWorld({ seed: 7, startAtMs })
    world.createCluster('prod')
    for (const image of ['web:1', 'web:2'])
      world.registerTaskDefinition({ family: 'web', containers: [{ name: 'app', image }] })
    world.createService({ cluster: 'prod', name: 'web', taskDefinition: 'web:1', desiredCount: 2 })
    const account = openAccount(world, policy)
    await account.run(15 * minute)
    return account
  },
  happen({ world }) {
    world.setFate('web:2', fate)
    world.deploy('prod/web', 'web:2')
  },
  dangerMs: fate.afterMs + 4 * minute,
  async wrong(account) {
    return [
      ...only('revision', await revision(account), 'web:1'),
      ...only('done', doneLines(account), [verb]),
    ]
  },
})

export const rollBackScenarios: Scenario[] = [
  rolledBack('a revision does not start', { how: 'image-not-found', afterMs: 0 }, 'stop-deployment'),
  rolledBack('a revision dies after minutes', { how: 'crash', afterMs: 3 * minute }, 'roll-back-service'),
]
