import { describe, expect, it } from 'vitest'
import type { Action, Fact, JournalEntry, Outcome } from '../../src/model/decision.ts'
import { actEntry, holdEntry, intentOf, subjectOf } from '../../src/reconcile/journal.ts'
import type { Explained, ExplainedDo } from '../../src/reconcile/rooms.ts'
import type { SignalReason } from '../../src/scaling/reason.ts'
import {
  etl,
  held,
  now,
  intentOf as recorded,
  registering,
  runTaskAction,
  wants,
  web,
} from './landing-table.ts'

const scaling: Action = {
  verb: 'update-service',
  cluster: 'prod',
  service: 'web',
  desiredCount: 5,
  previousDesiredCount: 4,
}
const register = registering('a')
const deregister: Action = {
  verb: 'deregister-instance',
  cloudMapServiceId: 'srv-1',
  instanceId: 'a',
  cloudMapName: 'etl.jobs.internal',
}
const explained = (action: Action, facts?: Fact[]): ExplainedDo => ({
  room: wants(action).room,
  decision: { do: action, because: { code: 'wanted' }, tell: true, ...(facts ? { facts } : {}) },
  sentence: 'Wanted.',
})
const id = /^[0-9a-f]{32}$/

describe('what an action is about', () => {
  it.each<[action: Action, subject: string | null]>([
    [scaling, null],
    [runTaskAction, 'a'],
    [register, 'a'],
    [deregister, 'a'],
  ])('$verb', (action, subject) => {
    expect(subjectOf(action)).toBe(subject)
  })
})

describe('an intent', () => {
  it.each<[action: Action, settles: string | null]>([
    [runTaskAction, 'task/a'],
    [register, null],
    [scaling, null],
  ])('$verb', (action, settles) => {
    expect(intentOf(etl, explained(action), 7, now)).toEqual({
      id: expect.stringMatching(id),
      room: wants(action).room,
      action,
      because: { code: 'wanted' },
      sentence: 'Wanted.',
      tell: true,
      facts: [],
      settles,
      recordedAtMs: now,
    })
  })

  it('has one id per target, action and look', () => {
    const idOf = (action: Action, target = etl, looks = 7) =>
      intentOf(target, explained(action), looks, now).id
    expect(idOf(register)).toBe(idOf(register))
    const others = [
      idOf(registering('b')),
      idOf(deregister),
      idOf(register, { ...etl, family: 'x' }),
      idOf(register, etl, 8),
    ]
    expect(new Set([idOf(register), ...others]).size).toBe(5)
  })

  it('keeps the facts of its decision', () => {
    const facts = [{ label: 'Memory', value: '2,048 MiB' }]
    expect(intentOf(etl, explained(runTaskAction, facts), 1, now).facts).toEqual(facts)
  })
})

describe('the line about an act', () => {
  const refusal = (code: string, transient = false): Outcome => ({
    ok: false,
    code,
    message: 'no',
    transient,
  })
  const intent = recorded(runTaskAction)

  it.each<
    [
      what: string,
      outcome: Outcome | 'observed',
      end: JournalEntry['outcome'],
      failure: string | null,
      tell: boolean,
    ]
  >([
    ['observed', 'observed', 'observed', null, true],
    ['done', { ok: true }, 'done', null, true],
    ['refused', refusal('denied'), 'failed', 'no', true],
    ['refused for now', refusal('throttled', true), 'failed', 'no', false],
    ['overtaken', refusal('superseded'), 'superseded', 'no', false],
  ])('%s', (_, outcome, end, failure, tell) => {
    expect(actEntry(etl, intent, outcome, now + 1_000)).toEqual({
      id: failure === null ? 'intent-1' : expect.stringMatching(id),
      target: etl,
      atMs: now,
      room: 'healing',
      outcome: end,
      verb: 'run-task',
      about: 'a',
      because: { code: 'restart' },
      sentence: 'Because.',
      failure,
      change: null,
      untilMs: null,
      facts: [
        { label: 'Replaces', value: 'a' },
        { label: 'Attempt', value: '1' },
      ],
      tell,
    })
  })

  it('is told to nobody when its decision was not', () => {
    expect(actEntry(etl, { ...intent, tell: false }, { ok: true }, now).tell).toBe(false)
  })

  it('has an id of its own per refusal, so that a later success is another line', () => {
    const ids = [refusal('denied'), refusal('invalid'), refusal('superseded'), { ok: true } as const].map(
      outcome => actEntry(etl, intent, outcome, now).id,
    )
    expect(new Set(ids).size).toBe(4)
  })

  it('may say more than its decision', () => {
    expect(actEntry(etl, intent, refusal('denied'), now, 'Given up.').sentence).toBe('Given up.')
  })

  it.each<
    [action: Action, outcome: Outcome | 'observed', tookMs: number, facts: [label: string, value: string][]]
  >([
    [scaling, { ok: true }, 0, []],
    [scaling, { ok: true }, 59_999, []],
    [scaling, { ok: true }, 60_000, [['Took', '1 min']]],
    [scaling, 'observed', 60_000, []],
    [scaling, refusal('denied'), 60_000, []],
    [
      runTaskAction,
      { ok: true, taskArns: ['arn:aws:ecs:eu-west-1:1:task/prod/b', 'arn:aws:ecs:eu-west-1:1:task/prod/c'] },
      0,
      [
        ['Replaces', 'a'],
        ['Attempt', '1'],
        ['New task', 'b, c'],
      ],
    ],
    [
      register,
      { ok: true },
      0,
      [
        ['Instance', 'a'],
        ['Service', 'etl.jobs.internal'],
        ['Address', '10.0.0.1'],
      ],
    ],
    [
      { ...register, attributes: {} },
      { ok: true },
      0,
      [
        ['Instance', 'a'],
        ['Service', 'etl.jobs.internal'],
      ],
    ],
    [
      deregister,
      { ok: true },
      0,
      [
        ['Instance', 'a'],
        ['Service', 'etl.jobs.internal'],
      ],
    ],
  ])('$verb %o after %d ms: facts', (action, outcome, tookMs, facts) => {
    const entry = actEntry(etl, recorded(action), outcome, now + tookMs)
    expect(entry.facts.map(({ label, value }) => [label, value])).toEqual(facts)
  })

  it('tells the facts of its decision first, and the counts of a change', () => {
    const memory = { label: 'Memory', value: '2,048 MiB' }
    expect(actEntry(etl, { ...intent, facts: [memory] }, { ok: true }, now).facts[0]).toEqual(memory)
    expect(actEntry(web, recorded(scaling), { ok: true }, now)).toMatchObject({
      about: null,
      change: { from: 4, to: 5 },
    })
  })
})

describe('the line about a hold', () => {
  it('is about a task', () => {
    expect(holdEntry(etl, held('a', 'user-stop', true), 7, now)).toEqual({
      id: expect.stringMatching(id),
      target: etl,
      atMs: now,
      room: 'healing',
      outcome: 'held',
      verb: null,
      about: 'a',
      because: { code: 'user-stop' },
      sentence: 'user-stop.',
      failure: null,
      change: null,
      untilMs: null,
      facts: [{ label: 'Task', value: 'a' }],
      tell: true,
    })
  })

  it('is about an alarm, or the target as a whole, and may end', () => {
    const about = (subject: string | null, untilMs: number | null): Explained => ({
      room: 'scaling',
      decision: { hold: 'scaling', about: subject, because: { code: 'alarm-muted' }, untilMs, tell: false },
      sentence: 'Muted.',
    })
    expect(holdEntry(web, about('web-high', now + 1), 1, now)).toMatchObject({
      facts: [{ label: 'Alarm', value: 'web-high' }],
      untilMs: now + 1,
    })
    expect(holdEntry(web, about(null, null), 1, now)).toMatchObject({ facts: [], untilMs: null, about: null })
  })

  it('is about a trigger that has no alarm', () => {
    const because: SignalReason = { code: 'signal-missing', trigger: 'cpu' }
    const decision = { hold: 'scaling', about: 'cpu', because, untilMs: null, tell: false } as const
    expect(holdEntry(web, { room: 'scaling', decision, sentence: '' }, 1, now).facts).toEqual([
      { label: 'Trigger', value: 'cpu' },
    ])
  })

  it('keeps the facts of its decision behind what it is about', () => {
    const fact = { label: 'Revision', value: 'etl:41' }
    const hold = held('a')
    const entry = holdEntry(etl, { ...hold, decision: { ...hold.decision, facts: [fact] } }, 1, now)
    expect(entry.facts).toEqual([{ label: 'Task', value: 'a' }, fact])
  })

  it('has one id per target, subject, reason and look', () => {
    const idOf = (subject: string, code = 'backoff', looks = 1, target = etl) =>
      holdEntry(target, held(subject, code), looks, now).id
    expect(idOf('a')).toBe(idOf('a'))
    const others = [
      idOf('b'),
      idOf('a', 'in-line'),
      idOf('a', 'backoff', 2),
      idOf('a', 'backoff', 1, { ...etl, family: 'x' }),
    ]
    expect(new Set([idOf('a'), ...others]).size).toBe(5)
  })

  it('of an act that is not done now is about what the act is about', () => {
    expect(holdEntry(etl, wants(runTaskAction), 1, now)).toMatchObject({
      about: 'a',
      untilMs: null,
      verb: null,
    })
  })
})
