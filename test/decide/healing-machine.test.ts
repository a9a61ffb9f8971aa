import { describe, expect, it } from 'vitest'
import { decideMachines } from '../../src/healing/planned/decide-machines.ts'
import { decideOldTasks } from '../../src/healing/planned/decide-old-tasks.ts'
import type { MachineSight } from '../../src/healing/planned/machine-sight.ts'
import { type MachineTrouble, troubleOf } from '../../src/healing/planned/machine-trouble.ts'
import { inFlightOf } from '../../src/healing/planned/successor.ts'
import { dailyWindow } from '../../src/healing/planned/window-notation.ts'
import type { HealPolicy } from '../../src/healing/policy.ts'
import { remember } from '../../src/healing/remember.ts'
import type { HealingMemory } from '../../src/model/memory.ts'
import { refused } from '../../src/model/reading.ts'
import type { Task } from '../../src/model/task.ts'
import { day, hour, minute, second } from '../../src/model/time.ts'
import { policy as healPolicy, now, running, spec } from './healing-tasks.ts'

/** Tasks on machines in trouble: replaced after the hold-down, within the window. `now` is 02:10 UTC, 03:10 in Berlin. */

const machine = (name: string) => `arn:aws:ecs:eu-west-1:123456789012:container-instance/prod/${name}`
const on = (name: string, taskId: string, change: Partial<Task> = {}): Task =>
  running(taskId, {
    containerInstanceArn: machine(name),
    launchType: 'EC2',
    startedAtMs: now - 9 * day,
    ...change,
  })

const asking = (host: Partial<NonNullable<HealPolicy['host']>> = {}): HealPolicy => ({
  ...healPolicy(),
  host: { afterMs: 10 * minute, remedy: 'replace', atOnce: 1, ...host },
})
const window = (text: string) => dailyWindow.parse(text)

const since = (ms: number, more: object = {}) => ({
  trouble: 'disconnected',
  sinceMs: now - ms,
  seenAtMs: now - minute,
  ...more,
})

interface Case {
  seen?: Record<string, MachineTrouble | null>
  living?: Task[]
  specs?: MachineSight['specs']
  policy?: HealPolicy | null
  memory?: Partial<HealingMemory>
  inFlight?: number
}

const decided = ({
  seen = { m1: 'disconnected' },
  living = [on('m1', 'a')],
  specs,
  policy = asking(),
  memory = { hosts: { [machine('m1')]: since(10 * minute) } },
  inFlight = 0,
}: Case = {}) =>
  decideMachines(
    {
      seen: new Map(Object.entries(seen).map(([name, trouble]) => [machine(name), trouble])),
      specs:
        specs ??
        new Map(
          living.map(({ taskId }) => [taskId, { kind: 'value', value: spec(taskId), observedAtMs: now }]),
        ),
      isUnsure: false,
    },
    living,
    policy,
    { placements: {}, recovering: {}, ...memory },
    now,
    inFlight,
  )

const words = ({ decisions }: Pick<ReturnType<typeof decided>, 'decisions'>): string[] =>
  decisions.map(each =>
    'do' in each
      ? `run ${each.do.rootTaskId}/${each.do.attempt}`
      : `${each.tell ? 'tell' : 'hold'} ${each.about} ${each.because.code}`,
  )

describe('what trouble is', () => {
  it.each([
    ['connected, active', 'ACTIVE', true, null, null],
    ['active and well', 'ACTIVE', true, 'OK', null],
    ['silent', 'ACTIVE', false, 'OK', 'disconnected'],
    ['silent and draining', 'DRAINING', false, 'IMPAIRED', 'disconnected'],
    ['impaired and draining', 'DRAINING', true, 'IMPAIRED', 'impaired'],
    ['draining', 'DRAINING', true, null, 'draining'],
    ['on its way out', 'DEREGISTERING', true, null, 'draining'],
    ['not checked yet', 'ACTIVE', true, 'INITIALIZING', null],
    ['coming', 'REGISTERING', true, null, null],
    ['gone: its tasks end, and that is told', 'INACTIVE', false, null, undefined],
    ['nothing told', null, null, null, undefined],
  ] as const)('%s', (_, status, agentConnected, health, trouble) => {
    expect(troubleOf({ status, agentConnected, health })).toBe(trouble)
  })
})

describe('a task on a machine in trouble', () => {
  it.each<[string, Case, string[]]>([
    ['after the hold-down: replaced', {}, ['run a/1']],
    [
      'a second before',
      { memory: { hosts: { [machine('m1')]: since(10 * minute - second) } } },
      ['hold m1 machine-held-down'],
    ],
    ['seen for the first time', { memory: {} }, ['hold m1 machine-held-down']],
    ['well again', { seen: { m1: null } }, []],
    ['not told of just now', { seen: {} }, []],
    [
      'not looked at for minutes: nobody knows that it lasted',
      {
        memory: { hosts: { [machine('m1')]: { trouble: 'disconnected', sinceMs: 0, seenAtMs: now - hour } } },
      },
      ['hold m1 machine-held-down'],
    ],
    ['its trouble became another one: it lasts', { seen: { m1: 'draining' } }, ['run a/1']],
    ['nobody asks', { policy: healPolicy() }, []],
    ['no healing', { policy: null }, []],
    ['on Fargate', { living: [running('a')] }, []],
    ['the owner wants to be told', { policy: asking({ remedy: 'notify' }) }, ['tell m1 machine-noticed']],
    [
      'and was told',
      {
        policy: asking({ remedy: 'notify' }),
        memory: { hosts: { [machine('m1')]: since(hour, { told: 'machine-noticed' }) } },
      },
      ['hold m1 machine-noticed'],
    ],
    [
      'a schedule starts the next one',
      { living: [on('m1', 'a', { startedBy: 'events-rule/nightly' })] },
      ['tell m1 machine-noticed'],
    ],
    [
      'unless the owner says otherwise',
      {
        living: [on('m1', 'a', { startedBy: 'events-rule/nightly' })],
        policy: { ...asking(), ...healPolicy({ scheduled: true }) },
      },
      ['run a/1'],
    ],
    [
      'the window is closed',
      { policy: asking({ window: window('05:00-06:00 Europe/Berlin') }) },
      ['tell m1 machine-planned'],
    ],
    ['the window is open', { policy: asking({ window: window('03:00-05:00 Europe/Berlin') }) }, ['run a/1']],
    ['another starts', { inFlight: 1 }, ['hold a machine-in-line']],
    [
      'one of two goes first',
      { living: [on('m1', 'b'), on('m1', 'a')] },
      ['run a/1', 'hold b machine-in-line'],
    ],
    [
      'both at once where the owner allows it',
      { living: [on('m1', 'b'), on('m1', 'a')], policy: asking({ atOnce: 2 }) },
      ['run a/1', 'run b/1'],
    ],
    [
      'replaced before',
      { memory: { replaced: { a: { attempt: 1, atMs: now - hour, for: 'host', by: 'z' } } } },
      [],
    ],
    [
      'its replacement is there, and nothing is remembered of it',
      { living: [on('m1', 'a'), on('m2', 'z', { startedBy: 'longshore/a/1' })] },
      ['hold a already-replaced'],
    ],
    ['nobody knows how it was launched', { specs: new Map() }, ['tell a machine-unsure']],
    [
      'it cannot be launched as it was',
      {
        specs: new Map([
          ['a', { kind: 'value', value: { ...spec('a'), unsure: ['ebs-volume'] }, observedAtMs: now }],
        ]),
      },
      ['tell a machine-unsure'],
    ],
    [
      'it was told that it cannot',
      {
        specs: new Map(),
        memory: { hosts: { [machine('m1')]: since(hour) }, leftOnHost: { a: now - minute } },
      },
      ['hold a machine-left'],
    ],
    [
      'the table does not answer',
      { specs: new Map([['a', { kind: 'failed', failure: failureOf() }]]) },
      ['hold a unreadable'],
    ],
    [
      'there was no place a moment ago',
      {
        memory: {
          hosts: { [machine('m1')]: since(hour) },
          placements: { a: { failures: 1, nextTryAtMs: now + second } },
        },
      },
      ['hold a machine-waits'],
    ],
    [
      'it is itself a replacement, and young',
      { living: [on('m1', 'b', { startedBy: 'longshore/a/2', startedAtMs: now - 9 * minute })] },
      ['run a/3'],
    ],
  ])('%s', (_, of, expected) => {
    expect(words(decided(of))).toEqual(expected)
  })

  it('settles no evidence: it lives', () => {
    expect(decided().decisions[0]).toMatchObject({ settles: null, tell: true })
  })

  it('is looked at each minute while its machine is in trouble, and when the hold-down ends', () => {
    expect(decided({ memory: {} }).nextLookAtMs).toBe(now + minute)
    expect(decided({ memory: { hosts: { [machine('m1')]: since(9.5 * minute) } } }).nextLookAtMs).toBe(
      now + 30 * second,
    )
    expect(decided({ seen: { m1: null } }).nextLookAtMs).toBeNull()
  })

  it('of which nothing was told for a look keeps its hold-down, what was told and its tries', () => {
    const memory = {
      hosts: { [machine('m1')]: since(5 * minute, { told: 'machine-noticed' }) },
      placements: { a: { failures: 2, nextTryAtMs: now } },
      leftOnHost: { a: now - minute },
    }
    const { hosts, placements, leftOnHost } = decided({ seen: {}, memory })
    expect({ hosts, placements, leftOnHost }).toEqual(memory)
    expect(decided({ seen: { m1: null }, memory })).toMatchObject({
      hosts: {},
      placements: {},
      leftOnHost: {},
    })
  })
})

describe('the budget', () => {
  const replaced = { a: { attempt: 1, atMs: now - 5 * minute, for: 'host' as const, by: 'z' } }
  it.each([
    ['nobody starts', [running('a')], {}, 0],
    [
      'a replacement after a stop starts',
      [running('z', { lastStatus: 'PENDING', startedBy: 'longshore/q/1' })],
      {},
      1,
    ],
    ['the owner starts one', [running('z', { lastStatus: 'PENDING' })], {}, 0],
    ['it runs since a moment', [running('z', { startedAtMs: now - 59 * second })], replaced, 1],
    ['it has run for a minute', [running('z', { startedAtMs: now - minute })], replaced, 0],
    ['it ended', [], replaced, 0],
    ['lists do not show it yet', [], { a: { ...replaced.a, atMs: now - second } }, 1],
  ] as const)('%s', (_, living, before, count) => {
    expect(inFlightOf(living as unknown as Task[], before, now)).toBe(count)
  })
})

describe('the old task', () => {
  const by = (change: Partial<Task> = {}) => running('z', { startedAtMs: now - hour, ...change })
  const stops = (living: Task[], policy: HealPolicy | null = asking(), memory: Partial<HealingMemory> = {}) =>
    decideOldTasks(
      living,
      policy,
      {
        placements: {},
        recovering: {},
        replaced: { a: { attempt: 1, atMs: now - hour, for: 'host', by: 'z' } },
        ...memory,
      },
      now,
    )
  const said = (...of: Parameters<typeof stops>): string[] =>
    stops(...of).decisions.map(each =>
      'do' in each ? `stop ${each.do.taskArn.split('/').at(-1)} ${each.do.reason}` : each.because.code,
    )
  const retiring = (old: 'stop' | 'leave', text = '03:00-05:00 Europe/Berlin'): HealPolicy => ({
    ...healPolicy(),
    retirement: { window: window(text), atOnce: 1, old },
  })
  const retired = { replaced: { a: { attempt: 1, atMs: now - hour, for: 'retirement', by: 'z' } } } as const

  it.each<[string, Parameters<typeof stops>, string[]]>([
    ['its replacement runs', [[on('m1', 'a'), by()]], ['stop a longshore:host']],
    [
      'it has just begun to',
      [[on('m1', 'a'), by({ startedAtMs: now - 59 * second })]],
      ['successor-settles'],
    ],
    ['it starts', [[on('m1', 'a'), by({ lastStatus: 'PENDING', startedAtMs: null })]], ['successor-starts']],
    ['it stops', [[on('m1', 'a'), by({ desiredStatus: 'STOPPED' })]], ['successor-starts']],
    ['it is gone', [[on('m1', 'a')]], ['successor-starts']],
    ['it is unhealthy', [[on('m1', 'a'), by({ healthStatus: 'UNHEALTHY' })]], ['successor-unhealthy']],
    ['the old one is gone', [[by()]], []],
    ['the owner changed their mind', [[on('m1', 'a'), by()], asking({ remedy: 'notify' })], []],
    ['nobody heals any more', [[on('m1', 'a'), by()], null], []],
    [
      'the window closed meanwhile',
      [[on('m1', 'a'), by()], asking({ window: window('05:00-06:00 Europe/Berlin') })],
      ['old-task-waits'],
    ],
    [
      'asked a moment ago',
      [[on('m1', 'a'), by()], asking(), { stopping: { a: { askAgainAtMs: now + minute } } }],
      [],
    ],
    [
      'retired, and the owner wants one',
      [[running('a'), by()], retiring('stop'), retired],
      ['stop a longshore:retirement'],
    ],
    ['retired, and left to AWS', [[running('a'), by()], retiring('leave'), retired], []],
    [
      'retired, outside the window',
      [[running('a'), by()], retiring('stop', '05:00-06:00 Europe/Berlin'), retired],
      ['old-task-waits'],
    ],
    [
      'its stop was seen, and a list still shows it',
      [
        [on('m1', 'a'), by()],
        asking(),
        { replaced: { a: { attempt: 1, atMs: now - hour, for: 'host', by: 'z', endedAtMs: now - minute } } },
      ],
      [],
    ],
    [
      'nobody told what stands in its place',
      [[on('m1', 'a'), by()], asking(), { replaced: { a: { attempt: 1, atMs: now, for: 'host' } } }],
      [],
    ],
    [
      'an older Longshore replaced it',
      [[on('m1', 'a'), by()], asking(), { replaced: { a: { attempt: 1, atMs: now } } }],
      [],
    ],
  ])('%s', (_, of, expected) => {
    expect(said(...of)).toEqual(expected)
  })

  it('is stopped only while the other one runs: the call asks once more', () => {
    expect(stops([on('m1', 'a'), by()]).decisions[0]).toMatchObject({ do: { successor: by().taskArn } })
  })

  it('goes on to be waited for when its replacement is replaced itself', () => {
    const action = {
      verb: 'run-task',
      cluster: 'prod',
      specTaskId: 'z',
      attempt: 1,
      clientToken: 't',
    } as const
    const before = {
      placements: {},
      recovering: {},
      replaced: { a: { attempt: 1, atMs: now, for: 'host', by: 'z' } },
    } as const
    const arn = running('y').taskArn
    const after = remember(
      before,
      { ...action, replaces: by().taskArn, rootTaskId: 'a' },
      { ok: true, taskArns: [arn] },
      now,
      healPolicy(),
    )
    expect(after.memory.replaced).toEqual({ a: { attempt: 1, atMs: now, for: 'host', by: 'y' } })
  })

  it('that cannot be replaced is left, and remembered as such', () => {
    const after = remember(
      undefined,
      {
        verb: 'run-task',
        cluster: 'prod',
        specTaskId: 'a',
        replaces: running('a').taskArn,
        rootTaskId: 'a',
        attempt: 1,
        clientToken: 't',
      },
      { ok: false, code: 'denied', message: 'no', transient: false },
      now,
      healPolicy(),
      'host',
    )
    expect(after.memory).toEqual({ placements: {}, recovering: {}, leftOnHost: { a: now } })
  })
})

function failureOf() {
  const answer = refused('store:launchSpecs', 'unavailable', 'no answer')
  if (answer.ok) throw new Error('not refused')
  return answer.failure
}
