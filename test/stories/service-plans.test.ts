import { describe, expect, it } from 'vitest'
import { isRunning, isStopping } from '../../src/model/task.ts'
import { day, hour, isoTime, minute } from '../../src/model/time.ts'
import { retirementNotice as notice } from '../../src/world/retirement-notice.ts'
import { type Story, startAtMs, story, type Twist, unrest } from './landing-stage.ts'
import { value } from './world-stage.ts'

/** Services whose tasks AWS will stop, or whose machines fall silent. The stories begin at 09:00 UTC. */

const policy = (heal: string, mode = 'act'): string => `version: 1
mode: ${mode}
slack: { channel: "#ops", token: /longshore/slack-token }
services:
  - match: { cluster: prod, service: web }
    heal: { ${heal} }
`

interface Opening extends Twist {
  service?: object
  machines?: number
}

async function open(
  heal: string,
  { service, machines = 0, ...twist }: Opening = {},
): Promise<Story & { machines: string[] }> {
  const told = story({ policy: policy(heal), ...twist })
  const arns = Array.from({ length: machines }, () => told.world.registerContainerInstance('prod'))
  told.world.createService({
    cluster: 'prod',
    name: 'web',
    taskDefinition: 'web:1',
    desiredCount: 4,
    ...service,
  })
  await told.run(20 * minute)
  return { ...told, machines: arns }
}

const deployments = async ({ world }: Story) =>
  value(await world.ports.ecs.describeServices('prod', ['web'])).services[0]?.deployments.map(
    ({ id }) => id,
  ) ?? []

/** Written ten minutes before it comes. */
const noticeOf = ({ world }: Story, atMs: number): string =>
  notice('prod|web', atMs, { lastUpdatedTime: isoTime(world.clock.now() - 10 * minute) })

const inThreeDays = startAtMs + 3 * day
const nightly = 'retirement: { window: "02:00-05:00 UTC" }'

describe('a service whose tasks AWS will stop', () => {
  it('is deployed once more in the window, as it is, once for the notice', async () => {
    const told = await open(nightly)
    const before = await deployments(told)
    const old = (await told.tasks('web')).filter(isRunning).map(({ taskId }) => taskId)
    for (let times = 0; times < 2; times++) told.longshore.send(noticeOf(told, inThreeDays))
    await told.run(hour)
    expect(told.slack()).toEqual(['web (prod): Longshore heard that AWS will stop some of its tasks'])
    expect(told.journal.at(-1)?.sentence).toBe(
      'AWS stops tasks of this service from 2026-11-26 09:00 UTC on, to renew their hosts. It is deployed once more as it is when the window of heal.retirement opens, at 2026-11-24 02:00 UTC.',
    )
    await told.run(15 * hour)
    expect(await deployments(told)).toEqual(before)
    await told.run(2 * hour)
    expect(told.lines('web')).toEqual(['held redeploy-planned', 'done redeploy-service'])
    const now = (await told.tasks('web')).filter(isRunning)
    expect(now).toHaveLength(4)
    expect(now.filter(({ taskId }) => old.includes(taskId))).toEqual([])
    told.longshore.send(noticeOf(told, inThreeDays))
    await told.run(2 * day)
    expect(told.lines('web', 'done')).toHaveLength(1)
    // Another day, another notice.
    told.longshore.send(noticeOf(told, told.world.clock.now() + 10 * day))
    await told.run(day)
    expect(told.lines('web', 'done')).toHaveLength(2)
    expect(unrest(told)).toEqual([])
  })

  it('and that its owner deployed since the notice is left as it is', async () => {
    const told = await open(nightly)
    told.longshore.send(noticeOf(told, inThreeDays))
    await told.run(hour)
    told.world.deploy('prod/web', 'web:1')
    await told.run(day)
    expect(told.lines('web')).toEqual(['held redeploy-planned', 'held redeploy-not'])
    expect(unrest(told)).toEqual([])
  })

  it.each<[string, string, Opening, string[]]>([
    [
      'paused',
      nightly,
      { service: { tags: { 'longshore:paused': 'incident 7' } } },
      // The next night is news.
      ['held redeploy-planned', 'held redeploy-waits', 'held redeploy-planned'],
    ],
    [
      'deployed by CodeDeploy',
      nightly,
      { service: { deploymentController: 'CODE_DEPLOY' } },
      ['held redeploy-not'],
    ],
    [
      'only watched',
      nightly,
      { policy: policy(nightly, 'observe') },
      ['held redeploy-planned', 'observed redeploy-service'],
    ],
    ['of which nobody asked it', 'crashLoop: {}', {}, ['held retirement-of-service']],
  ])('%s: not deployed', async (_, heal, opening, lines) => {
    const told = await open(heal, opening)
    const before = await deployments(told)
    told.longshore.send(noticeOf(told, inThreeDays))
    await told.run(day)
    expect(told.lines('web')).toEqual(lines)
    expect(await deployments(told)).toEqual(before)
  })

  it('and AWS’s day comes before the window: told, and left to ECS', async () => {
    const told = await open(nightly)
    told.longshore.send(noticeOf(told, startAtMs + 5 * hour))
    await told.run(day)
    expect(told.lines('web')).toEqual(['held redeploy-not'])
    expect(told.slack()).toEqual(['web (prod): Longshore heard that AWS will stop some of its tasks'])
    expect(unrest(told)).toEqual([])
  })
})

describe('a service on a machine whose agent stays disconnected', () => {
  const onMachines = { service: { capacityProvider: 'own-machines', minimumHealthyPercent: 50 }, machines: 2 }
  const living = async (told: Story) =>
    (await told.tasks('web')).filter(task => isRunning(task) && !isStopping(task))

  it('is told of once, with the machine and how many tasks run there', async () => {
    const told = await open('host: { after: 10m }', onMachines)
    const [first = ''] = told.machines
    const there = (await living(told)).filter(({ containerInstanceArn }) => containerInstanceArn === first)
    told.world.setAgentConnected(first, false)
    await told.run(9 * minute)
    expect(told.slack()).toEqual([])
    await told.run(hour)
    expect(told.slack()).toEqual(['web (prod): Longshore sees a machine in trouble'])
    expect(told.journal.at(-1)?.because).toMatchObject({ trouble: 'disconnected', tasks: there.length })
    expect(await living(told)).toHaveLength(4)
  })

  it('gets its tasks stopped one after the other, so that ECS starts others elsewhere', async () => {
    const told = await open('host: { after: 10m, then: replace }', onMachines)
    const [first = '', second = ''] = told.machines
    const there = (await living(told)).filter(({ containerInstanceArn }) => containerInstanceArn === first)
    expect(there.length).toBeGreaterThan(0)
    told.world.setAgentConnected(first, false)
    let least = 4
    for (let minutes = 0; minutes < 40; minutes++) {
      await told.run(minute)
      least = Math.min(least, (await living(told)).length)
    }
    expect(least).toBe(3)
    const now = await living(told)
    expect(now.map(({ containerInstanceArn }) => containerInstanceArn)).toEqual(now.map(() => second))
    expect(now).toHaveLength(4)
    expect(told.lines('web', 'done')).toEqual(there.map(() => 'done stop-task'))
    expect(unrest(told)).toEqual([])
  })

  it.each<[string, object, string]>([
    ['none may miss', { service: { capacityProvider: 'own-machines' }, machines: 2 }, 'none-may-miss'],
    [
      'ECS runs one on each machine',
      {
        service: { capacityProvider: 'own-machines', schedulingStrategy: 'DAEMON', desiredCount: undefined },
        machines: 2,
      },
      'unsupported',
    ],
  ])('%s: told, and nothing is stopped', async (_, opening, why) => {
    const told = await open('host: { after: 10m, then: replace }', opening)
    told.world.setAgentConnected(told.machines[0] ?? '', false)
    await told.run(hour)
    expect(told.lines('web')).toEqual(['held machine-of-service'])
    expect(told.journal.at(-1)?.because).toMatchObject({ why })
  })

  it.each([1, 2, 4])(
    'and nowhere else is room: never fewer than its minimum are left, %i at once',
    async atOnce => {
      const told = await open(`host: { after: 10m, then: replace, atOnce: ${atOnce} }`, {
        ...onMachines,
        machines: 1,
      })
      told.world.setAgentConnected(told.machines[0] ?? '', false)
      await told.run(hour)
      // ECS goes on counting four that run: the silent agent stops none of them.
      const [service] = value(await told.world.ports.ecs.describeServices('prod', ['web'])).services
      expect(service?.runningCount).toBe(4)
      // No longer steady after the first stops: until ECS finds room the others stay.
      expect(await living(told)).toHaveLength(Math.max(2, 4 - atOnce))
      expect(unrest(told)).toEqual([])
    },
  )

  it('and that is back in time is left alone, and so is one that drains', async () => {
    const told = await open('host: { after: 10m, then: replace }', onMachines)
    const [first = '', second = ''] = told.machines
    told.world.setAgentConnected(first, false)
    await told.run(8 * minute)
    told.world.setAgentConnected(first, true)
    told.world.drainContainerInstance(second)
    await told.run(hour)
    expect(told.lines('web')).toEqual([])
  })
})
