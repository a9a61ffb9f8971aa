import { describe, expect, it } from 'vitest'
import type { RunTaskRequest } from '../../src/model/ports.ts'
import { familyTarget, serviceTarget, type Target } from '../../src/model/target.ts'
import { hour, minute, second } from '../../src/model/time.ts'
import type { WorkerPorts } from '../../src/reconcile/landing.ts'
import { reconcile } from '../../src/reconcile/reconcile.ts'
import { type Message, workOff } from '../../src/reconcile/worker.ts'
import { type Account, landingOf, leaseMs, unrest } from './account.ts'
import { failingPorts, freezingPorts, listeningPorts, type Moment, moments } from './dying-ports.ts'
import { desiredOfWeb, doneLines, everyTask, killNightly, openNightly, openWeb, told } from './scenarios.ts'

/** What the table says to a record under an old epoch. */
const fencedOff = '{"ok":true,"value":false}'
const nightly = familyTarget('prod', 'nightly')
const web = serviceTarget('prod', 'web')

/** A task has stopped, its wait is over, and nobody has looked yet. */
async function stopUnseen(): Promise<{ account: Account; messages: Message[] }> {
  const account = await openNightly()
  account.employ(null)
  await killNightly(account)
  await account.run(2 * minute)
  return { account, messages: account.take() }
}

/** An alarm has risen, and nobody has looked yet. */
async function alarmUnseen(): Promise<{ account: Account; messages: Message[] }> {
  const account = await openWeb()
  account.employ(null)
  account.world.load('prod/web', 170, 100)
  await account.run(2 * minute)
  return { account, messages: account.take() }
}

const lookBy = (account: Account, ports: WorkerPorts, target: Target) =>
  reconcile(landingOf(ports, account.policy), target)

const stateOf = ({ store }: Account, target: Target) =>
  store.contents().states.find(({ target: { kind } }) => kind === target.kind)

/** Marks by a worker that has no time to look. */
const markAll = ({ ports, policy }: Account, messages: Message[]) =>
  workOff({ ...landingOf(ports, policy), timeLeftMs: () => 0 }, messages)

/** Every client token that RunTask is told, whoever calls. */
function tokensOf(ports: WorkerPorts): { ports: WorkerPorts; tokens: string[] } {
  const tokens: string[] = []
  const runTask = (request: RunTaskRequest) => {
    tokens.push(request.clientToken)
    return ports.ecs.runTask(request)
  }
  return { ports: { ...ports, ecs: { ...ports.ecs, runTask } }, tokens }
}

async function finishInPeace(account: Account): Promise<void> {
  account.employ(account.ports)
  await account.run(10 * minute)
  expect(unrest(account)).toEqual([])
}

describe('a holder that thaws after another took over', () => {
  /** Where it stood still, and what it may still say to RunTask afterwards. */
  const places: [operation: string, moment: Moment, mostCalls: number][] = [
    ['ecs.listTasks', 'after', 1],
    ['store.evidence', 'after', 1],
    ['store.record', 'before', 1],
    ['store.record', 'after', 2],
    ['store.launchSpecs', 'after', 1],
    ['ecs.runTask', 'before', 2],
    ['ecs.runTask', 'after', 1],
    ['store.settleEvidence', 'before', 1],
  ]
  it.each(places)(
    'in %s (%s the call) starts no second task and writes nothing',
    async (operation, moment, mostCalls) => {
      const { account, messages } = await stopUnseen()
      const { ports, tokens } = tokensOf(account.ports)
      await markAll(account, messages)
      const listened = listeningPorts(ports, ['store.record', 'store.release'])
      const old = freezingPorts(listened.ports, operation, moment)
      const first = lookBy(account, old.ports, nightly)
      await old.frozen
      const heardBefore = listened.heard.length

      expect(await lookBy(account, ports, nightly)).toBe('busy')
      account.world.advance(leaseMs)
      expect(await lookBy(account, ports, nightly)).toBe('finished')
      const written = account.store.contents().states

      old.thaw()
      expect(await first).toBe('fenced')
      expect(account.store.contents().states).toEqual(written)
      const afterwards = listened.heard.slice(heardBefore).map(({ answer }) => answer)
      expect(afterwards.filter(answer => JSON.stringify(answer) !== fencedOff)).toEqual([])
      expect(tokens.length).toBeLessThanOrEqual(mostCalls)
      expect(new Set(tokens).size).toBe(1)
      await finishInPeace(account)
      expect(await everyTask(account, 'nightly')).toHaveLength(2)
      expect(doneLines(account)).toEqual(['run-task'])
    },
  )

  it('with the launch specification in hand says nothing more to RunTask', async () => {
    const { account, messages } = await stopUnseen()
    const { ports, tokens } = tokensOf(account.ports)
    await markAll(account, messages)
    // The look reads it first, then whoever acts.
    const old = freezingPorts(ports, 'store.launchSpecs', 'after', 2)
    const first = lookBy(account, old.ports, nightly)
    await old.frozen
    expect(stateOf(account, nightly)?.intents).toHaveLength(1)
    account.world.advance(leaseMs)
    expect(await lookBy(account, ports, nightly)).toBe('finished')
    old.thaw()
    expect(await first).toBe('fenced')
    expect(tokens).toHaveLength(1)
    await finishInPeace(account)
    expect(await everyTask(account, 'nightly')).toHaveLength(2)
  })

  it('while it asks what came of a leftover says nothing more to RunTask', async () => {
    const { account, messages } = await stopUnseen()
    const { ports, tokens } = tokensOf(account.ports)
    await markAll(account, messages)
    const dead = freezingPorts(ports, 'store.launchSpecs', 'after')
    void lookBy(account, dead.ports, nightly)
    await dead.frozen
    account.world.advance(leaseMs)
    const old = freezingPorts(ports, 'ecs.listTasks', 'after')
    const second = lookBy(account, old.ports, nightly)
    await old.frozen
    account.world.advance(leaseMs)
    expect(await lookBy(account, ports, nightly)).toBe('finished')
    old.thaw()
    expect(await second).toBe('fenced')
    expect(tokens).toHaveLength(1)
    await finishInPeace(account)
    expect(await everyTask(account, 'nightly')).toHaveLength(2)
  })

  it('in its release gives back nothing that is not its own', async () => {
    const { account, messages } = await stopUnseen()
    await markAll(account, messages)
    const old = freezingPorts(account.ports, 'store.release', 'before')
    const first = lookBy(account, old.ports, nightly)
    await old.frozen
    account.world.advance(leaseMs)
    const young = freezingPorts(account.ports, 'store.record', 'before')
    const second = lookBy(account, young.ports, nightly)
    await young.frozen
    const held = stateOf(account, nightly)
    old.thaw()
    expect(await first).toBe('fenced')
    expect(stateOf(account, nightly)).toEqual(held)
    expect(held?.owner).not.toBeNull()
    young.thaw()
    expect(await second).toBe('finished')
    await finishInPeace(account)
  })

  it('after its lease but before anybody else may still write: the epoch decides, not the clock', async () => {
    const { account, messages } = await stopUnseen()
    await markAll(account, messages)
    const slow = freezingPorts(account.ports, 'ecs.runTask', 'before')
    const first = lookBy(account, slow.ports, nightly)
    await slow.frozen
    account.world.advance(leaseMs)
    slow.thaw()
    expect(await first).toBe('finished')
    await finishInPeace(account)
    expect(doneLines(account)).toEqual(['run-task'])
  })

  it.each(moments)('in UpdateService (%s the call) leaves the count that was decided once', async moment => {
    const { account, messages } = await alarmUnseen()
    await markAll(account, messages)
    const old = freezingPorts(account.ports, 'ecs.updateService', moment)
    const first = lookBy(account, old.ports, web)
    await old.frozen
    // For so long DescribeServices might show the count from before a call that was made.
    account.world.advance(minute)
    expect(await lookBy(account, account.ports, web)).toBe('finished')
    const written = stateOf(account, web)
    old.thaw()
    expect(await first).toBe('fenced')
    expect(stateOf(account, web)).toEqual(written)
    expect(await desiredOfWeb(account)).toBe(3)
    await finishInPeace(account)
    expect(await desiredOfWeb(account)).toBe(3)
  })
})

describe('two workers at once', () => {
  it('only one of them holds the lease, and the end of the lease ends it', async () => {
    const { store, world } = await openNightly()
    const now = world.clock.now()
    const one = await store.acquire(nightly, 'one', now, leaseMs)
    expect(one).toMatchObject({ ok: true, value: { lease: { owner: 'one', untilMs: now + 35_000 } } })
    expect(await store.acquire(nightly, 'two', now + 34_999, leaseMs)).toEqual({ ok: true, value: null })
    expect(await store.acquire(nightly, 'two', now + 35_000, leaseMs)).toMatchObject({
      value: { lease: { owner: 'two' } },
    })
  })

  it('many workers, one message: one task', async () => {
    const { account, messages } = await stopUnseen()
    const { ports, tokens } = tokensOf(account.ports)
    await markAll(account, messages)
    const ends = await Promise.all([1, 2, 3, 4].map(() => lookBy(account, ports, nightly)))
    expect(ends.sort()).toEqual(['busy', 'busy', 'busy', 'finished'])
    expect(tokens).toHaveLength(1)
    await finishInPeace(account)
    expect(await everyTask(account, 'nightly')).toHaveLength(2)
  })
})

describe('a mark while somebody works', () => {
  /** A look at a service where nothing happens, and an alarm that rises while it stands still. */
  async function lookDisturbed(operation: string, moment: Moment) {
    const account = await openWeb()
    account.employ(null)
    const listened = listeningPorts(account.ports, ['store.release', 'cloudWatch.describeAlarms'])
    const busy = freezingPorts(listened.ports, operation, moment)
    const look = lookBy(account, busy.ports, web)
    await busy.frozen
    const { alarms, ends } = heardBy(listened)
    account.world.setAlarmState('web-cpu-high', 'ALARM', 'set by hand')
    await account.run(0)
    expect(await workOff(landingOf(listened.ports, account.policy), account.take())).toEqual([])
    busy.thaw()
    expect(await look).toBe('finished')
    const after = heardBy(listened)
    return { account, ends: after.ends.slice(ends.length), alarms: after.alarms - alarms }
  }
  const heardBy = ({ heard }: ReturnType<typeof listeningPorts>) => ({
    alarms: heard.filter(({ operation }) => operation === 'cloudWatch.describeAlarms').length,
    ends: heard.filter(({ operation }) => operation === 'store.release').map(({ answer }) => answer),
  })
  const marked = { value: { end: 'marked' } }
  const released = { value: { end: 'released' } }

  const places: [operation: string, moment: Moment, looks: number][] = [
    ['store.acquire', 'after', 2],
    ['store.evidence', 'after', 2],
    ['cloudWatch.describeAlarms', 'after', 1],
    ['store.record', 'before', 1],
    ['store.record', 'after', 1],
    ['store.release', 'before', 1],
  ]
  it.each(places)('in %s (%s the call) is looked at by the same worker', async (operation, moment, looks) => {
    const { account, ends, alarms } = await lookDisturbed(operation, moment)
    expect(ends).toMatchObject([marked, released])
    expect(alarms).toBe(looks)
    // Within this one invocation, without any further message or sweep.
    expect(unrest(account)).toEqual([])
  })

  it('after its release is looked at by the worker that marked', async () => {
    const { account, ends, alarms } = await lookDisturbed('store.release', 'after')
    expect(ends).toMatchObject([released])
    expect(alarms).toBe(1)
    expect(unrest(account)).toEqual([])
  })
})

describe('a holder that died with the answer in hand', () => {
  /** The one who asks what came of it is refused an answer first. */
  it.each(['throttled', 'unavailable'] as const)('scaled once, although the question is %s', async code => {
    const { account, messages } = await alarmUnseen()
    await markAll(account, messages)
    const dead = freezingPorts(account.ports, 'ecs.updateService', 'after')
    void lookBy(account, dead.ports, web)
    await dead.frozen
    account.world.advance(leaseMs)
    account.world.failNext('ecs:DescribeServices', { code })
    expect(await lookBy(account, account.ports, web)).toBe('failed')
    expect(await desiredOfWeb(account)).toBe(3)
    await finishInPeace(account)
    expect(await desiredOfWeb(account)).toBe(3)
    expect(doneLines(account)).toEqual(['update-service'])
  })

  it.each(['throttled', 'unavailable'] as const)(
    'restarted once, although the question is %s',
    async code => {
      const { account, messages } = await stopUnseen()
      await markAll(account, messages)
      const dead = freezingPorts(account.ports, 'ecs.runTask', 'after')
      void lookBy(account, dead.ports, nightly)
      await dead.frozen
      account.world.advance(leaseMs)
      account.world.failNext('ecs:ListTasks', { code })
      expect(await lookBy(account, account.ports, nightly)).toBe('failed')
      await finishInPeace(account)
      expect(await everyTask(account, 'nightly')).toHaveLength(2)
      expect(doneLines(account)).toEqual(['run-task'])
    },
  )

  it('started a task that is still found when its token is long spent', async () => {
    const { account, messages } = await stopUnseen()
    await markAll(account, messages)
    const dead = freezingPorts(account.ports, 'ecs.runTask', 'after')
    void lookBy(account, dead.ports, nightly)
    await dead.frozen
    account.world.advance(25 * hour)
    const { ports, tokens } = tokensOf(account.ports)
    expect(await lookBy(account, ports, nightly)).toBe('finished')
    expect(tokens).toEqual([])
    await finishInPeace(account)
    expect(doneLines(account)).toEqual(['run-task'])
    expect(told(await account.ports.ecs.listTasks('prod', { family: 'nightly' }))).toHaveLength(1)
  })

  it('left a count that the owner has changed since: it is not set again', async () => {
    const { account, messages } = await alarmUnseen()
    await markAll(account, messages)
    const dead = freezingPorts(account.ports, 'ecs.updateService', 'before')
    void lookBy(account, dead.ports, web)
    await dead.frozen
    account.world.advance(leaseMs)
    told(await account.ports.ecs.updateService({ cluster: 'prod', service: 'web', desiredCount: 6 }))
    const counts: number[] = []
    const updateService: typeof account.ports.ecs.updateService = change => {
      counts.push(change.desiredCount)
      return account.ports.ecs.updateService(change)
    }
    await lookBy(account, { ...account.ports, ecs: { ...account.ports.ecs, updateService } }, web)
    expect(counts.filter(count => count < 6)).toEqual([])
  })
})

describe('a table that does not answer', () => {
  const isStore = (operation: string) => operation.startsWith('store.')

  it.each(moments)('fails the look, or keeps the message, and the work is done later (%s)', async moment => {
    const ends: Record<string, string[]> = {}
    let n = 1
    for (; n < 100; n++) {
      const { account, messages } = await stopUnseen()
      const { ports, failure } = failingPorts(account.ports, n, moment, isStore)
      const landing = landingOf(ports, account.policy)
      const unacknowledged = await workOff({ ...landing, timeLeftMs: () => 0 }, messages)
      const end = await reconcile(landing, nightly)
      if (failure.operation === null) break
      const how = unacknowledged.length > 0 ? 'unacknowledged' : end
      ends[failure.operation] = [...new Set([...(ends[failure.operation] ?? []), how])]

      account.world.advance(leaseMs)
      await markAll(
        account,
        messages.filter(({ id }) => unacknowledged.includes(id)),
      )
      await finishInPeace(account)
      expect(await everyTask(account, 'nightly'), `call ${n}, ${failure.operation}`).toHaveLength(2)
      expect(doneLines(account), `call ${n}, ${failure.operation}`).toEqual(['run-task'])
    }
    expect(n).toBeLessThan(100)
    expect(ends).toEqual({
      'store.evidence': ['unacknowledged', 'failed'],
      'store.keepEvidence': ['unacknowledged'],
      'store.mark': ['unacknowledged'],
      'store.acquire': ['failed'],
      // Read while looking it is a hold of healing, read while acting a look that failed.
      'store.launchSpecs': ['finished', 'failed'],
      'store.writeJournal': ['failed'],
      'store.settleEvidence': ['failed'],
      'store.record': ['failed'],
      'store.release': ['failed'],
    })
  })

  it('gives the lease back at once where it can, and backs off', async () => {
    const { account, messages } = await stopUnseen()
    await markAll(account, messages)
    const { ports } = failingPorts(account.ports, 1, 'before', operation => operation === 'store.record')
    expect(await lookBy(account, ports, nightly)).toBe('failed')
    expect(stateOf(account, nightly)).toMatchObject({
      owner: null,
      failures: 1,
      // 5 s, of which three quarters with the jitter in the middle.
      nextLookAtMs: account.world.clock.now() + 3.75 * second,
    })
    await finishInPeace(account)
  })
})
