import { describe, expect, test } from 'vitest'
import type { Verb } from '../../src/model/decision.ts'
import type { Store } from '../../src/model/ports.ts'
import { familyTarget } from '../../src/model/target.ts'
import { entry, etl, granted, t0 } from './store-values.ts'

/** A verb that is added must be added here. */
const everyVerb: Record<Verb, true> = {
  'update-service': true,
  'run-task': true,
  'stop-task': true,
  'stop-deployment': true,
  'roll-back-service': true,
  'redeploy-service': true,
  'set-capacity-providers': true,
  'register-instance': true,
  'deregister-instance': true,
  'set-instance-health': true,
}

export function journalContract(make: () => Promise<Store>): void {
  const journal = async (store: Store, limit = 10) =>
    granted(await store.readJournal(etl, limit)).map(line => line.id)
  const claim = async (store: Store, id: string, atMs: number, untilMs = atMs + 60_000) =>
    granted(await store.claimNotice(etl, id, atMs, untilMs))
  const dueNotices = async (store: Store, atMs: number) =>
    granted(await store.due(atMs, 10)).notices.map(notice => notice.entryId)
  const told = async (...entries: [string, number][]) => {
    const store = await make()
    for (const [id, atMs] of entries) granted(await store.writeJournal(entry(id, atMs)))
    return store
  }

  describe('journal', () => {
    test('is read newest first, whatever the ids, no more than asked for', async () => {
      const store = await told(['f', t0 + 2], ['b', t0 + 3], ['z', t0 + 1], ['c', t0 + 2])
      expect(await journal(store)).toEqual(['b', 'f', 'c', 'z'])
      expect(await journal(store, 2)).toEqual(['b', 'f'])
      expect(await journal(store, 0)).toEqual([])
    })

    test('is read from a time on', async () => {
      const store = await told(['a', t0], ['b', t0 + 1], ['c', t0 + 2])
      const since = async (atMs: number, limit = 10) =>
        granted(await store.readJournal(etl, limit, atMs)).map(({ id }) => id)
      expect(await since(t0 + 1)).toEqual(['c', 'b'])
      expect(await since(t0 + 1, 1)).toEqual(['c'])
      expect(await since(t0 + 3)).toEqual([])
    })

    test('a line comes back whole and belongs to its target', async () => {
      const store = await told(['a', t0])
      expect(granted(await store.readJournal(etl, 1))).toEqual([entry('a', t0)])
      expect(granted(await store.readJournal(familyTarget('prod', 'other'), 1))).toEqual([])
    })

    test.each(Object.keys(everyVerb) as Verb[])('a line of %s comes back', async verb => {
      const store = await make()
      const line = { ...entry('a', t0), verb }
      granted(await store.writeJournal(line))
      expect(granted(await store.readJournal(etl, 1))).toEqual([line])
    })

    test('an id is written once, also at another time, and stays as it was', async () => {
      const store = await told(['a', t0])
      granted(await store.writeJournal({ ...entry('a', t0 + 5), sentence: 'Another.' }))
      expect(granted(await store.readJournal(etl, 10))).toEqual([entry('a', t0)])
    })

    test('a second writing of a notice that was sent does not send it again', async () => {
      const store = await told(['a', t0])
      await claim(store, 'a', t0)
      granted(await store.finishNotice(etl, 'a', { end: 'sent', ts: '1.2' }))
      granted(await store.writeJournal(entry('a', t0)))
      expect(await claim(store, 'a', t0 + 1)).toBeNull()
      expect(await dueNotices(store, t0 + 999_999)).toEqual([])
    })

    test('an infinite time is refused', async () => {
      const store = await make()
      const answer = await store.writeJournal(entry('a', Number.POSITIVE_INFINITY))
      expect(answer).toMatchObject({ ok: false, failure: { code: 'invalid' } })
      expect(await journal(store)).toEqual([])
    })
  })

  describe('outbox', () => {
    test('a line that tells nobody is no notice', async () => {
      const store = await make()
      granted(await store.writeJournal(entry('a', t0, false)))
      expect(await claim(store, 'a', t0)).toBeNull()
      granted(await store.wakeNotice(etl, 'a', t0))
      expect(await claim(store, 'a', t0)).toBeNull()
      expect(await dueNotices(store, t0 + 999_999)).toEqual([])
    })

    test('a notice can be claimed at once and is due for the tick a minute later', async () => {
      const store = await told(['a', t0])
      expect(await dueNotices(store, t0 + 59_999)).toEqual([])
      expect(granted(await store.due(t0 + 60_000, 10))).toEqual({
        targets: [],
        notices: [{ target: etl, entryId: 'a' }],
      })
      expect(await claim(store, 'a', t0)).toEqual({ entry: entry('a', t0), attempts: 0 })
    })

    test('is claimed by one at a time, until the claim ends', async () => {
      const store = await told(['a', t0])
      const both = await Promise.all([claim(store, 'a', t0), claim(store, 'a', t0)])
      expect(both.filter(notice => notice !== null)).toHaveLength(1)
      expect(await claim(store, 'a', t0 + 59_999)).toBeNull()
      expect(await dueNotices(store, t0 + 59_999)).toEqual([])
      expect(await dueNotices(store, t0 + 60_000)).toEqual(['a'])
      expect(await claim(store, 'a', t0 + 60_000)).toEqual({ entry: entry('a', t0), attempts: 1 })
    })

    test('an unknown one is null and cannot be finished or woken into being', async () => {
      const store = await make()
      expect(await claim(store, 'x', t0)).toBeNull()
      granted(await store.finishNotice(etl, 'x', { end: 'retry', atMs: t0 }))
      granted(await store.wakeNotice(etl, 'x', t0))
      expect(await dueNotices(store, t0 + 999_999)).toEqual([])
      expect(await journal(store)).toEqual([])
    })

    test.each([
      ['sent', { end: 'sent', ts: '1795420800.000100' }],
      ['sent by a webhook', { end: 'sent', ts: null }],
      ['given up', { end: 'given-up', why: 'channel_not_found' }],
    ] as const)('%s is the end: no claim, no wake, no retry brings it back', async (_, end) => {
      const store = await told(['a', t0])
      await claim(store, 'a', t0)
      granted(await store.finishNotice(etl, 'a', end))
      granted(await store.finishNotice(etl, 'a', { end: 'retry', atMs: t0 + 1 }))
      granted(await store.wakeNotice(etl, 'a', t0 + 999_999))
      expect(await claim(store, 'a', t0 + 999_999)).toBeNull()
      expect(await dueNotices(store, t0 + 999_999)).toEqual([])
      expect(await journal(store)).toEqual(['a'])
    })

    test('a retry waits for its time, is due then, and counts its attempts', async () => {
      const store = await told(['a', t0])
      await claim(store, 'a', t0)
      granted(await store.finishNotice(etl, 'a', { end: 'retry', atMs: t0 + 30_000 }))
      expect(await claim(store, 'a', t0 + 29_999)).toBeNull()
      expect(await dueNotices(store, t0 + 29_999)).toEqual([])
      expect(await dueNotices(store, t0 + 30_000)).toEqual(['a'])
      expect((await claim(store, 'a', t0 + 30_000))?.attempts).toBe(1)
      granted(await store.finishNotice(etl, 'a', { end: 'retry', atMs: t0 + 90_000 }))
      expect((await claim(store, 'a', t0 + 90_000))?.attempts).toBe(2)
    })

    test('a wake makes a due notice claimable, and due again only a minute later', async () => {
      const store = await told(['a', t0])
      await claim(store, 'a', t0)
      granted(await store.wakeNotice(etl, 'a', t0 + 59_999))
      expect(await claim(store, 'a', t0 + 59_999)).toBeNull()
      granted(await store.wakeNotice(etl, 'a', t0 + 60_000))
      expect(await dueNotices(store, t0 + 119_999)).toEqual([])
      expect(await dueNotices(store, t0 + 120_000)).toEqual(['a'])
      expect((await claim(store, 'a', t0 + 60_001))?.attempts).toBe(1)
    })

    test('targets and notices share the limit, oldest first', async () => {
      const store = await told(['a', t0], ['b', t0 + 20])
      granted(await store.mark(etl, [], t0 + 60_010))
      expect(granted(await store.due(t0 + 70_000, 2))).toEqual({
        targets: [etl],
        notices: [{ target: etl, entryId: 'a' }],
      })
      expect(await dueNotices(store, t0 + 70_000)).toEqual(['a', 'b'])
    })

    test.each<[string, (store: Store) => Promise<unknown>]>([
      ['claim until NaN', store => store.claimNotice(etl, 'a', t0, Number.NaN)],
      [
        'retry at Infinity',
        store => store.finishNotice(etl, 'a', { end: 'retry', atMs: Number.POSITIVE_INFINITY }),
      ],
      ['wake at NaN', store => store.wakeNotice(etl, 'a', Number.NaN)],
    ])('%s is `invalid` and changes nothing', async (_, call) => {
      const store = await told(['a', t0])
      expect(await call(store)).toMatchObject({ ok: false, failure: { code: 'invalid' } })
      expect(await claim(store, 'a', t0)).toEqual({ entry: entry('a', t0), attempts: 0 })
    })
  })
}
