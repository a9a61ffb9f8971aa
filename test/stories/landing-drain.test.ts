import { describe, expect, it } from 'vitest'
import { minute, second } from '../../src/model/time.ts'
import { idOf, ownersWish, running, type Story, story, type Twist, unrest } from './landing-stage.ts'

/** A task that clients find, and that Longshore itself stops: first nobody is sent to it any more, then it goes. */

const wish = ({ mode = 'act', drain = '' }: { mode?: string; drain?: string } = {}) =>
  ownersWish
    .replace('mode: act', `mode: ${mode}`)
    .replace(
      'heal: { restart: { on: [crash, oom, spot, host, start] } }',
      'heal: { restart: { on: [crash] }, stop: { maxRuntime: { after: 30m, then: leave } } }',
    )
    .replace('service: thumbs, port: 8080', `$&${drain}`)

/** An old thumbnailer, and one that is started ten minutes later. */
async function twoThumbs(twist: Twist = {}): Promise<Story & { old: string }> {
  const told = story({ policy: wish(), ...twist })
  const old = told.start('thumbs')
  await told.run(10 * minute)
  told.start('thumbs')
  await told.run(15 * minute)
  return { ...told, old }
}

/** When it was to stop, and how long before that Cloud Map had ceased to name it, whole seconds. */
async function endOf(told: Story & { old: string }, forMs: number) {
  let unnamedAtMs: number | null = null
  const isUp = async () => running(await told.tasks('thumbs')).includes(idOf(told.old))
  for (let waitedMs = 0; waitedMs < forMs && (await isUp()); waitedMs += second) {
    await told.run(second)
    if (!(await told.named()).includes(idOf(told.old))) unnamedAtMs ??= told.world.clock.now()
  }
  const task = (await told.tasks('thumbs')).find(({ taskId }) => taskId === idOf(told.old))
  const { startedAtMs, stoppingAtMs } = task ?? {}
  if (startedAtMs == null || stoppingAtMs == null) return { ranMinutes: null, unnamedSeconds: null }
  return {
    ranMinutes: (stoppingAtMs - startedAtMs) / minute,
    unnamedSeconds: unnamedAtMs === null ? null : Math.round((stoppingAtMs - unnamedAtMs) / second),
  }
}

describe('a task that is over its time, and that clients find', () => {
  it('leaves Cloud Map, and is stopped once its records have died everywhere', async () => {
    const told = await twoThumbs()
    const { ranMinutes, unnamedSeconds } = await endOf(told, 10 * minute)
    expect(unnamedSeconds).toBeGreaterThanOrEqual(60)
    expect(unnamedSeconds).toBeLessThan(90)
    expect(ranMinutes).toBeGreaterThanOrEqual(31)
    expect(ranMinutes).toBeLessThan(33)
    await told.run(2 * minute)
    expect(told.lines('thumbs', 'done')).toEqual([
      'done register-instance',
      'done register-instance',
      'done deregister-instance',
      'done stop-task',
    ])
    expect(told.journal.filter(({ because }) => because.code === 'drains')).not.toEqual([])
    expect(await told.named()).toEqual(running(await told.tasks('thumbs')))
    expect(await told.named()).toHaveLength(1)
    expect(unrest(told)).toEqual([])
  })

  it('is stopped sooner where the owner says so', async () => {
    const told = await twoThumbs({ policy: wish({ drain: ', drain: 5s' }) })
    const { unnamedSeconds } = await endOf(told, 10 * minute)
    expect(unnamedSeconds).toBeGreaterThanOrEqual(5)
    expect(unnamedSeconds).toBeLessThan(30)
  })

  it('is stopped all the same, five minutes later, when Cloud Map does not let it go', async () => {
    const told = await twoThumbs()
    for (let n = 0; n < 100; n++)
      told.world.failNext('servicediscovery:DeregisterInstance', { code: 'throttled' })
    const { ranMinutes, unnamedSeconds } = await endOf(told, 20 * minute)
    expect(unnamedSeconds).toBeNull()
    expect(ranMinutes).toBeGreaterThanOrEqual(36)
    expect(ranMinutes).toBeLessThan(37.5)
  })

  it('is stopped on time where its name stays anyway: it is the last one', async () => {
    const told = story({ policy: wish() })
    const old = told.start('thumbs')
    await told.run(25 * minute)
    const { ranMinutes, unnamedSeconds } = await endOf({ ...told, old }, 20 * minute)
    expect(unnamedSeconds).toBeNull()
    expect(ranMinutes).toBeGreaterThanOrEqual(30)
    expect(ranMinutes).toBeLessThan(31.5)
    expect(await told.named()).toEqual([idOf(old)])
  })

  it('in mode observe both are told, and nothing is done', async () => {
    const told = await twoThumbs({ policy: wish({ mode: 'observe' }) })
    await told.run(30 * minute)
    expect(running(await told.tasks('thumbs'))).toHaveLength(2)
    expect(new Set(told.lines('thumbs', 'observed'))).toEqual(
      new Set(['observed register-instance', 'observed stop-task']),
    )
  })
})
