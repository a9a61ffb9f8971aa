import { describe, expect, it } from 'vitest'
import { isInAlarm } from '../../src/backtest/peers/aws/alarm.ts'
import { type StepPolicy, stepCapacity } from '../../src/backtest/peers/aws/step-capacity.ts'
import { targetCapacity } from '../../src/backtest/peers/aws/target-capacity.ts'
import type { Cooling } from '../../src/scaling/cooldown.ts'
import type { Adjustment, Step } from '../../src/scaling/policy.ts'
import { roundChange } from '../../src/scaling/step.ts'

/** Vectors of AWS' user guides and API reference, by their number in our notes. */

describe('target tracking', () => {
  it.each([
    ['SQS guide: a backlog of 150 each where 100 are acceptable', 10, 150, 100, 15],
    ['1.5 are wanting: 2 are added', 3, 75, 50, 5],
    ['1.5 are too many: 1 is removed', 3, 25, 50, 2],
    ['on target', 10, 70, 70, 10],
    ['a hair above', 10, 70.1, 70, 11],
    ['nothing to do', 10, 0, 70, 0],
    ['the tasks of a period may be a fraction', 7.5, 140, 70, 15],
    ['91 a second on 11 tasks of 10 are 82.72… %, and need 13 at 70 %', 11, (100 * 91) / 110, 70, 13],
  ])('%s: %d tasks, %d against %d → %d', (_what, capacity, metric, target, after) => {
    expect(targetCapacity(capacity, metric, target) + 0).toBe(after)
  })

  it('what is no number makes none', () => {
    expect(targetCapacity(10, Number.NaN, 70)).toBeNaN()
  })
})

const percent = (by: number, from: number | null, to: number | null): Step => ({
  from,
  to,
  adjustment: { kind: 'percent', percent: by },
})
const policy = (side: StepPolicy['side'], steps: Step[], atLeastTasks = 0) => ({ side, steps, atLeastTasks })
const only = (adjustment: Adjustment, atLeastTasks = 0) =>
  policy('above', [{ from: 0, to: null, adjustment }], atLeastTasks)

/** The user guide's policies around a threshold of 50. */
const high = policy('above', [percent(0, 0, 10), percent(10, 10, 20), percent(30, 20, null)])
const low = policy('below', [percent(-30, null, -20), percent(-10, -20, -10), percent(0, -10, 0)])

const cooling = (after: Cooling['after'], baseCount: number): Cooling => ({
  after,
  baseCount,
  endsAtMs: 60_000,
  remainingMs: 30_000,
})

describe('step scaling', () => {
  it.each<[id: string, what: string, policy: StepPolicy, count: number, metric: number, after: number]>([
    ['S1', 'metric 60: 10 % of 10', high, 10, 60, 11],
    ['S2', 'metric 70: 30 % of 11 is 3.3', high, 11, 70, 14],
    ['S3', 'metric 40: 10 % of 14 is 1.4', low, 14, 40, 13],
    ['S4', 'metric 30: 30 % of 13 is 3.9', low, 13, 30, 10],
    ['S5', 'metric 59', high, 10, 59, 10],
    ['S5', 'metric 41', low, 10, 41, 10],
    ['S7', 'five more than 3', only({ kind: 'change', tasks: 5 }), 3, 60, 8],
    ['S7', 'five, at 3', only({ kind: 'exact', tasks: 5 }), 3, 60, 5],
    ['S7', '10 % more than 10', only({ kind: 'percent', percent: 10 }), 10, 60, 11],
    ['S8', '25 % of 4, at least 2', only({ kind: 'percent', percent: 25 }, 2), 4, 60, 6],
  ])('%s %s', (_id, _what, steps, count, metric, after) => {
    expect(stepCapacity(steps, count, metric - 50, null)).toBe(after)
  })

  it.each([
    [12.7, 12],
    [0.67, 1],
    [-0.58, -1],
    [-6.67, -6],
  ])('S6 %d becomes %d', (change, rounded) => {
    expect(roundChange(change)).toBe(rounded)
  })

  const two = policy('above', [
    { from: 0, to: 20, adjustment: { kind: 'change', tasks: 2 } },
    { from: 20, to: null, adjustment: { kind: 'change', tasks: 3 } },
  ])

  it.each([
    ['S9', 'two were added to 10; three are wanted: one more', 12, 20, cooling('out', 10), 13],
    ['S11', 'three again: no more', 13, 20, cooling('out', 10), 13],
    ['S11', 'two, after three: none is taken back', 13, 0, cooling('out', 10), 13],
    ['3.2', 'a scale-in that cools does not hold a scale-out', 8, 0, cooling('in', 10), 10],
    ['3.2', 'somebody lowered the count: what is gone is no base', 6, 0, cooling('out', 10), 8],
  ])('%s while a cooldown runs: %s', (_id, _what, count, delta, runs, after) => {
    expect(stepCapacity(two, count, delta, runs)).toBe(after)
  })

  it('S10 of +3 and +200 % on 10 the largest wins', () => {
    const both = [only({ kind: 'change', tasks: 3 }), only({ kind: 'percent', percent: 200 })]
    expect(Math.max(...both.map(steps => stepCapacity(steps, 10, 5, null)))).toBe(30)
  })

  it.each([
    ['NaN matches no step', Number.NaN, 10],
    ['infinitely far', Number.POSITIVE_INFINITY, 10],
    ['on the other side', -5, 10],
  ])('%s', (_what, delta, after) => {
    expect(stepCapacity(high, 10, delta, null)).toBe(after)
  })
})

describe('an alarm that needs three points above 70', () => {
  const alarm = { points: 3, breaches: (value: number) => value > 70 }
  const x = null

  it.each<[what: string, newestFirst: (number | null)[], is: boolean]>([
    ['three', [80, 80, 80, 10], true],
    ['two', [80, 80, 10], false],
    ['the newest is fine', [10, 80, 80, 80], false],
    ['exactly on the threshold is not above', [80, 70, 80], false],
    ['one is missing, and a third lies behind it', [80, x, 80, 80], true],
    ['one is missing, and behind it all was fine', [80, x, 10, 10], false],
    ['the newest is missing', [x, 80, 80, 80], true],
    ['only the oldest is there', [x, x, 80], true],
    ['it looks two periods farther', [x, x, x, x, 80], true],
    ['and no more', [x, x, x, x, x, 80], false],
    ['one new point alone is too young', [80, x, x, x, x], false],
    ['there is nothing: insufficient data', [x, x, x, x, x], false],
    ['NaN breaches nothing', [Number.NaN, 80, 80], false],
  ])('%s', (_what, points, is) => {
    expect(isInAlarm(alarm, ago => points[ago] ?? null)).toBe(is)
  })
})
