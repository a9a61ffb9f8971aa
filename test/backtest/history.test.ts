import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type HistoryOptions, readHistory } from '../../src/backtest/history/read.ts'

const read = (text: string, options: Partial<HistoryOptions> = {}) =>
  readHistory(text, { name: 'mine', capacityPerTask: 50, deadlineSeconds: 1, ...options })

const rows = (...cells: (string | number)[][]): string => cells.map(row => row.join(',')).join('\n')
const minutes = (values: (string | number)[]): string => rows(...values.map((value, at) => [at * 60, value]))
const fair = (count: number): number[] => Array.from({ length: count }, (_, at) => at + 1)

/** Values and what was said of them, in one line each. */
function mended(text: string, options: Partial<HistoryOptions> = {}) {
  const result = read(text, options)
  if (!result.ok) return { refused: result.problems.map(({ line, sentence }) => `${line}: ${sentence}`) }
  return {
    values: [...result.history.values],
    intervalSeconds: result.history.intervalSeconds,
    said: result.mended.map(({ line, sentence }) => `${line}: ${sentence}`),
  }
}

describe('a history', () => {
  it('says of itself what it is', () => {
    const text = `# trace: orders
# unit: messages arriving per interval of 60 s (rate = value / 60 per s)
# interval_s: 60
# start: 2014-04-02T14:25, Wednesday
# kind: queue
# slo_delay_s: 120
# capacity_per_task_per_s: 0.21
# source: somewhere
timestamp_s,value
0,3
60,0
120,4.5
`
    expect(readHistory(text, { name: 'file' })).toEqual({
      ok: true,
      history: {
        name: 'orders',
        kind: 'queue',
        intervalSeconds: 60,
        values: Float64Array.of(3, 0, 4.5),
        capacityPerTask: 0.21,
        deadlineSeconds: 120,
        unit: 'messages',
        startAtMs: 1_396_448_700_000,
      },
      mended: [],
    })
  })

  it('is what the caller says, before what the file says', () => {
    const result = read('# kind: web\n# slo_delay_s: 120\n0,1\n60,2', { kind: 'queue', deadlineSeconds: 9 })
    expect(result).toMatchObject({
      history: { name: 'mine', kind: 'queue', deadlineSeconds: 9, unit: 'requests', startAtMs: null },
    })
  })

  it.each([
    ['seconds from 0', '0,1\n300,2\n600,3', 300, null],
    ['seconds since 1970', '1767225600,1\n1767225660,2\n1767225720,3', 60, 1_767_225_600_000],
    ['milliseconds since 1970', '1767225600000,1\n1767225660000,2\n1767225720000,3', 60, 1_767_225_600_000],
    [
      'ISO 8601',
      '2026-01-01T00:00:00Z,1\n2026-01-01T00:01:00Z,2\n2026-01-01T00:02Z,3',
      60,
      1_767_225_600_000,
    ],
    [
      'ISO 8601 elsewhere',
      '2026-01-01T02:00:00+02:00,1\n2026-01-01T02:05:00+02:00,2',
      300,
      1_767_225_600_000,
    ],
    ['ISO 8601 without a zone', '2026-01-01 00:00:00,1\n2026-01-01 00:05:00,2', 300, 1_767_225_600_000],
    ['a header row', 'time,value\n0,1\n60,2', 60, null],
    ['columns by name', 'value,timestamp_s\n1,0\n2,60', 60, null],
    ['semicolons', '0;1\n60;2', 60, null],
    ['tabs, a byte order mark, empty lines, Windows line ends', '\ufeff0\t1\r\n\r\n60\t2\r\n', 60, null],
  ])('counts time in %s', (_, text, intervalSeconds, startAtMs) => {
    const result = read(text)
    expect(result).toMatchObject({ ok: true, history: { intervalSeconds, startAtMs }, mended: [] })
    expect(result.ok && result.history.values[1]).toBe(2)
  })

  it.each([
    [
      'a missing interval',
      '0,1\n60,2\n180,4\n240,5',
      [1, 2, 3, 4, 5],
      ['3: Before this line an interval is missing, and was filled in with a straight line.'],
    ],
    [
      'missing intervals, twice',
      '0,0\n60,1\n240,4\n300,5\n420,5',
      [0, 1, 2, 3, 4, 5, 5, 5],
      [
        '3: Before this line 2 intervals are missing, and were filled in with a straight line. 2 such in all.',
      ],
    ],
    [
      'the same row again',
      '0,1\n60,2\n60,2\n120,3\n120,3',
      [1, 2, 3],
      ['3: This row is the same as line 2, and was left out. 2 such in all.'],
    ],
    [
      'another value for the same time',
      '0,1\n60,2\n60,7\n120,3',
      [1, 7, 3],
      ['3: This time has another value in line 2; the last one counts.'],
    ],
    [
      'rows out of order',
      '60,2\n0,1\n120,3',
      [1, 2, 3],
      ['2: This row is earlier than the one before; the rows were sorted.'],
    ],
    [
      'text for a value',
      minutes([1, 2, 'n/a', ...fair(10)]),
      [1, 2, 1.5, ...fair(10)],
      [
        '3: "n/a" is no number, and was taken as missing.',
        '4: Before this line an interval is missing, and was filled in with a straight line.',
      ],
    ],
    [
      'NaN',
      minutes([1, 2, 'NaN', ...fair(10)]),
      [1, 2, 1.5, ...fair(10)],
      [
        '3: "NaN" is no number, and was taken as missing.',
        '4: Before this line an interval is missing, and was filled in with a straight line.',
      ],
    ],
    [
      'nothing for a value',
      minutes([1, 2, '', ...fair(10)]),
      [1, 2, 1.5, ...fair(10)],
      [
        '3: "" is no number, and was taken as missing.',
        '4: Before this line an interval is missing, and was filled in with a straight line.',
      ],
    ],
    [
      'less than nothing',
      minutes([1, 2, -5, ...fair(10)]),
      [1, 2, 1.5, ...fair(10)],
      [
        '3: "-5" is less than nothing, and was taken as missing.',
        '4: Before this line an interval is missing, and was filled in with a straight line.',
      ],
    ],
    [
      'a row that is no row',
      `${minutes(fair(12))}\nthe end`,
      fair(12),
      ['13: "the end" is no time, and the row was left out.'],
    ],
    [
      'a time beside the grid',
      minutes(fair(12)).replace('300,', '308,'),
      fair(12),
      ['6: This time lies 8 s beside the grid of 60 s, and was moved onto it.'],
    ],
    [
      'milliseconds from 0',
      '0,1\n60000,2\n120000,3',
      [1, 2, 3],
      ['1: Rows are 60000 apart, which was taken for milliseconds.'],
    ],
  ])('is mended, and says so: %s', (_, text, values, said) => {
    expect(mended(text)).toMatchObject({ values, said })
  })

  it('has long gaps filled when told', () => {
    expect(mended('0,1\n300,1\n600,1\n7800,1\n8100,1', { longGaps: 'fill' })).toMatchObject({
      values: Array.from({ length: 28 }, () => 1),
      said: ['4: Before this line 23 intervals are missing, and were filled in with a straight line.'],
    })
  })

  it('brings no control characters into a terminal', () => {
    const result = read('# trace: \u001b[31mred\n0,1\n60,\u001b[2J')
    expect(JSON.stringify(result)).not.toContain('\\u001b')
  })
})

const traces = new URL('../../../shared/traces/', import.meta.url)

describe.skipIf(!existsSync(traces))('the traces', () => {
  it.each(existsSync(traces) ? readdirSync(traces).filter(file => file.endsWith('.csv')) : [])(
    '%s needs no mending',
    file => {
      const result = readHistory(readFileSync(new URL(file, traces), 'utf8'), { name: file })
      expect(result).toMatchObject({ ok: true, mended: [] })
    },
  )
})
