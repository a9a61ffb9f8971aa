import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Reading } from '../../src/model/reading.ts'
import { minute, second } from '../../src/model/time.ts'
import { explain } from '../../src/scaling/explain.ts'
import type { ScalePolicy } from '../../src/scaling/policy.ts'
import type { QueueDepth, Series } from '../../src/scaling/signal.ts'
import { Course } from './scaling-course.ts'
import {
  cpu,
  crew,
  depth,
  metricTarget,
  queueTrigger,
  schedule,
  series,
  sloQueue,
  sloRequests,
} from './scaling-signals.ts'
import { noon, type RuleChange, throttled } from './scaling-view.ts'

/** What holds over any history of looks, for every kind of trigger with a signal. */

interface Look {
  afterSeconds: number
  /** Percent of 1,000; of each signal. */
  level: number
  /** The period before. */
  earlier: number
  messages: number
  trouble: 'none' | 'missing' | 'failed' | 'stale' | 'odd' | 'partial'
  starting: number
  somebody: number | null
}

const looks = fc.array(
  fc.record({
    afterSeconds: fc.integer({ min: 10, max: 90 }),
    level: fc.oneof(fc.integer({ min: 0, max: 100 }), fc.constantFrom(0, 0, 100)),
    earlier: fc.integer({ min: 0, max: 100 }),
    messages: fc.oneof(fc.integer({ min: 0, max: 400 }), fc.constant(0)),
    trouble: fc.oneof(
      { weight: 5, arbitrary: fc.constant('none' as const) },
      { weight: 2, arbitrary: fc.constantFrom('missing', 'failed', 'stale', 'odd', 'partial' as const) },
    ),
    starting: fc.constantFrom(0, 0, 0, 2),
    somebody: fc.oneof(
      { weight: 12, arbitrary: fc.constant(null) },
      { weight: 1, arbitrary: fc.integer({ min: 0, max: 60 }) },
    ),
  }),
  { minLength: 5, maxLength: 60 },
) as fc.Arbitrary<Look[]>

const kinds: Record<string, ScalePolicy['triggers'][number]> = {
  cpu: cpu(50),
  total: metricTarget(10, 'task', true),
  queue: queueTrigger(10),
  sloRequests: sloRequests({ capacityPerSecond: 5 }),
  sloQueue: sloQueue(),
}
const rules = fc.record({
  triggers: fc.subarray(Object.values(kinds), { minLength: 1 }),
  min: fc.integer({ min: 0, max: 5 }),
  max: fc.integer({ min: 20, max: 60 }),
  outTasks: fc.integer({ min: 1, max: 12 }),
  inTasks: fc.integer({ min: 1, max: 6 }),
  afterMs: fc.constantFrom(null, 0, minute),
  floor: fc.option(fc.integer({ min: 6, max: 15 }), { nil: null }),
})

type Rule = typeof rules extends fc.Arbitrary<infer R> ? R : never

const seenAt = ({ level, earlier, messages, trouble }: Look, atMs: number) => {
  const endMs = noon + atMs - (trouble === 'stale' ? 10 * minute : 0)
  const of = (points: number[]): Reading<Series> =>
    trouble === 'missing'
      ? { kind: 'missing', what: 'it' }
      : trouble === 'failed'
        ? throttled
        : series(trouble === 'odd' ? points.map(() => Number.NaN) : points, endMs)
  const queue: Reading<QueueDepth> =
    trouble === 'none' || trouble === 'partial' || trouble === 'stale'
      ? depth(messages)
      : trouble === 'odd'
        ? depth(-1)
        : trouble === 'failed'
          ? throttled
          : { kind: 'missing', what: 'orders' }
  const whole = {
    cpu: of([earlier, level]),
    'metric Depth': of([earlier * 5, level * 5]),
    'slo requests': of([earlier * 100, level * 100]),
  }
  // One of the signals did not come.
  const { 'metric Depth': _, ...rest } = whole
  return { series: trouble === 'partial' ? rest : whole, queues: { orders: queue } }
}

interface Step {
  atMs: number
  before: number
  after: number
  look: Look
  code: string
  rule: Rule
  course: Course
  remembered: Course['memory']
  min: number
}

function play(
  rule: Rule,
  history: Look[],
  rest: RuleChange = {},
  each: (step: Step) => void = () => {},
): void {
  const { triggers, min, max, outTasks, inTasks, afterMs, floor } = rule
  const windows =
    floor === null ? [] : [schedule({ from: '0 12 * * *', to: '20 12 * * *', timeZone: 'UTC', min: floor })]
  const course = new Course(Math.max(min, floor ?? 0, 8), [...triggers, ...windows], {
    min,
    max,
    out: { atMost: [{ tasks: outTasks, periodMs: minute }] },
    in: { atMost: [{ tasks: inTasks, periodMs: minute }], afterMs },
    ...rest,
  })
  let atMs = 0
  for (const look of history) {
    atMs += look.afterSeconds * second
    if (look.somebody !== null) course.desired = look.somebody
    const before = course.desired
    const remembered = course.memory
    const is = crew(before, Math.max(0, before - look.starting))
    for (const { because } of course.verdict(atMs, seenAt(look, atMs), is).decisions)
      expect(explain(because)).toMatch(/^[A-Za-z0-9](?!.*(undefined|null|NaN|Infinity|∞)).*[^.]\.$/)
    const code = course.look(atMs, seenAt(look, atMs), { is })
    const effective = floor !== null && atMs < 20 * minute ? Math.max(min, floor) : min
    each({ atMs, before, after: course.desired, look, code, rule, course, remembered, min: effective })
  }
}

const always = (
  each: (step: Step) => void,
  {
    numRuns = 150,
    rest,
    pick = () => true,
  }: { numRuns?: number; rest?: RuleChange; pick?: (look: Look) => boolean } = {},
): void =>
  fc.assert(
    fc.property(rules, looks, (rule, history) => play(rule, history.filter(pick), rest, each)),
    { numRuns, seed: 20261123 },
  )

describe('over any history', () => {
  it('every change ends within the bounds and above every floor', () => {
    let changes = 0
    always(({ before, after, rule, min }) => {
      if (before === after) return
      changes++
      expect(after).toBeGreaterThanOrEqual(min)
      expect(after).toBeLessThanOrEqual(rule.max)
    })
    expect(changes).toBeGreaterThan(300)
  })

  it('nothing is removed on missing, failed, stale or odd data, nor on a part of it', () => {
    let [removed, troubled] = [0, 0]
    always(({ before, after, look, rule }) => {
      if (after < before && before <= rule.max) removed++
      const needsSeries = rule.triggers.some(
        ({ kind, ...trigger }) => kind === 'target' || ('of' in trigger && trigger.of === 'requests'),
      )
      const needsDepth = rule.triggers.includes(kinds.total as ScalePolicy['triggers'][number])
      const isBlind =
        look.trouble === 'partial'
          ? needsDepth
          : look.trouble === 'stale'
            ? needsSeries
            : look.trouble !== 'none'
      if (!isBlind) return
      troubled++
      // Only the owner's bounds take away then.
      if (before <= rule.max) expect(after).toBeGreaterThanOrEqual(before)
    })
    expect(removed).toBeGreaterThan(30)
    expect(troubled).toBeGreaterThan(300)
  })

  it('nothing is removed for five minutes after a sudden fall', () => {
    let falls = 0
    always(({ before, after, remembered, course, atMs, rule }) => {
      const until = Math.max(
        ...Object.values({ ...remembered?.triggers, ...course.memory?.triggers }).map(
          ({ suspiciousUntilMs = 0 }) => suspiciousUntilMs,
        ),
      )
      if (until <= noon + atMs) return
      falls++
      if (before <= rule.max) expect(after).toBeGreaterThanOrEqual(before)
    })
    expect(falls).toBeGreaterThan(100)
  })

  it('within any minute the count moves no further than the limits allow', () => {
    let moves = 0
    const course = new Map<Rule, { atMs: number; count: number }[]>()
    always(
      ({ atMs, before, after, rule, min }) => {
        const past = course.get(rule) ?? [{ atMs: -minute, count: before }]
        if (before !== after && before >= min && before <= rule.max) {
          moves++
          const start = past.filter(each => each.atMs <= atMs - minute).at(-1)?.count ?? before
          expect(after - start).toBeLessThanOrEqual(Math.max(rule.outTasks, before - start))
          expect(start - after).toBeLessThanOrEqual(Math.max(rule.inTasks, start - before))
        }
        course.set(rule, [...past, { atMs, count: after }])
      },
      { pick: ({ somebody }) => somebody === null },
    )
    expect(moves).toBeGreaterThan(300)
  })

  it('fewer than any count of the last five minutes are never asked for by targets and queues', () => {
    let removed = 0
    fc.assert(
      fc.property(looks, history => {
        const wanted: { atMs: number; tasks: number }[] = []
        const rule = {
          triggers: [queueTrigger(10)],
          min: 0,
          max: 60,
          outTasks: 60,
          inTasks: 60,
          afterMs: null,
          floor: null,
        }
        play(
          rule,
          history.filter(({ somebody }) => somebody === null),
          { out: { atMost: [] }, in: { atMost: [], afterMs: null } },
          ({ atMs, before, after, look }) => {
            const isSeen = ['none', 'partial', 'stale'].includes(look.trouble)
            if (isSeen) wanted.push({ atMs, tasks: Math.min(60, Math.ceil(look.messages / 10)) })
            if (after >= before) return
            removed++
            const most = Math.max(
              ...wanted.filter(each => each.atMs > atMs - 5 * minute).map(({ tasks }) => tasks),
            )
            expect(after).toBeGreaterThanOrEqual(most)
          },
        )
      }),
      { numRuns: 150, seed: 20261123 },
    )
    expect(removed).toBeGreaterThan(100)
  })

  it('looks again within 10 s to 5 min, and the same look decides the same', () => {
    fc.assert(
      fc.property(rules, looks, (rule, history) => {
        const course = new Course(8, rule.triggers, { min: rule.min, max: rule.max })
        let atMs = 0
        for (const look of history) {
          atMs += look.afterSeconds * second
          const verdict = course.verdict(atMs, seenAt(look, atMs))
          expect(verdict.nextLookAtMs).toBeGreaterThanOrEqual(noon + atMs + 10 * second)
          expect(verdict.nextLookAtMs).toBeLessThanOrEqual(noon + atMs + 5 * minute)
          expect(course.verdict(atMs, seenAt(look, atMs))).toEqual(verdict)
          course.look(atMs, seenAt(look, atMs))
        }
      }),
      { numRuns: 60, seed: 20261123 },
    )
  })
})
