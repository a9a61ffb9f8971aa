import { describe, expect, it } from 'vitest'
import type { Outcome } from '../../src/model/decision.ts'
import type { Mark } from '../../src/model/slo-memory.ts'
import { minute, second } from '../../src/model/time.ts'
import { fewestAllowed, mostAllowed, withChange } from '../../src/scaling/change-limit.ts'
import { remember } from '../../src/scaling/remember.ts'
import type { ChangeLimit } from '../../src/scaling/wishes/direction.ts'
import { Course } from './scaling-course.ts'
import { cpu, crew, depth, metricTarget, queueTrigger, series, sloRequests } from './scaling-signals.ts'
import { breaching, change, deploying, exact, noon, service, trigger, value, wishes } from './scaling-view.ts'

/** What limits a change: per period, while tasks start, by windows, deployments, pauses. */

const tasksPer = (tasks: number, periodMs: number): ChangeLimit => ({ tasks, periodMs })
const percentPer = (percent: number, periodMs: number): ChangeLimit => ({ percent, periodMs })

/** A total of which each task has 10, seen one millisecond before the look. */
const demand = (tasks: number, atMs: number) => ({
  series: { 'metric Depth': series([10 * tasks, 10 * tasks], noon + atMs) },
})
const total = metricTarget(10, 'task')
const atOnce = { suspicious: { dropPercent: 90, holdMs: 0 } }

describe('changes per period, vectors of HPA', () => {
  it('H10: 10 % or 4 tasks a minute, the larger: 80, 72, 64 … and 4 at a time from 40 on', () => {
    const course = new Course(80, [total], {
      min: 1,
      in: { afterMs: 0, atMost: [tasksPer(4, minute), percentPer(10, minute)] },
      ...atOnce,
    })
    const counts = Array.from({ length: 14 }, (_, at) => {
      course.look(at * minute, demand(1, at * minute))
      return course.desired
    })
    expect(counts).toEqual([72, 64, 57, 51, 45, 40, 36, 32, 28, 24, 20, 16, 12, 8])
  })

  it('H11: 4 tasks or 100 % per 15 s: 1, 5, 10, 20, 40, 80, 100', () => {
    const course = new Course(1, [total], {
      min: 1,
      out: { atMost: [tasksPer(4, 15 * second), percentPer(100, 15 * second)], startingPercent: 10_000 },
    })
    const counts = Array.from({ length: 6 }, (_, at) => {
      course.look(at * 15 * second, demand(100, at * 15 * second))
      return course.desired
    })
    expect(counts).toEqual([5, 10, 20, 40, 80, 100])
  })

  it('H13: 900 % a minute: 1, 10, 100, 1,000; one task per 5 min: 1, 2, 3', () => {
    const fast = new Course(1, [total], {
      max: 1_000,
      out: { atMost: [percentPer(900, minute)], startingPercent: 10_000 },
    })
    const slow = new Course(1, [total], { out: { atMost: [tasksPer(1, 5 * minute)] } })
    for (const [at, tens] of [10, 100, 1_000].entries()) {
      fast.look(at * minute, demand(5_000, at * minute))
      expect(fast.desired).toBe(tens)
    }
    expect(slow.look(0, demand(50, 0))).toBe('1 → 2')
    expect(slow.look(5 * minute - 1, demand(50, 5 * minute))).toBe('rate-limit')
    expect(slow.look(5 * minute, demand(50, 5 * minute))).toBe('2 → 3')
  })

  it('the smallest of two holds where the owner wants that', () => {
    const course = new Course(20, [total], {
      out: { atMost: [tasksPer(4, minute), percentPer(100, minute)], select: 'smallest' },
    })
    expect(course.look(0, demand(90, 0))).toBe('20 → 24')
  })

  it.each<[what: string, count: number, changes: Mark[], limit: ChangeLimit, most: number, fewest: number]>([
    ['nothing yet', 10, [], tasksPer(4, minute), 14, 6],
    ['two were added within the minute', 10, [[noon - 20 * second, 8]], tasksPer(4, minute), 12, 4],
    ['they were added before it', 10, [[noon - minute, 8]], tasksPer(4, minute), 14, 6],
    [
      'up and down again',
      8,
      [
        [noon - 30 * second, 8],
        [noon - 10 * second, 12],
      ],
      tasksPer(4, minute),
      12,
      4,
    ],
    ['more were added than a limit that is new allows', 20, [[noon - second, 8]], tasksPer(4, minute), 20, 4],
    ['a share from nothing moves one', 0, [], percentPer(100, minute), 1, 0],
    ['a small share moves one', 3, [], percentPer(10, minute), 4, 2],
    ['7.2 become 8', 72, [], percentPer(10, minute), 80, 64],
    ['0 %', 72, [], percentPer(0, minute), 72, 72],
    ['0 tasks', 72, [], tasksPer(0, minute), 72, 72],
    ['more than are there', 3, [], tasksPer(9, minute), 12, 0],
  ])('%s', (_what, count, changes, limit, most, fewest) => {
    expect(mostAllowed(count, { atMost: [limit], select: 'largest' }, changes, noon)).toBe(most)
    expect(fewestAllowed(count, { atMost: [limit], select: 'largest' }, changes, noon)).toBe(fewest)
  })

  it('are remembered as far back as the longest period, and never without end', () => {
    const limits = [tasksPer(4, minute), tasksPer(9, 2 * minute)]
    let changes: Mark[] = []
    for (let at = 0; at < 100; at++)
      changes = withChange(changes, [noon + at * second, at], limits, noon + at * second)
    expect(changes).toHaveLength(24)
    expect(changes.at(-1)).toEqual([noon + 99 * second, 99])
    // The oldest that was kept stands for all before it: the count from the beginning of the period.
    expect(changes[0]?.[1]).toBe(0)
    expect(withChange(changes, [noon + 10 * minute, 5], limits, noon + 10 * minute)).toEqual([
      [noon + 10 * minute, 5],
    ])
    expect(withChange(changes, [noon, 5], [], noon)).toEqual([])
  })

  it('a clock that was set back does not make them last', () => {
    expect(withChange([[noon + 60 * minute, 3]], [noon, 5], [tasksPer(4, minute)], noon)).toEqual([[noon, 5]])
  })

  it('count from when they were decided, though what came of them was known later', () => {
    const action = { verb: 'update-service', cluster: 'prod', service: 'checkout' } as const
    const lost: Outcome = { ok: false, code: 'unavailable', message: 'no answer', transient: true }
    const intent = {
      action: { ...action, desiredCount: 0, previousDesiredCount: 3 },
      because: { code: 'idle' },
      recordedAtMs: noon,
    }
    const { scale } = wishes([total], { out: { atMost: [tasksPer(1, 2 * minute)] } })
    const unheard = remember(undefined, intent, lost, noon + second, scale)
    const found = remember(unheard, intent, { ok: true }, noon + minute, scale)
    expect(found.changes).toEqual([[noon, 3]])
  })

  it('survive a restart: they lie in the memory', () => {
    const course = new Course(10, [total], { out: { atMost: [tasksPer(4, minute)] } })
    expect(course.look(0, demand(50, 0))).toBe('10 → 14')
    course.memory = JSON.parse(JSON.stringify(course.memory))
    expect(course.look(30 * second, demand(50, 30 * second))).toBe('rate-limit')
  })
})

describe('while tasks are starting', () => {
  it('three times those ready, and ten at least, may be starting', () => {
    const course = new Course(2, [total])
    expect(course.look(0, demand(100, 0))).toBe('2 → 12')
    expect(course.look(20 * second, demand(100, 20 * second), { is: crew(12, 2) })).toBe('tasks-starting')
    expect(course.look(40 * second, demand(100, 40 * second), { is: crew(12, 12) })).toBe('12 → 48')
    expect(course.look(60 * second, demand(100, 60 * second), { is: crew(48, 20) })).toBe('48 → 80')
  })

  it('what ECS has not begun to start counts, too', () => {
    const course = new Course(2, [total])
    expect(course.look(0, demand(100, 0))).toBe('2 → 12')
    const lagging = service({ desiredCount: 12, runningCount: 2, pendingCount: 0 })
    expect(course.look(10 * second, demand(100, 10 * second), { is: lagging })).toBe('tasks-starting')
  })

  it('an owner’s share holds for steps as well; without it a step knows no such limit', () => {
    const steps = [trigger('cpu-high', [exact(90, 0, null)])]
    const alarms = [breaching('cpu-high', [60])]
    expect(new Course(2, steps).look(0, { alarms })).toBe('2 → 90')
    expect(new Course(2, steps, { out: { startingPercent: 100 } }).look(0, { alarms })).toBe('2 → 12')
  })

  it('nothing is removed because of it', () => {
    const course = new Course(40, [total], { in: { afterMs: 0 }, ...atOnce })
    expect(course.look(0, demand(3, 0), { is: crew(40, 5) })).toBe('40 → 3')
  })
})

describe('stabilization', () => {
  it('fewer tasks only when they were asked for five minutes long: the largest of the window holds', () => {
    const course = new Course(10, [total], atOnce)
    expect(course.look(0, demand(4, 0))).toBe('asked-too-briefly')
    expect(course.look(minute, demand(6, minute))).toBe('asked-too-briefly')
    expect(course.look(2 * minute, demand(4, 2 * minute))).toBe('asked-too-briefly')
    expect(course.look(5 * minute - 1, demand(4, 5 * minute))).toBe('asked-too-briefly')
    expect(course.look(5 * minute, demand(4, 5 * minute))).toBe('10 → 6')
    // Six were asked for until the look at two minutes.
    expect(course.look(7 * minute - 1, demand(4, 7 * minute))).toBe('asked-too-briefly')
    expect(course.look(7 * minute, demand(4, 7 * minute))).toBe('6 → 4')
  })

  it('what is asked at once is more', () => {
    const course = new Course(10, [total])
    expect(course.look(0, demand(12, 0))).toBe('10 → 12')
  })

  it('more only after a while where the owner wants that: the smallest of the window', () => {
    const course = new Course(10, [total], { out: { afterMs: minute } })
    expect(course.look(0, demand(20, 0))).toBe('asked-too-briefly')
    expect(course.look(30 * second, demand(14, 30 * second))).toBe('asked-too-briefly')
    expect(course.look(minute, demand(20, minute))).toBe('10 → 14')
    expect(course.look(2 * minute - 1, demand(20, 2 * minute))).toBe('asked-too-briefly')
    expect(course.look(2 * minute, demand(20, 2 * minute))).toBe('14 → 20')
  })

  it('an slo has its own hold, an alarm its cooldown: neither waits five minutes', () => {
    const steps = new Course(10, [trigger('cpu-low', [change(-1, null, 0)])])
    expect(steps.look(0, { alarms: [breaching('cpu-low', [40])] })).toBe('10 → 9')
    const slo = new Course(10, [sloRequests()], atOnce)
    const load = (atMs: number) => ({ series: { 'slo requests': series([6_000, 6_000], noon + atMs) } })
    // 100/s and 6.9/s of slack with 50/s each.
    slo.look(0, load(0))
    expect(slo.look(89 * second, load(89 * second))).toBe('slo-met')
    slo.look(90 * second, load(90 * second))
    expect(slo.desired).toBe(3)
  })

  it('each trigger has its own: one that never asked for more keeps nothing', () => {
    const course = new Course(10, [total, queueTrigger(10)], atOnce)
    const seen = (atMs: number, tasks: number, messages: number) => ({
      ...demand(tasks, atMs),
      queues: { orders: depth(messages) },
    })
    course.look(0, seen(0, 10, 20))
    expect(course.look(minute, seen(minute, 4, 20))).toBe('asked-too-briefly')
    // The queue wants two all the time, the total was content with ten until a minute had passed.
    expect(course.look(6 * minute - 1, seen(6 * minute, 4, 20))).toBe('asked-too-briefly')
    expect(course.look(6 * minute, seen(6 * minute, 4, 20))).toBe('10 → 4')
  })

  it('what was asked for before a gap in the signal, or in looking, holds until after it', () => {
    const course = new Course(10, [total], atOnce)
    course.look(0, demand(10, 0))
    expect(course.look(30 * minute, { series: {} })).toBe('within-bounds')
    expect(course.look(60 * minute, demand(4, 60 * minute))).toBe('asked-too-briefly')
    expect(course.look(65 * minute, demand(4, 65 * minute))).toBe('10 → 4')
  })

  it('a clock that was set back makes it last one window at most', () => {
    const course = new Course(10, [total], atOnce)
    course.look(60 * minute, demand(9, 60 * minute))
    course.look(61 * minute, demand(8, 61 * minute))
    expect(course.look(0, demand(4, 0))).toBe('10 → 8')
    expect(course.look(5 * minute - 1, demand(4, 5 * minute))).toBe('asked-too-briefly')
    expect(course.look(5 * minute, demand(4, 5 * minute))).toBe('8 → 4')
  })
})

describe('a deployment', () => {
  const busy = service({ desiredCount: 10, runningCount: 10, ...deploying })
  it.each([
    ['out-only', 20, '10 → 20'],
    ['out-only', 4, 'deployment-in-progress'],
    ['freeze', 20, 'deployment-in-progress'],
    ['freeze', 4, 'deployment-in-progress'],
    ['normal', 20, '10 → 20'],
    ['normal', 4, '10 → 4'],
  ] as const)('%s: %i wanted of 10', (whileDeploying, wanted, after) => {
    const course = new Course(10, [total], { whileDeploying, in: { afterMs: 0 }, ...atOnce })
    expect(course.look(0, demand(wanted, 0), { is: busy })).toBe(after)
  })

  it.each([
    ['out-only', 2, 5, 'deployment-in-progress'],
    ['out-only', 15, 20, '10 → 15'],
    ['freeze', 15, 20, 'deployment-in-progress'],
    ['normal', 2, 5, '10 → 5'],
  ] as const)('%s: bounds %i to %i', (whileDeploying, min, max, after) => {
    expect(new Course(10, [], { whileDeploying, min, max }).look(0, {}, { is: busy })).toBe(after)
  })
})

describe('a pause of one direction', () => {
  const pause = (change: { in?: string; out?: string }) => ({
    pause: { all: null, in: null, out: null, ...change },
    in: { afterMs: 0 },
    ...atOnce,
  })
  it.each([
    ['in: nothing is removed', { in: 'launch' }, 4, 'paused-direction'],
    ['in: more may be added', { in: 'launch' }, 14, '10 → 14'],
    ['out: nothing is added', { out: 'budget' }, 14, 'paused-direction'],
    ['out: fewer may be', { out: 'budget' }, 4, '10 → 4'],
  ] as const)('%s', (_what, change, wanted, after) => {
    expect(new Course(10, [total], pause(change)).look(0, demand(wanted, 0))).toBe(after)
  })

  it('holds against the bounds too, with its reason', () => {
    const { decisions } = new Course(10, [], { max: 5, ...pause({ in: 'launch' }) }).verdict(0, {})
    expect(decisions[0]?.because).toEqual({
      code: 'paused-direction',
      trigger: null,
      wanted: 5,
      direction: 'in',
      note: 'launch',
    })
    expect(new Course(10, [], { min: 15, ...pause({ out: 'x' }) }).look(0, {})).toBe('paused-direction')
  })
})

describe('several triggers', () => {
  it('the largest wins, and one within its tolerance keeps what is there', () => {
    const course = new Course(10, [total, cpu(50)], { in: { afterMs: 0 }, ...atOnce })
    const both = (tasks: number, percent: number) => ({
      series: { 'metric Depth': series([10 * tasks]), 'cpu 60s': series([percent]) },
    })
    expect(course.look(0, both(14, 90))).toBe('10 → 18')
    expect(course.look(1, both(4, 52))).toBe('target-met')
    expect(course.look(2, both(4, 25))).toBe('18 → 9')
  })

  it('an alarm that is OK has no say about removing; its cooldown has', () => {
    const steps = trigger('cpu-high', [change(2, 0, null)])
    const course = new Course(10, [total, steps], { in: { afterMs: 0 }, ...atOnce })
    expect(course.look(0, { ...demand(4, 0), alarms: [breaching('cpu-high', [60])] })).toBe('10 → 12')
    const ok = breaching('cpu-high', [])
    const calm = {
      ...ok,
      alarm: value({ ...(ok.alarm.kind === 'value' ? ok.alarm.value : null), state: 'OK' }),
    }
    const alarms = [calm as typeof ok]
    expect(course.look(minute, { ...demand(4, minute), alarms })).toBe('cooldown-in')
    expect(course.look(5 * minute, { ...demand(4, 5 * minute), alarms })).toBe('12 → 4')
  })

  it('tells how the count came about', () => {
    const course = new Course(10, [total, cpu(50)], { out: { atMost: [tasksPer(3, minute)] } })
    const { decisions } = course.verdict(0, { series: { 'metric Depth': series([200]) } })
    expect(decisions[0]?.facts).toEqual([
      { label: 'Depth', value: 'asks 20' },
      { label: 'cpu', value: 'cannot be judged' },
      { label: 'rate', value: '13' },
    ])
  })
})
