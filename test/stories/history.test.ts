import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { createLocalTable } from '../../scripts/local-table.ts'
import { dynamodbStore } from '../../src/adapters/dynamodb-store.ts'
import { since, stageName, tableName, targetsNamed } from '../../src/cli/history/arguments.ts'
import { type MemoryAws, ownMemory } from '../../src/cli/history/aws.ts'
import { type HistoryOptions, historyCommand } from '../../src/cli/history/command.ts'
import type { Store } from '../../src/model/ports.ts'
import { answered, refused } from '../../src/model/reading.ts'
import { familyTarget, serviceTarget } from '../../src/model/target.ts'
import { day, hour, minute, second } from '../../src/model/time.ts'
import { createMemoryStore } from '../../src/world/memory-store.ts'
import { type Dynamo, settingsAt, startDynalite } from '../contracts/store-dynalite.ts'
import { entry, etl, granted, stoppedAt, t0, task } from '../contracts/store-values.ts'
import { idOf, startAtMs, story } from './landing-stage.ts'

/** `longshore history` as its users meet it, on the world's store and on DynamoDB's protocol. */

let dynamo: Dynamo
beforeAll(async () => {
  dynamo = await startDynalite()
})
afterAll(() => dynamo.stop())
afterEach(() => vi.unstubAllEnvs())

const theTable = 'longshore-prod-Table-1A2B3C'

const inMemory = (store: Store): MemoryAws => ({
  tablesNamed: async () => answered([theTable]),
  storeIn: () => store,
})

async function history(
  aws: MemoryAws,
  target: string,
  more: Partial<HistoryOptions> = {},
): Promise<{ code: number; out: string; complaints: string }> {
  const told = { out: '', complaints: '' }
  const code = await historyCommand({
    targets: targetsNamed(target),
    since: 7 * day,
    limit: 50,
    json: false,
    table: null,
    stage: null,
    write: text => {
      told.out += text
    },
    complain: text => {
      told.complaints += text
    },
    openAws: () => aws,
    nowMs: t0 + hour,
    ...more,
  })
  return { code, ...told }
}

const checkout = serviceTarget('prod', 'checkout')

/** Four stops of a family and one of a service, in no order. */
async function filled(store: Store): Promise<Store> {
  const crash = task('c0ffee0123456789', 7).containers.map(container => ({
    ...container,
    exitCode: 1,
    reason: null,
  }))
  const stops = [
    stoppedAt('d00d0123456789ab', {
      stopCode: 'SpotInterruption',
      lastStatus: 'RUNNING',
      startedAtMs: t0 - 30 * minute,
      stoppingAtMs: t0 + 30 * minute,
      stoppedAtMs: null,
      containers: [],
    }),
    stoppedAt('c0ffee0123456789', {
      stopCode: 'EssentialContainerExited',
      stoppedAtMs: t0 + minute,
      revision: 42,
      containers: crash,
    }),
    stoppedAt('ab1e0123456789ab', { stopCode: 'EssentialContainerExited', startedAtMs: t0 - 90 * second }),
    stoppedAt('01d0123456789abc', { stoppedAtMs: t0 - 8 * day, startedAtMs: null, containers: [] }),
  ]
  for (const stop of [...stops, ...stops]) granted(await store.keepEvidence(etl, stop))
  granted(await store.settleEvidence(etl, 'task/c0ffee0123456789', 'attempts-exhausted', t0 + 2 * minute))
  granted(await store.keepEvidence(checkout, stoppedAt('5e7', { group: 'service:checkout' })))
  const line = (id: string, about: string, atMs: number) => ({ ...entry(id, atMs), about })
  const held = { outcome: 'held' as const, verb: null, facts: [], because: { code: 'backoff' } }
  granted(await store.writeJournal({ ...line('wait', 'ab1e0123456789ab', t0 + second), ...held }))
  granted(
    await store.writeJournal({
      ...line('again', 'ab1e0123456789ab', t0 + 9 * second),
      facts: [{ label: 'New task', value: 'feed0123456789ab' }],
    }),
  )
  granted(await store.writeJournal(line('other', 'another', t0 + 9 * second)))
  granted(
    await store.writeJournal({
      ...line('in', 'ab1e0123456789ab', t0 + 2 * second),
      room: 'discovery',
      verb: 'register-instance',
    }),
  )
  return store
}

const table = `family/prod/etl: 3 tasks stopped in the last 7 days. Times are UTC.

stopped                task      rev         ran  exit  cause                Longshore
────────────────────────────────────────────────────────────────────────────────────────────────────
2026-11-23 08:30:00 …  d00d0123   41         1 h        Spot interruption
2026-11-23 08:01:00    c0ffee01   42  1 min 30 s     1  application crashed  attempts exhausted
2026-11-23 08:00:00    ab1e0123   41  1 min 30 s   137  out of memory        ran it again → feed0123
`

describe.each<[string, () => Promise<MemoryAws>]>([
  ['memory', async () => inMemory(await filled(createMemoryStore()))],
  [
    'DynamoDB',
    async () => {
      const aws = ownMemory(dynamo.settings)
      const name = await dynamo.newTable()
      await filled(dynamodbStore(dynamo.settings, { tableName: name, clock: { now: () => t0 } }))
      return { ...aws, tablesNamed: async () => answered([theTable]), storeIn: () => aws.storeIn(name) }
    },
  ],
])('longshore history on %s', (_, open) => {
  it('shows what stopped, the newest first, each once, and what was done about it', async () => {
    const aws = await open()
    const told = { code: 0, out: table, complaints: '' }
    expect(await history(aws, 'family/prod/etl')).toEqual(told)
    expect(await history(aws, 'prod/etl')).toEqual(told)
  })

  it('shows those of a service, which ECS replaces', async () => {
    const { code, out } = await history(await open(), 'prod/checkout')
    expect(code).toBe(0)
    expect(out).toMatch(/^service\/prod\/checkout: 1 task stopped in the last 7 days\. Times are UTC\.\n/)
    expect(out).toMatch(/\n2026-11-23 08:00:00 {2}5e7 .* 137 {2}out of memory\n$/)
  })

  it('goes as far back as it is asked to, and says that there is more', async () => {
    const aws = await open()
    const longer = await history(aws, 'prod/etl', { since: 30 * day })
    expect(longer.out).toContain('4 tasks stopped in the last 30 days')
    expect(longer.out).toMatch(/\n2026-11-15 08:00:00 +01d01234 +41 +never +unknown cause\n$/)
    const newest = await history(aws, 'prod/etl', { limit: 2, since: 24 * hour })
    expect(newest.out).toContain('the newest 2 tasks of those that stopped in the last 24 h')
    expect(newest.out.match(/^2026/gm)).toHaveLength(2)
    const recent = await history(aws, 'prod/etl', { since: 45 * minute })
    expect(recent.out.match(/^2026/gm)).toHaveLength(1)
  })

  it('speaks JSON to programs, one line per task', async () => {
    const { code, out } = await history(await open(), 'prod/etl', { json: true })
    const stops = out
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(code).toBe(0)
    expect(stops.map(({ taskId, cause }) => [taskId, cause])).toEqual([
      ['d00d0123456789ab', 'spot-interruption'],
      ['c0ffee0123456789', 'app-crash'],
      ['ab1e0123456789ab', 'oom'],
    ])
    expect(stops[1].settled).toEqual({ as: 'attempts-exhausted', at: '2026-11-23T08:02:00.000Z' })
    expect(stops[2]).toStrictEqual({
      target: 'family/prod/etl',
      taskId: 'ab1e0123456789ab',
      taskArn: 'arn:aws:ecs:eu-west-1:111122223333:task/prod/ab1e0123456789ab',
      revision: 41,
      lastStatus: 'STOPPED',
      cause: 'oom',
      stopCode: 'EssentialContainerExited',
      reason: '',
      containers: [
        { name: 'app', exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage' },
      ],
      createdAt: '2026-11-23T07:59:00.000Z',
      startedAt: '2026-11-23T07:58:30.000Z',
      stoppingAt: null,
      stoppedAt: '2026-11-23T08:00:00.000Z',
      launchType: null,
      capacityProvider: 'FARGATE_SPOT',
      availabilityZone: 'eu-west-1b',
      settled: null,
      journal: [
        {
          at: '2026-11-23T08:00:01.000Z',
          room: 'healing',
          outcome: 'held',
          verb: null,
          reason: 'backoff',
          sentence: 'Line wait.',
          failure: null,
          newTask: null,
        },
        {
          at: '2026-11-23T08:00:09.000Z',
          room: 'healing',
          outcome: 'done',
          verb: 'run-task',
          reason: 'restart',
          sentence: 'Line again.',
          failure: null,
          newTask: 'feed0123456789ab',
        },
      ],
    })
  })

  it('says in one sentence that there is nothing', async () => {
    const aws = await open()
    expect(await history(aws, 'prod/nobody', { since: 12 * hour })).toEqual({
      code: 0,
      out: 'No task of service/prod/nobody or family/prod/nobody is known to have stopped in the last 12 h.\n',
      complaints: '',
    })
    expect(await history(aws, 'prod/nobody', { json: true })).toEqual({ code: 0, out: '', complaints: '' })
  })

  it('asks which one is meant, where a service and a family of one name both had stops', async () => {
    expect(await history(await open(), 'prod/both')).toMatchObject({ code: 0 })
    const store = createMemoryStore()
    for (const target of [serviceTarget('prod', 'both'), familyTarget('prod', 'both')])
      granted(await store.keepEvidence(target, stoppedAt('a', {})))
    expect(await history(inMemory(store), 'prod/both')).toEqual({
      code: 1,
      out: '',
      complaints:
        'tasks of a service and of a family of this name stopped. Write service/prod/both or family/prod/both.\n',
    })
    expect(await history(inMemory(store), 'service/prod/both')).toMatchObject({ code: 0, complaints: '' })
  })
})

describe('what Longshore did about a stop', () => {
  it('is what it really did: a task runs out of memory in the world and is run again; one is stopped by a person', async () => {
    const { world, run, start, longshore } = story()
    const [first, second] = [start('etl'), start('etl')]
    await run(2 * minute)
    world.killTask(first, 'oom')
    world.stopTask(second, 'no longer needed')
    await run(3 * minute)
    const { out } = await history(inMemory(longshore.store), 'prod/etl', {
      json: true,
      nowMs: startAtMs + 10 * minute,
    })
    const stops = out
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line))
    const of = (taskArn: string) => stops.find(({ taskId }) => taskId === idOf(taskArn))
    expect(stops).toHaveLength(2)
    expect(of(first)).toMatchObject({ cause: 'oom', settled: { as: 'replaced' } })
    expect(of(first).journal.at(-1)).toMatchObject({ verb: 'run-task', outcome: 'done' })
    expect(of(first).journal.at(-1).newTask).toMatch(/^[0-9a-f]{32}$/)
    expect(of(second)).toMatchObject({ cause: 'user-stop', settled: { as: 'user-stop' } })
    expect(of(second).journal.at(-1)).toMatchObject({ outcome: 'held', reason: 'user-stop' })
  })
})

describe('the table', () => {
  const nothing =
    'No task of service/prod/etl or family/prod/etl is known to have stopped in the last 7 days.\n'

  it('is found by its name, among others, and by its stage where there are several', async () => {
    const own = await startDynalite()
    const aws = ownMemory(own.settings)
    const told = (more: Partial<HistoryOptions> = {}) => history(aws, 'prod/etl', more)
    const fine = { code: 0, out: nothing, complaints: '' }
    const none = 'in this account and Region. Name it with --table, or another Region with AWS_REGION.\n'
    for (const name of ['orders', 'longshore-notes', 'longshore-prod-Table-new'])
      await createLocalTable(own.client, name)
    expect(await told()).toEqual({ code: 1, out: '', complaints: `there is no table of Longshore ${none}` })
    await createLocalTable(own.client, 'longshore-prod-Table-1A2B3C')
    expect(await told()).toEqual(fine)
    expect(await told({ stage: 'prod' })).toEqual(fine)
    expect(await told({ stage: 'dev' })).toMatchObject({
      code: 1,
      complaints: `there is no table of Longshore, stage dev, ${none}`,
    })
    await createLocalTable(own.client, 'longshore-dev-Table-4D5E6F')
    expect(await told()).toMatchObject({
      code: 1,
      complaints:
        'there are 2 tables of Longshore here: longshore-dev-Table-4D5E6F, longshore-prod-Table-1A2B3C. Choose one with --stage or --table.\n',
    })
    expect(await told({ stage: 'dev' })).toEqual(fine)
    expect(await told({ table: 'longshore-prod-Table-1A2B3C' })).toEqual(fine)
    expect(await told({ table: 'gone' })).toEqual({
      code: 1,
      out: '',
      complaints:
        'there is no table gone in this account and Region. Name another with --table, or another Region with AWS_REGION.\n',
    })
    await own.stop()
  })

  it('that may not be read is told with the right that is missing', async () => {
    const denied = (operation: string) => async () =>
      refused(operation, 'denied', 'User: me is not authorized.')
    const aws: MemoryAws = {
      tablesNamed: denied('dynamodb:ListTables'),
      storeIn: () => ({ stops: denied('store:stops'), readJournal: denied('store:readJournal') }),
    }
    expect(await history(aws, 'prod/etl')).toEqual({
      code: 1,
      out: '',
      complaints:
        'AWS did not list the tables (denied): User: me is not authorized. It takes dynamodb:ListTables; with --table it does not.\n',
    })
    expect(await history(aws, 'prod/etl', { table: 'mine' })).toEqual({
      code: 1,
      out: '',
      complaints:
        'the table mine was not read (denied): User: me is not authorized. It takes dynamodb:Query on its index journal.\n',
    })
    const lines: MemoryAws = {
      ...aws,
      storeIn: () => ({
        stops: async () => answered([{ task: task('a', 7), resolution: null, settledAtMs: null }]),
        readJournal: async () => refused('store:readJournal', 'throttled', 'Slow down'),
      }),
    }
    expect(await history(lines, 'prod/etl', { table: 'mine' })).toMatchObject({
      code: 1,
      complaints: 'the table mine was not read (throttled): Slow down.\n',
    })
  })

  it('needs a Region, and somebody at the other end', async () => {
    for (const name of ['AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_PROFILE']) vi.stubEnv(name, undefined)
    vi.stubEnv('AWS_CONFIG_FILE', '/nowhere')
    const { region, ...nowhere } = dynamo.settings
    expect(await history(ownMemory(nowhere), 'prod/etl')).toEqual({
      code: 1,
      out: '',
      complaints: 'no AWS Region is set. Set AWS_REGION, or a region in ~/.aws/config.\n',
    })
    const silent = await history(ownMemory(settingsAt('http://127.0.0.1:9')), 'prod/etl', { table: 'mine' })
    expect(silent.code).toBe(1)
    expect(silent.complaints).toMatch(/^the table mine was not read \(unavailable\): [^\n]+\.\n$/)
  })
})

describe('what may be written', () => {
  it.each([
    ['prod/checkout', ['service/prod/checkout', 'family/prod/checkout']],
    ['service/prod/checkout', ['service/prod/checkout']],
    ['family/prod/etl-nightly', ['family/prod/etl-nightly']],
    ['service/web', ['service/service/web', 'family/service/web']],
  ])('%s', (text, expected) => {
    const keys = targetsNamed(text).map(target =>
      target.kind === 'service'
        ? `service/${target.cluster}/${target.service}`
        : `family/${target.cluster}/${target.family}`,
    )
    expect(keys).toEqual(expected)
  })

  it.each(['', 'checkout', 'task/prod/a', 'service/prod/a/b', 'prod/', '/a', 'prod/a b', 'arn:aws:ecs/x/y'])(
    'not %j',
    text => {
      expect(() => targetsNamed(text)).toThrow(
        'Write cluster/name, service/cluster/name or family/cluster/name, as in prod/checkout.',
      )
    },
  )

  it.each([
    ['7d', 7 * day],
    ['30d', 30 * day],
    ['12h', 12 * hour],
    ['1h30m', 90 * minute],
  ])('--since %s', (text, ms) => expect(since(text)).toBe(ms))

  it.each(['', '0d', '0h', '31d', '721h', '7', '7 d', '-1d', '1w', '7d12h'])('not --since %j', text => {
    expect(() => since(text)).toThrow('Write a time up to 30d, as in 7d, 12h or 90m.')
  })

  it('names of stages and of tables', () => {
    expect([stageName('prod'), tableName(theTable)]).toEqual(['prod', theTable])
    expect(() => stageName('prod/x')).toThrow('Write the stage that was deployed')
    expect(() => tableName('arn:aws:dynamodb:eu-west-1:111122223333:table/x')).toThrow('not its ARN')
  })
})
