import { describe, expect, it } from 'vitest'
import { arrivalsAt, type Came, cameWithin, knownSeconds, olderThan } from '../../src/scaling/slo/arrivals.ts'
import { busiestAt, type Crew, employed } from '../../src/scaling/slo/employed.ts'
import { flowOf } from '../../src/scaling/slo/flow.ts'
import { surelyDone, tasksInTime, type Workforce } from '../../src/scaling/slo/in-time.ts'
import { lastTaskAt } from '../../src/scaling/slo/last-task.ts'
import { type Launched, launchedAt, startingSince } from '../../src/scaling/slo/launched.ts'
import { noon } from './scaling-view.ts'

/** What the law for queues is made of: arrivals, flow, launches, who is in time, who stays. */

const atNoon = noon / 1_000
/** Looks 10 s apart, at each of which so many more had come; nothing is completed, so that all are there. */
const cameAs = (...counts: number[]): Came => {
  let total = 0
  return counts.map((count, at) => {
    total += count
    return [atNoon + at * 10, total, total]
  })
}
const times = (length: number, count: number): number[] => Array.from({ length }, () => count)

describe('what came', () => {
  const look = (came: Came | undefined, messages: number, completing: number, afterSeconds: number) =>
    arrivalsAt(came, messages, completing, { nowMs: noon + afterSeconds * 1_000, withinSeconds: 120 })

  it('at first is what is there', () => {
    expect(look(undefined, 40, 3, 0)).toEqual([[atNoon, 40, 40]])
  })

  it('is what there is more, and what was completed: 50 - 40 + 10 x 3', () => {
    expect(look(look(undefined, 40, 3, 0), 50, 3, 10).at(-1)).toEqual([atNoon + 10, 80, 50])
  })

  it('a guess that was too low is taken back by one that is too high: 2 came in 20 s, whatever was guessed', () => {
    const first = look(look(undefined, 10, 0, 0), 4, 0.3, 10)
    expect(first.at(-1)?.[1]).toBe(7)
    expect(look(first, 4, 0.5, 20).at(-1)?.[1]).toBe(12)
  })

  it('looks that follow within 5 s are one', () => {
    expect(look(look(look(undefined, 0, 0, 0), 5, 0, 10), 7, 0, 12)).toEqual([
      [atNoon, 0, 0],
      [atNoon + 12, 7, 7],
    ])
  })

  it('after a clock that was set back, or a silence of twice the time, it is a first look again', () => {
    const came = look(look(undefined, 40, 0, 0), 50, 0, 10)
    expect(look(came, 60, 0, 5)).toEqual([[atNoon + 5, 60, 60]])
    expect(look(came, 60, 0, 251)).toEqual([[atNoon + 251, 60, 60]])
    expect(look(came, 60, 0, 250)).toHaveLength(3)
  })

  it('in an hour of looks at most 32 are kept: the newest two minutes one by one, twenty minutes once a minute', () => {
    let came: Came | undefined
    for (let at = 0; at <= 3_600; at += 10) came = look(came, 0, 0.5, at)
    expect(came?.length).toBeLessThanOrEqual(32)
    expect(knownSeconds(came ?? [])).toBeGreaterThanOrEqual(1_000)
    expect(knownSeconds(came ?? [])).toBeLessThanOrEqual(1_260)
    expect(cameWithin(came ?? [], 60)).toBeCloseTo(30, 6)
    expect(cameWithin(came ?? [], 900)).toBeCloseTo(450, 6)
  })

  it('after a million it counts from the oldest again', () => {
    const came: Came = [
      [atNoon, 1_000_000, 5],
      [atNoon + 10, 1_000_050, 5],
    ]
    expect(look(came, 5, 5, 20)).toEqual([
      [atNoon, 0, 5],
      [atNoon + 10, 50, 5],
      [atNoon + 20, 100, 5],
    ])
  })

  it.each([
    ['15 of 40 came in the last 15 s', 40, 15, 25],
    ['all that wait came since', 12, 15, 0],
    ['all are older than nothing', 40, 0, 40],
    ['older than the first look nobody is known to be', 40, 41, 0],
  ])('%s', (_what, waiting, seconds, older) => {
    expect(olderThan(cameAs(0, 10, 10, 10, 10), waiting, seconds)).toBe(older)
  })
})

it('of 25 that are thought to have come, 16 were completed by a guess: four more may be old', () => {
  const came: Came = [
    [atNoon, 0, 0],
    [atNoon + 10, 25, 9],
  ]
  expect(olderThan(came, 30, 10)).toBe(9)
  expect(olderThan(came, 7, 10)).toBe(0)
})

describe('what comes lastingly', () => {
  it.each([
    ['nothing is known', [], 0],
    ['one look', [50], 0],
    ['10 in every look: 1/s', times(40, 10), 1],
    ['nothing ever', times(40, 0), 0],
    ['a thousand at once is no rate: 0 and a deviation of 1 in 10 s', [...times(30, 0), 1_000], 0.1],
    ['nor two looks later', [...times(30, 0), 1_000, 0, 0], 0.1],
    ['from 1/s to 20/s, three looks ago', [...times(30, 10), 200, 200, 200], 20],
    ['two looks ago the median is 20/s, and the mean of three 13.7/s', [...times(30, 10), 200, 200], 13.7],
    ['from 20/s to nothing, three looks ago', [...times(30, 200), 0, 0, 0], 0],
    ['9 and 11 in turn are no change', times(20, 0).flatMap(() => [9, 11]), 1],
  ])('%s', (_what, counts, perSecond) => {
    expect(flowOf(cameAs(...counts), 1)).toBeCloseTo(perSecond, 1)
  })

  it('a task that does fourteen messages between two looks may have done them unseen: 40 s of silence are no end', () => {
    const came = cameAs(...times(30, 8), ...times(4, 0))
    expect(flowOf(came, 1)).toBeCloseTo(0, 6)
    expect(flowOf(came, 14)).toBeGreaterThan(0.3)
  })
})

describe('tasks that start', () => {
  const launchedOver = (...counts: number[]): Launched =>
    counts.reduce<Launched>(
      (launched, starting, at) => launchedAt(launched, starting, noon + at * 10_000),
      [],
    )

  it.each([
    ['three at once', [3], [[0, 3]]],
    [
      'three, then two more',
      [3, 5],
      [
        [0, 3],
        [10, 2],
      ],
    ],
    [
      'of five, two are ready: those that started first',
      [3, 5, 3],
      [
        [0, 1],
        [10, 2],
      ],
    ],
    ['of five, four are ready', [3, 5, 1], [[10, 1]]],
    ['none any more', [3, 0], []],
  ])('%s', (_what, counts, launched) => {
    expect(launchedOver(...counts)).toEqual(launched.map(([at, tasks]) => [atNoon + (at ?? 0), tasks]))
  })

  it('keeps twelve groups: the oldest become one', () => {
    const launched = launchedOver(...Array.from({ length: 20 }, (_, at) => at + 1))
    expect(launched).toHaveLength(12)
    expect(launched[0]).toEqual([atNoon + 80, 9])
  })

  it('changes nothing that it was given', () => {
    const before: Launched = [[atNoon, 3]]
    launchedAt(before, 1, noon + 10_000)
    expect(before).toEqual([[atNoon, 3]])
  })

  it('a clock that was set back: they have just begun', () => {
    expect(startingSince([[atNoon + 60, 2]], noon)).toEqual([{ tasks: 2, seconds: 0 }])
  })
})

describe('who is begun in time', () => {
  const workforce = (change: Partial<Workforce> = {}): Workforce => ({
    ready: 1,
    starting: [],
    capacityPerSecond: 1,
    startSeconds: 45,
    withinSeconds: 120,
    lookSeconds: 10,
    flow: 0,
    ...change,
  })
  const fresh = () => 0
  /** So old that there are 45 to 55 s left. */
  const old = (messages: number) => (seconds: number) => (seconds <= 60 ? messages : 0)

  it.each([
    ['nobody waits', 0, fresh, {}, 0],
    // 105 s are left. In bad luck of 1.5 deviations: (√105.4 - 0.75)² - 0.4 = 90.
    ['one task does 90 in the 105 s that are left', 90, fresh, {}, 0],
    // New ones have 30 s if that is put off: 1 + (√135.4 - 0.75)² - 0.4 = 119; sized for their 60 s.
    ['one more is needed', 100, fresh, {}, 2],
    [
      'one that has been starting for 40 s is as good as ready',
      100,
      fresh,
      { starting: [{ tasks: 1, seconds: 40 }] },
      0,
    ],
    // n + (√(105 + 60 n + 0.4) - 1.25)² - 0.4 is 942 for 15 and 1,001 for 16.
    ['a thousand at once', 1_000, fresh, {}, 17],
    ['a thousand, and 20/s come: what comes lastingly needs 19 more', 1_000, fresh, { flow: 20 }, 20],
    [
      '20/s come and 600 wait: 13 will be needed anyway, and can be launched later',
      600,
      fresh,
      { flow: 20, ready: 7 },
      0,
    ],
    // Seven do 315 in 45 s, in bad luck 289; the 8 that 15/s need anyway suffice for the rest.
    ['350 with 45 s left cannot wait', 400, old(350), { flow: 15, ready: 7 }, 15],
    ['the same, all fresh, can', 400, fresh, { flow: 15, ready: 7 }, 0],
    ['8 that are needed anyway may start at once, and are launched later', 200, fresh, { flow: 9 }, 0],
    [
      '19 that are needed anyway may not: they begin as soon as anybody is needed',
      200,
      fresh,
      { flow: 20 },
      20,
    ],
    ['nobody is ready: a single message', 1, fresh, { ready: 0 }, 1],
  ])('%s', (_what, waiting, older, change, tasks) => {
    expect(tasksInTime(waiting, older, workforce(change))).toBe(tasks)
  })

  it.each([
    ['new tasks come too late: they are sized for a fifth of the time', { withinSeconds: 60 }, 100],
    ['a deadline shorter than everything', { withinSeconds: 5 }, 110],
    ['an hour', { withinSeconds: 3_600 }, 0],
  ])('%s: a sane number of tasks', (_what, change, most) => {
    const tasks = tasksInTime(1_000, fresh, workforce(change))
    expect(tasks).toBeLessThanOrEqual(most)
  })

  it('more that waits never needs fewer tasks, and never more than a task per message beside those there are', () => {
    let before = 0
    for (let waiting = 0; waiting <= 3_000; waiting += 50) {
      const tasks = tasksInTime(waiting, fresh, workforce({ ready: 2 }))
      expect(tasks).toBeGreaterThanOrEqual(before)
      expect(tasks).toBeLessThanOrEqual(2 + waiting)
      before = tasks
    }
  })

  it.each([
    [100, 2, 80],
    [100, 3, 72],
    [4, 2, 0],
    [0, 3, 0],
  ])('of %d expected, %d deviations leave %d', (mean, deviations, done) => {
    expect(surelyDone(mean, deviations)).toBe(done)
  })
})

describe('who stays', () => {
  const crew = (change: Partial<Crew> = {}): Crew => ({
    count: 10,
    ready: 10,
    busy: 5,
    waiting: 0,
    capacityPerSecond: 1,
    withinSeconds: 120,
    unchangedSeconds: 600,
    restartSeconds: 75,
    ...change,
  })
  const busy = busiestAt(undefined, 5, noon, 75_000)
  const idle = busiestAt(undefined, 0, noon, 75_000)

  it.each([
    // Half of the 120 s last ten minutes when 1.1 times as much comes as they do.
    ['6/s need 5.5: six', crew(), 6, busy, 6],
    ['5.4/s need 4.9: five', crew(), 5.4, busy, 5],
    ['with half an hour for a message 6/s need 2.4: three', crew({ withinSeconds: 1_800 }), 6, busy, 3],
    ['somebody waits', crew({ waiting: 11 }), 0, busy, 10],
    ['what waits is done within a second', crew({ waiting: 10 }), 0, busy, 1],
    ['all are busy', crew({ busy: 10 }), 0, busy, 10],
    ['more comes than they can do', crew(), 20, busy, 10],
    ['the last change was 50 s ago and four are too many', crew({ unchangedSeconds: 50 }), 6, busy, 10],
    ['the last change was 80 s ago and four are too many', crew({ unchangedSeconds: 80 }), 6, busy, 6],
    ['one is too many, for less than five minutes', crew({ count: 7, unchangedSeconds: 290 }), 6, busy, 7],
    ['nobody has anything to do: at once', crew({ busy: 0, unchangedSeconds: 0 }), 0, busy, 1],
    ['nobody had for as long as a restart takes: none', crew({ busy: 0 }), 0, idle, 0],
    ['but one more is to be expected within that time', crew({ busy: 0 }), 0.02, idle, 1],
    [
      'nobody knows what a task can do, and nothing waits',
      crew({ capacityPerSecond: null, busy: 0 }),
      3,
      idle,
      1,
    ],
    [
      'nobody knows what a task can do, and one waits',
      crew({ capacityPerSecond: null, waiting: 1 }),
      0,
      busy,
      10,
    ],
  ])('%s', (_what, who, flow, busiest, stay) => {
    expect(employed(who, flow, busiest)).toBe(stay)
  })
})

describe('how long the last task stays idle', () => {
  const at = (
    keptSeconds: number,
    goneAgo: number | null,
    isWanted: boolean,
    judgedAgo: number | null = null,
  ) =>
    lastTaskAt(
      { keptSeconds, judgedAt: judgedAgo === null ? 0 : atNoon - judgedAgo },
      { goneAt: goneAgo === null ? null : atNoon - goneAgo, isWanted },
      noon,
      75,
    ).keptSeconds

  it.each([
    ['somebody is there', 75, null, true, null, 75],
    ['nobody is there, and nobody is wanted', 150, 20, false, null, 150],
    ['wanted 20 s after it went: twice as long', 75, 20, true, null, 150],
    ['and again', 150, 20, true, null, 300],
    ['but no longer than twenty minutes', 900, 20, true, null, 1_200],
    ['wanted an hour after it went: half as long', 300, 3_600, true, null, 150],
    ['but as long as a restart takes', 75, 3_600, true, null, 75],
    ['that departure was judged before: once is enough', 150, 20, true, 20, 150],
    ['a restart takes longer than it did', 50, null, false, null, 75],
  ])('%s', (_what, kept, gone, isWanted, judged, seconds) => {
    expect(at(kept, gone, isWanted, judged)).toBe(seconds)
  })

  it('at first: as long as a restart takes', () => {
    expect(lastTaskAt(undefined, { goneAt: null, isWanted: true }, noon, 75)).toEqual({
      keptSeconds: 75,
      judgedAt: 0,
    })
  })
})
