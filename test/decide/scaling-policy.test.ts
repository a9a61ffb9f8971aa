import { describe, expect, it } from 'vitest'
import { scaleDefaults } from '../../src/scaling/defaults.ts'
import { scale } from '../../src/scaling/policy.ts'

/** What `scale` means as a schema; its sentences are told in policy-read.test.ts. */

const problems = (written: unknown): string[] =>
  (scale.safeParse(written).error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`)

describe('the scale of a rule', () => {
  it('has two bounds and nothing else to write: no triggers, cooldowns of five minutes', () => {
    expect(scale.parse({ min: 2, max: 40 })).toStrictEqual({
      min: 2,
      max: 40,
      triggers: [],
      ...scaleDefaults,
    })
    expect(scaleDefaults).toStrictEqual({
      in: { cooldownMs: 300_000, afterMs: null, atMost: [], select: 'largest' },
      out: { cooldownMs: 300_000, afterMs: null, atMost: [], select: 'largest', startingPercent: null },
      whileDeploying: 'out-only',
      fallback: null,
      zero: { initialCooldownMs: 0, idleMs: null },
      suspicious: { dropPercent: 90, holdMs: 300_000 },
      pause: { all: null, in: null, out: null },
    })
  })

  it.each<[what: string, written: unknown, problems: string[]]>([
    ['one count, always', { min: 3, max: 3 }, []],
    ['none at all', { min: 0, max: 0 }, []],
    ['crossed', { min: 3, max: 2 }, ['min: min 3 is above max 2.']],
  ])('%s', (_what, written, told) => {
    expect(problems(written)).toEqual(told)
  })

  it.each<[what: string, written: unknown]>([
    ['text that would be crossed', { min: '5', max: '3' }],
    ['a text and a number', { min: '5', max: 3 }],
    ['a number and a text', { min: 5, max: '3' }],
    ['no minimum', { max: 3 }],
    ['no maximum', { min: 5 }],
    ['nothing', null],
    ['a number', 5],
  ])('only numbers are compared: %s', (_what, written) => {
    expect(problems(written).join()).not.toContain('above')
    expect(problems(written)).not.toEqual([])
  })
})
