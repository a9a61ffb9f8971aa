import { describe, expect, it } from 'vitest'
import { steps } from '../../src/policy/steps.ts'
import { parseDuration } from '../../src/policy/values.ts'

/** `lower..upper change`, as a person would say it. */
const said = (written: unknown): string[] => {
  const result = steps.safeParse(written)
  if (!result.success) return result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  return result.data.map(({ from, to, adjustment }) => {
    const change = adjustment.kind === 'percent' ? `${adjustment.percent}%` : `${adjustment.tasks}`
    return `${from ?? ''}..${to ?? ''} ${adjustment.kind} ${change}`
  })
}

describe('steps become bounds', () => {
  it.each([
    ['one above the threshold', [{ from: 0, add: 2 }], ['0.. change 2']],
    ['one below it', [{ to: 0, remove: 1 }], ['..0 change -1']],
    [
      'the scale-out policy of the AWS guide',
      [
        { from: 0, to: 10, add: '0%' },
        { from: 10, to: 20, add: '10%' },
        { from: 20, add: '30%' },
      ],
      ['0..10 percent 0%', '10..20 percent 10%', '20.. percent 30%'],
    ],
    [
      'the same with beginnings only',
      [
        { from: 0, add: '0%' },
        { from: 10, add: '10%' },
        { from: 20, add: '30%' },
      ],
      ['0..10 percent 0%', '10..20 percent 10%', '20.. percent 30%'],
    ],
    [
      'the scale-in policy of the AWS guide',
      [
        { from: -10, to: 0, remove: '0%' },
        { from: -20, to: -10, remove: '10%' },
        { to: -20, remove: '30%' },
      ],
      ['..-20 percent -30%', '-20..-10 percent -10%', '-10..0 percent 0%'],
    ],
    [
      'the same with ends only',
      [
        { to: 0, remove: '0%' },
        { to: -10, remove: '10%' },
        { to: -20, remove: '30%' },
      ],
      ['..-20 percent -30%', '-20..-10 percent -10%', '-10..0 percent 0%'],
    ],
    [
      'any order in the file',
      [
        { from: 10, add: 3 },
        { from: 0, add: 1 },
      ],
      ['0..10 change 1', '10.. change 3'],
    ],
    [
      'both sides of the threshold',
      [
        { from: 0, add: 1 },
        { to: 0, remove: 1 },
      ],
      ['..0 change -1', '0.. change 1'],
    ],
    [
      'a middle whose bounds the neighbours tell',
      [
        { to: -5, set: 1 },
        { from: -5, to: 5, add: 0 },
        { from: 5, set: 9 },
      ],
      ['..-5 exact 1', '-5..5 change 0', '5.. exact 9'],
    ],
    ['a first step above the threshold', [{ from: 10, add: 2 }], ['10.. change 2']],
    ['fractions', [{ from: 0.5, add: '12.5%' }], ['0.5.. percent 12.5%']],
    ['everything removed', [{ to: 0, remove: '100%' }], ['..0 percent -100%']],
  ])('%s', (_, written, expected) => {
    expect(said(written)).toStrictEqual(expected)
  })

  it('removing nothing is plus zero', () => {
    const [none, share] = steps.parse([
      { to: 0, remove: 0 },
      { from: 0, remove: '0%' },
    ])
    expect(none?.adjustment).toStrictEqual({ kind: 'change', tasks: 0 })
    expect(share?.adjustment).toStrictEqual({ kind: 'percent', percent: 0 })
  })

  it('takes twenty and no more', () => {
    const ladder = (rungs: number) => Array.from({ length: rungs }, (_, at) => ({ from: at, add: 1 }))
    expect(said(ladder(20))).toHaveLength(20)
    expect(steps.safeParse(ladder(21)).success).toBe(false)
  })
})

describe('steps that AWS would refuse, or that say two things', () => {
  it.each([
    [
      'a gap',
      [
        { from: 0, to: 10, add: 1 },
        { from: 20, add: 2 },
      ],
      '1.from: no step covers 10 to 20. Let one step begin where the other ends.',
    ],
    [
      'a gap around the threshold',
      [
        { to: -10, remove: 1 },
        { from: 10, add: 1 },
      ],
      '1.from: no step covers -10 to 10. Let one step begin where the other ends.',
    ],
    [
      'an overlap',
      [
        { from: 0, to: 30, add: 1 },
        { from: 20, add: 2 },
      ],
      '1.from: two steps cover 20 to 30. Let one step begin where the other ends.',
    ],
    [
      'an overlap in another order',
      [
        { from: 20, add: 2 },
        { from: 0, to: 30, add: 1 },
      ],
      '0.from: two steps cover 20 to 30. Let one step begin where the other ends.',
    ],
    [
      'an end above that is closed',
      [{ from: 0, to: 10, add: 1 }],
      '0.to: nothing is said about values further above than 10. Leave out the to of the highest step.',
    ],
    [
      'an end above that is closed, implied below',
      [{ to: 10, add: 1 }],
      '0.to: nothing is said about values further above than 10. Leave out the to of the highest step.',
    ],
    [
      'an end below that is closed',
      [{ from: -10, to: 0, remove: 1 }],
      '0.from: nothing is said about values further below than -10. Leave out the from of the lowest step.',
    ],
    [
      'the same beginning twice',
      [
        { from: 0, add: 1 },
        { from: 0, add: 2 },
      ],
      '1.from: two steps begin at 0.',
    ],
    [
      'the same end twice',
      [
        { to: 0, remove: 1 },
        { to: 0, remove: 2 },
      ],
      '1.to: two steps end at 0.',
    ],
    [
      'a beginning at its end',
      [{ from: 5, to: 5, add: 1 }],
      '0.from: the step begins at 5 and ends at 5. from must be below to.',
    ],
    [
      'a beginning behind its end',
      [{ from: 500, to: 400, add: 1 }],
      '0.from: the step begins at 500 and ends at 400. from must be below to.',
    ],
    [
      'a boundary nobody tells',
      [
        { from: -20, remove: 1 },
        { to: -10, remove: 2 },
      ],
      '1.to: where the step below ends is not told. Write a from here.',
    ],
    [
      'a step wrong by itself beside another',
      [
        { from: 0, to: -5, add: 1 },
        { from: 10, add: 2 },
      ],
      '0.from: the step begins at 0 and ends at -5. from must be below to.',
    ],
    [
      'an end below the end of the step below',
      [
        { from: -10, to: 20, add: 1 },
        { to: 10, add: 2 },
      ],
      '1.to: the step begins at 20 and ends at 10. from must be below to.',
    ],
    [
      'no bounds',
      [{ add: 2 }],
      '0: a step without bounds. Write from: 0 when the alarm watches for high values, to: 0 for low ones.',
    ],
    ['no change', [{ from: 0 }], '0: a step that changes nothing. Write one of add, remove and set.'],
    [
      'two changes',
      [{ from: 0, add: 1, set: 3 }],
      '0: several changes in one step. Write one of add, remove and set.',
    ],
    [
      'two changes of which one is none',
      [{ from: 0, add: 0, remove: 0 }],
      '0: several changes in one step. Write one of add, remove and set.',
    ],
    [
      'more than everything removed',
      [{ to: 0, remove: '101%' }],
      '0.remove: more than 100% cannot be removed.',
    ],
    [
      'an infinite share',
      [{ from: 0, add: '99999%' }],
      '0.add: "99999%" is no amount of tasks. Write 2 or 25%.',
    ],
    ['a negative share', [{ from: 0, add: '-5%' }], '0.add: "-5%" is no amount of tasks. Write 2 or 25%.'],
    ['half a task', [{ from: 0, add: 1.5 }], '0.add: 1.5 is no amount of tasks. Write 2 or 25%.'],
    ['a number as text', [{ from: 0, add: '2' }], '0.add: "2" is no amount of tasks. Write 2 or 25%.'],
  ])('%s', (_, written, expected) => {
    expect(said(written)).toStrictEqual([expected])
  })

  it.each([
    ['no number', Number.NaN],
    ['no end', Number.POSITIVE_INFINITY],
    ['no beginning', Number.NEGATIVE_INFINITY],
    ['text', '0'],
    ['nothing', null],
  ])('a bound that is %s', (_, from) => {
    expect(steps.safeParse([{ from, add: 1 }]).success).toBe(false)
  })
})

describe('durations', () => {
  it.each([
    ['90s', 90_000],
    ['5m', 300_000],
    ['1h30m', 5_400_000],
    ['2h0m1s', 7_201_000],
    ['0s', 0],
    ['', null],
    ['5', null],
    ['5 m', null],
    ['1m1h', null],
    ['-5m', null],
    ['1.5h', null],
    ['5M', null],
    ['99999999999999999999h', null],
  ])('%j', (text, expected) => {
    expect(parseDuration(text)).toBe(expected)
  })
})
