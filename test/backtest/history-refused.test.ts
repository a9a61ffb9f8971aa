import { describe, expect, it } from 'vitest'
import { type HistoryOptions, readHistory } from '../../src/backtest/history/read.ts'

const read = (text: string, options: Partial<HistoryOptions> = {}) =>
  readHistory(text, { name: 'mine', capacityPerTask: 50, deadlineSeconds: 1, ...options })

const rows = (...cells: (string | number)[][]): string => cells.map(row => row.join(',')).join('\n')
const minutes = (values: (string | number)[]): string => rows(...values.map((value, at) => [at * 60, value]))
const fair = (count: number): number[] => Array.from({ length: count }, (_, at) => at + 1)

const refusal = (text: string, options: Partial<HistoryOptions> = {}): string[] => {
  const result = read(text, options)
  return result.ok ? [] : result.problems.map(({ line, sentence }) => `${line}: ${sentence}`)
}

describe('a history', () => {
  it.each([
    ['nothing', '', ['null: The file is empty.']],
    ['only a header', '# trace: x\ntimestamp,value\n', ['null: The file has no rows.']],
    [
      'a single row',
      'timestamp,value\n0,5',
      ['2: One row is no history: at least two different times are needed.'],
    ],
    [
      'the same time twice',
      '0,5\n0,6',
      ['2: One row is no history: at least two different times are needed.'],
    ],
    ['only zeros', '0,0\n60,0', ['null: Nothing ever came: all values are 0.']],
    [
      'two hours missing',
      '0,1\n300,1\n600,1\n7800,1\n8100,1',
      [
        '4: Before this line 23 intervals are missing: too many to guess what came. Cut the history, or allow long gaps.',
      ],
    ],
    [
      'more than a tenth unusable',
      minutes([1, 'x', 'y', ...fair(10)]),
      [
        'null: 2 of 13 rows are unusable, more than a tenth: the others are not to be trusted either.',
        '2: "x" is no number, and was taken as missing. 2 such in all.',
      ],
    ],
    [
      'seconds, then milliseconds',
      '1767225600,1\n1767225660,2\n1767225720000,3',
      [
        '3: Seconds and milliseconds are mixed in this column: from this line on the times are of another size.',
      ],
    ],
    [
      'seconds, then milliseconds, from 0',
      '0,1\n60,2\n120,3\n180000,4\n240000,5\n300000,5',
      [
        '4: Seconds and milliseconds are mixed in this column: from this line on the times are of another size.',
      ],
    ],
    [
      'one in milliseconds',
      '0,1\n60,2\n120,3\n180000,4\n240,5\n300,5',
      [
        '4: Seconds and milliseconds are mixed in this column: from this line on the times are of another size.',
      ],
    ],
    [
      'days',
      '0,1\n86400,2\n172800,3',
      ['null: The rows are 86400 s apart; whole seconds from 1 to 3600 can be replayed.'],
    ],
    [
      'halves of seconds',
      '0,1\n1.5,2\n3,3',
      ['null: The rows are 1.5 s apart; whole seconds from 1 to 3600 can be replayed.'],
    ],
    [
      'no grid',
      '0,1\n10,1\n25,1\n85,1\n87,1\n300,1',
      ['null: The rows are not evenly apart: 4 of 6 do not lie on a grid of 15 s.'],
    ],
    [
      'another interval than it says',
      '# interval_s: 60\n0,1\n300,2\n600,3',
      ['null: interval_s says 60, but the rows are 300 s apart.'],
    ],
    [
      'half a year',
      '0,1\n3600,1\n15552000,1',
      ['3: The history ends here, after 180 days; 120 are the most that is replayed.'],
    ],
    [
      'no kind, no deadline',
      '# kind: webb\n# slo_delay_s: -1\n0,1\n60,2',
      ['1: kind is "webb"; it must be web or queue.', '2: slo_delay_s is "-1"; it must be a number above 0.'],
    ],
    [
      'an open quotation mark',
      '0,1\n60,"2\n120,3',
      ['3: This is no CSV: a quotation mark is opened and never closed.'],
    ],
  ])('is refused: %s', (_, text, problems) => {
    expect(refusal(text)).toEqual(problems)
  })

  it('is refused when its capacity cannot be meant', () => {
    expect(refusal('0,60\n60,6000000\n120,60', { capacityPerTask: 0.5 })).toEqual([
      'null: At its peak this is work for 200000 tasks that serve 0.5 a second each; 10000 are the most that is replayed. Is the capacity right?',
    ])
  })

  it('needs a capacity and a deadline', () => {
    expect(readHistory('0,1\n60,2', { name: 'mine' })).toEqual({
      ok: false,
      problems: [
        {
          line: null,
          sentence:
            'How much one task serves a second is not said: give the capacity, or a line "# capacity_per_task_per_s: 50".',
        },
        {
          line: null,
          sentence:
            'How long a request may wait is not said: give the deadline, or a line "# slo_delay_s: 1".',
        },
      ],
    })
  })
})
