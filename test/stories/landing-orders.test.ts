import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { minute, second } from '../../src/model/time.ts'
import type { EventBridgeEvent } from '../../src/world/events.ts'
import { idOf, ownersWish, story, unrest } from './landing-stage.ts'
import { value } from './world-stage.ts'

/** Whatever becomes of a task's events on their way, Cloud Map ends in the same state. */

const calmWish = `${ownersWish}
  - match: { cluster: prod, family: calm }
    discover: { namespace: jobs.internal, service: calm, port: 8080 }
`

type Fate = readonly { readonly delayMs: number }[]

/** Five tasks: one that a person stops, one that crashes, one that Fargate takes back, one that is stopped as it starts, and one that lives on. */
async function afterwards(fates: Fate[]) {
  let count = 0
  const onTheWay = (event: EventBridgeEvent) => {
    const fate = fates[count++ % fates.length] ?? [{ delayMs: 0 }]
    return fate.map(({ delayMs }) => ({ event, delayMs }))
  }
  const told = story({ policy: calmWish, events: onTheWay })
  const { world } = told
  const serviceId = world.createCloudMapService('jobs.internal', 'calm', ['A', 'SRV'])
  world.registerTaskDefinition({ family: 'calm', containers: [{ name: 'app', image: 'calm:1' }] })
  const [stopped = '', crashed = '', taken = '', hasty = '', alive = ''] = [
    told.start('calm'),
    told.start('calm'),
    told.start('calm', 'FARGATE_SPOT'),
    told.start('calm'),
    told.start('calm'),
  ]
  await told.run(20 * second)
  world.stopTask(hasty)
  await told.run(2 * minute)
  world.stopTask(stopped)
  await told.run(20 * second)
  world.killTask(crashed, 'crash')
  world.interruptSpot(taken)
  await told.run(40 * minute)
  const instances = value(await world.ports.cloudMap.listInstances(serviceId))
  return {
    instances: instances.sort((a, b) => (a.id < b.id ? -1 : 1)),
    alive: idOf(alive),
    unrest: unrest(told),
  }
}

const fate: fc.Arbitrary<Fate> = fc.oneof(
  { weight: 3, arbitrary: fc.constant([{ delayMs: 0 }]) },
  { weight: 1, arbitrary: fc.constant([]) },
  {
    weight: 4,
    arbitrary: fc.array(fc.record({ delayMs: fc.integer({ min: 0, max: 12 * minute }) }), {
      minLength: 1,
      maxLength: 3,
    }),
  },
)

describe('events in any order, late, doubled or lost', () => {
  it('end in the same state of Cloud Map', async () => {
    const plain = await afterwards([[{ delayMs: 0 }]])
    expect(plain.instances.map(({ id }) => id)).toEqual([plain.alive])
    await fc.assert(
      fc.asyncProperty(fc.array(fate, { minLength: 1, maxLength: 30 }), async fates => {
        expect(await afterwards(fates)).toEqual(plain)
      }),
      { numRuns: 60, seed: 5 },
    )
  })

  it.each<[what: string, fates: Fate[]]>([
    ['every event is lost', [[]]],
    ['every event comes three times', [[{ delayMs: 0 }, { delayMs: second }, { delayMs: minute }]]],
    [
      'later ones overtake earlier ones',
      Array.from({ length: 40 }, (_, index) => [{ delayMs: (40 - index) * 20 * second }]),
    ],
    ['each comes again ten minutes later', [[{ delayMs: 0 }, { delayMs: 10 * minute }]]],
  ])('%s', async (_, fates) => {
    const plain = await afterwards([[{ delayMs: 0 }]])
    expect(await afterwards(fates)).toEqual(plain)
  })
})
