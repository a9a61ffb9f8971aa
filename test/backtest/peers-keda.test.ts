import { describe, expect, it } from 'vitest'
import {
  type ActivationRules,
  activation,
  defaultActivation,
} from '../../src/backtest/peers/kubernetes/activation.ts'

/** KEDA's way to zero and back: what scale_scaledobjects.go does at each poll. */

type Poll = [now: number, value: number | null, current: number, after: number]

function expectPolls(rules: Partial<ActivationRules>, polls: Poll[], createdAt = 0): void {
  const keda = activation({ ...defaultActivation, ...rules }, createdAt)
  for (const [now, value, current, after] of polls)
    expect(keda.poll(current, value, now), `at ${now} s`).toBe(after)
}

describe('from zero and to zero', () => {
  it.each<[what: string, rules: Partial<ActivationRules>, polls: Poll[]]>([
    ['one message wakes one replica; the rest is for the HPA', {}, [[30, 500, 0, 1]]],
    ['with a minimum it lands there', { min: 3 }, [[30, 1, 0, 3]]],
    [
      'it rests 300 s after the last poll that found work, then goes to zero from any count',
      {},
      [
        [30, 5, 7, 7],
        [60, 0, 7, 7],
        [330, 0, 7, 7],
        [360, 0, 7, 0],
        [390, 0, 0, 0],
      ],
    ],
    [
      'work in between starts the rest anew',
      {},
      [
        [30, 5, 1, 1],
        [300, 1, 1, 1],
        [360, 0, 1, 1],
        [600, 0, 1, 1],
        [630, 0, 1, 0],
      ],
    ],
    [
      'waking counts as work',
      {},
      [
        [30, 1, 0, 1],
        [60, 0, 1, 1],
        [330, 0, 1, 1],
        [360, 0, 1, 0],
      ],
    ],
    ['who never had work goes to zero at once', {}, [[30, 0, 4, 0]]],
    [
      'or after the initial rest',
      { initialCooldownSeconds: 120 },
      [
        [90, 0, 4, 4],
        [120, 0, 4, 4],
        [150, 0, 4, 0],
      ],
    ],
    ['activation beats scaling: 40 messages of 50', { threshold: 50 }, [[30, 40, 4, 0]]],
    ['exactly the threshold is no work', { threshold: 50 }, [[30, 50, 4, 0]]],
    ['with a minimum of one, never to zero', { min: 1 }, [[900, 0, 4, 4]]],
    ['below the minimum without work: up to it', { min: 2 }, [[30, 0, 1, 2]]],
    ['an error is no zero', {}, [[900, null, 4, 4]]],
    ['an error wakes nobody', {}, [[900, null, 0, 0]]],
    ['NaN is an error', {}, [[900, Number.NaN, 4, 4]]],
    ['a negative length is no work', {}, [[30, -1, 0, 0]]],
  ])('%s', (_what, rules, polls) => {
    expectPolls(rules, polls)
  })
})
