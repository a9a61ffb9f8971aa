import { describe, expect, it } from 'vitest'
import { minute } from '../../src/model/time.ts'
import { idOf, running, type Story, story, type Twist, unrest } from './landing-stage.ts'
import { value } from './world-stage.ts'

/** What people are told, and what is done, when the tasks of a service fail again and again. */

const wish = (heal: string, scale = ''): string => `version: 1
mode: act
slack: { channel: "#ops", token: /longshore/slack-token }
services:
  - match: { cluster: prod, service: web }
    ${scale}
    heal: ${heal}
`

const cpu = 'scale: { min: 2, max: 10, triggers: [{ cpu: 50% }], in: { cooldown: 5m } }'

/** Two tasks of `web:1`, well. */
async function open(policy: string, twist: Twist = {}): Promise<Story> {
  const told = story({ policy, ...twist })
  told.world.createService({ cluster: 'prod', name: 'web', taskDefinition: 'web:1', desiredCount: 2 })
  await told.run(15 * minute)
  expect(told.slack()).toEqual([])
  return told
}

/** Another revision, whose tasks crash so long after they reached RUNNING; null = they live. */
function deploy({ world }: Story, crashAfterMs: number | null): void {
  const definition = world.registerTaskDefinition({
    family: 'web',
    containers: [{ name: 'app', image: 'web:next' }],
  })
  if (crashAfterMs !== null) world.setFate(definition, { how: 'crash', afterMs: crashAfterMs })
  world.deploy('prod/web', definition)
}

/** All running tasks crash, so many times. */
async function endAll(told: Story, times: number): Promise<void> {
  for (let time = 0; time < times; time++) {
    for (const id of running(await told.tasks('web'))) told.world.killTask(id, 'crash')
    await told.run(1.4 * minute)
  }
}

const loops = 'web (prod): Longshore sees a crash loop'
const stuck = 'web (prod): Longshore sees a stuck deployment'

describe('a revision whose tasks reach RUNNING and then die', () => {
  it('is told once, however often they die', async () => {
    const told = await open(wish('{}'))
    deploy(told, 15_000)
    await told.run(25 * minute)
    const stopped = (await told.tasks('web')).filter(({ lastStatus }) => lastStatus === 'STOPPED')
    expect(stopped.length).toBeGreaterThan(20)
    expect(told.slack()).toEqual([loops])
    const text = told.world.slack.messages[0]?.message.text
    expect(text).toContain('web:2 is in a crash loop: 5 tasks failed within 10 min (application crashed).')
    expect(text).toContain('Revision: web:2')
    expect(text).toContain('Last: container app, exit 1')
    expect(unrest(told)).toEqual([])
  })

  it('is told again only after it was quiet for as long as the window', async () => {
    const told = await open(wish('{ crashLoop: { within: 5m } }'))
    deploy(told, 15_000)
    await told.run(6 * minute)
    // For four minutes all is well, and that is not long enough.
    told.world.setFate('web:2', null)
    await told.run(4.5 * minute)
    await endAll(told, 1)
    await told.run(3 * minute)
    await endAll(told, 3)
    expect(told.slack()).toEqual([loops])
    await told.run(7 * minute)
    await endAll(told, 3)
    expect(told.slack()).toEqual([loops, loops])
    expect(unrest(told)).toEqual([])
  })

  it('is no news to anybody who did not ask for it', async () => {
    const told = await open(wish('{}').replace(/ {4}heal: .*\n/, ''))
    deploy(told, 15_000)
    await told.run(25 * minute)
    expect(told.journal).toEqual([])
  })

  it('then pause: scaled out no further while it lasts, and again afterwards', async () => {
    const told = await open(wish('{ crashLoop: { then: pause } }', cpu))
    deploy(told, 15_000)
    await told.run(5 * minute)
    expect(told.slack()).toEqual([loops])
    expect(told.world.slack.messages[0]?.message.text).toContain('scaled out no further')
    told.world.load('prod/web', 1_000, 100)
    await told.run(10 * minute)
    expect(await told.desired()).toBe(2)
    expect(told.journal.at(-1)?.sentence).toContain('crash loop of web:2')
    deploy(told, null)
    await told.run(20 * minute)
    expect(await told.desired()).toBeGreaterThan(2)
    expect(unrest(told)).toEqual([])
  })
})

describe('what is no crash loop', () => {
  it('tasks that are stopped by people, by scaling in and by a deployment', async () => {
    const told = await open(wish('{ crashLoop: { stops: 2 } }'))
    told.world.setDesiredCount('prod/web', 12)
    await told.run(5 * minute)
    for (const task of (await told.tasks('web')).slice(0, 4)) told.world.stopTask(idOf(task.taskArn))
    await told.run(3 * minute)
    told.world.setDesiredCount('prod/web', 2)
    await told.run(3 * minute)
    deploy(told, null)
    await told.run(10 * minute)
    expect(
      (await told.tasks('web')).filter(({ lastStatus }) => lastStatus === 'STOPPED').length,
    ).toBeGreaterThan(12)
    expect(told.journal).toEqual([])
  })
})

describe('a deployment that comes to no end', () => {
  it('is told once, half an hour after it began, with what its tasks stopped for', async () => {
    const told = await open(wish('{}'))
    const definition = told.world.registerTaskDefinition({
      family: 'web',
      containers: [{ name: 'app', image: 'web:missing' }],
    })
    told.world.setFate(definition, { how: 'image-not-found', afterMs: 0 })
    told.world.deploy('prod/web', definition)
    await told.run(29 * minute)
    expect(told.slack()).not.toContain(stuck)
    await told.run(2 * minute)
    expect(told.slack()).toContain(stuck)
    const message = told.world.slack.messages.find(({ message: { text } }) => text.includes('stuck'))
    expect(message?.message.text).toContain(
      'The deployment of web:2 has been in progress for 30 min: 0 of 2 tasks run.',
    )
    await told.run(60 * minute)
    expect(told.slack().filter(each => each === stuck)).toHaveLength(1)
    expect(unrest(told)).toEqual([])
  })

  it('is left to the circuit breaker where there is one', async () => {
    const told = story({ policy: wish('{}') })
    told.world.setFate('web:1', { how: 'image-not-found', afterMs: 0 })
    told.world.createService({
      cluster: 'prod',
      name: 'web',
      taskDefinition: 'web:1',
      desiredCount: 2,
      rollsBack: { circuitBreaker: 'fail', onAlarm: false },
    })
    await told.run(60 * minute)
    expect(value(await told.world.ports.ecs.describeServices('prod', ['web'])).services).toMatchObject([
      { deployments: [{ rolloutState: 'IN_PROGRESS' }] },
    ])
    expect(told.slack()).not.toContain(stuck)
  })
})
