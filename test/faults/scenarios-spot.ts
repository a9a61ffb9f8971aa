import { minute } from '../../src/model/time.ts'
import { createWorld } from '../../src/world/world.ts'
import { openAccount, policyOf, startAtMs } from './account.ts'
import { doneLines, only, type Scenario, told } from './scenarios.ts'

const policy = policyOf(`version: 1
mode: act
services:
  - match: { cluster: prod, service: web }
    heal: { spot: { fallback: { returnAfter: 5m, step: 100%, every: 2m } } }
`)

const onSpot = [{ capacityProvider: 'FARGATE_SPOT', base: 0, weight: 1 }]

/** Spot has no room for minutes: on demand once, and back to the owner's strategy once, whatever dies on the way. */
export const spotScenarios: Scenario[] = [
  {
    name: 'Spot runs out and returns',
    async open() {
      const world = createWorld({ seed: 7, startAtMs })
      world.createCluster('prod')
      world.registerTaskDefinition({ family: 'web', containers: [{ name: 'app', image: 'web:1' }] })
      world.createService({
        cluster: 'prod',
        name: 'web',
        taskDefinition: 'web:1',
        desiredCount: 2,
        capacityProviderStrategy: onSpot,
      })
      const account = openAccount(world, policy)
      await account.run(5 * minute)
      return account
    },
    happen({ world }) {
      world.noCapacity('RESOURCE:FARGATE', 'FARGATE_SPOT')
      world.setDesiredCount('prod/web', 4)
      world.timeline.after(8 * minute, () => world.noCapacity(null, 'FARGATE_SPOT'))
    },
    dangerMs: 15 * minute,
    async wrong(account) {
      const { services } = told(await account.world.ports.ecs.describeServices('prod', ['web']))
      const [service] = services
      return [
        ...only('strategy', JSON.stringify(service?.capacityProviderStrategy), JSON.stringify(onSpot)),
        ...only('running', service?.runningCount, 4),
        ...only('done', doneLines(account), ['set-capacity-providers', 'set-capacity-providers']),
      ]
    },
  },
]
