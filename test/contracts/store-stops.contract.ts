import { expect, test } from 'vitest'
import type { Store } from '../../src/model/ports.ts'
import { taskEvidence } from '../../src/model/signal.ts'
import { familyTarget, serviceTarget } from '../../src/model/target.ts'
import { alarmChange, codeOf, entry, etl, granted, stopped, stoppedAt, t0, task } from './store-values.ts'

/** Stopped tasks in the order of time, long after ECS has forgotten them. */
export function stopsContract(make: () => Promise<Store>): void {
  const idsOf = async (store: Store, sinceMs = 0, limit = 10) =>
    granted(await store.stops(etl, sinceMs, limit)).map(stop => stop.task.taskId)

  test('come back whole, with how they were dealt with and when', async () => {
    const store = await make()
    granted(await store.keepEvidence(etl, stopped('a', 7)))
    expect(granted(await store.stops(etl, 0, 10))).toEqual([
      { task: task('a', 7), resolution: null, settledAtMs: null },
    ])
    granted(await store.settleEvidence(etl, 'task/a', 'restart', t0 + 5))
    granted(await store.settleEvidence(etl, 'task/a', 'completed', t0 + 6))
    expect(granted(await store.stops(etl, 0, 10))).toEqual([
      { task: task('a', 7), resolution: 'restart', settledAtMs: t0 + 5 },
    ])
  })

  test('newest first whatever the order in which they came, by id at the same instant, no more than asked for', async () => {
    const store = await make()
    for (const [id, atMs] of [
      ['b', t0 + 1],
      ['d', t0 + 9],
      ['a', t0 + 5],
      ['c', t0 + 5],
    ] as const)
      granted(await store.keepEvidence(etl, stoppedAt(id, { stoppedAtMs: atMs })))
    expect(await idsOf(store)).toEqual(['d', 'c', 'a', 'b'])
    expect(await idsOf(store, 0, 3)).toEqual(['d', 'c', 'a'])
    expect(await idsOf(store, 0, 0)).toEqual([])
    expect(await idsOf(store, t0 + 5)).toEqual(['d', 'c', 'a'])
    expect(await idsOf(store, t0 + 6)).toEqual(['d'])
    expect(await idsOf(store, t0 + 10)).toEqual([])
  })

  test('each once, however often it is told: its warning, its stop, the stop again, the warning late', async () => {
    const store = await make()
    const warning = stoppedAt(
      'a',
      { lastStatus: 'RUNNING', desiredStatus: 'STOPPED', stoppingAtMs: t0 + 1, stoppedAtMs: null },
      5,
    )
    const end = stoppedAt('a', { stoppingAtMs: t0 + 1, stoppedAtMs: t0 + 120_000 })
    granted(await store.keepEvidence(etl, warning))
    expect(await idsOf(store, t0 + 1)).toEqual(['a'])
    granted(await store.settleEvidence(etl, 'task/a', 'restart', t0 + 2))
    for (const told of [end, end, warning]) granted(await store.keepEvidence(etl, told))
    expect(granted(await store.stops(etl, t0 + 2, 10))).toMatchObject([
      {
        task: { lastStatus: 'STOPPED', stoppedAtMs: t0 + 120_000 },
        resolution: 'restart',
        settledAtMs: t0 + 2,
      },
    ])
  })

  test('not those that run, nor alarms, nor lines of the journal, nor those of others', async () => {
    const store = await make()
    granted(await store.keepEvidence(etl, taskEvidence(task('runs', 3, 'RUNNING'))))
    granted(await store.keepEvidence(etl, alarmChange(t0)))
    granted(await store.writeJournal(entry('line', t0)))
    granted(await store.keepEvidence(familyTarget('prod', 'etl2'), stopped('b', 7)))
    granted(await store.keepEvidence(serviceTarget('prod', 'etl'), stopped('c', 7)))
    expect(await idsOf(store)).toEqual([])
    granted(await store.keepEvidence(etl, stopped('runs', 4)))
    expect(await idsOf(store)).toEqual(['runs'])
    expect(granted(await store.readJournal(etl, 10)).map(({ id }) => id)).toEqual(['line'])
  })

  test('one whose times nobody told is the oldest', async () => {
    const store = await make()
    const untold = { createdAtMs: null, startedAtMs: null, stoppingAtMs: null, stoppedAtMs: null }
    granted(await store.keepEvidence(etl, stoppedAt('a', untold)))
    granted(await store.keepEvidence(etl, stoppedAt('b', { ...untold, createdAtMs: 1 })))
    expect(await idsOf(store)).toEqual(['b', 'a'])
    expect(await idsOf(store, 1)).toEqual(['b'])
  })

  test('a time that is none is `invalid`', async () => {
    const store = await make()
    expect(codeOf(await store.stops(etl, Number.NaN, 10))).toBe('invalid')
    expect(codeOf(await store.readJournal(etl, 10, Number.POSITIVE_INFINITY))).toBe('invalid')
  })
}
