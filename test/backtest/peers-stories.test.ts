import { describe, expect, it } from 'vitest'
import type { Course } from '../../src/backtest/autoscaler.ts'
import type { PeerName } from '../../src/backtest/peer.ts'
import { defaultCooldowns } from '../../src/backtest/peers/aws/cooldowns.ts'
import { hourlyForecast } from '../../src/backtest/peers/aws/hourly-forecast.ts'
import { requestsPerTarget } from '../../src/backtest/peers/aws/metric.ts'
import { scaleBySteps } from '../../src/backtest/peers/step.ts'
import { peers } from '../../src/backtest/peers.ts'
import { facts, run } from './fluid-service.ts'

/** One peer at 70 % in a service whose tasks serve 10 a second each: what it does, and when. */

const hour = 3600
const day = 24 * hour

function story(name: PeerName, rate: (t: number) => number, seconds: number, change = {}, tasks = 10) {
  const subject = { service: facts(change), peakTasks: 20 }
  const setting = peers[name].settings(subject)[peers[name].usual(subject)]
  if (!setting) throw new Error(`${name} has no usual setting`)
  const { desired, changes } = run(setting.create(), { rate, seconds, tasks, service: subject.service })
  return { desired, changes: changes.map(at => [at, desired[at]]) }
}

const step = (before: number, after: number) => (t: number) => (t < hour ? before : after)

describe('step', () => {
  const first = (after: number) => story('step', step(70, after), 2 * hour).changes[0]

  it.each([
    ['84 %: a small breach, 10 %', 84, 11],
    ['85 %: a large one, 30 %', 85, 13],
    ['300 %: no more than that', 300, 13],
  ])('two minutes above the target, acted upon two minutes later: %s', (_what, rate, count) => {
    expect(first(rate)).toEqual([hour + 240, count])
  })

  it('it goes on every minute while the alarm lasts', () => {
    const { changes } = story('step', step(70, 210), 2 * hour)
    expect(changes.slice(0, 4).map(([at]) => at)).toEqual([0, 60, 120, 180].map(later => hour + 240 + later))
  })

  it.each([
    ['49 %: a little below 50, 10 %', 49, 9],
    ['34 %: far below, 30 %', 34, 7],
    ['51 %: still within', 51, undefined],
  ])('fifteen minutes below the band: %s', (_what, rate, count) => {
    const [change] = story('step', step(70, rate), 2 * hour).changes
    expect(change).toEqual(count === undefined ? undefined : [hour + 17 * 60, count])
  })
})

describe('step with the cooldown of 300 s that AWS has by default', () => {
  it('a larger step adds the difference to the count from before the first', () => {
    const worse = (t: number) => (t < hour ? 70 : t < hour + 120 ? 84 : 140)
    const service = facts({ startSeconds: 600 })
    const policy = scaleBySteps(requestsPerTarget, 70, defaultCooldowns)
    const { desired, changes } = run(
      { name: 'step', setting: 'target 70%', ...policy },
      { rate: worse, seconds: hour + 900, tasks: 10, service },
    )
    expect(changes.map(at => [at, desired[at]])).toEqual([
      [hour + 240, 11],
      // 30 % of 10, not of 11; the two minutes before average to 112 %.
      [hour + 300, 13],
      // The cooldown has begun anew with it, and ended: 30 % of 13 is 3.9.
      [hour + 600, 16],
    ])
  })
})

describe('hpa', () => {
  it('acts within a minute; pods that start count as idle until they have a sample', () => {
    const { changes } = story('hpa', step(70, 210), 2 * hour)
    expect(changes.slice(0, 2)).toEqual([
      // Half of the sampled window saw the step: 85 % against 70 %. Later all of it did, but three pods are starting:
      // 76 % of 13 is within the tolerance.
      [hour + 30, 13],
      // They have started at 75 s, and have a sample of their own 45 s later: 100 % of 13.
      [hour + 120, 19],
    ])
  })

  it('a tenth of the target is tolerated', () => {
    expect(story('hpa', step(70, 76), 2 * hour).changes).toEqual([])
    expect(story('hpa', step(70, 78), 2 * hour).changes.length).toBeGreaterThan(0)
  })

  it('it scales in to the largest recommendation of the last five minutes', () => {
    const [first] = story('hpa', step(70, 35), 2 * hour).changes
    // Recommendations: 10 until the window is full of the new load at 45 s, less after; the last 10 is 30 s old by then.
    expect(first?.[0]).toBeGreaterThanOrEqual(hour + 300)
    expect(first?.[0]).toBeLessThanOrEqual(hour + 345)
  })

  it('a service without tasks gets its first at once', () => {
    expect(story('hpa', () => 7, hour, { kind: 'queue', min: 0 }, 0).changes[0]).toEqual([15, 1])
  })
})

describe('keda', () => {
  it('web: the rate of a minute, as the HPA takes it', () => {
    const { changes } = story('keda', step(70, 210), 2 * hour)
    // 30 s after the step a quarter of the minute has it: 105 a second.
    expect(changes[0]).toEqual([hour + 30, 15])
    expect(changes.at(-1)).toEqual([hour + 75, 30])
  })

  it('a queue: from zero at the next poll, back five minutes after the last work', () => {
    const burst = (t: number) => (t === hour + 5 ? 1500 : 0)
    const { changes, desired } = story('keda', burst, 2 * hour, { kind: 'queue', min: 0 }, 0)
    expect(changes.slice(0, 2)).toEqual([
      [hour + 30, 1],
      [hour + 45, 5],
    ])
    expect(changes.at(-1)?.[1]).toBe(0)
    expect(desired.slice(hour + 45, hour + 345).every(count => count >= 5)).toBe(true)
  })
})

describe('keda with a minimum', () => {
  it('leaves every scale-in to the HPA: five minutes from the first rate, at 75 s', () => {
    expect(story('keda', () => 0, 900, { min: 2 }).changes).toEqual([[375, 2]])
  })
})

describe('the queue length of KEDA', () => {
  it.each([
    [0.022, [1, 1, 1, 1, 1, 1, 2, 2, 2, 3]],
    [0.21, [2, 3, 4, 6, 9, 13, 16, 19, 22, 25]],
  ])('is a whole number of messages, at least one: %d a second', (capacityPerTask, lengths) => {
    const service = facts({ kind: 'queue', capacityPerTask })
    const settings = peers.keda.settings({ service, peakTasks: 20 })
    expect(settings.map(({ setting }) => Number(/queueLength (\d+)/.exec(setting)?.[1]))).toEqual(lengths)
  })
})

describe('predictive', () => {
  /** Half an hour of load every day at six. */
  const daily = (t: number) => (t % day >= 6 * hour && t % day < 7 * hour ? 140 : 7)

  it('on the first day it is target tracking', () => {
    const { changes } = story('predictive', daily, day)
    expect(changes).toEqual(story('target-tracking', daily, day).changes)
  })

  it('on the second it is there five minutes before', () => {
    const { desired } = story('predictive', daily, 2 * day)
    expect(desired[day + 6 * hour - 301]).toBe(1)
    expect(desired[day + 6 * hour - 300]).toBe(20)
  })

  it('it is a floor: more than it is for target tracking, less never', () => {
    const stronger = (t: number) => daily(t) * (t < day ? 1 : 2)
    expect(story('predictive', stronger, 2 * day).desired[day + 6.5 * hour]).toBe(40)
    const weaker = (t: number) => daily(t) * (t < day ? 1 : 0.5)
    expect(story('predictive', weaker, 2 * day).desired[day + 6.5 * hour]).toBe(20)
  })

  it('never above max', () => {
    expect(story('predictive', daily, 2 * day, { max: 12 }).desired[day + 6.5 * hour]).toBe(12)
  })
})

describe('the hourly forecast', () => {
  /** A history with one load per hour, in tasks. */
  const course = (loads: number[], now = loads.length * hour): Course => {
    const arrived = new Float64Array(loads.length * hour + 1)
    for (let t = 0; t < loads.length * hour; t++)
      arrived[t + 1] = (arrived[t] ?? 0) + (loads[Math.floor(t / hour)] ?? 0) * 10
    return { now, arrived, service: facts() } as Course
  }
  const flat = (hours: number) => Array.from({ length: hours }, (_, at) => at % 24)

  it.each<[what: string, hours: number, ahead: number, load: number | null]>([
    ['23 hours are not enough', 23, 0, null],
    ['24 are', 24, 3, 3],
    ['47 hours ahead', 24, 47, 23],
    ['48 are too many', 24, 48, null],
  ])('%s', (_what, hours, ahead, load) => {
    const history = course(flat(hours))
    expect(hourlyForecast(0).loadAt(history, (hours + ahead) * hour)).toBe(load)
  })

  it('days are averaged; from a week on, the same day of the week', () => {
    const days = (count: number) => flat(count * 24).map((_, at) => Math.floor(at / 24) + 1)
    const next = (count: number) => hourlyForecast(0).loadAt(course(days(count)), count * day)
    expect(next(3)).toBeCloseTo(2)
    expect(next(7)).toBeCloseTo(1)
    expect(next(14)).toBeCloseTo((1 + 8) / 2)
    // Of 22 days, the first eight are forgotten.
    expect(next(15)).toBeCloseTo((2 + 9) / 2)
    expect(next(22)).toBeCloseTo((9 + 16) / 2)
  })

  it('it is made anew every six hours', () => {
    const history = course([...flat(48), ...Array.from({ length: 24 }, () => 100)])
    const forecast = hourlyForecast(0)
    const at = (now: number) => forecast.loadAt({ ...history, now }, 73 * hour)
    expect(at(48 * hour)).toBe(1)
    expect(at(54 * hour - 1)).toBe(1)
    expect(at(54 * hour)).toBeCloseTo((1 + 1 + 100) / 3)
  })

  it('what is not known yet is not used: the hour that ended two minutes ago', () => {
    expect(hourlyForecast(120).loadAt(course(flat(24), 24 * hour), 24 * hour)).toBeNull()
    expect(hourlyForecast(120).loadAt(course(flat(25), 24 * hour + 120), 24 * hour + 120)).toBe(0)
  })
})

describe('static', () => {
  it('a share of the peak, from the first second on, and never another', () => {
    expect(story('static', step(70, 210), 2 * hour).changes).toEqual([[0, 20]])
  })

  it.each([
    [{ min: 3, max: 15 }, ['15', '15', '15', '15', '15', '15', '14', '12', '10', '8']],
    [{ min: 9, max: 99 }, ['20', '19', '18', '17', '16', '15', '14', '12', '10', '9']],
  ])('within %j', (change, counts) => {
    const settings = peers.static.settings({ service: facts(change), peakTasks: 20 })
    expect(settings.map(({ setting }) => /: (\d+)/.exec(setting)?.[1])).toEqual(counts)
  })
})
