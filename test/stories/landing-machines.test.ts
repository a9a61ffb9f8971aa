import { describe, expect, it } from 'vitest'
import { isRunning, isStopping } from '../../src/model/task.ts'
import { day, hour, minute } from '../../src/model/time.ts'
import {
  idOf,
  ownersWish,
  running,
  type Story,
  startAtMs,
  story,
  type Twist,
  unrest,
} from './landing-stage.ts'

/** Machines whose agents fall silent, that drain or are impaired, and the standalone tasks on them. The stories begin at 09:00 UTC. */

const etl = (host: string, mode = 'act') =>
  ownersWish
    .replace('mode: act', `mode: ${mode}`)
    .replace(
      'heal: { restart: { on: [crash, oom, spot, host, start], attempts: 3, backoff: 10s..1m } }',
      `heal: { restart: { on: [crash, oom, spot, host, start] }, host: ${host} }`,
    )

interface Machines extends Story {
  /** Where the tasks run, and where others may. */
  first: string
  second: string
  old: string[]
}

async function onMachines(
  host = '{}',
  twist: Twist & { tasks?: number; mode?: string } = {},
): Promise<Machines> {
  const told = story({ ...twist, policy: etl(host, twist.mode) })
  const first = told.world.registerContainerInstance('prod')
  const old = Array.from({ length: twist.tasks ?? 1 }, () => told.start('etl', 'own-machines'))
  await told.run(10 * minute)
  const second = told.world.registerContainerInstance('prod', 'b')
  return { ...told, first, second, old }
}

const silent = 'etl (prod): Longshore started another task in the place of one whose machine is in trouble'

describe('a machine whose agent stays disconnected', () => {
  it('gets its task replaced elsewhere after the hold-down, and the old one stopped once that runs', async () => {
    const told = await onMachines()
    const [old = ''] = told.old
    told.world.setAgentConnected(told.first, false)
    await told.run(9 * minute)
    expect(running(await told.tasks('etl'))).toEqual([idOf(old)])
    await told.run(3 * minute)
    const [replacement] = (await told.tasks('etl')).filter(({ taskId }) => taskId !== idOf(old))
    expect(replacement).toMatchObject({
      lastStatus: 'RUNNING',
      startedBy: `longshore/${idOf(old)}/1`,
      containerInstanceArn: told.second,
    })
    await told.run(5 * minute)
    const [before] = (await told.tasks('etl')).filter(({ taskId }) => taskId === idOf(old))
    // ECS only writes it down: the agent hears nothing.
    expect(before).toMatchObject({
      lastStatus: 'RUNNING',
      desiredStatus: 'STOPPED',
      stoppedReason: 'longshore:host',
    })
    expect(told.lines('etl')).toEqual([
      'held machine-held-down',
      'done run-task',
      'held successor-starts',
      'held successor-settles',
      'done stop-task',
      'held already-replaced',
    ])
    expect(told.slack()).toEqual([silent, 'etl (prod): Longshore stopped a task'])
    // The agent is back, and the old task ends at last: nobody runs it again.
    told.world.setAgentConnected(told.first, true)
    await told.run(hour)
    expect((await told.tasks('etl')).filter(isRunning)).toHaveLength(1)
    expect(told.lines('etl', 'done')).toEqual(['done run-task', 'done stop-task'])
    expect(unrest(told)).toEqual([])
  })

  it('and is back within the hold-down: nothing is done, however often', async () => {
    const told = await onMachines()
    for (let times = 0; times < 6; times++) {
      told.world.setAgentConnected(told.first, false)
      await told.run(8 * minute)
      told.world.setAgentConnected(told.first, true)
      await told.run(2 * minute)
    }
    expect(told.lines('etl', 'done')).toEqual([])
    expect(told.slack()).toEqual([])
    expect(unrest(told)).toEqual([])
  })

  it('is found although no event told of it', async () => {
    const told = await onMachines('{ after: 10m }', {
      events: event => (event['detail-type'].startsWith('ECS Container Instance') ? [] : [{ event }]),
    })
    told.world.setAgentConnected(told.first, false)
    await told.run(20 * minute)
    expect(told.lines('etl', 'done')).toEqual(['done run-task', 'done stop-task'])
  })

  it('and is back when the replacement runs: the old one is stopped all the same', async () => {
    const told = await onMachines()
    told.world.setAgentConnected(told.first, false)
    await told.run(11 * minute)
    told.world.setAgentConnected(told.first, true)
    await told.run(10 * minute)
    const left = (await told.tasks('etl')).filter(task => !isStopping(task))
    expect(left).toHaveLength(1)
    expect(left[0]?.containerInstanceArn).toBe(told.second)
    expect(unrest(told)).toEqual([])
  })

  it('has its tasks replaced one after the other', async () => {
    const told = await onMachines('{ after: 5m }', { tasks: 3 })
    told.world.setAgentConnected(told.first, false)
    let most = 0
    for (let minutes = 0; minutes < 30; minutes++) {
      await told.run(minute / 2)
      const starting = (await told.tasks('etl')).filter(task => task.startedBy !== null && !isRunning(task))
      most = Math.max(most, starting.length)
    }
    expect(most).toBe(1)
    await told.run(10 * minute)
    const left = (await told.tasks('etl')).filter(task => !isStopping(task))
    expect(left.map(({ containerInstanceArn }) => containerInstanceArn)).toEqual(
      Array.from({ length: 3 }, () => told.second),
    )
    expect(unrest(told)).toEqual([])
  })

  it('is only told of where the owner wants that, once for each trouble', async () => {
    const told = await onMachines('{ after: 5m, then: notify }', { tasks: 2 })
    told.world.setAgentConnected(told.first, false)
    await told.run(hour)
    expect(told.slack()).toEqual(['etl (prod): Longshore sees a machine in trouble'])
    expect(told.journal.at(-1)?.sentence).toMatch(
      /^The agent of its machine has been disconnected for 5 min.*, with 2 tasks of this family\. ECS leaves standalone tasks there: start others elsewhere, or end the machine\.$/,
    )
    told.world.setAgentConnected(told.first, true)
    await told.run(10 * minute)
    told.world.setAgentConnected(told.first, false)
    await told.run(hour)
    expect(told.slack()).toHaveLength(2)
    expect(running(await told.tasks('etl'))).toHaveLength(2)
    expect(unrest(told)).toEqual([])
  })

  it('is only told of in mode observe', async () => {
    const told = await onMachines('{ after: 5m }', { mode: 'observe' })
    told.world.setAgentConnected(told.first, false)
    await told.run(hour)
    expect(told.lines('etl')).toEqual(['held machine-held-down', 'observed run-task'])
    expect(running(await told.tasks('etl'))).toHaveLength(1)
  })

  it('is terminated after that: the task is run once', async () => {
    const told = await onMachines()
    told.world.setAgentConnected(told.first, false)
    await told.run(11 * minute)
    told.world.terminateContainerInstance(told.first)
    await told.run(hour)
    expect(told.lines('etl', 'done')).toEqual(['done run-task'])
    expect((await told.tasks('etl')).filter(isRunning)).toHaveLength(1)
    expect(unrest(told)).toEqual([])
  })

  it('is terminated within the hold-down: its stop is healed as ever', async () => {
    const told = await onMachines()
    told.world.setAgentConnected(told.first, false)
    await told.run(5 * minute)
    told.world.terminateContainerInstance(told.first)
    await told.run(hour)
    expect(told.lines('etl', 'done')).toEqual(['done run-task'])
    expect((await told.tasks('etl')).filter(isRunning)).toHaveLength(1)
    expect(unrest(told)).toEqual([])
  })
})

describe('a machine that drains, or is impaired', () => {
  it.each([
    ['draining', (told: Machines) => told.world.drainContainerInstance(told.first)],
    ['impaired', (told: Machines) => told.world.setMachineHealth(told.first, 'IMPAIRED')],
  ] as const)('%s: its tasks move in the window, and the drain can end', async (trouble, strike) => {
    const told = await onMachines('{ after: 10m, window: "02:00-05:00 UTC" }')
    strike(told)
    await told.run(hour)
    expect(told.slack()).toEqual(['etl (prod): Longshore sees a machine in trouble'])
    expect(told.journal.at(-1)?.because).toMatchObject({ code: 'machine-planned', trouble, tasks: 1 })
    await told.run(15 * hour + 30 * minute)
    expect(told.lines('etl', 'done')).toEqual([])
    expect(told.world.clock.now()).toBeLessThan(startAtMs + 17 * hour)
    await told.run(hour)
    expect(told.lines('etl', 'done')).toEqual(['done run-task', 'done stop-task'])
    const left = (await told.tasks('etl')).filter(isRunning)
    expect(left.map(({ containerInstanceArn }) => containerInstanceArn)).toEqual([told.second])
    await told.run(day)
    expect(told.lines('etl', 'done')).toHaveLength(2)
    expect(unrest(told)).toEqual([])
  })
})
