import { describe, expect, it } from 'vitest'
import { minute, second } from '../../src/model/time.ts'
import type { ScalePolicy } from '../../src/scaling/policy.ts'
import { Course } from './scaling-course.ts'
import { cpu, crew, depth, metricTarget, queueTrigger, series, sloQueue } from './scaling-signals.ts'
import {
  breaching,
  change,
  deploying,
  exact,
  noon,
  type RuleChange,
  service,
  throttled,
  trigger,
} from './scaling-view.ts'

/** To zero, from zero, and by how many messages. */

const messages = (visible: number, inFlight = 0, delayed = 0) => ({
  queues: { orders: depth(visible, inFlight, delayed) },
})
const none = messages(0)

describe('messages per task', () => {
  it.each<[what: string, visible: number, inFlight: number, delayed: number, perTask: number, after: string]>(
    [
      ['those that wait', 100, 0, 0, 10, '3 → 10'],
      ['those in flight', 0, 100, 0, 10, '3 → 10'],
      ['those delayed', 0, 0, 100, 10, '3 → 10'],
      ['all of them', 33, 34, 34, 10, '3 → 11'],
      ['one more than a share is a task more', 31, 0, 0, 10, '3 → 4'],
      ['as many as are there', 30, 0, 0, 10, 'queue-met'],
      ['half a message per task', 5, 0, 0, 0.5, '3 → 10'],
      ['more than the maximum', 9_000, 0, 0, 1, '3 → 13'],
    ],
  )('%s', (_what, visible, inFlight, delayed, perTask, after) => {
    // Ten more may be starting; the maximum is 100.
    const course = new Course(3, [queueTrigger(perTask)])
    expect(course.look(0, messages(visible, inFlight, delayed))).toBe(after)
  })

  it.each([
    ['was not read', {}, 'signal-missing'],
    ['is not there', { orders: { kind: 'missing', what: 'orders' } }, 'signal-missing'],
    ['could not be read', { orders: throttled }, 'signal-unreadable'],
    ['is negative', { orders: depth(-1) }, 'signal-not-finite'],
    ['is made up of a negative part', { orders: depth(5, -5) }, 'signal-not-finite'],
    ['is NaN', { orders: depth(Number.NaN) }, 'signal-not-finite'],
  ] as const)('a queue that %s empties nothing', (_what, queues, code) => {
    const course = new Course(5, [queueTrigger(10)])
    course.memory = { cooldown: null, lastWrite: null, lastActiveAtMs: noon - 60 * minute }
    const { decisions } = course.verdict(0, { queues })
    expect(decisions).toMatchObject([{ hold: 'scaling' }, { about: 'queue orders', because: { code } }])
  })
})

describe('to zero', () => {
  const idle: RuleChange = { in: { afterMs: 0 } }

  it('the last task stays until everything was inactive for five minutes', () => {
    const course = new Course(3, [queueTrigger(10)], idle)
    expect(course.look(0, messages(5))).toBe('3 → 1')
    expect(course.look(minute, none)).toBe('not-idle-yet')
    expect(course.look(5 * minute - 1, none)).toBe('not-idle-yet')
    expect(course.look(5 * minute, none)).toBe('1 → 0')
    expect(course.look(6 * minute, none)).toBe('idle')
  })

  it('a message in between begins the wait anew', () => {
    const course = new Course(1, [queueTrigger(10)], idle)
    course.look(0, messages(5))
    course.look(4 * minute, messages(1))
    expect(course.look(5 * minute, none)).toBe('not-idle-yet')
    expect(course.look(9 * minute, none)).toBe('1 → 0')
  })

  it('several tasks go down to one meanwhile', () => {
    const course = new Course(3, [queueTrigger(1)], idle)
    course.look(0, messages(3))
    expect(course.look(second, none)).toBe('3 → 1')
  })

  it('stabilization and idle time run beside each other', () => {
    const course = new Course(3, [queueTrigger(10)])
    course.look(0, messages(25))
    expect(course.look(second, none)).toBe('asked-too-briefly')
    expect(course.look(5 * minute + second, none)).toBe('3 → 0')
  })

  it.each<[what: string, idleMs: number | null, initialCooldownMs: number, at: number, after: string]>([
    ['never active: at once', null, 0, 0, '1 → 0'],
    ['never active: not before the initial cooldown', null, 10 * minute, 10 * minute - 1, 'not-idle-yet'],
    ['never active: after it', null, 10 * minute, 10 * minute, '1 → 0'],
  ])('%s', (_what, idleMs, initialCooldownMs, at, after) => {
    const course = new Course(1, [queueTrigger(10)], { ...idle, zero: { idleMs, initialCooldownMs } })
    if (at > 0) expect(course.look(0, none)).toBe('not-idle-yet')
    expect(course.look(at, none)).toBe(after)
  })

  it('the last task of an slo for a queue stays for as long as it would take to be replaced, and 20 s', () => {
    const course = new Course(1, [sloQueue()])
    course.look(0, messages(5))
    // 60 s to start and 30 s to drain, as long as nobody has seen a task start.
    expect(course.look(89 * second, none)).toBe('slo-met')
    expect(course.look(178 * second, none)).toBe('slo-met')
    expect(course.look(180 * second, none)).toBe('not-idle-yet')
    expect(course.look(198 * second, none)).toBe('1 → 0')
  })

  it('activation beats scaling: 40 messages, wake at 50 (KEDA)', () => {
    const course = new Course(0, [queueTrigger(10, { wakeAt: 50 })], idle)
    expect(course.look(0, messages(40))).toBe('idle')
    expect(course.look(1, messages(50))).toBe('0 → 5')
  })

  it('with a minimum there is no zero, and no activation', () => {
    const course = new Course(3, [queueTrigger(10, { wakeAt: 50 })], { min: 1, ...idle })
    expect(course.look(0, messages(40))).toBe('3 → 4')
    expect(course.look(60 * minute, none)).toBe('4 → 1')
  })

  it('all triggers with a threshold have to be inactive', () => {
    const course = new Course(1, [queueTrigger(10), metricTarget(10, 'task')], idle)
    const seen = (value: number, atMs: number) => ({
      ...none,
      series: { 'metric Depth': series([value], noon + atMs) },
    })
    expect(course.look(0, seen(3, 0))).toBe('target-met')
    expect(course.look(minute, seen(0, minute))).toBe('not-idle-yet')
    expect(course.look(5 * minute, seen(0, 5 * minute))).toBe('1 → 0')
  })

  it('a utilisation keeps no task by itself, and wakes none', () => {
    const course = new Course(1, [queueTrigger(10), cpu(50)], idle)
    const seen = { ...none, series: { 'cpu 60s': series([80]) } }
    course.memory = { cooldown: null, lastWrite: null, lastActiveAtMs: noon - 5 * minute }
    const { decisions } = course.verdict(0, seen)
    expect(decisions).toMatchObject([
      { do: { desiredCount: 0 } },
      { about: 'cpu', because: { code: 'inactive' } },
    ])
    expect(new Course(0, [cpu(50)]).look(0, { series: { 'cpu 60s': series([80]) } })).toBe('target-met')
  })

  it('while one of them cannot be judged, a utilisation has its say', () => {
    const course = new Course(1, [queueTrigger(10), metricTarget(10, 'task'), cpu(50)], idle)
    course.memory = { cooldown: null, lastWrite: null, lastActiveAtMs: noon - 60 * minute }
    expect(course.look(0, { ...none, series: { 'cpu 60s': series([200]) } })).toBe('1 → 4')
  })

  it('never while one of them cannot be judged', () => {
    const course = new Course(1, [queueTrigger(10), metricTarget(10, 'task')], idle)
    course.memory = { cooldown: null, lastWrite: null, lastActiveAtMs: noon - 60 * minute }
    expect(course.look(0, none)).toBe('scale-in-unsure')
    expect(course.desired).toBe(1)
  })

  it.each<[what: string, rest: RuleChange, is: ReturnType<typeof service> | undefined, after: string]>([
    [
      'a deployment',
      {},
      service({ desiredCount: 1, runningCount: 1, ...deploying }),
      'deployment-in-progress',
    ],
    ['a pause', { pause: { all: null, in: 'launch', out: null } }, undefined, 'paused-direction'],
    [
      'a limit per period',
      { in: { afterMs: 0, atMost: [{ tasks: 0, periodMs: minute }] } },
      undefined,
      'rate-limit',
    ],
  ])('%s holds the last task as well as any other', (_what, rest, is, after) => {
    const course = new Course(1, [queueTrigger(10)], { ...idle, ...rest })
    course.memory = { cooldown: null, lastWrite: null, lastActiveAtMs: noon - 60 * minute }
    expect(course.look(0, none, is ? { is } : {})).toBe(after)
  })

  it('an alarm’s step to zero is still the owner’s word', () => {
    const steps = trigger('idle-low', [exact(0, null, 0)])
    expect(new Course(3, [steps]).look(0, { alarms: [breaching('idle-low', [40])] })).toBe('3 → 0')
    const both = new Course(1, [queueTrigger(10), trigger('cpu-high', [change(2, 0, null)])], idle)
    both.memory = { cooldown: null, lastWrite: null, lastActiveAtMs: noon - 60 * minute }
    expect(both.look(0, { ...none, alarms: [breaching('cpu-high', [60])] })).toBe('1 → 3')
  })
})

describe('from zero', () => {
  it.each<[what: string, triggers: ScalePolicy['triggers'], visible: number, after: string]>([
    ['one message', [queueTrigger(10)], 1, '0 → 1'],
    ['many', [queueTrigger(10)], 95, '0 → 10'],
    ['more than may be starting', [queueTrigger(1)], 500, '0 → 10'],
    ['less than a threshold', [queueTrigger(1, { wakeAt: 5 })], 4, 'idle'],
    ['an slo', [sloQueue()], 1, '0 → 1'],
  ])('%s', (_what, triggers, visible, after) => {
    expect(new Course(0, triggers).look(0, messages(visible))).toBe(after)
  })

  it('a limit in percent lets the first task start', () => {
    const course = new Course(0, [queueTrigger(10)], {
      out: { atMost: [{ percent: 100, periodMs: minute }] },
    })
    expect(course.look(0, messages(50))).toBe('0 → 1')
    expect(course.look(minute, messages(50), { is: crew(1) })).toBe('1 → 2')
  })
})
