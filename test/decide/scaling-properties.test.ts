import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Alarm } from '../../src/model/alarm.ts'
import type { ScalingMemory } from '../../src/model/memory.ts'
import type { Reading } from '../../src/model/reading.ts'
import { isDeploying, type Service } from '../../src/model/service.ts'
import { minute } from '../../src/model/time.ts'
import { decide } from '../../src/scaling/decide.ts'
import { explain } from '../../src/scaling/explain.ts'
import type { Step } from '../../src/scaling/policy.ts'
import { alarmsOf } from '../../src/scaling/trigger-names.ts'
import type { AlarmView, ScalingView, ScalingWishes } from '../../src/scaling/view.ts'
import {
  alarm,
  change,
  deploying,
  exact,
  noon,
  percent,
  service,
  throttled,
  trigger,
  value,
  wishes,
} from './scaling-view.ts'

/** What holds whatever comes in. */

const names = ['a-high', 'b-high', 'c-low', 'd-low']
const tasks = fc.integer({ min: 0, max: 60 })
const maybe = <T>(some: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(some, { nil: null })

const out: Step[][] = [
  [change(2, 0, null)],
  [change(1, 0, 10), percent(50, 10, null)],
  [percent(0, 0, 10), percent(300, 10, null)],
  [exact(30, 0, null)],
]
const into: Step[][] = [
  [change(-3, null, 0)],
  [percent(-40, null, -10), change(-1, -10, 0)],
  [exact(1, null, 0)],
]

const policies: fc.Arbitrary<ScalingWishes> = fc
  .record({
    first: tasks,
    second: tasks,
    triggers: fc.array(
      fc.constantFrom(...names).chain(name =>
        fc.record({
          name: fc.constant(name),
          steps: fc.constantFrom(...(name.endsWith('high') ? out : into)),
          atLeastTasks: fc.integer({ min: 0, max: 3 }),
        }),
      ),
      { maxLength: 4 },
    ),
    paused: fc.oneof(
      { weight: 9, arbitrary: fc.constant(null) },
      { weight: 1, arbitrary: fc.constant('launch') },
    ),
  })
  .map(({ first, second, triggers, paused }) => ({
    ...wishes(
      triggers.map(({ name, steps, atLeastTasks }) => trigger(name, steps, { atLeastTasks })),
      { min: Math.min(first, second), max: Math.max(first, second) },
    ),
    paused,
  }))

const failed: fc.Arbitrary<Reading<never>> = fc.constantFrom<Reading<never>>(throttled, {
  kind: 'missing',
  what: 'it',
})
const odd = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY)
const metrics: fc.Arbitrary<Reading<number[]> | null> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 3 })
      .map(points => value(points)),
  },
  { weight: 1, arbitrary: odd.map(point => value([60, point])) },
  { weight: 1, arbitrary: fc.constant(value([60], noon - 60 * minute)) },
  { weight: 1, arbitrary: fc.constant(null) },
  { weight: 2, arbitrary: failed },
)
const alarmOf = (name: string): fc.Arbitrary<Reading<Alarm>> =>
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc
        .record({
          state: fc.constantFrom('ALARM', 'ALARM', 'ALARM', 'OK', 'INSUFFICIENT_DATA'),
          actionsEnabled: fc.constantFrom(true, true, true, false),
          suppressedBy: fc.constantFrom(null, null, null, 'Alarm'),
        })
        .map(change => value(alarm(name, change as Partial<Alarm>))),
    },
    { weight: 1, arbitrary: failed },
  )
const alarmViews: fc.Arbitrary<AlarmView[]> = fc.tuple(
  ...names.map(alarmName =>
    fc.record({
      alarmName: fc.constant(alarmName),
      alarm: alarmOf(alarmName),
      metric: metrics,
      mutedUntilMs: fc.constantFrom(null, null, null, noon + minute, noon - minute),
    }),
  ),
)

const services: fc.Arbitrary<Reading<Service>> = fc.oneof(
  {
    weight: 9,
    arbitrary: fc
      .record({ desiredCount: tasks, busy: fc.boolean(), daemon: fc.constantFrom(false, false, false, true) })
      .map(({ desiredCount, busy, daemon }) =>
        value(
          service({
            desiredCount,
            ...(busy ? deploying : {}),
            schedulingStrategy: daemon ? 'DAEMON' : 'REPLICA',
          }),
        ),
      ),
  },
  { weight: 1, arbitrary: failed },
)
const views: fc.Arbitrary<ScalingView> = fc.record({
  service: services,
  alarms: alarmViews,
  evidence: fc.subarray(names.map(name => `alarm/${name}`)),
  series: fc.constant({}),
  queues: fc.constant({}),
  tasks: fc.constant(null),
})
const memories: fc.Arbitrary<ScalingMemory | undefined> = fc.option(
  fc.record({
    cooldown: maybe(
      fc
        .record({
          direction: fc.constantFrom('out', 'in'),
          ago: fc.integer({ min: -10, max: 400 }),
          baseCount: tasks,
        })
        .map(({ direction, ago, baseCount }) => ({
          direction,
          startedAtMs: noon - ago * 1000,
          endsAtMs: noon - ago * 1000 + 5 * minute,
          baseCount,
        })),
    ),
    lastWrite: maybe(
      fc.record({
        desiredCount: tasks,
        replaced: fc.array(tasks, { maxLength: 3 }),
        atMs: fc.constant(noon - 1000),
      }),
    ),
  }) as fc.Arbitrary<ScalingMemory>,
  { nil: undefined },
)

const always = (
  check: (view: ScalingView, wishes: ScalingWishes, memory: ScalingMemory | undefined) => void,
): void => fc.assert(fc.property(views, policies, memories, check), { numRuns: 600, seed: 20261123 })

const actionOf = (verdict: ReturnType<typeof decide>) =>
  verdict.decisions.flatMap(decision => ('do' in decision ? [decision.do] : []))[0]

describe('whatever comes in', () => {
  it('an action ends within the bounds and changes something; at most one, and first', () => {
    let actions = 0
    always((view, wishes, memory) => {
      const verdict = decide(view, wishes, memory, noon)
      const action = actionOf(verdict)
      expect(verdict.decisions.slice(1).every(decision => 'hold' in decision)).toBe(true)
      if (!action || !wishes.scale) return
      actions++
      expect(action.desiredCount).toBeGreaterThanOrEqual(wishes.scale.min)
      expect(action.desiredCount).toBeLessThanOrEqual(wishes.scale.max)
      expect(action.desiredCount).not.toBe(action.previousDesiredCount)
      expect(Number.isInteger(action.desiredCount)).toBe(true)
    })
    expect(actions).toBeGreaterThan(100)
  })

  it('a scale-in is never wanted by what is missing, nor during a deployment', () => {
    let scaleIns = 0
    always((view, wishes, memory) => {
      const action = actionOf(decide(view, wishes, memory, noon))
      if (!action || !wishes.scale || view.service.kind !== 'value') return
      if (action.desiredCount >= action.previousDesiredCount) return
      scaleIns++
      expect(isDeploying(view.service.value)).toBe(false)
      if (action.desiredCount === wishes.scale.max) return
      const wanted = view.alarms.some(
        ({ alarm, metric }) =>
          alarm.kind === 'value' &&
          alarm.value.state === 'ALARM' &&
          (metric === null || metric.kind === 'value'),
      )
      expect(wanted).toBe(true)
    })
    expect(scaleIns).toBeGreaterThan(50)
  })

  it('without any readable data point only the bounds move a count', () => {
    always((view, wishes, memory) => {
      const blind: ScalingView = {
        ...view,
        alarms: view.alarms.map(each => ({ ...each, metric: { kind: 'missing', what: 'data points' } })),
      }
      const action = actionOf(decide(blind, wishes, memory, noon))
      if (!action || !wishes.scale) return
      const { min, max } = wishes.scale
      expect([min, max]).toContain(action.desiredCount)
      expect(action.previousDesiredCount < min || action.previousDesiredCount > max).toBe(true)
    })
  })

  it('a second reading of a throttled alarm never makes it remove more', () => {
    always((view, wishes, memory) => {
      const full = actionOf(decide(view, wishes, memory, noon))
      const blindOne: ScalingView = {
        ...view,
        alarms: view.alarms.map(each =>
          each.alarmName.endsWith('high') ? { ...each, alarm: throttled } : each,
        ),
      }
      const less = actionOf(decide(blindOne, wishes, memory, noon))
      if (!less || less.desiredCount >= less.previousDesiredCount) return
      const watches = wishes.scale && alarmsOf(wishes.scale).some(alarm => alarm.endsWith('high'))
      if (watches) expect(less.desiredCount).toBe(wishes.scale?.max)
      else expect(less).toEqual(full)
    })
  })

  it('decides the same again, and leaves its inputs alone', () => {
    always((view, wishes, memory) => {
      const frozen = [view, wishes, memory].map(deepFreeze) as [
        ScalingView,
        ScalingWishes,
        ScalingMemory | undefined,
      ]
      expect(decide(...frozen, noon)).toEqual(decide(...frozen, noon))
    })
  })

  it('looks again within 20 s to 5 min, and every reason has one sentence', () => {
    always((view, wishes, memory) => {
      const verdict = decide(view, wishes, memory, noon)
      expect(verdict.nextLookAtMs).toBeGreaterThanOrEqual(noon + 20_000)
      expect(verdict.nextLookAtMs).toBeLessThanOrEqual(noon + 5 * minute)
      for (const { because } of verdict.decisions)
        expect(explain(because)).toMatch(/^[A-Za-z0-9](?!.*(undefined|null|NaN|Infinity|∞)).*[^.]\.$/)
    })
  })
})

function deepFreeze<T>(thing: T): T {
  if (typeof thing === 'object' && thing !== null) {
    Object.values(thing).forEach(deepFreeze)
    Object.freeze(thing)
  }
  return thing
}
