import { expect, test } from 'vitest'
import { createMemoryStore } from '../../src/world/memory-store.ts'
import { storeContract } from './store.contract.ts'
import { entry, etl, granted, spec, stopped, t0 } from './store-values.ts'

storeContract('memory', async () => createMemoryStore())

test('the journal is told afterwards, in order, to whoever listens', async () => {
  const store = createMemoryStore()
  const told: string[] = []
  const stop = store.onJournal(({ eventName, entryId, outbox }) =>
    told.push(`${eventName} ${entryId} ${outbox}`),
  )
  const writing = store.writeJournal(entry('a', t0))
  expect(told).toEqual([])
  await writing
  await store.writeJournal(entry('b', t0, false))
  await store.writeJournal(entry('a', t0))
  await store.claimNotice(etl, 'a', t0, t0 + 1_000)
  await store.wakeNotice(etl, 'a', t0 + 999)
  await store.finishNotice(etl, 'a', { end: 'retry', atMs: t0 + 5_000 })
  await store.wakeNotice(etl, 'a', t0 + 5_000)
  await store.finishNotice(etl, 'a', { end: 'sent', ts: null })
  await Promise.resolve()
  expect(told).toEqual([
    'INSERT a pending',
    'INSERT b null',
    'MODIFY a sending',
    'MODIFY a waiting',
    'MODIFY a pending',
    'MODIFY a sent',
  ])
  stop()
  await store.writeJournal(entry('c', t0))
  await Promise.resolve()
  expect(told).toHaveLength(6)
})

test('contents lists everything, as copies', async () => {
  const store = createMemoryStore()
  granted(await store.mark(etl, ['task/a'], t0))
  granted(await store.keepEvidence(etl, stopped('a', 7)))
  granted(await store.keepLaunchSpec(etl, spec('a')))
  granted(await store.writeJournal(entry('j', t0)))
  const contents = store.contents()
  expect(contents).toMatchObject({
    states: [{ target: etl, inbox: ['task/a'] }],
    evidence: [{ target: etl, evidence: { key: 'task/a', version: 7, resolution: null } }],
    launchSpecs: [{ target: etl, spec: { taskId: 'a' } }],
    journal: [{ entry: { id: 'j' }, outbox: 'pending', attempts: 0, dueAtMs: t0 + 60_000 }],
  })
  contents.states.pop()
  expect(store.contents().states).toHaveLength(1)
})
