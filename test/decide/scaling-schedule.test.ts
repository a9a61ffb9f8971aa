import { describe, expect, it } from 'vitest'
import { hour, minute, parseTimestamp, second } from '../../src/model/time.ts'
import { windowAt } from '../../src/scaling/triggers/schedule.ts'
import { openWindows } from '../../src/scaling/windows.ts'
import { Course } from './scaling-course.ts'
import { crew, metricTarget, schedule, series } from './scaling-signals.ts'
import { deploying, noon, service, wishes } from './scaling-view.ts'

/** Windows in which a floor and a ceiling hold. Berlin puts its clocks forward on 28 March 2027 and back on 25 October 2026, New York on 14 March 2027 and 1 November 2026. */

const at = (iso: string): number => parseTimestamp(iso) ?? Number.NaN
const iso = (atMs: number): string => new Date(atMs).toISOString().slice(0, 16)

describe('a window', () => {
  const office = { from: '0 8 * * 1-5', to: '0 20 * * 1-5' }
  const night = { from: '30 1 * * *', to: '30 4 * * *' }
  it.each<[what: string, times: typeof office, timeZone: string, at: string, open: boolean, until: string]>([
    ['Monday morning in Berlin', office, 'Europe/Berlin', '2026-11-23T06:59:59Z', false, '2026-11-23T07:00'],
    ['on the minute', office, 'Europe/Berlin', '2026-11-23T07:00:00Z', true, '2026-11-23T19:00'],
    ['to the second', office, 'Europe/Berlin', '2026-11-23T18:59:59Z', true, '2026-11-23T19:00'],
    ['closed on the minute', office, 'Europe/Berlin', '2026-11-23T19:00:00Z', false, '2026-11-24T07:00'],
    ['over the weekend', office, 'Europe/Berlin', '2026-11-27T21:00:00Z', false, '2026-11-30T07:00'],
    [
      'the Monday after the clocks were put forward',
      office,
      'Europe/Berlin',
      '2027-03-28T12:00:00Z',
      false,
      '2027-03-29T06:00',
    ],
    [
      'the Monday after they were put back',
      office,
      'Europe/Berlin',
      '2026-10-25T12:00:00Z',
      false,
      '2026-10-26T07:00',
    ],
    ['New York in summer', office, 'America/New_York', '2026-07-01T12:00:00Z', true, '2026-07-02T00:00'],
    ['New York in winter', office, 'America/New_York', '2026-12-01T12:59:59Z', false, '2026-12-01T13:00'],
    [
      'New York, after the clocks were put forward',
      office,
      'America/New_York',
      '2027-03-14T20:00:00Z',
      false,
      '2027-03-15T12:00',
    ],
    [
      'New York, after they were put back',
      office,
      'America/New_York',
      '2026-11-01T20:00:00Z',
      false,
      '2026-11-02T13:00',
    ],
    [
      'a zone whose clocks never change, in March',
      office,
      'Asia/Tokyo',
      '2027-03-28T22:59:00Z',
      false,
      '2027-03-28T23:00',
    ],
    ['UTC', office, 'UTC', '2026-11-23T08:00:00Z', true, '2026-11-23T20:00'],
    [
      'across the hour that Berlin skips: two hours long',
      night,
      'Europe/Berlin',
      '2027-03-28T00:30:00Z',
      true,
      '2027-03-28T02:30',
    ],
    [
      'across the hour that Berlin repeats: four hours long',
      night,
      'Europe/Berlin',
      '2026-10-24T23:30:00Z',
      true,
      '2026-10-25T03:30',
    ],
    [
      'across the hour that New York skips',
      night,
      'America/New_York',
      '2027-03-14T06:30:00Z',
      true,
      '2027-03-14T08:30',
    ],
    [
      'in the hour that New York repeats, its first time',
      night,
      'America/New_York',
      '2026-11-01T05:30:00Z',
      true,
      '2026-11-01T09:30',
    ],
    [
      'in the hour that New York repeats, its second time: it does not open again',
      night,
      'America/New_York',
      '2026-11-01T06:30:00Z',
      true,
      '2026-11-01T09:30',
    ],
  ])('%s', (_what, times, timeZone, now, open, until) => {
    const window = windowAt({ ...times, timeZone }, undefined, at(now))
    expect([window.open, iso(window.untilMs)]).toEqual([open, until])
  })

  it.each([
    ['Europe/Berlin', '2027-03-28T00:00:00Z', '2027-03-28T01:00'],
    ['America/New_York', '2027-03-14T05:30:00Z', '2027-03-14T07:00'],
  ])(
    'that opens at a time the clocks of %s skip opens when they have been put forward',
    (timeZone, now, until) => {
      const window = windowAt({ from: '30 2 * * *', to: '0 6 * * *', timeZone }, undefined, at(now))
      expect([window.open, iso(window.untilMs)]).toEqual([false, until])
    },
  )

  it('through midnight', () => {
    const night = { from: '0 22 * * *', to: '0 6 * * *', timeZone: 'UTC' }
    expect(windowAt(night, undefined, at('2026-11-23T23:00:00Z')).open).toBe(true)
    expect(windowAt(night, undefined, at('2026-11-24T05:59:59Z')).open).toBe(true)
    expect(windowAt(night, undefined, at('2026-11-24T06:00:00Z')).open).toBe(false)
  })

  it('is remembered until its next boundary, unless the schedule or the clock has changed', () => {
    const times = { ...office, timeZone: 'UTC' }
    const now = at('2026-11-23T09:00:00Z')
    const window = windowAt(times, undefined, now)
    expect(windowAt(times, window, now + hour)).toBe(window)
    expect(windowAt(times, window, window.untilMs).open).toBe(false)
    expect(windowAt(times, window, now - second).sinceMs).toBe(now - second)
    expect(windowAt({ ...times, timeZone: 'Asia/Tokyo' }, window, now + hour).open).toBe(true)
    expect(windowAt({ ...times, timeZone: 'Asia/Tokyo' }, window, now + hour).untilMs).toBe(
      at('2026-11-23T11:00:00Z'),
    )
  })
})

describe('floors and ceilings', () => {
  /** Open at noon UTC, whatever they are called. */
  const open = (name: string, min: number | null, max: number | null) =>
    schedule({ name, from: '0 11 * * *', to: '0 13 * * *', timeZone: 'UTC', min, max })
  const closed = schedule({
    name: 'closed',
    from: '0 14 * * *',
    to: '0 15 * * *',
    timeZone: 'UTC',
    min: 90,
    max: 1,
  })

  it.each<
    [
      what: string,
      windows: ReturnType<typeof schedule>[],
      min: number,
      max: number,
      floorBy: string | null,
      ceilingBy: string | null,
    ]
  >([
    ['none open', [closed], 2, 40, null, null],
    ['a floor', [open('a', 10, null), closed], 10, 40, 'a', null],
    ['a ceiling', [open('a', null, 30)], 2, 30, null, 'a'],
    ['the highest floor', [open('a', 10, null), open('b', 20, null), open('c', 15, null)], 20, 40, 'b', null],
    ['the lowest ceiling', [open('a', null, 30), open('b', null, 20)], 2, 20, null, 'b'],
    ['a floor above a ceiling wins', [open('a', 25, null), open('b', null, 20)], 25, 25, 'a', 'b'],
    ['a floor above the owner’s maximum', [open('a', 90, null)], 40, 40, 'a', null],
    ['a ceiling below the owner’s minimum', [open('a', null, 1)], 2, 2, null, 'a'],
    ['what the rule says anyway', [open('a', 1, 50)], 2, 40, null, null],
  ])('%s', (_what, windows, min, max, floorBy, ceilingBy) => {
    const rule = wishes(windows, { min: 2, max: 40 }).scale
    expect(openWindows(rule, () => undefined, noon).bounds).toEqual({ min, max, floorBy, ceilingBy })
  })

  it('move the count at once, and say by which schedule', () => {
    const course = new Course(3, [open('launch', 10, 30)], { min: 2, max: 40 })
    const { decisions, nextLookAtMs } = course.verdict(0, {})
    expect(decisions[0]).toMatchObject({
      do: { desiredCount: 10 },
      because: { code: 'schedule-floor', trigger: 'launch', desired: 3, min: 10 },
    })
    expect(nextLookAtMs).toBe(noon + minute)
    expect(new Course(35, [open('launch', 10, 30)], { min: 2, max: 40 }).look(0, {})).toBe('35 → 30')
    const busy = service({ desiredCount: 35, ...deploying })
    expect(new Course(35, [open('launch', null, 30)]).look(0, {}, { is: busy })).toBe(
      'deployment-in-progress',
    )
  })

  it('bound what the triggers ask for', () => {
    const seen = (tasks: number) => ({ series: { 'metric Depth': series([10 * tasks, 10 * tasks]) } })
    const rest = { min: 2, max: 40, in: { afterMs: 0 } }
    const course = new Course(12, [metricTarget(10, 'task'), open('launch', 10, 20)], rest)
    expect(course.look(0, seen(4))).toBe('12 → 10')
    expect(course.look(0, seen(35))).toBe('10 → 20')
    expect(course.look(0, seen(35))).toBe('at-max')
    expect(course.memory?.triggers?.launch?.window?.untilMs).toBe(noon + hour)
  })

  it('after the window the rule’s own bounds hold: what was added stays until a trigger wants fewer', () => {
    const course = new Course(10, [open('launch', 10, null)], { min: 2, max: 40 })
    expect(course.look(0, {})).toBe('within-bounds')
    expect(course.look(hour, {})).toBe('within-bounds')
    expect(course.desired).toBe(10)
  })
})

describe('the next boundary wakes exactly', () => {
  it.each([
    ['in an hour: first as always', 60 * minute, 5 * minute],
    ['in two minutes', 2 * minute, 2 * minute],
    ['in three seconds', 3 * second, 3 * second],
    ['in a millisecond', 1, 1],
  ])('%s', (_what, beforeMs, waitMs) => {
    const now = at('2026-11-23T08:00:00Z') - beforeMs
    const window = schedule({ from: '0 8 * * *', to: '0 9 * * *', timeZone: 'UTC', min: 1 })
    const course = new Course(3, [window])
    expect(course.verdict(now - noon, {}, crew(3)).nextLookAtMs).toBe(now + waitMs)
  })
})
