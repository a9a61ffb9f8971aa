import { describe, expect, it } from 'vitest'
import type { Course } from '../../src/backtest/autoscaler.ts'
import { createOurs } from '../../src/backtest/ours.ts'
import { shownTasks } from '../../src/backtest/shown-tasks.ts'
import { scaleDefaults } from '../../src/scaling/defaults.ts'
import { cpu } from '../decide/scaling-signals.ts'
import { facts, run } from './fluid-service.ts'

/** An owner's own policy under test, with a utilisation that is to stay at a target. */

const minuteAgo = { periodSeconds: 60, delaySeconds: 60 }
const fresh = { periodSeconds: 20, delaySeconds: 20 }

function counts(signals: typeof fresh, rate: (t: number) => number): number[] {
  const service = facts({ signals })
  const scale = { ...scaleDefaults, min: 1, max: 100, triggers: [cpu(50)] }
  const [setting] = createOurs({ lateShare: 0.001, scale }).settings({ service } as never)
  if (!setting) throw new Error('no setting')
  const { desired, changes } = run(setting.create(), { rate, seconds: 1_800, tasks: 4, service })
  return changes.map(at => desired[at] as number)
}

describe('a utilisation, as old as metrics are', () => {
  it.each([
    ['a minute old', minuteAgo],
    ['20 s old', fresh],
  ])('%s: a load that doubles at four tasks goes to eight', (_what, signals) => {
    // 20 a second are half of what four tasks can do.
    expect(counts(signals, t => (t < 600 ? 20 : 40)).at(-1)).toBe(8)
    expect(Math.max(...counts(signals, t => (t < 600 ? 20 : 40)))).toBeLessThanOrEqual(9)
  })
})

describe('the tasks that are shown', () => {
  /** So many serve in each second from 0 on. */
  const began = (perSecond: number[], { since = 0, ready = perSecond.at(-1) ?? 0, starting = 0 } = {}) => {
    const readyTaskSeconds = Float64Array.from({ length: perSecond.length + 1 }, (_, at) =>
      perSecond.slice(0, at).reduce((sum, count) => sum + count, 0),
    )
    const course = { now: perSecond.length, ready, starting, readyTaskSeconds } as Course
    return shownTasks(course, since, 0).map(({ phase, startedAtMs }) =>
      phase === 'ready' ? (startedAtMs ?? Number.NaN) / 1_000 : phase,
    )
  }

  it.each([
    { what: 'from the beginning', perSecond: [2, 2, 2], is: {}, shown: [0, 0] },
    { what: 'and later ones', perSecond: [1, 1, 3, 3], is: {}, shown: [0, 2, 2] },
    { what: 'some are gone, the newest', perSecond: [1, 3, 2, 4], is: {}, shown: [0, 1, 3, 3] },
    {
      what: 'what was before is as old as can be',
      perSecond: [1, 3, 3, 4],
      is: { since: 2 },
      shown: [2, 2, 2, 3],
    },
    { what: 'just now', perSecond: [1, 1], is: { ready: 2 }, shown: [0, 2] },
    { what: 'half a second of one that drains', perSecond: [1, 1.4, 1], is: {}, shown: [0] },
    { what: 'those that start', perSecond: [1], is: { starting: 2 }, shown: [0, 'starting', 'starting'] },
    { what: 'none', perSecond: [0, 0], is: {}, shown: [] },
  ])('$what', ({ perSecond, is, shown }) => {
    expect(began(perSecond, is)).toEqual(shown)
  })
})
