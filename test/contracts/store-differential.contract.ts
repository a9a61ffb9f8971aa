import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dynamodbStore } from '../../src/adapters/dynamodb-store.ts'
import type { Store } from '../../src/model/ports.ts'
import { taskEvidence } from '../../src/model/signal.ts'
import type { Lease } from '../../src/model/state.ts'
import { familyTarget } from '../../src/model/target.ts'
import { createMemoryStore } from '../../src/world/memory-store.ts'
import type { Dynamo } from './store-dynalite.ts'
import { alarmChange, entry, etl, intent, spec, stopped, stoppedAt, t0, task } from './store-values.ts'

/** `leases`: what the workers hold on this store, by name. */
type Run = (store: Store, leases: Map<string, Lease>) => Promise<unknown>
interface Command {
  name: string
  run: Run
}

function command<A extends unknown[]>(
  name: string,
  args: { [K in keyof A]: fc.Arbitrary<A[K]> },
  run: (...args: A) => Run,
): fc.Arbitrary<Command> {
  return fc.tuple(...args).map(values => {
    const given = values as unknown as A
    return { name: `${name} ${JSON.stringify(given)}`, run: run(...given) }
  })
}

const alarmKey = 'alarm/checkout p99 high'
const worker = fc.constantFrom('w1', 'w2')
const atMs = fc.constantFrom(t0, t0 + 1, t0 + 30_000, t0 + 60_000)
const keys = fc.subarray(['task/a', 'task/b', alarmKey])
const id = fc.constantFrom('a', 'b')
const version = fc.integer({ min: 0, max: 3 })
const noLease: Lease = { target: etl, owner: 'nobody', epoch: 0, generation: 0, untilMs: t0 }
const memory = { healing: { placements: {}, recovering: { a: { stoppedAtMs: t0 } } } }

const due = command(
  'due',
  [atMs, fc.integer({ min: 0, max: 2 })],
  (...args) =>
    store =>
      store.due(...args),
)

const ledgerCommands = [
  command(
    'mark',
    [keys, atMs],
    (...args) =>
      store =>
        store.mark(etl, ...args),
  ),
  command('ensure', [atMs], nowMs => store => store.ensure(etl, nowMs)),
  command('acquire', [worker, atMs, fc.constantFrom(0, 30_000)], (by, ...args) => async (store, leases) => {
    const answer = await store.acquire(etl, by, ...args)
    if (answer.ok && answer.value) leases.set(by, answer.value.lease)
    return answer
  }),
  command('record', [worker, keys, fc.boolean()], (by, settled, some) => (store, leases) => {
    const change = some ? { intents: [intent('i')], memory, settled } : { intents: [], memory: {}, settled }
    return store.record(leases.get(by) ?? noLease, change)
  }),
  command('release', [worker, fc.option(atMs), fc.constantFrom(0, 0, 2)], (by, nextLookAtMs, failures) => {
    return async (store, leases) => {
      const answer = await store.release(leases.get(by) ?? noLease, { nextLookAtMs, failures })
      if (answer.ok && answer.value.end === 'marked') leases.set(by, answer.value.lease)
      return answer
    }
  }),
  due,
]

const factCommands = [
  command(
    'keep',
    [id, version],
    (...args) =>
      store =>
        store.keepEvidence(etl, stopped(...args)),
  ),
  command('keep warning', [id, version], (taskId, told) => {
    const times = { lastStatus: 'RUNNING', stoppingAtMs: t0 + told, stoppedAtMs: null } as const
    return store => store.keepEvidence(etl, stoppedAt(taskId, times, told))
  }),
  command('keep running', [id, version], (taskId, told) => {
    return store => store.keepEvidence(etl, taskEvidence(task(taskId, told, 'RUNNING')))
  }),
  command('keep alarm', [version], changedAtMs => store => store.keepEvidence(etl, alarmChange(changedAtMs))),
  command('settle', [fc.constantFrom('task/a', alarmKey), id, atMs], (...args) => {
    return store => store.settleEvidence(etl, ...args)
  }),
  command('keep spec', [id], taskId => store => store.keepLaunchSpec(etl, spec(taskId))),
  command(
    'write',
    [id, atMs, fc.boolean()],
    (...args) =>
      store =>
        store.writeJournal(entry(...args)),
  ),
  command(
    'claim',
    [id, atMs],
    (...args) =>
      store =>
        store.claimNotice(etl, ...args, args[1] + 30_000),
  ),
  command(
    'wake',
    [id, atMs],
    (...args) =>
      store =>
        store.wakeNotice(etl, ...args),
  ),
  command(
    'retry',
    [id, atMs],
    (line, at) => store => store.finishNotice(etl, line, { end: 'retry', atMs: at }),
  ),
  command('sent', [id], line => store => store.finishNotice(etl, line, { end: 'sent', ts: null })),
  command(
    'give up',
    [id],
    line => store => store.finishNotice(etl, line, { end: 'given-up', why: 'because' }),
  ),
  due,
]

/** Everything that can be read back. */
const everything = (store: Store): Promise<unknown> =>
  Promise.all([
    store.read(etl),
    store.evidence(etl, [alarmKey, 'task/b', 'task/a']),
    store.launchSpecs(etl, ['b', 'a']),
    store.readJournal(etl, 10),
    store.readJournal(etl, 10, t0 + 1),
    store.stops(etl, t0, 10),
    store.due(t0 + 999_999, 10),
    store.read(familyTarget('prod', 'another')),
  ])

/** The same commands, the same answers: the store of the world tells nothing that the table would not. */
export function storeDifferentialContract(name: string, start: () => Promise<Dynamo>, numRuns = 30): void {
  describe(`memory store: ${name}`, () => {
    let dynamo: Dynamo
    beforeAll(async () => {
      dynamo = await start()
    })
    afterAll(() => dynamo.stop())

    test.each([
      ['ledger', ledgerCommands],
      ['facts', factCommands],
    ])(
      '%s: it answers as DynamoDB does',
      async (_, commands) => {
        await fc.assert(
          fc.asyncProperty(fc.array(fc.oneof(...commands), { minLength: 8, maxLength: 16 }), async given => {
            const tableName = await dynamo.newTable()
            const stores = [
              createMemoryStore(),
              dynamodbStore(dynamo.settings, { tableName, clock: { now: () => t0 } }),
            ]
            const leases = stores.map(() => new Map<string, Lease>())
            for (const { name, run } of given) {
              const [memory, table] = await Promise.all(
                stores.map((store, n) => run(store, leases[n] ?? new Map())),
              )
              expect(memory, name).toEqual(table)
            }
            const [memory, table] = await Promise.all(stores.map(everything))
            expect(memory).toEqual(table)
          }),
          { seed: 20_261_123, numRuns },
        )
      },
      120_000,
    )
  })
}
