import { describe, expect, it } from 'vitest'
import { withoutReplaced } from '../../src/healing/planned/decide-replaced.ts'
import { decideRetirements, type RetiringTask } from '../../src/healing/planned/decide-retirements.ts'
import { openFrom } from '../../src/healing/planned/window.ts'
import { dailyWindow } from '../../src/healing/planned/window-notation.ts'
import type { HealPolicy } from '../../src/healing/policy.ts'
import { refused } from '../../src/model/reading.ts'
import { retirementEvidence, taskEvidence } from '../../src/model/signal.ts'
import type { Task } from '../../src/model/task.ts'
import { day, hour, isoTime, minute, parseTimestamp, second } from '../../src/model/time.ts'
import { policy as healPolicy, now, running, spec } from './healing-tasks.ts'

/** Tasks that AWS will stop: replaced beforehand, within the owner's window. `now` is 02:10 UTC, 03:10 in Berlin. */

const window = (text: string) => dailyWindow.parse(text)
const planned = (text = '03:00-05:00 Europe/Berlin', atOnce = 1): HealPolicy => ({
  ...healPolicy(),
  retirement: { window: window(text), atOnce },
})

const longAgo = { startedAtMs: now - 9 * day }
const retiring = (
  taskId: string,
  change: Partial<RetiringTask> = {},
  atMs = now + 7 * day,
): RetiringTask => ({
  retirement: { taskId, atMs },
  task: running(taskId, longAgo),
  spec: { kind: 'value', value: spec(taskId), observedAtMs: now },
  ...change,
})

const decided = (
  tasks: RetiringTask[],
  {
    policy = planned(),
    living = [],
    placements = {},
    at = now,
  }: {
    policy?: HealPolicy | null
    living?: Task[]
    placements?: Record<string, { failures: number; nextTryAtMs: number }>
    at?: number
  } = {},
) => decideRetirements(tasks, living, policy, { placements, recovering: {} }, at)

/** `run a/1`, or `hold` with its reason and whether people are told. */
const words = ({ decisions, settled }: ReturnType<typeof decided>): string[] => [
  ...decisions.map(each =>
    'do' in each
      ? `run ${each.do.rootTaskId}/${each.do.attempt}`
      : `${each.tell ? 'tell' : 'hold'} ${each.about} ${each.because.code}`,
  ),
  ...settled.map(({ key, resolution }) => `${key}: ${resolution}`),
]

describe('a task that AWS will stop', () => {
  it('is replaced while the window is open, exactly as it was launched, and people are told', () => {
    const verdict = decided([retiring('a')])
    expect(verdict.decisions).toMatchObject([
      {
        do: {
          verb: 'run-task',
          cluster: 'prod',
          specTaskId: 'a',
          replaces: running('a').taskArn,
          rootTaskId: 'a',
          attempt: 1,
          clientToken: expect.stringMatching(/^[0-9a-f]{64}$/),
        },
        because: { code: 'retirement', atMs: now + 7 * day, attempt: 1 },
        tell: true,
        settles: 'retirement/a',
      },
    ])
    expect(verdict.settled).toEqual([])
  })

  it('waits for the window, which is told, and is looked at when it opens', () => {
    const verdict = decided([retiring('a')], { policy: planned('05:00-06:00 Europe/Berlin') })
    const opensAtMs = now + 110 * minute
    expect(words(verdict)).toEqual(['tell a retirement-planned'])
    expect(verdict.decisions[0]).toMatchObject({ untilMs: opensAtMs, because: { opensAtMs } })
    expect(verdict.nextLookAtMs).toBe(opensAtMs)
    expect(
      words(decided([retiring('a')], { policy: planned('05:00-06:00 Europe/Berlin'), at: opensAtMs })),
    ).toEqual(['run a/1'])
  })

  it.each<[string, RetiringTask, Parameters<typeof decided>[1], string[]]>([
    [
      'no wish for it: told once, and left to its stop',
      retiring('a'),
      { policy: healPolicy() },
      ['tell a retirement-noticed', 'retirement/a: retirement-noticed'],
    ],
    [
      'no healing at all: told once',
      retiring('a'),
      { policy: null },
      ['tell a retirement-noticed', 'retirement/a: retirement-noticed'],
    ],
    [
      'a schedule starts the next one',
      retiring('a', { task: running('a', { ...longAgo, startedBy: 'events-rule/nightly' }) }),
      {},
      ['tell a retirement-noticed', 'retirement/a: retirement-noticed'],
    ],
    ['gone meanwhile', retiring('a', { task: null }), {}, ['retirement/a: gone']],
    [
      'its replacement runs already',
      retiring('a'),
      { living: [running('b', { startedBy: 'longshore/a/1' })] },
      ['hold a already-replaced', 'retirement/a: already-replaced'],
    ],
    [
      'the day has come',
      retiring('a', {}, now),
      {},
      ['tell a retirement-too-late', 'retirement/a: retirement-too-late'],
    ],
    [
      'the window opens when it is too late',
      retiring('a', {}, now + hour),
      { policy: planned('05:00-06:00 Europe/Berlin') },
      ['tell a retirement-too-late', 'retirement/a: retirement-too-late'],
    ],
    ['the day was not told', { ...retiring('a'), retirement: { taskId: 'a', atMs: null } }, {}, ['run a/1']],
    [
      'nobody knows how it was launched',
      retiring('a', { spec: { kind: 'missing', what: 'launch specification' } }),
      {},
      ['tell a retirement-unsure', 'retirement/a: retirement-unsure'],
    ],
    [
      'it cannot be launched as it was',
      retiring('a', {
        spec: { kind: 'value', value: { ...spec('a'), unsure: ['ebs-volume'] }, observedAtMs: now },
      }),
      {},
      ['tell a retirement-unsure', 'retirement/a: retirement-unsure'],
    ],
    [
      'the table does not answer',
      retiring('a', { spec: { kind: 'failed', failure: failureOf() } }),
      {},
      ['hold a unreadable'],
    ],
    [
      'ECS found no place a moment ago',
      retiring('a'),
      { placements: { a: { failures: 1, nextTryAtMs: now + second } } },
      ['hold a retirement-waits'],
    ],
    [
      'the wait is over',
      retiring('a'),
      { placements: { a: { failures: 1, nextTryAtMs: now } } },
      ['run a/1'],
    ],
    [
      'it is itself a replacement that has just begun',
      retiring('a', { task: running('a', { startedBy: 'longshore/z/2', startedAtMs: now - minute }) }),
      {},
      ['run z/3'],
    ],
  ])('%s', (_, task, circumstances, expected) => {
    expect(words(decided([task], circumstances))).toEqual(expected)
  })

  it('has another token after a placement that failed, and keeps its count', () => {
    const token = (verdict: ReturnType<typeof decided>) =>
      verdict.decisions.flatMap(each => ('do' in each ? [each.do.clientToken] : []))[0]
    const first = decided([retiring('a')])
    const placements = { a: { failures: 1, nextTryAtMs: now } }
    const second = decided([retiring('a')], { placements })
    expect(token(second)).not.toBe(token(first))
    expect(token(decided([retiring('a')]))).toBe(token(first))
    expect(second.placements).toEqual(placements)
  })
})

describe('at once', () => {
  const three = [retiring('c'), retiring('b', {}, now + 6 * day), retiring('a')]

  it('so many as the rule says, the first to be stopped first; the others wait in line', () => {
    expect(words(decided(three))).toEqual([
      'run b/1',
      'hold a retirement-in-line',
      'hold c retirement-in-line',
    ])
    expect(words(decided(three, { policy: planned(undefined, 2) }))).toEqual([
      'run b/1',
      'run a/1',
      'hold c retirement-in-line',
    ])
  })

  it('counts replacements that do not run yet, and nobody else', () => {
    const starting = running('x', { startedBy: 'longshore/old/1', lastStatus: 'PENDING' })
    const others = [running('y', { lastStatus: 'PENDING' }), running('z', { startedBy: 'longshore/o/1' })]
    expect(words(decided([retiring('a')], { living: [starting] }))).toEqual(['hold a retirement-in-line'])
    expect(words(decided([retiring('a')], { living: others }))).toEqual(['run a/1'])
  })
})

describe('the stop of a task that was replaced', () => {
  const stop = (taskId: string, resolution: string | null = null) => ({
    ...taskEvidence(running(taskId, { lastStatus: 'STOPPED', desiredStatus: 'STOPPED' })),
    resolution,
  })
  const replaced = { a: { attempt: 1, atMs: now - 6 * day }, old: { attempt: 1, atMs: now - 31 * day } }

  it('is settled, and forgotten an hour later, as lists may show it for a while; other stops, living tasks and notices stay', () => {
    const others = [
      stop('b'),
      { ...taskEvidence(running('a2')), resolution: null },
      { ...retirementEvidence({ taskId: 'a3', atMs: null }, 0), resolution: null },
    ]
    const rest = withoutReplaced([stop('a'), ...others], replaced, now)
    expect(rest.inbox).toEqual(others)
    expect(rest.settled).toEqual([{ key: 'task/a', resolution: 'already-replaced' }])
    expect(rest.decisions).toMatchObject([
      { about: 'a', because: { code: 'already-replaced', attempt: 1 }, tell: false },
    ])
    const ended = { a: { ...replaced.a, endedAtMs: now } }
    expect(rest.replaced).toEqual(ended)
    expect(withoutReplaced([], ended, now + 3_599_999).replaced).toEqual(ended)
    expect(withoutReplaced([], ended, now + 3_600_000).replaced).toEqual({})
  })

  it('is remembered until it comes', () => {
    expect(withoutReplaced([stop('b')], replaced, now).replaced).toEqual({ a: replaced.a })
  })
})

describe('the window', () => {
  const opens = (text: string, at: string) => {
    const atMs = parseTimestamp(at) ?? Number.NaN
    const from = openFrom(window(text), atMs)
    return from === atMs ? 'open' : isoTime(from).slice(0, 16)
  }

  it.each([
    ['02:00-05:00 UTC', '2026-11-23T01:59:59Z', '2026-11-23T02:00'],
    ['02:00-05:00 UTC', '2026-11-23T02:00:00Z', 'open'],
    ['02:00-05:00 UTC', '2026-11-23T04:59:59Z', 'open'],
    ['02:00-05:00 UTC', '2026-11-23T05:00:00Z', '2026-11-24T02:00'],
    ['02:00-05:00 Europe/Berlin', '2026-11-23T01:30:00Z', 'open'],
    ['02:00-05:00 Asia/Kolkata', '2026-11-23T05:00:00Z', '2026-11-23T20:30'],
    ['22:00-02:00 UTC', '2026-11-23T23:00:00Z', 'open'],
    ['22:00-02:00 UTC', '2026-11-23T01:59:00Z', 'open'],
    ['22:00-02:00 UTC', '2026-11-23T02:00:00Z', '2026-11-23T22:00'],
    ['00:00-00:01 UTC', '2026-11-23T00:01:00Z', '2026-11-24T00:00'],
    // 2026-03-29: 02:00 becomes 03:00. 2026-10-25: 03:00 becomes 02:00.
    ['02:00-05:00 Europe/Berlin', '2026-03-28T23:00:00Z', '2026-03-29T01:00'],
    ['02:30-03:30 Europe/Berlin', '2026-03-28T23:00:00Z', '2026-03-29T01:00'],
    ['04:00-05:00 Europe/Berlin', '2026-03-28T23:00:00Z', '2026-03-29T02:00'],
    ['04:00-05:00 Europe/Berlin', '2026-10-24T22:00:00Z', '2026-10-25T03:00'],
  ])('%s at %s: %s', (text, at, expected) => expect(opens(text, at)).toBe(expected))

  it.each([
    ['02:00-05:00', 'is no window. Write 02:00-05:00 Europe/Berlin.'],
    ['2:00-5:00 UTC', 'is no window. Write 02:00-05:00 Europe/Berlin.'],
    ['24:00-05:00 UTC', 'is no window. Write 02:00-05:00 Europe/Berlin.'],
    ['02:00-02:00 UTC', 'closes when it opens. Write 02:00-05:00 Europe/Berlin.'],
    ['02:00-05:00 Berlin', '"Berlin" is no time zone. Write Europe/Berlin, America/New_York or UTC.'],
    [7, 'is no window. Write 02:00-05:00 Europe/Berlin.'],
  ])('not %j', (text, sentence) => {
    const read = dailyWindow.safeParse(text)
    expect(read.error?.issues.map(({ message }) => message).join()).toContain(sentence)
  })
})

function failureOf() {
  const answer = refused('store:launchSpecs', 'throttled', 'Slow down')
  if (answer.ok) throw new Error('refused')
  return answer.failure
}
