import { describe, expect, it } from 'vitest'
import type { Reading } from '../../src/model/reading.ts'
import type { Deployment } from '../../src/model/service.ts'
import { hour, minute, second } from '../../src/model/time.ts'
import { decide } from '../../src/scaling/decide.ts'
import { addedTasks, goneTasks } from '../../src/scaling/measured.ts'
import type { TargetTrigger, Trigger } from '../../src/scaling/policy.ts'
import type { Series, ServiceTask } from '../../src/scaling/signal.ts'
import { keyOf, propose, reads } from '../../src/scaling/triggers/target.ts'
import { readsOf } from '../../src/scaling/triggers.ts'
import { Course } from './scaling-course.ts'
import {
  cpu,
  crew,
  metricTarget,
  requestsPerTask,
  seeing,
  series,
  sloRequests,
  task,
} from './scaling-signals.ts'
import { noon, throttled, value, wishes } from './scaling-view.ts'

interface Case {
  trigger: TargetTrigger
  /** What the newest point says. */
  point: number
  count: number
  ready?: number
  starting?: number
  /** Of those that start, so many were asked for a moment ago. Default: all. */
  added?: number
}

/** What a trigger asks for; null when it asks for nothing. */
function asked({
  trigger,
  point,
  count,
  ready = count,
  starting = count - ready,
  added = starting,
}: Case): number | null {
  const proposal = propose(
    trigger,
    {
      count,
      ready,
      starting,
      additional: Number.POSITIVE_INFINITY,
      removed: null,
      added,
      min: 0,
      revision: null,
      series: { [keyOf(trigger)]: series([point]) },
      queues: {},
      tasks: null,
      alarms: [],
      cooling: null,
    },
    undefined,
    noon,
  )
  return proposal.asks ? proposal.count : null
}

describe('vectors of HPA (replica_calculator_test.go), pods of one CPU each', () => {
  it.each<[id: string, what: string, given: Case, asks: number]>([
    ['H1', '300, 500, 700 at 30 %', { trigger: cpu(30), point: 50, count: 3 }, 5],
    ['H2', 'one of three not ready', { trigger: cpu(30), point: 60, count: 3, ready: 2 }, 4],
    [
      'H3',
      'two of three not ready: it would turn round',
      { trigger: cpu(30), point: 40, count: 3, ready: 1 },
      3,
    ],
    ['H4', 'two that failed are none', { trigger: cpu(30), point: 60, count: 2 }, 4],
    ['H5', '28 % of 50 %', { trigger: cpu(50), point: 28, count: 5 }, 3],
    ['H6', 'two of five not ready', { trigger: cpu(50), point: 30, count: 5, ready: 3 }, 2],
    ['H7', 'four of five pending', { trigger: cpu(50), point: 10, count: 5, ready: 1 }, 1],
    ['H8', '8,600 at 2,150 each', { trigger: metricTarget(2_150, 'task'), point: 8_600, count: 3 }, 4],
    ['H8', '8,600 at 2,867 each', { trigger: metricTarget(2_867, 'task'), point: 8_600, count: 5 }, 3],
    ['H8', '6,000 at 2,000 each', { trigger: metricTarget(2_000, 'task'), point: 6_000, count: 5 }, 3],
    [
      'H9',
      'a level of 20,000 at 15,000',
      { trigger: metricTarget(15_000, 'service'), point: 20_000, count: 3 },
      4,
    ],
    [
      'H9',
      'a level of 12,000 at 20,000',
      { trigger: metricTarget(20_000, 'service'), point: 12_000, count: 5 },
      3,
    ],
    [
      'H9, mended',
      'above the target with one of three ready nothing is removed (HPA: 2)',
      { trigger: metricTarget(4_400, 'service'), point: 8_600, count: 3, ready: 1 },
      3,
    ],
    ['H12', '50 at 90 % with 75 %', { trigger: cpu(75), point: 90, count: 50 }, 60],
  ])('%s: %s', (_id, _what, given, asks) => {
    expect(asked(given)).toBe(asks)
  })
})

describe('vectors of target tracking', () => {
  it.each([
    ['10 at 150 of 100', 100, 150, 10, 15],
    ['3 at 75 of 50: 1.5 more are 2', 50, 75, 3, 5],
    ['3 at 25 of 50: 1.5 fewer are 1', 50, 25, 3, 2],
  ])('%s', (_what, target, point, count, asks) => {
    expect(asked({ trigger: metricTarget(target, 'service'), point, count })).toBe(asks)
  })
})

describe('tolerance', () => {
  it.each<[what: string, tolerance: TargetTrigger['tolerance'], point: number, asks: number]>([
    ['exactly 10 % above', { out: 0.1, in: 0.1 }, 55, 10],
    ['a little more', { out: 0.1, in: 0.1 }, 55.1, 12],
    ['exactly 10 % below', { out: 0.1, in: 0.1 }, 45, 10],
    ['a little less', { out: 0.1, in: 0.1 }, 44.9, 9],
    ['none: exactly on target', { out: 0, in: 0 }, 50, 10],
    ['none: a tenth of a percent above', { out: 0, in: 0 }, 50.1, 11],
    ['only outwards', { out: 0.5, in: 0 }, 74, 10],
    ['only inwards', { out: 0, in: 0.5 }, 26, 10],
  ])('%s', (_what, tolerance, point, asks) => {
    expect(asked({ trigger: cpu(50, { tolerance }), point, count: 10 })).toBe(asks)
  })

  it('a total is compared with what all tasks are to have', () => {
    const trigger = requestsPerTask(10)
    // 6,600 a minute are 110/s, 10 % over the 100 of ten tasks.
    expect(asked({ trigger, point: 6_600, count: 10 })).toBe(10)
    expect(asked({ trigger, point: 6_660, count: 10 })).toBe(12)
  })
})

describe('odd numbers', () => {
  it.each<[what: string, given: Case, asks: number | null]>([
    ['binary dust is no task: 0.7 of 2.1', { trigger: metricTarget(0.7, 'task'), point: 2.1, count: 9 }, 3],
    ['0 % with tasks: a level keeps one', { trigger: cpu(50), point: 0, count: 4 }, 1],
    ['a total of nothing', { trigger: requestsPerTask(10), point: 0, count: 4 }, 0],
    ['no task, no utilisation', { trigger: cpu(50), point: 80, count: 0 }, 0],
    ['a total from none', { trigger: requestsPerTask(10), point: 1_200, count: 0 }, 2],
    [
      'a level from none, of which nobody says when it wakes',
      { trigger: metricTarget(10, 'service'), point: 25, count: 0 },
      0,
    ],
    [
      'a level from none, with a threshold',
      { trigger: { ...metricTarget(10, 'service'), wakeAt: 1 }, point: 25, count: 0 },
      3,
    ],
    ['all tasks are starting', { trigger: cpu(50), point: 90, count: 3, ready: 0 }, null],
    [
      'more ready than wanted, in a deployment, and busy',
      { trigger: cpu(50), point: 60, count: 10, ready: 20 },
      24,
    ],
    [
      'more ready than wanted, and not busy: nothing is added',
      { trigger: cpu(50), point: 40, count: 10, ready: 20 },
      10,
    ],
    ['starting tasks beyond need', { trigger: cpu(50), point: 100, count: 10, ready: 5, starting: 5 }, 10],
    [
      'starting tasks that will not do',
      { trigger: cpu(50), point: 100, count: 8, ready: 6, starting: 2 },
      12,
    ],
    ['a huge total', { trigger: metricTarget(1e-9, 'task'), point: 1e12, count: 1 }, Number.MAX_SAFE_INTEGER],
  ])('%s', (_what, given, asks) => {
    expect(asked(given)).toBe(asks)
  })
})

describe('a signal that is of no use', () => {
  const unsure: [what: string, reading: Reading<Series> | undefined, code: string][] = [
    ['was not asked for', undefined, 'signal-missing'],
    ['is missing', { kind: 'missing', what: 'cpu' }, 'signal-missing'],
    ['has no point', series([]), 'signal-missing'],
    ['could not be read', throttled, 'signal-unreadable'],
    ['is three minutes old and a bit', series([20], noon - 3 * minute - 1), 'signal-stale'],
    ['has no time', series([20], Number.NaN), 'signal-stale'],
    ['is NaN', series([Number.NaN]), 'signal-not-finite'],
    ['is infinite', series([Number.POSITIVE_INFINITY]), 'signal-not-finite'],
    ['is negative', series([-1]), 'signal-not-finite'],
  ]

  it.each(unsure)(
    '%s: it asks for nothing, says so, and keeps others from removing',
    (_what, reading, code) => {
      const seen = reading
        ? { 'cpu 60s': reading, 'metric Depth': series([0, 0]) }
        : { 'metric Depth': series([0, 0]) }
      const policy = wishes([metricTarget(10, 'task'), cpu(50)], { in: { afterMs: 0 } })
      const { decisions } = decide(seeing(10, { series: seen }), policy, undefined, noon)
      expect(decisions[0]).toMatchObject({
        hold: 'scaling',
        because: { code: 'scale-in-unsure', trigger: 'Depth', unsure: 'cpu' },
      })
      expect(decisions[1]).toMatchObject({ hold: 'scaling', about: 'cpu', because: { code } })
    },
  )

  it.each(unsure)('%s: another still adds', (_what, reading) => {
    const seen = { ...(reading ? { 'cpu 60s': reading } : {}), 'metric Depth': series([200]) }
    const policy = wishes([metricTarget(10, 'task'), cpu(50)])
    const [first] = decide(seeing(10, { series: seen }), policy, undefined, noon).decisions
    expect(first).toMatchObject({ do: { desiredCount: 20 } })
  })

  it('three minutes old is not too old, and five periods of five minutes are not', () => {
    const policy = wishes([cpu(50)])
    const at = (reading: Reading<Series>) =>
      decide(seeing(10, { series: { 'cpu 60s': reading } }), policy, undefined, noon).decisions[0]
    expect(at(series([100], noon - 3 * minute))).toMatchObject({ do: { desiredCount: 20 } })
    expect(at(series([100], noon - 15 * minute, 5 * minute))).toMatchObject({ do: { desiredCount: 20 } })
  })

  it('a number too large for the journal still scales; it is left out', () => {
    const [first] = decide(
      seeing(10, { series: { 'metric Depth': series([1e17]) } }),
      wishes([metricTarget(1e15, 'task')]),
      undefined,
      noon,
    ).decisions
    expect(first).toMatchObject({ do: { desiredCount: 40 }, because: { measured: null } })
  })
})

describe('which tasks are ready', () => {
  it('is what ECS counts, or the tasks themselves where they were read', () => {
    const policy = wishes([cpu(50)])
    const seen = { series: { 'cpu 60s': series([100]) } }
    const [counted] = decide(seeing(crew(10, 10, 0), seen), policy, undefined, noon).decisions
    expect(counted).toMatchObject({ do: { desiredCount: 20 } })
    // Running, and not healthy yet: half of them.
    const tasks = value(Array.from({ length: 10 }, (_, at) => task(at < 5 ? 'ready' : 'starting', `t${at}`)))
    const [read] = decide(seeing(crew(10, 10, 0), { ...seen, tasks }), policy, undefined, noon).decisions
    expect(read).toMatchObject({ hold: 'scaling', because: { code: 'starting-suffices', starting: 5 } })
  })

  it('stopping tasks are neither', () => {
    const tasks = value([
      ...Array.from({ length: 10 }, (_, at) => task('ready', `r${at}`)),
      task('stopping', 's1'),
    ])
    const seen = { series: { 'cpu 60s': series([100]) }, tasks }
    const [first] = decide(seeing(crew(10), seen), wishes([cpu(50)]), undefined, noon).decisions
    expect(first).toMatchObject({ do: { desiredCount: 20 } })
  })
})

describe('a reading is of the tasks that were ready then', () => {
  const started = (count: number, atMs: number, phase: ServiceTask['phase'] = 'ready'): ServiceTask[] =>
    Array.from({ length: count }, (_, n) => ({
      ...task(phase, `${atMs} ${n}`),
      createdAtMs: noon + atMs - 30 * second,
      startedAtMs: phase === 'starting' ? null : noon + atMs,
    }))
  const four = started(4, -hour)
  /** The minute that ends at `endMs`. */
  const minuteOf = (percent: number, endMs: number) => ({ 'cpu 60s': series([percent], noon + endMs) })

  it('load that doubles at four tasks goes to eight, once', () => {
    const course = new Course(4, [cpu(50)])
    const grown = [...four, ...started(4, 110 * second)]
    expect(course.look(20 * second, { series: minuteOf(50, 0), tasks: value(four) })).toBe('target-met')
    expect(course.look(80 * second, { series: minuteOf(100, minute), tasks: value(four) })).toBe('4 → 8')
    const starting = [...four, ...started(4, 0, 'starting')]
    expect(
      course.look(
        100 * second,
        { series: minuteOf(100, minute), tasks: value(starting) },
        { is: crew(8, 4) },
      ),
    ).toBe('starting-suffices')
    // All eight are ready; the newest minute is from before.
    expect(course.look(120 * second, { series: minuteOf(100, minute), tasks: value(grown) })).toBe(
      'new-ones-suffice',
    )
    // Four at 100 % for 50 s, eight at 50 % for 10 s: 24,000 percent-seconds of 280 task-seconds.
    expect(course.look(140 * second, { series: minuteOf(85.7, 2 * minute), tasks: value(grown) })).toBe(
      'new-ones-suffice',
    )
    expect(course.look(200 * second, { series: minuteOf(50, 3 * minute), tasks: value(grown) })).toBe(
      'target-met',
    )
    expect(course.desired).toBe(8)
  })

  it.each<[what: string, tasks: ServiceTask[], percent: number, outcome: string]>([
    ['old ones alone', started(8, -hour), 100, '8 → 16'],
    ['half of them from after it, and not enough', [...four, ...started(4, 5 * second)], 150, '8 → 12'],
    ['half of them from its middle: as many as six', [...four, ...started(4, -30 * second)], 100, '8 → 12'],
    ['all of them from its middle: all', started(8, -30 * second), 100, '8 → 16'],
    ['all of them from after it: nothing is known of those before', started(8, 5 * second), 100, '8 → 16'],
    ['without a start: as if always there', four.concat(started(4, 0).map(unstarted)), 100, '8 → 16'],
    [
      'half of them in the place of lost ones, and little to do',
      [...four, ...started(4, 5 * second)],
      25,
      '8 → 4',
    ],
  ])('%s', (_what, tasks, percent, outcome) => {
    const course = new Course(8, [cpu(50)], { in: { afterMs: 0 } })
    expect(course.look(10 * second, { series: minuteOf(percent, 0), tasks: value(tasks) })).toBe(outcome)
  })

  it('tasks that were taken away since were measured, too: nobody goes twice for one minute', () => {
    const course = new Course(8, [cpu(60)], { in: { afterMs: 0 } })
    const minute45 = { series: minuteOf(45, 0), tasks: value(started(8, -hour)) }
    expect(course.look(20 * second, minute45)).toBe('8 → 6')
    const after = { series: minuteOf(45, 0), tasks: value(started(6, -hour)) }
    expect(course.look(40 * second, after)).toBe('target-met')
    // For 20 s of this minute there were eight: 45 % for 20 s and 60 % for 40 s.
    const mixed = { series: minuteOf(50, minute), tasks: value(started(6, -hour)) }
    expect(course.look(80 * second, mixed)).toBe('target-met')
    const fewer = { series: minuteOf(45, 3 * minute), tasks: value(started(6, -hour)) }
    expect(course.look(200 * second, fewer)).toBe('6 → 5')
  })

  it.each([
    ['before its period: none', -90, 0],
    ['at its beginning: none', -60, 0],
    ['in its middle: half of them', -30, 1],
    ['after its end: all', 20, 2],
  ])('of two tasks taken away %s', (_what, atSeconds, gone) => {
    const minute = { endMs: noon, periodMs: 60 * second }
    expect(goneTasks({ tasks: 2, atMs: noon + atSeconds * second }, minute)).toBe(gone)
    expect(goneTasks(null, minute)).toBe(0)
  })

  it.each<[what: string, given: Omit<Case, 'trigger'>, asks: number]>([
    ['three of four crashed: their load was measured', { point: 52, count: 4, ready: 1, added: 0 }, 4],
    ['Spot took two of six, and four would do', { point: 36, count: 6, ready: 4, added: 0 }, 4],
    ['all of them run', { point: 36, count: 4, ready: 4, added: 0 }, 3],
    ['four of eight were just asked for: they were not there', { point: 30, count: 8, ready: 4 }, 2],
    ['of those two crashed as well', { point: 30, count: 8, ready: 2, added: 4 }, 2],
    ['one crashed while too many run', { point: 12, count: 5, ready: 4, added: 0 }, 1],
  ])('tasks that were lost since were measured: %s', (_what, given, asks) => {
    expect(asked({ trigger: cpu(60), ...given })).toBe(asks)
  })

  it('of eight that were four a moment ago the four others were not lost: they start', () => {
    const course = new Course(4, [cpu(60)], { in: { afterMs: 0 } })
    expect(course.look(20 * second, { series: minuteOf(120, 0), tasks: value(four) })).toBe('4 → 8')
    const seen = { series: minuteOf(30, minute), tasks: value([...four, ...started(4, 0, 'starting')]) }
    expect(course.look(80 * second, seen, { is: crew(8, 4) })).toBe('8 → 2')
  })

  it.each([
    ['nothing was written', null, 0],
    ['a moment ago three were added', { desiredCount: 7, replaced: [4], atMs: noon - minute }, 3],
    ['of several counts that it replaced', { desiredCount: 7, replaced: [5, 4], atMs: noon - minute }, 3],
    ['some were taken away', { desiredCount: 4, replaced: [7], atMs: noon - minute }, 0],
    [
      'long ago: who does not run by now was there',
      { desiredCount: 7, replaced: [4], atMs: noon - 10 * minute },
      0,
    ],
  ])('tasks that our own last change added: %s', (_what, lastWrite, tasks) => {
    expect(addedTasks({ lastWrite }, noon)).toBe(tasks)
  })

  it('tasks that a deployment put in the place of others were measured as those were', () => {
    const replaced = started(8, 5 * second)
    const mixed = [...started(4, -40 * second), ...started(4, 5 * second)]
    const [primary] = crew(8).deployments
    const young = { ...crew(8), deployments: [{ ...primary, createdAtMs: noon - minute } as Deployment] }
    for (const tasks of [replaced, mixed]) {
      const course = new Course(8, [cpu(50)])
      const seen = { series: minuteOf(100, 0), tasks: value(tasks) }
      expect(course.look(10 * second, seen, { is: young })).toBe('8 → 16')
    }
    // Except for those that we asked for meanwhile.
    const course = new Course(6, [cpu(50)])
    const before = { series: minuteOf(65, -minute), tasks: value(mixed.slice(2)) }
    expect(course.look(-20 * second, before, { is: { ...young, desiredCount: 6, runningCount: 6 } })).toBe(
      '6 → 8',
    )
    const seen = { series: minuteOf(100, 0), tasks: value(mixed) }
    expect(course.look(10 * second, seen, { is: young })).toBe('8 → 12')
  })
})

const unstarted = (each: ServiceTask): ServiceTask => ({ ...each, startedAtMs: null })

describe('what is read', () => {
  it('the utilisation of the service, every minute or every 20 s', () => {
    expect(reads(cpu(50, { signal: { of: 'memory', periodSeconds: 20 } }), crew(1), undefined, noon)).toEqual(
      [
        {
          kind: 'metric',
          key: 'memory 20s',
          queries: [
            {
              id: 'm',
              returnData: true,
              stat: {
                namespace: 'AWS/ECS',
                metricName: 'MemoryUtilization',
                dimensions: { ClusterName: 'prod', ServiceName: 'checkout' },
                periodSeconds: 20,
                statistic: 'Average',
              },
              expression: null,
              periodSeconds: null,
            },
          ],
          periodMs: 20 * second,
          fromMs: noon - 5 * minute - 80 * second,
        },
      ],
    )
  })

  it('the requests of the service’s own target groups, whichever load balancer they are behind', () => {
    const targetGroupArns = [
      'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/73e2d6bc24d8a067',
    ]
    const [read] = reads(requestsPerTask(10), { ...crew(1), targetGroupArns }, undefined, noon)
    expect(read).toMatchObject({
      key: 'requests',
      periodMs: minute,
      queries: [
        {
          stat: null,
          expression: `SUM(SEARCH('{AWS/ApplicationELB,LoadBalancer,TargetGroup} MetricName="RequestCount" AND (TargetGroup="targetgroup/web/73e2d6bc24d8a067")', 'Sum', 60))`,
        },
      ],
    })
  })

  it('the same utilisation at each of the periods that somebody asks for', () => {
    const fast = cpu(50, { name: 'cpu 2', signal: { of: 'cpu', periodSeconds: 20 } })
    const periodsOf = (triggers: Trigger[]) =>
      readsOf({ triggers }, crew(1), undefined, noon).flatMap(({ key, ...read }) =>
        key.startsWith('cpu') && 'periodMs' in read ? [read.periodMs / second] : [],
      )
    expect(periodsOf([cpu(50), fast])).toEqual([60, 20])
    expect(periodsOf([fast, sloRequests()])).toEqual([20, 60])
    expect(periodsOf([cpu(50), sloRequests()])).toEqual([60])
    // Each is judged by its own.
    const seen = {
      series: { [keyOf(cpu(50))]: series([50]), [keyOf(fast)]: series([100], noon, 20 * second) },
    }
    expect(new Course(4, [cpu(50)]).look(0, seen)).toBe('target-met')
    expect(new Course(4, [fast]).look(0, seen)).toBe('4 → 8')
  })

  it('nothing where the service has no target group', () => {
    expect(reads(requestsPerTask(10), crew(1), undefined, noon)).toEqual([])
  })
})
