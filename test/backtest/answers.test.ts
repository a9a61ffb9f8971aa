import { describe, expect, it } from 'vitest'
import { jsonLine } from '../../src/cli/backtest/json.ts'
import { breach, days, percent, rate, threeDigits, wait } from '../../src/cli/backtest/numbers.ts'
import { renderOutcome } from '../../src/cli/backtest/print.ts'
import { outcome, standing } from './outcomes.ts'

const plain = (line: string): string => line

const usual = outcome([
  standing('target-tracking', 'target 65%', 0.002, 1.3),
  standing('slo', 'late 0.1%', 0.0008, 1.001),
  standing('static', '100% of peak: 24 tasks', 0, 21.7),
])

describe('what a terminal shows', () => {
  it('is the load, the table with the best first, and what it comes to', () => {
    expect(
      renderOutcome(usual, plain),
    ).toBe(`checkout: web, 14 days, 50 requests a second per task, late after 1 s.

policy           setting         late  cost  task-hours  actions/day  p99 wait  longest breach
──────────────────────────────────────────────────────────────────────────────────────────────
slo              late 0.1%     0.08 %  1.00         100          120    0.25 s          12 min
target-tracking  target 65%     0.2 %  1.30         130          120    0.25 s          12 min
static           100% of peak     0 %  21.7       2,170          120    0.25 s          12 min

Cost 1 is the clairvoyant optimum: 100 task-hours.
slo 0.1 % late: 23 % cheaper than your target tracking at 65 %, 0.08 % late instead of 0.2 %.
Cost and lateness together, slo does best here (J 1.01 against 1.32 of target tracking at 65 %).
`)
  })

  it('says above the table what was mended and how the load was made', () => {
    const mended = ['line 7: two rows of the same time were added up.']
    const text = renderOutcome({ ...usual, mended, scale: 384.6, smoothedIntervals: 9 }, plain)
    expect(text.split('\n').slice(1, 5)).toEqual([
      'Smoothed over 9 min: of so few requests, chance would be taken for load.',
      'Scaled by 385, so that one task serves 50 requests a second.',
      'Mended: line 7: two rows of the same time were added up.',
      '',
    ])
  })

  it('makes our line stand out, and no other', () => {
    const lines = renderOutcome(usual, line => `*${line}*`).split('\n')
    expect(lines.filter(line => line.startsWith('*'))).toEqual([expect.stringMatching(/^\*slo .*\*$/)])
  })

  it('fits 100 columns with the longest names and numbers', () => {
    const longest = outcome([
      standing('target-tracking-20s', 'queueLength 120 (90 s of work)', 0.000_000_1, 1, {}),
      standing('static', '100% of peak: 2400 tasks', 0.12, 25),
    ])
    for (const { score } of longest.standings) {
      score.taskHours = 246_513
      score.longestBreachMinutes = 1_435
      score.waitSeconds.p99 = 3_480
    }
    const table = renderOutcome(longest, plain).split('\n').slice(2, 6)
    expect(Math.max(...table.map(line => line.length))).toBeLessThanOrEqual(100)
  })

  it('tells of a sweep what each costs when equally late', () => {
    const equalViolation = [
      { lateShare: 0.001, policy: 'hpa', relativeCost: 1.239 },
      { lateShare: 0.001, policy: 'slo', relativeCost: 1.06 },
      { lateShare: 0.01, policy: 'slo', relativeCost: 1.02 },
    ]
    expect(renderOutcome({ ...usual, equalViolation }, plain)).toContain(
      '\nCost when 0.1 % is late: slo 1.06, HPA 1.24.\nCost when 1 % is late: slo 1.02.\n',
    )
  })
})

describe('what a program reads', () => {
  it('is one line of JSON, the best first', () => {
    const equalViolation = [{ lateShare: 0.001, policy: 'slo', relativeCost: 1.061_234_56 }]
    const line = jsonLine({ ...usual, standings: usual.standings.slice(0, 2), equalViolation })
    expect(line).toMatch(/^\{.*\}\n$/)
    expect(JSON.parse(line)).toEqual({
      history: 'checkout',
      policies: [
        {
          name: 'slo',
          setting: 'late 0.1%',
          V: 0.0008,
          C: 1.001,
          F: 1.1011,
          J: 1.009,
          taskHours: 100.1,
          actionsPerDay: 120,
          p99WaitSeconds: 0.25,
          longestBreachMinutes: 12,
        },
        {
          name: 'target-tracking',
          setting: 'target 65%',
          V: 0.002,
          C: 1.3,
          F: 1.43,
          J: 1.32,
          taskHours: 130,
          actionsPerDay: 120,
          p99WaitSeconds: 0.25,
          longestBreachMinutes: 12,
        },
      ],
      optimum: { taskHours: 100 },
      equalViolation: [{ V: 0.001, policy: 'slo', C: 1.06123 }],
    })
  })
})

describe('numbers', () => {
  it.each([
    [percent(0), '0 %'],
    [percent(0.000_009), '<0.001 %'],
    [percent(0.000_01), '0.001 %'],
    [percent(0.000_8), '0.08 %'],
    [percent(0.0123), '1.2 %'],
    [percent(0.0996), '10 %'],
    [percent(0.423), '42 %'],
    [threeDigits(1.071), '1.07'],
    [threeDigits(9.996), '10.0'],
    [threeDigits(1_234.5), '1,235'],
    [wait(0), '0 s'],
    [wait(0.349), '0.35 s'],
    [wait(4.27), '4.3 s'],
    [wait(120), '2 min'],
    [breach(0), 'none'],
    [breach(185), '3 h 5 min'],
    [days(36 * 3_600), '36 hours'],
    [days(3_600), '1 hour'],
    [days(5.556 * 86_400), '5.6 days'],
    [rate(0.1304), '0.13'],
    [rate(2_560), '2,560'],
  ])('%s', (told, expected) => {
    expect(told).toBe(expected)
  })
})
