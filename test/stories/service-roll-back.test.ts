import { describe, expect, it } from 'vitest'
import { refused } from '../../src/model/reading.ts'
import type { RollsBack } from '../../src/model/service.ts'
import { minute } from '../../src/model/time.ts'
import { type Story, story, type Twist, unrest } from './landing-stage.ts'
import { value } from './world-stage.ts'

/** A revision that does not work, and the way back. */

const policy = (mode = 'act', heal = 'crashLoop: { stops: 4, then: roll-back }'): string => `version: 1
mode: ${mode}
slack: { channel: "#ops", token: /longshore/slack-token }
services:
  - match: { cluster: prod, service: web }
    heal: { ${heal} }
`

interface Opening extends Twist {
  rollsBack?: RollsBack
  tags?: Record<string, string>
  standsForMs?: number
}

/** Two tasks of `web:1`, well for long enough to be known as good. */
async function open({ rollsBack, tags, standsForMs = 15 * minute, ...twist }: Opening = {}): Promise<Story> {
  const told = story({ policy: policy(), ...twist })
  told.world.createService({
    cluster: 'prod',
    name: 'web',
    taskDefinition: 'web:1',
    desiredCount: 2,
    ...(rollsBack ? { rollsBack } : {}),
    ...(tags ? { tags } : {}),
  })
  await told.run(standsForMs)
  return told
}

/** Another revision, whose tasks end so, so long after they reached RUNNING. */
function deploy({ world }: Story, how: 'crash' | 'image-not-found', afterMs: number): void {
  const definition = world.registerTaskDefinition({
    family: 'web',
    containers: [{ name: 'app', image: 'web:next' }],
  })
  world.setFate(definition, { how, afterMs })
  world.deploy('prod/web', definition)
}

async function deployedNow({ world }: Story) {
  const { services } = value(await world.ports.ecs.describeServices('prod', ['web']))
  const [deployment] = services[0]?.deployments ?? []
  return {
    revision: deployment?.taskDefinitionArn?.split('/').at(-1),
    state: deployment?.rolloutState,
    running: services[0]?.runningCount,
  }
}

const asked = 'web (prod): Longshore had a deployment rolled back'
const wentBack = 'web (prod): Longshore rolled back to an earlier revision'
const loop = 'web (prod): Longshore sees a crash loop'
const well = { revision: 'web:1', state: 'COMPLETED', running: 2 }

describe('a revision in a crash loop', () => {
  it('while it is deployed: ECS rolls the deployment back, and the service is well again', async () => {
    const told = await open()
    deploy(told, 'image-not-found', 0)
    await told.run(15 * minute)
    expect(await deployedNow(told)).toEqual(well)
    expect(told.slack()).toEqual([asked])
    expect(told.world.slack.messages[0]?.message.text).toContain('From: web:2')
    await told.run(60 * minute)
    expect(told.slack()).toEqual([asked])
    expect(unrest(told)).toEqual([])
  })

  it('after its deployment has completed: back to the revision that stood', async () => {
    const told = await open()
    // Long enough for the deployment to complete, too short to be called good.
    deploy(told, 'crash', 4 * minute)
    await told.run(6 * minute)
    expect(await deployedNow(told)).toMatchObject({ revision: 'web:2', state: 'COMPLETED' })
    await told.run(15 * minute)
    expect(await deployedNow(told)).toEqual(well)
    expect(told.slack()).toEqual([wentBack])
    expect(told.world.slack.messages[0]?.message.text).toContain('From: web:2 · To: web:1')
    expect(unrest(told)).toEqual([])
  })

  it('that is deployed again by its owner is not rolled back a second time', async () => {
    const told = await open()
    deploy(told, 'image-not-found', 0)
    await told.run(40 * minute)
    expect(await deployedNow(told)).toEqual(well)
    told.world.deploy('prod/web', 'web:2')
    await told.run(15 * minute)
    expect(await deployedNow(told)).toMatchObject({ revision: 'web:2', state: 'IN_PROGRESS' })
    expect(told.slack()).toEqual([asked, loop])
    expect(told.journal.at(-1)?.sentence).toContain('that was tried once before.')
    expect(unrest(told)).toEqual([])
  })

  it('is not gone back to when the revision before fails alike: what both depend on is down', async () => {
    const told = await open()
    deploy(told, 'crash', 4 * minute)
    await told.run(6 * minute)
    told.world.setFate('web:1', { how: 'crash', afterMs: 1_000 })
    await told.run(25 * minute)
    expect(await deployedNow(told)).toMatchObject({ revision: 'web:1' })
    expect(told.slack()).toEqual([wentBack, loop])
    expect(told.journal.at(-1)?.sentence).toContain('it stood without a failure before')
  })

  it('that stood for long is left as it is: its revision is not to blame', async () => {
    const told = await open()
    told.world.setFate('web:1', { how: 'crash', afterMs: 20_000 })
    for (const { taskId } of await told.tasks('web')) told.world.killTask(taskId, 'crash')
    await told.run(15 * minute)
    expect(await deployedNow(told)).toMatchObject({ revision: 'web:1' })
    expect(told.slack()).toEqual([loop])
    expect(told.journal.at(-1)?.sentence).toContain('it stood without a failure before')
  })

  it.each<[string, Opening, string]>([
    [
      'the circuit breaker of ECS is at work',
      { rollsBack: { circuitBreaker: 'roll-back', onAlarm: false } },
      'ECS itself rolls back a deployment that fails',
    ],
    ['its owner paused the service', { tags: { 'longshore:paused': 'true' } }, 'the service is paused.'],
    [
      'the list of deployments is refused',
      {
        ports: ({ ecs }) => ({
          ecs: {
            ...ecs,
            ongoingDeployments: async () => refused('ecs:ListServiceDeployments', 'denied', 'no'),
          },
        }),
      },
      'ECS did not tell how the service is deployed.',
    ],
  ])('is told and not rolled back where %s', async (_, opening, sentence) => {
    const told = await open(opening)
    deploy(told, 'image-not-found', 0)
    await told.run(10 * minute)
    expect(await deployedNow(told)).toMatchObject({ revision: 'web:2' })
    expect(told.slack()).toEqual([loop])
    expect(
      told.journal
        .filter(({ tell }) => tell)
        .map(each => each.sentence)
        .join(),
    ).toContain(sentence)
  })

  it('in the first deployment there ever was: ECS has nothing to go back to, and says so once', async () => {
    const told = await open({ standsForMs: 0 })
    told.world.setFate('web:1', { how: 'image-not-found', afterMs: 0 })
    await told.run(25 * minute)
    const attempts = told.journal.filter(({ verb }) => verb === 'stop-deployment')
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['failed'])
    expect(told.slack()[0]).toBe('web (prod): Longshore could not have a deployment rolled back')
    expect(told.slack().length).toBeLessThanOrEqual(2)
    expect(unrest(told)).toEqual([])
  })

  it('in mode observe: what would be done is told once', async () => {
    const told = await open({ policy: policy('observe') })
    deploy(told, 'image-not-found', 0)
    await told.run(10 * minute)
    expect(await deployedNow(told)).toMatchObject({ revision: 'web:2' })
    expect(told.slack()).toEqual(['web (prod): Longshore would have a deployment rolled back'])
  })
})

describe('a stuck deployment', () => {
  it('is rolled back after its time, though too few tasks failed for a loop', async () => {
    const told = await open({
      policy: policy('act', 'crashLoop: { stops: 50 }, stuckDeployment: { after: 20m, then: roll-back }'),
    })
    deploy(told, 'image-not-found', 0)
    await told.run(19 * minute)
    expect(told.slack()).toEqual([])
    await told.run(10 * minute)
    expect(told.slack()).toEqual([asked])
    expect(await deployedNow(told)).toEqual(well)
    expect(unrest(told)).toEqual([])
  })
})

describe('a roll-back in bad weather', () => {
  it.each([true, false])('whose answer is lost (done: %s) is asked for, and done once', async applied => {
    const told = await open()
    deploy(told, 'image-not-found', 0)
    told.world.failNext('ecs:StopServiceDeployment', { code: 'unavailable', applied })
    await told.run(25 * minute)
    expect(await deployedNow(told)).toEqual(well)
    expect(told.lines('web', 'done')).toEqual(['done stop-deployment'])
    expect(unrest(told)).toEqual([])
  })

  it.each([true, false])('to an earlier revision, whose answer is lost (done: %s), too', async applied => {
    const told = await open()
    deploy(told, 'crash', 4 * minute)
    told.world.failNext('ecs:UpdateService', { code: 'unavailable', applied })
    await told.run(30 * minute)
    expect(await deployedNow(told)).toEqual(well)
    expect(told.lines('web', 'done')).toEqual(['done roll-back-service'])
    expect(unrest(told)).toEqual([])
  })

  it('does not stop the deployment that came between two reads of the look', async () => {
    let lists = 0
    const told: Story = await open({
      ports: ({ ecs }) => ({
        ecs: {
          ...ecs,
          ongoingDeployments: async (cluster, service) => {
            // The owner is faster, once.
            if (lists++ === 0) {
              told.world.registerTaskDefinition({
                family: 'web',
                containers: [{ name: 'app', image: 'web:3' }],
              })
              told.world.deploy('prod/web', 'web:3')
            }
            return ecs.ongoingDeployments(cluster, service)
          },
        },
      }),
    })
    deploy(told, 'image-not-found', 0)
    await told.run(40 * minute)
    expect(lists).toBeGreaterThan(0)
    expect(await deployedNow(told)).toEqual({ revision: 'web:3', state: 'COMPLETED', running: 2 })
    expect(told.lines('web', 'done')).toEqual([])
    expect(unrest(told)).toEqual([])
  })

  it('gives way to a deployment that came between the look and the call', async () => {
    let describes = 0
    const told: Story = await open({
      ports: ({ ecs }) => ({
        ecs: {
          ...ecs,
          describeTaskDefinition: async arn => {
            // The owner is faster, once.
            if (describes++ === 0) {
              told.world.registerTaskDefinition({
                family: 'web',
                containers: [{ name: 'app', image: 'web:3' }],
              })
              told.world.deploy('prod/web', 'web:3')
            }
            return ecs.describeTaskDefinition(arn)
          },
        },
      }),
    })
    deploy(told, 'crash', 4 * minute)
    await told.run(40 * minute)
    expect(describes).toBeGreaterThan(0)
    expect(await deployedNow(told)).toEqual({ revision: 'web:3', state: 'COMPLETED', running: 2 })
    expect(told.lines('web', 'done')).toEqual([])
    expect(unrest(told)).toEqual([])
  })
})
