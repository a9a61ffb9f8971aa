import { describe, expect, it } from 'vitest'
import { isRunning } from '../../src/model/task.ts'
import { minute, second } from '../../src/model/time.ts'
import { running, type Story, story, unrest } from './landing-stage.ts'

/** Standalone tasks on Spot, whose capacity runs out and comes back. */

const policy = (fallback: string): string => `version: 1
mode: act
slack: { channel: "#ops", token: /longshore/slack-token }
tasks:
  - match: { cluster: prod, family: etl }
    heal:
      restart: { on: [crash, spot, start], attempts: 9, backoff: 10s..30s }
      spot: { fallback: { ${fallback} } }
`

async function open(tasks: number, fallback = 'after: 2, returnAfter: 20m'): Promise<Story> {
  const told = story({ policy: policy(fallback) })
  for (let task = 0; task < tasks; task++) told.start('etl', 'FARGATE_SPOT')
  await told.run(5 * minute)
  return told
}

const living = async (told: Story) => (await told.tasks('etl')).filter(isRunning)
/** Running tasks by capacity provider, sorted. */
const placed = async (told: Story) => (await living(told)).map(task => task.capacityProvider).sort()
const interruptAll = async (told: Story) => {
  for (const id of running(await told.tasks('etl'))) told.world.interruptSpot(id)
}

describe('standalone tasks on Spot', () => {
  it('after two interruptions they run on demand, with no launch type; later they go back to Spot', async () => {
    const told = await open(2)
    await interruptAll(told)
    await told.run(4 * minute)
    expect(await placed(told)).toEqual(['FARGATE', 'FARGATE'])
    expect(
      told.journal.filter(({ verb }) => verb === 'run-task').map(({ sentence }) => sentence)[0],
    ).toContain('on FARGATE instead of FARGATE_SPOT')
    // Within twenty minutes a crash is run again on demand, and after that on Spot.
    const [first = '', second_ = ''] = running(await told.tasks('etl'))
    told.world.killTask(first, 'crash')
    await told.run(4 * minute)
    expect(await placed(told)).toEqual(['FARGATE', 'FARGATE'])
    await told.run(20 * minute)
    told.world.killTask(second_, 'crash')
    await told.run(4 * minute)
    expect(await placed(told)).toEqual(['FARGATE', 'FARGATE_SPOT'])
    const [other] = (await living(told)).filter(task => task.capacityProvider === 'FARGATE')
    told.world.killTask(other?.taskId ?? '', 'crash')
    await told.run(4 * minute)
    expect(await placed(told)).toEqual(['FARGATE_SPOT', 'FARGATE_SPOT'])
    expect(unrest(told)).toEqual([])
  })

  it('one interruption is none', async () => {
    const told = await open(2)
    told.world.interruptSpot(running(await told.tasks('etl'))[0] ?? '')
    await told.run(5 * minute)
    expect(await placed(told)).toEqual(['FARGATE_SPOT', 'FARGATE_SPOT'])
  })

  it('RunTask that places nothing counts, too: the next try runs on demand', async () => {
    const told = await open(1)
    told.world.noCapacity('RESOURCE:FARGATE', 'FARGATE_SPOT')
    await interruptAll(told)
    await told.run(2 * minute)
    expect(await placed(told)).toContain('FARGATE')
    expect(told.lines('prod/etl', 'failed').length).toBeLessThanOrEqual(1)
  })

  it('so many on demand at once, and no more', async () => {
    const told = await open(4, 'after: 2, returnAfter: 20m, atOnce: 2')
    await interruptAll(told)
    await told.run(4 * minute)
    expect(await placed(told)).toEqual(['FARGATE', 'FARGATE', 'FARGATE_SPOT', 'FARGATE_SPOT'])
  })

  it('a task that its owner runs on demand stays there', async () => {
    const told = await open(2)
    const own = told.start('etl', 'FARGATE')
    await told.run(2 * minute)
    await interruptAll({
      ...told,
      tasks: async () => (await living(told)).filter(task => task.capacityProvider === 'FARGATE_SPOT'),
    })
    await told.run(40 * minute)
    told.world.killTask(own, 'crash')
    await told.run(2 * minute)
    expect(await placed(told)).toEqual(['FARGATE', 'FARGATE', 'FARGATE'])
  })
})

describe('at the two-minute warning', () => {
  it('Cloud Map no longer names the task, and its replacement has started, while it still runs', async () => {
    const told = story()
    told.start('thumbs', 'FARGATE_SPOT')
    told.start('thumbs', 'FARGATE_SPOT')
    await told.run(5 * minute)
    const [taken = '', other = ''] = running(await told.tasks('thumbs'))
    told.world.interruptSpot(taken)
    await told.run(40 * second)
    const old = (await told.tasks('thumbs')).find(({ taskId }) => taskId === taken)
    expect(old).toMatchObject({ lastStatus: 'RUNNING', desiredStatus: 'STOPPED' })
    expect(await told.named()).not.toContain(taken)
    expect(await told.named()).toContain(other)
    expect((await told.tasks('thumbs')).filter(({ startedBy }) => startedBy?.includes(taken))).toHaveLength(1)
  })
})
