import { describe, expect, it } from 'vitest'
import { minute, second } from '../../src/model/time.ts'
import type { ScalePolicy } from '../../src/scaling/policy.ts'
import type { ScalingView } from '../../src/scaling/view.ts'
import { Course } from './scaling-course.ts'
import {
  cpu,
  crew,
  depth,
  queueTrigger,
  requestsPerTask,
  series,
  sloQueue,
  sloRequests,
} from './scaling-signals.ts'
import { calm, change, noon, type RuleChange, throttled, trigger } from './scaling-view.ts'

/** How soon a look is worth it, and how little is remembered between two. */

describe('when to look again', () => {
  const of = (points: number[], periodMs?: number): Partial<ScalingView> => ({
    series: { 'cpu 60s': series(points, noon, periodMs), 'slo requests': series(points, noon, periodMs) },
  })
  it.each<
    [
      what: string,
      triggers: ScalePolicy['triggers'],
      is: ReturnType<typeof crew>,
      seen: Partial<ScalingView>,
      rest: RuleChange,
      waitMs: number,
    ]
  >([
    [
      'a busy service: every 20 s, to find the next minute early',
      [cpu(50)],
      crew(5),
      of([50]),
      {},
      20 * second,
    ],
    ['a signal of 10 s', [cpu(50)], crew(5), of([50], 10 * second), {}, 10 * second],
    ['a signal of 5 min', [cpu(50)], crew(5), of([50], 5 * minute), {}, 20 * second],
    ['at the minimum and far from leaving it', [cpu(50)], crew(2), of([20]), { min: 2 }, minute],
    ['at the minimum and near to leaving it', [cpu(50)], crew(2), of([45]), { min: 2 }, 20 * second],
    ['quiet, but a task is starting', [cpu(50)], crew(2, 1), of([20]), { min: 2 }, 20 * second],
    [
      'a signal that cannot be read',
      [cpu(50)],
      crew(5),
      { series: { 'cpu 60s': throttled } },
      {},
      20 * second,
    ],
    [
      'an empty queue, whose tasks are just taken away',
      [queueTrigger(10)],
      crew(3),
      { queues: { orders: depth(0) } },
      { in: { afterMs: 0 } },
      20 * second,
    ],
    [
      'an empty queue without tasks',
      [queueTrigger(10)],
      crew(0),
      { queues: { orders: depth(0) } },
      {},
      minute,
    ],
    ['a backlog', [queueTrigger(10)], crew(1), { queues: { orders: depth(5) } }, { min: 1 }, 20 * second],
    [
      'an empty queue whose messages have two minutes',
      [sloQueue()],
      crew(0),
      { queues: { orders: depth(0) } },
      {},
      20 * second,
    ],
    [
      'an empty queue whose messages have 20 s',
      [sloQueue({ drainWithinSeconds: 20 })],
      crew(0),
      { queues: { orders: depth(0) } },
      {},
      10 * second,
    ],
    ['a backlog with a deadline', [sloQueue()], crew(2), { queues: { orders: depth(30) } }, {}, 10 * second],
    ['an slo with next to nothing to do', [sloRequests()], crew(1), of([60]), { min: 1 }, minute],
    ['an slo at work', [sloRequests()], crew(3), of([6_000]), { min: 1 }, minute],
    [
      'alarms only, all OK',
      [trigger('cpu-high', [change(1, 0, null)])],
      crew(3),
      { alarms: [calm('cpu-high')] },
      {},
      5 * minute,
    ],
    [
      'the quickest of several',
      [cpu(50), trigger('cpu-high', [change(1, 0, null)])],
      crew(3),
      { ...of([50]), alarms: [calm('cpu-high')] },
      {},
      20 * second,
    ],
  ])('%s', (_what, triggers, is, seen, rest, waitMs) => {
    expect(new Course(is.desiredCount, triggers, rest).verdict(0, seen, is).nextLookAtMs).toBe(noon + waitMs)
  })

  it('not while the service is left alone', () => {
    const course = new Course(3, [cpu(50)])
    const verdict = course.verdict(0, of([50]), { ...crew(3), status: 'DRAINING' })
    expect(verdict.nextLookAtMs).toBe(noon + 5 * minute)
  })
})

describe('the memory', () => {
  it('stays small, whatever happens for hours', () => {
    const course = new Course(
      10,
      [
        sloRequests(),
        cpu(50),
        requestsPerTask(10),
        queueTrigger(10),
        trigger('cpu-high', [change(2, 0, null)]),
      ],
      {
        fallback: { afterMs: minute, tasks: 10, use: 'if-higher' },
        out: { afterMs: minute, atMost: [{ percent: 100, periodMs: 30 * minute }] },
        in: { atMost: [{ tasks: 4, periodMs: 30 * minute }] },
      },
    )
    let largest = 0
    for (let look = 0; look < 1_000; look++) {
      const atMs = look * 20 * second
      const wave = 50 + Math.round(49 * Math.sin(look / 7))
      course.look(atMs, {
        series: {
          'slo requests': series([wave * 500, wave * 600], noon + atMs),
          cpu: look % 50 < 20 ? throttled : series([wave], noon + atMs),
          requests: series([wave * 100], noon + atMs),
        },
        queues: { orders: depth((look * 37) % 500) },
        alarms: [calm('cpu-high')],
      })
      largest = Math.max(largest, JSON.stringify(course.memory).length)
    }
    expect(largest).toBeGreaterThan(300)
    // Five triggers and every limit; a service with an slo alone stays below 2,000.
    expect(largest).toBeLessThan(3_000)
  })

  it('holds nothing for alarms that the owner gave no further rules', () => {
    const course = new Course(10, [trigger('cpu-high', [change(2, 0, null)])])
    course.look(0, {
      alarms: [{ alarmName: 'cpu-high', alarm: throttled, metric: null, mutedUntilMs: null }],
    })
    expect(course.memory).toStrictEqual({ cooldown: null, lastWrite: null })
  })

  it('forgets triggers that are gone from the rule', () => {
    const course = new Course(10, [cpu(50), queueTrigger(10)])
    course.look(0, { series: { 'cpu 60s': series([50]) }, queues: { orders: depth(100) } })
    expect(Object.keys(course.memory?.triggers ?? {})).toEqual(['cpu', 'queue orders'])
    course.rule = { ...course.rule, triggers: [cpu(50)] }
    course.look(1, { series: { 'cpu 60s': series([50]) } })
    expect(Object.keys(course.memory?.triggers ?? {})).toEqual(['cpu'])
  })
})
