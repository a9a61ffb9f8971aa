import { describe, expect, it } from 'vitest'
import type { ServiceFacts } from '../../src/backtest/autoscaler.ts'
import { cooldowns, defaultCooldowns, generousCooldowns } from '../../src/backtest/peers/aws/cooldowns.ts'
import {
  cpu,
  cpuHighResolution,
  type Metric,
  requestsPerTarget,
} from '../../src/backtest/peers/aws/metric.ts'
import { trackTarget } from '../../src/backtest/peers/target-tracking.ts'
import { facts, run } from './fluid-service.ts'

/** Stories of one policy at 70 %, in a service whose tasks serve 10 a second each: 70 a second need 10 tasks. */

const tracking = (metric: Metric, cooldownSeconds = generousCooldowns) => ({
  name: 'target-tracking',
  setting: 'target 70%',
  ...trackTarget(metric, 70, cooldownSeconds),
})

const step = (at: number, before: number, after: number) => (t: number) => (t < at ? before : after)
const hour = 3600

function story(
  metric: Metric,
  rate: (t: number) => number,
  {
    tasks = 10,
    cooldownSeconds = generousCooldowns,
    service = facts(),
    seconds = 3 * hour,
  }: {
    tasks?: number
    cooldownSeconds?: typeof generousCooldowns
    service?: ServiceFacts
    seconds?: number
  } = {},
) {
  const { desired, changes } = run(tracking(metric, cooldownSeconds), { rate, seconds, tasks, service })
  return changes.map(at => [at, desired[at]])
}

describe('how long after a step it acts', () => {
  /** Just above the target, so that a period which saw only a part of the step does not count. */
  const delays = (metric: Metric) =>
    Array.from({ length: metric.periodSeconds }, (_, offset) => {
      const at = 2 * hour + offset
      const load = { rate: step(at, 5, 71), seconds: 3 * hour, tasks: 10, service: facts({ min: 10 }) }
      const [first = Number.NaN] = run(tracking(metric), load).changes
      return first - at
    })

  it.each([
    ['60 s metrics: AWS measured 363 s', requestsPerTarget, 300, 360],
    ['60 s CPU: the same', cpu, 300, 360],
    ['20 s metrics: AWS measured 86 s', cpuHighResolution, 80, 100],
  ])('%s', (_what, metric, least, most) => {
    const all = delays(metric)
    expect(Math.min(...all)).toBeGreaterThanOrEqual(least)
    expect(Math.max(...all)).toBeLessThanOrEqual(most)
  })
})

describe('what it asks for', () => {
  it('threefold load: requests per target know it all at once', () => {
    const [first, ...others] = story(requestsPerTarget, step(2 * hour, 70, 210))
    expect(first).toEqual([2 * hour + 300, 30])
    expect(others).toEqual([])
  })

  it('CPU ends at 100 %, so it takes steps of 1.43', () => {
    const counts = story(cpu, step(2 * hour, 70, 210)).map(([, count]) => count)
    expect(counts.slice(0, 3)).toEqual([15, 22, 32])
  })

  it('a dip of ten minutes removes nothing, one of half an hour does, once', () => {
    const dip = (minutes: number) => (t: number) => (t >= hour && t < hour + minutes * 60 ? 35 : 70)
    expect(story(requestsPerTarget, dip(10))).toEqual([])
    const [first] = story(requestsPerTarget, dip(30))
    expect(first).toEqual([hour + 16 * 60 + 1 * 60, 5])
  })

  it('between nine tenths of the target and the target nothing happens', () => {
    const counts = (rate: number) =>
      story(requestsPerTarget, step(hour, 140, rate), { tasks: 20 }).map(at => at[1])
    expect(counts(132)).toEqual([])
    expect(counts(125)).toEqual([18])
  })

  it('the data points of a scale-out are not counted twice', () => {
    const slow = facts({ startSeconds: 600 })
    expect(story(requestsPerTarget, step(hour, 70, 140), { service: slow })).toEqual([[hour + 300, 20]])
  })
})

describe('cooldowns', () => {
  const rising = (t: number) => (t < hour ? 70 : Math.min(280, 70 + (t - hour) * 0.1))

  it("with AWS' 300 s, a rising load is followed in larger intervals", () => {
    const outs = (cooldownSeconds: typeof generousCooldowns) =>
      story(requestsPerTarget, rising, { cooldownSeconds }).length
    expect(outs(defaultCooldowns)).toBeLessThan(outs(generousCooldowns))
  })

  it.each([
    ['with 60 s it has ended by then', generousCooldowns, hour + 540],
    ["with AWS' 300 s ten more are no more than the first ten, until it ends", defaultCooldowns, hour + 600],
  ])('while a scale-out cools, only what is wanted beyond it is added: %s', (_what, cooldownSeconds, at) => {
    const twice = (t: number) => (t < hour ? 70 : t < hour + 360 ? 140 : 210)
    expect(story(requestsPerTarget, twice, { cooldownSeconds })).toEqual([
      [hour + 300, 20],
      [at, 30],
    ])
  })

  it('a scale-in waits 300 s for the next', () => {
    const falling = (t: number) => (t < hour ? 700 : Math.max(70, 700 - (t - hour) * 0.2))
    const ins = story(requestsPerTarget, falling, { tasks: 100, seconds: 4 * hour }).map(([at]) => at ?? 0)
    expect(ins.length).toBeGreaterThan(3)
    for (const [place, at] of ins.entries()) {
      const before = ins[place - 1]
      if (before !== undefined) expect(at - before).toBeGreaterThanOrEqual(300)
    }
  })

  it('a scale-out ends the cooldown of a scale-in', () => {
    const own = cooldowns({ out: 60, in: 300 })
    own.start(10, 8, 10, 1000)
    expect(own.at(1299)).toMatchObject({ after: 'in' })
    expect(own.at(1300)).toBeNull()
    own.start(8, 12, 8, 1100)
    expect(own.at(1159)).toMatchObject({ after: 'out', baseCount: 8 })
    expect(own.at(1160)).toBeNull()
  })
})

describe('without data, and at the bounds', () => {
  it('a load balancer without requests says nothing: nobody is removed', () => {
    expect(story(requestsPerTarget, step(hour, 70, 0))).toEqual([])
  })

  it('CPU says 0 %: down to the minimum', () => {
    expect(story(cpu, step(hour, 70, 0)).at(-1)).toEqual([expect.any(Number), 1])
  })

  it.each<[what: string, service: Partial<ServiceFacts>, rate: number, last: number]>([
    ['never above max', { max: 12 }, 700, 12],
    ['never below min', { min: 6 }, 1, 6],
    ['it cannot leave zero, so it never goes there', { min: 0 }, 0, 1],
  ])('%s', (_what, change, rate, last) => {
    const after = story(cpu, step(hour, 70, rate), { service: facts(change) })
    expect(after.at(-1)?.[1]).toBe(last)
  })

  it.each([
    ['from zero to the minimum at once', 0, { min: 2 }, 2],
    ['from above max to max at once', 50, { max: 20 }, 20],
  ])('%s', (_what, tasks, change, first) => {
    expect(story(cpu, () => 70, { tasks, service: facts(change) })[0]).toEqual([60, first])
  })

  it('NaN in the sums decides nothing', () => {
    expect(story(requestsPerTarget, t => (t < hour ? 70 : Number.NaN))).toEqual([])
    expect(story(cpu, t => (t < hour ? 70 : Number.NaN))).toEqual([])
  })
})
