import { describe, expect, it } from 'vitest'
import type { CapacityProviderStrategy } from '../../src/model/capacity-provider-strategy.ts'
import { refused } from '../../src/model/reading.ts'
import { minute, second } from '../../src/model/time.ts'
import type { ServiceParameters } from '../../src/world/ecs-services.ts'
import { type Story, story, type Twist, unrest } from './landing-stage.ts'
import { value } from './world-stage.ts'

/** A service on Spot, whose capacity runs out and comes back. */

const policy = (fallback = '', mode = 'act'): string => `version: 1
mode: ${mode}
slack: { channel: "#ops", token: /longshore/slack-token }
services:
  - match: { cluster: prod, service: web }
    heal: { spot: { fallback: { ${fallback} } } }
`

const item = (capacityProvider: string, weight: number, base = 0) => ({ capacityProvider, base, weight })
const onSpot = [item('FARGATE_SPOT', 1)]

interface Opening extends Twist {
  strategy?: CapacityProviderStrategy
  service?: Partial<ServiceParameters>
}

/** Four tasks of `web:1`. */
async function open({ strategy = onSpot, service, ...twist }: Opening = {}): Promise<Story> {
  const told = story({ policy: policy(), ...twist })
  told.world.createService({
    cluster: 'prod',
    name: 'web',
    taskDefinition: 'web:1',
    desiredCount: 4,
    capacityProviderStrategy: strategy,
    ...service,
  })
  await told.run(5 * minute)
  return told
}

async function seen({ world }: Story) {
  const { services } = value(await world.ports.ecs.describeServices('prod', ['web']))
  return services[0]
}

async function strategyOf(told: Story) {
  return (await seen(told))?.capacityProviderStrategy
}

/** Running tasks by capacity provider. */
async function placed({ world }: Story): Promise<Record<string, number>> {
  const arns = value(await world.ports.ecs.listTasks('prod', { service: 'web' }))
  const { tasks } = value(await world.ports.ecs.describeTasks('prod', arns))
  const counts: Record<string, number> = {}
  for (const { capacityProvider, lastStatus, desiredStatus } of tasks)
    if (lastStatus === 'RUNNING' && desiredStatus === 'RUNNING')
      counts[capacityProvider ?? 'none'] = (counts[capacityProvider ?? 'none'] ?? 0) + 1
  return counts
}

/** Spot takes every task back, and has no room for others. */
async function spotRunsOut({ world }: Story): Promise<void> {
  world.noCapacity('RESOURCE:FARGATE', 'FARGATE_SPOT')
  for (const task of value(await world.ports.ecs.listTasks('prod', { service: 'web' }))) {
    const { tasks } = value(await world.ports.ecs.describeTasks('prod', [task]))
    if (tasks[0]?.capacityProvider === 'FARGATE_SPOT') world.interruptSpot(task)
  }
}

const spotReturns = ({ world }: Story) => world.noCapacity(null, 'FARGATE_SPOT')
const changed = 'web (prod): Longshore changed the capacity providers'
const left = 'web (prod): Longshore left the capacity providers as they are'

describe('a service whose Spot capacity runs out', () => {
  it('falls back on demand after three failures, and comes back in steps when Spot has room', async () => {
    const told = await open()
    expect(await placed(told)).toEqual({ FARGATE_SPOT: 4 })
    await spotRunsOut(told)
    await told.run(8 * minute)
    expect(await strategyOf(told)).toEqual([item('FARGATE_SPOT', 0), item('FARGATE', 1)])
    expect(await placed(told)).toEqual({ FARGATE: 4 })
    expect(told.slack()).toEqual([changed])
    const [message] = told.world.slack.messages
    expect(message?.message.text).toContain('FARGATE gets 100 % of the weights instead of 0 %')
    expect(message?.message.text).toContain('From: FARGATE_SPOT 1')
    spotReturns(told)

    await told.run(20 * minute)
    expect(await placed(told)).toEqual({ FARGATE: 4 })
    await told.run(12 * minute)
    expect(await placed(told)).toEqual({ FARGATE: 3, FARGATE_SPOT: 1 })
    await told.run(10 * minute)
    expect(await placed(told)).toEqual({ FARGATE: 2, FARGATE_SPOT: 2 })
    await told.run(25 * minute)
    expect(await placed(told)).toEqual({ FARGATE_SPOT: 4 })
    expect(await strategyOf(told)).toEqual(onSpot)
    expect(told.slack()).toEqual(Array(5).fill(changed))
    await told.run(120 * minute)
    expect(told.slack()).toHaveLength(5)
    expect(unrest(told)).toEqual([])
  })

  it('with a ceiling: no more than that on demand, the rest waits for Spot', async () => {
    const told = await open({ policy: policy('upTo: 50%') })
    await spotRunsOut(told)
    await told.run(20 * minute)
    expect(await placed(told)).toEqual({ FARGATE: 2 })
    spotReturns(told)
    await told.run(5 * minute)
    expect(await placed(told)).toEqual({ FARGATE: 2, FARGATE_SPOT: 2 })
    await told.run(80 * minute)
    expect(await strategyOf(told)).toEqual(onSpot)
  })

  it("a base on Spot and weights of the owner's come back exactly as they were", async () => {
    const strategy = [item('FARGATE', 1), item('FARGATE_SPOT', 3, 2)]
    const told = await open({ strategy, policy: policy('returnAfter: 5m, step: 100%, every: 2m') })
    await spotRunsOut(told)
    await told.run(5 * minute)
    expect(await strategyOf(told)).toEqual([item('FARGATE', 1), item('FARGATE_SPOT', 0)])
    spotReturns(told)
    await told.run(20 * minute)
    expect(await strategyOf(told)).toEqual(strategy)
  })

  it('two failures are none', async () => {
    const told = await open()
    told.world.noCapacity('RESOURCE:FARGATE', 'FARGATE_SPOT')
    const [first] = value(await told.world.ports.ecs.listTasks('prod', { service: 'web' }))
    told.world.interruptSpot(first ?? '')
    await told.run(1.8 * minute)
    spotReturns(told)
    await told.run(30 * minute)
    expect(await strategyOf(told)).toEqual(onSpot)
    expect(told.slack()).toEqual([])
  })

  it('a failure that is told ten times counts once', async () => {
    const told = await open({
      policy: policy('after: 6'),
      events: event =>
        Array.from({ length: 10 }, (_, copy) => ({
          event: { ...event, id: copy % 2 === 0 ? event.id : `${event.id}-${copy}` },
          delayMs: copy * second,
        })),
    })
    await spotRunsOut(told)
    await told.run(4.5 * minute)
    expect(told.slack()).toEqual([])
    await told.run(4 * minute)
    expect(told.slack()).toEqual([changed])
  })

  it('Spot fails again on the way back: the fallback again, and twice the wait', async () => {
    const told = await open({ policy: policy('returnAfter: 10m, step: 50%, every: 5m') })
    await spotRunsOut(told)
    await told.run(8 * minute)
    expect(await placed(told)).toEqual({ FARGATE: 4 })
    // Still no room: the step back finds that out.
    await told.run(13 * minute)
    expect(told.slack()).toEqual([changed, changed, changed])
    expect(told.world.slack.messages.at(-1)?.message.text).toContain('no room again on the way back')
    expect(await strategyOf(told)).toEqual([item('FARGATE_SPOT', 0), item('FARGATE', 1)])
    await told.run(10 * minute)
    expect(told.slack()).toHaveLength(3)
    expect(await placed(told)).toEqual({ FARGATE: 4 })
    spotReturns(told)
    await told.run(40 * minute)
    expect(await strategyOf(told)).toEqual(onSpot)
    expect(unrest(told)).toEqual([])
  })
})

describe('what keeps the strategy as it is', () => {
  const rows: [what: string, opening: Opening, why: string][] = [
    [
      'CodeDeploy deploys it',
      { service: { deploymentController: 'CODE_DEPLOY' } },
      'another deployment controller',
    ],
    [
      'the owner has paused it',
      { service: { tags: { 'longshore:paused': 'incident 7' } } },
      'it is paused|is paused',
    ],
    [
      'it has all the owner pays for',
      { strategy: [item('FARGATE', 1), item('FARGATE_SPOT', 1)], policy: policy('upTo: 40%') },
      'upTo allows no larger share',
    ],
  ]
  it.each(rows)('%s: told once', async (_what, opening, why) => {
    const told = await open(opening)
    const before = await strategyOf(told)
    await spotRunsOut(told)
    await told.run(40 * minute)
    expect(await strategyOf(told)).toEqual(before)
    expect(told.slack()).toEqual([left])
    expect(told.world.slack.messages[0]?.message.text).toMatch(new RegExp(why))
  })

  it('mode observe: what would be done is told once', async () => {
    const told = await open({ policy: policy('', 'observe') })
    await spotRunsOut(told)
    await told.run(40 * minute)
    expect(await strategyOf(told)).toEqual(onSpot)
    expect(told.slack()).toEqual(['web (prod): Longshore would change the capacity providers'])
  })

  it("a deployment of the owner's is not replaced; the fallback follows it", async () => {
    const told = await open()
    await spotRunsOut(told)
    await told.run(minute)
    const next = told.world.registerTaskDefinition({
      family: 'web',
      containers: [{ name: 'app', image: 'web:2' }],
    })
    told.world.deploy('prod/web', next)
    await told.run(20 * minute)
    // Spot has no room for the new revision either: the owner's deployment is in progress.
    expect(await strategyOf(told)).toEqual(onSpot)
    spotReturns(told)
    await told.run(10 * minute)
    expect(await placed(told)).toEqual({ FARGATE_SPOT: 4 })
    expect(told.slack()).toEqual([left])
  })

  it('a cluster without FARGATE: ECS refuses, which is told once, and tried once an hour', async () => {
    const calls: number[] = []
    const blocked = await open({
      ports: ports => ({
        ecs: {
          ...ports.ecs,
          setCapacityProviders: async () => {
            calls.push(ports.clock.now())
            return refused('ecs:UpdateService', 'invalid', 'The specified capacity provider was not found.')
          },
        },
      }),
    })
    await spotRunsOut(blocked)
    await blocked.run(150 * minute)
    expect(calls).toHaveLength(3)
    expect(blocked.slack()).toEqual(['web (prod): Longshore could not change the capacity providers'])
    expect(blocked.world.slack.messages[0]?.message.text).toContain('must be associated with its cluster')
  })
})

describe('somebody else changes the strategy', () => {
  it('in the fallback: it stays, and that is told once', async () => {
    const told = await open()
    await spotRunsOut(told)
    await told.run(8 * minute)
    const theirs = [item('FARGATE', 1, 1), item('FARGATE_SPOT', 1)]
    told.world.setCapacityProviders('prod/web', theirs)
    spotReturns(told)
    await told.run(120 * minute)
    expect(await strategyOf(told)).toEqual(theirs)
    expect(told.slack()).toEqual([changed, left])
    expect(told.world.slack.messages[1]?.message.text).toContain('Before the fallback it was FARGATE_SPOT 1.')
  })

  it('between the decision and the call: nothing is changed', async () => {
    const theirs = [item('FARGATE', 1)]
    const told: Story = await open({
      ports: ports => ({
        ecs: {
          ...ports.ecs,
          async describeServices(cluster, names) {
            const answer = await ports.ecs.describeServices(cluster, names)
            const isAsked = told?.longshore.store.contents().states.some(({ intents }) => intents.length > 0)
            if (isAsked && (await strategyOf(told))?.[0]?.capacityProvider === 'FARGATE_SPOT') {
              told.world.setCapacityProviders('prod/web', theirs)
              return ports.ecs.describeServices(cluster, names)
            }
            return answer
          },
        },
      }),
    })
    await spotRunsOut(told)
    await told.run(60 * minute)
    expect(await strategyOf(told)).toEqual(theirs)
    expect(told.slack()).toEqual([])
    expect(unrest(told)).toEqual([])
  })
})
