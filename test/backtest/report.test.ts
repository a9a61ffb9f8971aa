import { describe, expect, it } from 'vitest'
import { recordingOf } from '../../src/backtest/recording.ts'
import { columnsOf } from '../../src/cli/backtest/report/columns.ts'
import { barsPath } from '../../src/cli/backtest/report/paths.ts'
import { placeLabels } from '../../src/cli/backtest/report/place-labels.ts'
import { costTicksWithin, decades, taskTicks } from '../../src/cli/backtest/report/scale.ts'
import { spread } from '../../src/cli/backtest/report/spread.ts'
import { dayName, timeTicks } from '../../src/cli/backtest/report/time-ticks.ts'
import { worstDay } from '../../src/cli/backtest/report/worst-day.ts'
import { renderReport } from '../../src/cli/backtest/report.ts'
import { day, hour } from '../../src/model/time.ts'
import { outcome, recording, standing } from './outcomes.ts'

const dayMinutes = 1_440
/** Thu 6 Jul 1995, 00:00. */
const startAtMs = 804_988_800_000

const threeDays = outcome(
  [
    standing('slo', 'late 0.1%', 0.0008, 1.1, { recording: recording(3 * dayMinutes) }),
    standing('hpa', 'target 70%', 0.002, 1.4, {
      recording: recording(3 * dayMinutes, minute => (minute === 2_000 ? { late: 900 } : {})),
    }),
    standing('hpa', 'target 90%', 0.01, 1.2, { usual: false }),
    standing('hpa', 'target 95%', 0.9, 0.4, { usual: false }),
  ],
  { history: '<img src=x onerror=alert(1)> & "co"', seconds: 3 * 86_400, startAtMs },
)

describe('the page', () => {
  const page = renderReport([threeDays])

  it('needs nothing but itself: no address, no script, no font from elsewhere', () => {
    expect(page).not.toMatch(/https?:|\bsrc=(?!x)|<script|<link|@import|url\((?!#)|href=/)
    expect(page).toContain("default-src 'none'")
  })

  it('calls a history what it is called, and runs nothing of it', () => {
    expect(page).not.toContain('<img')
    expect(page).toContain('&#60;img src=x onerror=alert(1)&#62; &#38; &#34;co&#34;')
  })

  it('shows the whole, the worst day and cost against lateness, each for two widths, each described', () => {
    const pictures = [...page.matchAll(/<svg [^>]*aria-labelledby="(\S+) (\S+)"/g)]
    expect(pictures.map(([, title]) => title)).toEqual([
      'h0-all-wide-title',
      'h0-all-narrow-title',
      'h0-day-wide-title',
      'h0-day-narrow-title',
      'h0-scatter-wide-title',
      'h0-scatter-narrow-title',
    ])
    for (const [, title, description] of pictures) {
      expect(page).toContain(`<title id="${title}">`)
      expect(page).toContain(`<desc id="${description}">`)
    }
    expect(page).toContain('Fri 7 Jul <span>· the day on which most requests were late</span>')
  })

  it('has no number that is none', () => {
    expect(page).not.toMatch(/NaN|Infinity|undefined|null|\[object/)
  })

  it('tells every setting in the table, and leaves out of the scatter what has collapsed', () => {
    expect([...page.matchAll(/<th scope="row">/g)]).toHaveLength(4)
    expect(page).toContain('hpa, target 90%: 1 % late at 1.20 times the optimum')
    expect(page).not.toContain('hpa, target 95%')
    expect(page).toContain('Settings with more than 40 % late are left out.')
  })

  it('lets each policy be chosen without a script', () => {
    expect(page).toContain('<input type="checkbox" id="h0-slo" checked=""/>')
    expect(page).toContain('#h0:has(#h0-hpa:not(:checked)) .layer.p-hpa{display:none}')
  })

  it('ends with what it comes to and what was taken for granted', () => {
    expect(page).toContain('slo 0.1 % late: 21 % cheaper than HPA at 70 %, 0.08 % late instead of 0.2 %.')
    expect(page).toContain('<dt>Start of a task</dt><dd>95 % serve within 45 s of their launch')
  })

  it('has an article for each history, with names of its own', () => {
    const ids = [...renderReport([threeDays, threeDays]).matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)
    expect(ids).toContain('h1-all-wide-title')
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('draws a history of an hour, of which nothing was recorded too', () => {
    const hourly = outcome([standing('slo', 'late 0.1%', 0, 1, { recording: recording(60) })], {
      seconds: 3_600,
    })
    expect(renderReport([hourly])).not.toMatch(/NaN|Infinity|h0-all/)
    expect(renderReport([outcome([standing('slo', 'late 0.1%', 0, 1)])])).not.toMatch(/NaN|Infinity/)
  })
})

describe('a recording', () => {
  it('holds sums of each minute, and the fewest and the most tasks of any second', () => {
    const seconds = 150
    const sum = (each: (second: number) => number): Float64Array => {
      const sums = new Float64Array(seconds + 1)
      for (let at = 0; at < seconds; at++) sums[at + 1] = (sums[at] ?? 0) + each(at)
      return sums
    }
    const made = recordingOf(
      {
        arrived: sum(() => 2),
        late: sum(second => (second === 5 || second === 70 ? 1 : 0)),
        readyTaskSeconds: sum(second => (second === 90 ? 7 : 3)),
      },
      seconds,
      60,
    )
    expect([...made.arrived]).toEqual([120, 120])
    expect([...made.readyMin]).toEqual([3, 3])
    expect([...made.readyMax]).toEqual([3, 7])
    // The first minute is the warm-up here.
    expect([...made.late]).toEqual([0, 1])
  })

  it('loses no peak in columns of a pixel', () => {
    const year = recording(10_000, minute =>
      minute === 7_777 ? { arrived: 6_000, late: 60, ready: [1, 9] } : {},
    )
    const { count, load, ready, worstLate } = columnsOf(year, 0, 10_000, 100)
    expect(count).toBe(100)
    expect([load.least[77], load.most[77]]).toEqual([50, 100])
    expect([ready.least[77], ready.most[77], worstLate[77]]).toEqual([1, 9, 0.01])
    expect([load.most[76], ready.most[78], worstLate[76]]).toEqual([50, 2, 0])
  })

  it('shows a share that is there, and nothing where there is none', () => {
    const x = (value: number): number => value
    expect(barsPath(Float64Array.of(0, 0.000_001, 0.001, 1), x, 20, 16)).toBe(
      'M1 20v-1h1V20ZM2 20v-4h1V20ZM3 20v-16h1V20Z',
    )
  })
})

describe('the day to look at', () => {
  const lateAt = (late: number, ...minutes: number[]) =>
    recording(3 * dayMinutes, minute => (minutes.includes(minute) ? { late } : {}))

  it.each([
    [
      'most were late with all together',
      [lateAt(600, 100, 3_000), lateAt(500, 3_000)],
      null,
      [2_880, 4_320, 'late'],
    ],
    ['by the calendar, which began at six', [lateAt(600, 1_100)], 6 * hour, [1_080, 2_520, 'late']],
    [
      'hardly any were late: the busiest',
      [recording(3 * dayMinutes, minute => (minute === 2_000 ? { arrived: 9_000, late: 400 } : {}))],
      null,
      [1_440, 2_880, 'busy'],
    ],
  ] as const)('%s', (_, recordings, startAt, [from, to, why]) => {
    expect(worstDay(recordings, startAt)).toEqual({ from, to, why })
  })

  it('is none in a day and a half', () => {
    expect(worstDay([recording(2_160)], null)).toBeNull()
    expect(worstDay([], null)).toBeNull()
  })
})

describe('axes', () => {
  it.each([
    [
      'days',
      timeTicks(0, 4 * day, startAtMs, 5).map(({ label }) => label),
      ['6 Jul', '7 Jul', '8 Jul', '9 Jul', '10 Jul'],
    ],
    [
      'counted days',
      timeTicks(0, 3 * day, null, 5).map(({ label }) => label),
      ['day 1', 'day 2', 'day 3', 'day 4'],
    ],
    [
      'hours',
      timeTicks(day, 2 * day, startAtMs + hour, 4).map(({ offsetMs, label }) => [offsetMs / hour, label]),
      [
        [29, '06:00'],
        [35, '12:00'],
        [41, '18:00'],
        [47, '00:00'],
      ],
    ],
    ['few tasks', taskTicks(2, 6), [0, 1, 2]],
    ['many tasks', taskTicks(130, 4), [0, 50, 100]],
    ['the least that can be told apart', taskTicks(46, 2), [0, 20, 40]],
    ['shares', decades(0.001, 1), [0.001, 0.01, 0.1, 1]],
    ['costs', costTicksWithin(cost => 100 * Math.log2(cost), [0.9, 4.2], 60), [1, 1.6, 3]],
    ['a day by name', [dayName(36 * hour, startAtMs), dayName(36 * hour, null)], ['Fri 7 Jul', 'day 2']],
  ])('%s', (_, ticks, expected) => {
    expect(ticks).toEqual(expected)
  })
})

describe('names', () => {
  it('are moved apart, in their order, within the bounds', () => {
    const labels = [
      { at: 99, name: 'c' },
      { at: 10, name: 'a' },
      { at: 12, name: 'b' },
    ]
    expect(spread(labels, 15, 0, 100)).toEqual([
      { at: 10, name: 'a' },
      { at: 25, name: 'b' },
      { at: 99, name: 'c' },
    ])
    expect(spread([{ at: 99 }, { at: 100 }], 15, 0, 100)).toEqual([{ at: 85 }, { at: 100 }])
  })

  it('stand beside their points, none upon another', () => {
    const spots = [0, 4].map(y => ({ x: 50, y: 50 + y, text: 'target 70%', name: 'n' }))
    const within = { left: 0, right: 300, top: 0, bottom: 100 }
    const placed = placeLabels(spots, [], within)
    expect(placed.map(({ anchor }) => anchor)).toEqual(['start', 'middle'])
    expect(Math.abs((placed[0]?.y ?? 0) - (placed[1]?.y ?? 0))).toBeGreaterThanOrEqual(15)
  })
})
