import { describe, expect, it } from 'vitest'
import type { Standing } from '../../src/backtest/outcome.ts'
import { recommend } from '../../src/cli/backtest/recommendation.ts'
import { standing } from './outcomes.ts'

const slo = (lateShare: number, cost: number): Standing => standing('slo', 'late 0.1%', lateShare, cost)
const tracking = (lateShare: number, cost: number): Standing =>
  standing('target-tracking', 'target 65%', lateShare, cost)
const hpa = (lateShare: number, cost: number): Standing => standing('hpa', 'target 70%', lateShare, cost)

describe('the recommendation', () => {
  it.each<[what: string, own: Standing, peer: Standing, sentence: string]>([
    [
      'cheaper and less late',
      slo(0.0008, 1.001),
      tracking(0.002, 1.3),
      'slo 0.1 % late: 23 % cheaper than your target tracking at 65 %, 0.08 % late instead of 0.2 %.',
    ],
    [
      'cheaper and later',
      slo(0.003, 1),
      tracking(0.002, 1.25),
      'slo 0.1 % late: 20 % cheaper than your target tracking at 65 %, but 0.3 % late instead of 0.2 %.',
    ],
    [
      'dearer and less late',
      slo(0.0008, 1.5),
      tracking(0.2, 1.25),
      'slo 0.1 % late: 20 % dearer than your target tracking at 65 %, 0.08 % late instead of 20 %.',
    ],
    [
      'dearer and later',
      slo(0.003, 1.5),
      tracking(0.002, 1.25),
      'slo 0.1 % late: 20 % dearer than your target tracking at 65 %, and 0.3 % late instead of 0.2 %.',
    ],
    [
      'as dear',
      slo(0.003, 1.251),
      tracking(0.002, 1.25),
      'slo 0.1 % late: as dear as your target tracking at 65 %, but 0.3 % late instead of 0.2 %.',
    ],
    [
      'equally late',
      slo(0.002001, 1),
      tracking(0.002, 1.25),
      'slo 0.1 % late: 20 % cheaper than your target tracking at 65 %, both 0.2 % late.',
    ],
    [
      'nobody late',
      slo(0, 1),
      tracking(0, 1.25),
      'slo 0.1 % late: 20 % cheaper than your target tracking at 65 %, nothing late with either.',
    ],
    [
      'never late',
      slo(0, 1),
      tracking(0.3, 1.25),
      'slo 0.1 % late: 20 % cheaper than your target tracking at 65 %, nothing late instead of 30 %.',
    ],
    [
      'late where the peer never was',
      slo(0.000_001, 1),
      tracking(0, 1.25),
      'slo 0.1 % late: 20 % cheaper than your target tracking at 65 %, but <0.001 % late instead of nothing.',
    ],
  ])('%s', (_, own, peer, sentence) => {
    expect(recommend({ standings: [own, peer] })[0]).toBe(sentence)
  })

  it('compares with the best peer, too', () => {
    expect(recommend({ standings: [slo(0.001, 1.1), tracking(0.002, 1.4), hpa(0.002, 1.2)] })).toEqual([
      'slo 0.1 % late: 21 % cheaper than your target tracking at 65 %, 0.1 % late instead of 0.2 %.',
      'Against the best peer: 8 % cheaper than HPA at 70 %, 0.1 % late instead of 0.2 %.',
      'Cost and lateness together, slo does best here (J 1.11 against 1.22 of HPA at 70 %).',
    ])
  })

  it('says so when a peer is better, and when the promise was not kept', () => {
    expect(recommend({ standings: [slo(0.004, 1.3), tracking(0.002, 1.2)] })).toEqual([
      'slo 0.1 % late: 8 % dearer than your target tracking at 65 %, and 0.4 % late instead of 0.2 %.',
      'The promise of 0.1 % was not kept: 0.4 % were late.',
      'Cost and lateness together, target tracking at 65 % does better here (J 1.34 of slo against 1.22): stay with it.',
    ])
  })

  it('calls nobody a winner for half a per cent', () => {
    expect(recommend({ standings: [slo(0, 1.2), tracking(0, 1.203)] }).at(-1)).toBe(
      'Cost and lateness together, target tracking at 65 % does as well here (J 1.20 against 1.20).',
    )
  })

  it('without target tracking, the best peer stands for all', () => {
    const keda = standing('keda', 'queueLength 12 (30 s of work)', 0.002, 1.5)
    const fixed = standing('static', '100% of peak: 24 tasks', 0, 4)
    expect(recommend({ standings: [fixed, slo(0, 1), keda] })).toEqual([
      'slo 0.1 % late: 33 % cheaper than KEDA (queueLength 12), nothing late instead of 0.2 %.',
      'Cost and lateness together, slo does best here (J 1.00 against 1.52 of KEDA (queueLength 12)).',
    ])
  })

  it('looks at usual settings only', () => {
    const swept = standing('hpa', 'target 90%', 0, 1, { usual: false })
    expect(recommend({ standings: [slo(0, 1.2), swept, hpa(0, 1.5)] })[0]).toContain(
      '20 % cheaper than HPA at 70 %',
    )
  })

  it.each<[string, Standing[], string[]]>([
    [
      'ours alone',
      [slo(0.002, 1.2)],
      [
        'slo 0.1 % late: 1.20 times the cost of the clairvoyant optimum, 0.2 % late.',
        'The promise of 0.1 % was not kept: 0.2 % were late.',
      ],
    ],
    [
      'peers alone',
      [tracking(0.002, 1.3), standing('static', '100% of peak: 24 tasks', 0, 4)],
      ['target tracking at 65 %: 1.30 times the cost of the clairvoyant optimum, 0.2 % late.'],
    ],
    ['nobody', [], []],
  ])('%s', (_, standings, sentences) => {
    expect(recommend({ standings })).toEqual(sentences)
  })
})
