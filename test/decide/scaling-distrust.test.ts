import { describe, expect, it } from 'vitest'
import { minute, second } from '../../src/model/time.ts'
import { suddenFallAt } from '../../src/scaling/suspicion.ts'
import type { Fallback } from '../../src/scaling/wishes/behaviour.ts'
import { Course } from './scaling-course.ts'
import {
  cpu,
  depth,
  metricTarget,
  queueTrigger,
  requestsPerTask,
  series,
  sloRequests,
} from './scaling-signals.ts'
import { change, noon, throttled, trigger, value } from './scaling-view.ts'

/** Signals that fall suddenly, and signals that fail. */

describe('a sudden fall', () => {
  const rule = { dropPercent: 90, holdMs: 5 * minute }
  it.each<[what: string, points: number[], isCount: boolean, minutesAgo: number | null]>([
    ['to zero', [50, 52, 48, 0], false, 0],
    ['by 90 % of the lowest of three', [50, 60, 40, 4], false, 0],
    ['by a little less', [50, 60, 40, 4.1], false, null],
    ['of a signal that is low now and then', [50, 3, 60, 0.4], false, null],
    ['seen by two points only', [50, 0], false, 0],
    ['with nothing to compare', [0], false, null],
    ['without a point', [], false, null],
    ['of a level below the height of noise: levels have none', [0.5, 0.5, 0.5, 0], false, 0],
    ['of seven events each to none', [7, 7, 6, 0], true, 0],
    ['of six each: chance', [6, 6, 6, 0], true, null],
    ['that a look missed', [50, 50, 50, 0, 0, 0], false, 2],
    ['that was missed, and came back', [50, 50, 50, 0, 0, 9], false, null],
    ['in two steps: the second counts', [50, 50, 50, 5, 0], false, 0],
    ['longer ago than it is distrusted', [50, 50, 50, 0, 0, 0, 0, 0, 0], false, null],
    ['of which too little is known of what was before', [50, 0, 0, 0], false, null],
  ])('%s', (_what, points, isCount, minutesAgo) => {
    const fellAtMs = minutesAgo === null ? null : noon - minutesAgo * minute
    expect(suddenFallAt(series(points), rule, isCount)).toBe(fellAtMs)
  })

  it('after a gap there is nothing to compare with', () => {
    const points = [
      { endMs: noon - 4 * minute, value: 50 },
      { endMs: noon, value: 0 },
    ]
    const gap = value({ periodMs: minute, points })
    expect(suddenFallAt(gap, rule, false)).toBeNull()
    expect(suddenFallAt(throttled, rule, false)).toBeNull()
    expect(suddenFallAt(undefined, rule, false)).toBeNull()
  })

  it('nothing is removed for five minutes after it, then it is believed', () => {
    const course = new Course(10, [metricTarget(10, 'task')], { in: { afterMs: 0 } })
    const fell = (atMs: number) => ({ series: { 'metric Depth': series([100, 100, 100, 1], noon) }, atMs })
    expect(course.look(second, fell(second))).toBe('within-bounds')
    const { decisions } = course.verdict(second, fell(second))
    expect(decisions[1]).toMatchObject({
      about: 'Depth',
      because: { code: 'suspicious-fall', remainingMs: 5 * minute - second },
      untilMs: noon + 5 * minute,
    })
    const low = (atMs: number) => ({ series: { 'metric Depth': series([1, 1, 1, 1], noon + atMs) } })
    expect(course.look(4 * minute, low(4 * minute))).toBe('within-bounds')
    expect(course.look(5 * minute, low(5 * minute))).toBe('10 → 1')
  })

  it('it keeps other triggers from removing, and nobody from adding', () => {
    const course = new Course(10, [metricTarget(10, 'task'), queueTrigger(10)], { in: { afterMs: 0 } })
    const series4 = { 'metric Depth': series([100, 100, 100, 0]) }
    expect(course.look(0, { series: series4, queues: { orders: depth(20) } })).toBe('scale-in-unsure')
    expect(course.look(1, { series: series4, queues: { orders: depth(200) } })).toBe('10 → 20')
  })

  it('what asks for more after it is believed at once', () => {
    const course = new Course(10, [metricTarget(10, 'task')], { in: { afterMs: 0 } })
    course.look(0, { series: { 'metric Depth': series([100, 100, 0]) } })
    expect(course.look(minute, { series: { 'metric Depth': series([100, 0, 150], noon + minute) } })).toBe(
      '10 → 15',
    )
  })

  it.each([
    ['an slo for requests', sloRequests(), { 'slo requests': series([30_000, 30_000, 0]) }],
    ['a utilisation', cpu(50), { 'cpu 60s': series([50, 50, 1]) }],
    ['requests per task', requestsPerTask(10), { requests: series([6_000, 6_000, 5]) }],
  ] as const)('%s', (_what, watching, seen) => {
    const course = new Course(40, [watching], { min: 1, in: { afterMs: 0 } })
    const { decisions } = course.verdict(0, { series: seen })
    expect(decisions[1]).toMatchObject({ because: { code: 'suspicious-fall' } })
  })

  it('it makes no trigger inactive: the last task stays until the fall is believed', () => {
    const level = { ...metricTarget(10, 'service'), wakeAt: 1 }
    const course = new Course(1, [level], { min: 0, zero: { idleMs: 0, initialCooldownMs: 0 } })
    const at = (atMs: number, points: number[]) =>
      course.look(atMs, { series: { 'metric Depth': series(points, noon + atMs) } })
    expect(at(0, [10, 10, 10, 0])).toBe('target-met')
    expect(at(4 * minute, [0, 0, 0, 0])).toBe('target-met')
    expect(at(5 * minute, [0, 0, 0, 0])).toBe('1 → 0')
  })

  it('nothing is suspicious to an owner who says so, and a clock set back ends it', () => {
    const seen = { series: { 'metric Depth': series([100, 100, 0]) } }
    const trusting = { in: { afterMs: 0 }, suspicious: { dropPercent: 90, holdMs: 0 }, min: 1 }
    expect(new Course(10, [metricTarget(10, 'task')], trusting).look(0, seen)).toBe('10 → 1')
    const course = new Course(10, [metricTarget(10, 'task')], { in: { afterMs: 0 }, min: 1 })
    course.memory = {
      cooldown: null,
      lastWrite: null,
      triggers: { Depth: { suspiciousUntilMs: noon + 60 * minute } },
    }
    expect(course.look(0, { series: { 'metric Depth': series([10, 10]) } })).toBe('10 → 1')
  })
})

describe('a fallback for a trigger that fails', () => {
  const course = (count: number, use: Fallback['use'], tasks = 10) =>
    new Course(count, [cpu(50)], { in: { afterMs: 0 }, fallback: { afterMs: 3 * minute, tasks, use } })
  const blind = { series: { 'cpu 60s': throttled } }

  it.each<[use: Fallback['use'], count: number, after: string]>([
    ['static', 4, '4 → 10'],
    ['static', 20, '20 → 10'],
    ['current', 4, 'fallback'],
    ['current', 20, 'fallback'],
    ['if-higher', 4, '4 → 10'],
    ['if-higher', 20, 'fallback'],
    ['if-lower', 4, 'fallback'],
    ['if-lower', 20, '20 → 10'],
  ])('%s, with %i tasks', (use, count, after) => {
    const failing = course(count, use)
    expect(failing.look(0, blind)).toBe('within-bounds')
    expect(failing.look(3 * minute - 1, blind)).toBe('within-bounds')
    expect(failing.look(3 * minute, blind)).toBe(after)
  })

  it('counts from the first failure in a row', () => {
    const failing = course(4, 'static')
    failing.look(0, blind)
    failing.look(2 * minute, { series: { 'cpu 60s': series([50], noon + 2 * minute) } })
    failing.look(3 * minute, blind)
    expect(failing.look(5 * minute, blind)).toBe('within-bounds')
    expect(failing.look(6 * minute, blind)).toBe('4 → 10')
  })

  it('another trigger that sees more wins', () => {
    const both = new Course(4, [cpu(50), queueTrigger(1)], {
      fallback: { afterMs: 0, tasks: 10, use: 'static' },
      out: { startingPercent: 10_000 },
    })
    expect(both.look(0, { ...blind, queues: { orders: depth(30) } })).toBe('4 → 30')
  })

  it('holds for an alarm that cannot be read, and not for a suspicious fall', () => {
    const alarm = new Course(4, [trigger('cpu-high', [change(2, 0, null)])], {
      fallback: { afterMs: minute, tasks: 10, use: 'static' },
    })
    const alarms = [{ alarmName: 'cpu-high', alarm: throttled, metric: null, mutedUntilMs: null }]
    alarm.look(0, { alarms })
    expect(alarm.look(minute, { alarms })).toBe('4 → 10')
    const fell = new Course(4, [metricTarget(10, 'task')], {
      fallback: { afterMs: 0, tasks: 10, use: 'static' },
    })
    expect(fell.look(0, { series: { 'metric Depth': series([40, 40, 0]) } })).toBe('within-bounds')
  })

  it('the bounds hold for it, and a deployment', () => {
    const high = new Course(4, [cpu(50)], { max: 6, fallback: { afterMs: 0, tasks: 10, use: 'static' } })
    expect(high.look(0, blind)).toBe('4 → 6')
  })
})
