import { describe, expect, it } from 'vitest'
import { minute } from '../../src/model/time.ts'
import { ownersWish, running, story, unrest } from './landing-stage.ts'

/** A family of which everybody comes, or fails, in the same moment. */

describe('many at once', () => {
  it('eighty tasks of a family that Longshore meets for the first time are all named', async () => {
    const told = story()
    for (let n = 0; n < 80; n++) told.start('thumbs')
    await told.run(4 * minute)
    expect(await told.named()).toHaveLength(80)
    expect(await told.named()).toEqual(running(await told.tasks('thumbs')))
    expect(told.lines('thumbs', 'done')).toHaveLength(80)
    expect(unrest(told)).toEqual([])
  })

  it('sixty tasks that crash are run again once each', async () => {
    const told = story()
    const crowd = Array.from({ length: 60 }, () => told.start('etl'))
    await told.run(3 * minute)
    for (const task of crowd) told.world.killTask(task, 'crash')
    await told.run(5 * minute)
    expect(running(await told.tasks('etl'))).toHaveLength(60)
    expect(await told.tasks('etl')).toHaveLength(120)
    expect(told.counted('Restarts')).toBe(60)
    expect(unrest(told)).toEqual([])
  })

  it('sixty tasks that crash are run again as fast as the budget of their family allows, and that is told once', async () => {
    const told = story({
      policy: ownersWish.replace(
        'backoff: 10s..1m',
        'backoff: 10s..1m, budget: { restarts: 25, within: 5m }',
      ),
    })
    const crowd = Array.from({ length: 60 }, () => told.start('etl'))
    await told.run(3 * minute)
    for (const task of crowd) told.world.killTask(task, 'crash')
    await told.run(3 * minute)
    expect(told.counted('Restarts')).toBe(25)
    await told.run(5 * minute)
    expect(told.counted('Restarts')).toBe(50)
    await told.run(5 * minute)
    expect(told.counted('Restarts')).toBe(60)
    expect(running(await told.tasks('etl'))).toHaveLength(60)
    expect(told.lines('etl').filter(line => line === 'held budget-spent')).toHaveLength(1)
    expect(unrest(told)).toEqual([])
  })

  it('sixty tasks that a person stops are left alone, and each is said', async () => {
    const told = story()
    const crowd = Array.from({ length: 60 }, () => told.start('etl'))
    await told.run(3 * minute)
    for (const task of crowd) told.world.stopTask(task, 'Stopped by Ada')
    await told.run(5 * minute)
    expect(told.lines('etl').filter(line => line === 'held user-stop')).toHaveLength(60)
    expect(await told.tasks('etl')).toHaveLength(60)
    expect(unrest(told)).toEqual([])
  })
})
