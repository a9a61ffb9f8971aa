import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fullExample } from '../../scripts/policy-docs.ts'
import { matches } from '../../src/policy/pattern.ts'
import { readPolicy } from '../../src/policy/read.ts'
import { steps } from '../../src/policy/steps.ts'

const example = readFileSync(new URL('../../longshore.yml', import.meta.url), 'utf8')

/** Whatever the text: a policy that holds together, or problems that a person can find. */
function holds(text: string): void {
  const reading = readPolicy(text, 'p.yml')
  if (reading.ok) {
    for (const { scale } of reading.policy.services)
      if (scale) expect(scale.min).toBeLessThanOrEqual(scale.max)
    return
  }
  expect(reading.problems.length).toBeGreaterThan(0)
  const lines = text.split('\n')
  let before = 0
  for (const { line, column, path, sentence } of reading.problems) {
    expect(line).toBeGreaterThanOrEqual(before)
    expect(line).toBeLessThanOrEqual(lines.length)
    expect(column).toBeGreaterThanOrEqual(1)
    expect(column).toBeLessThanOrEqual((lines[line - 1] ?? '').length + 1)
    expect(sentence).toMatch(/^\S.*\S$/)
    // One line each: nothing from the file can break out of it.
    expect(`${path}${sentence}`).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u)
    expect(sentence).not.toMatch(/undefined|\[object|\bZod|Invalid input/)
    before = line
  }
}

const words = [...new Set(fullExample.match(/[a-zA-Z]+/g))]
const marks = [
  '\n',
  '  ',
  ': ',
  '- ',
  '{',
  '}',
  '[',
  ']',
  '"',
  "'",
  '*',
  '&a ',
  '!x ',
  '#',
  '\t',
  '%',
  '|',
  '>',
  '? ',
  ', ',
  '0',
  '-1',
  '~',
  '<<',
  '\r',
  '\u0000',
  '\uFEFF',
]

describe('readPolicy never throws', () => {
  it('on any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), holds), { numRuns: 200, seed: 1 })
  })

  it('on words and marks of the notation in any order', () => {
    const text = fc.array(fc.constantFrom(...words, ...marks), { maxLength: 60 }).map(parts => parts.join(''))
    fc.assert(fc.property(text, holds), { numRuns: 500, seed: 2 })
  })

  it('on a good policy with some places changed', () => {
    const change = fc.tuple(fc.nat(), fc.nat(6), fc.constantFrom('', ...words, ...marks))
    fc.assert(
      fc.property(
        fc.constantFrom(example, fullExample),
        fc.array(change, { minLength: 1, maxLength: 4 }),
        (good, changes) =>
          holds(
            changes.reduce((text, [at, length, put]) => {
              const from = at % text.length
              return text.slice(0, from) + put + text.slice(from + length)
            }, good),
          ),
      ),
      { numRuns: 400, seed: 3 },
    )
  })

  it('on any data in the place of any value', () => {
    const good = JSON.stringify({
      version: 1,
      mode: 'act',
      slack: { channel: '#ops', token: '/a/b' },
      services: [
        {
          match: { cluster: 'c', service: 's' },
          scale: { min: 1, max: 2, triggers: [{ alarm: 'a', steps: [{ from: 0, add: '5%' }], atLeast: 1 }] },
        },
      ],
      tasks: [
        { match: { cluster: 'c', family: 'f' }, heal: { restart: { on: ['oom'], backoff: '1s..2s' } } },
      ],
    })
    const values = good.match(/(?<=[:,[])("[^"]*"|\d+)(?=[,}\]])/g) ?? []
    expect(values.length).toBeGreaterThan(15)
    fc.assert(
      fc.property(fc.nat(values.length - 1), fc.jsonValue(), (index, value) => {
        let at = -1
        holds(
          good.replace(/(?<=[:,[])("[^"]*"|\d+)(?=[,}\]])/g, old =>
            ++at === index ? JSON.stringify(value) : old,
          ),
        )
      }),
      { numRuns: 500, seed: 4 },
    )
  })
})

it('a pattern matches what the same regular expression matches', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 })
  const name = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 })
  fc.assert(
    fc.property(text, name, (pattern, candidate) => {
      const regular = new RegExp(`^${pattern.replaceAll('*', '.*')}$`)
      expect(matches(pattern, candidate)).toBe(regular.test(candidate))
    }),
    { numRuns: 1_000, seed: 5 },
  )
})

it('a pattern that covers another matches all that the other matches', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 6 })
  const name = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 })
  fc.assert(
    fc.property(text, text, name, (wide, narrow, candidate) => {
      if (matches(wide, narrow) && matches(narrow, candidate)) expect(matches(wide, candidate)).toBe(true)
    }),
    { numRuns: 3_000, seed: 6 },
  )
})

it('accepted steps touch, ascend, and are open where AWS asks for it', () => {
  const bound = fc.option(fc.integer({ min: -4, max: 4 }), { nil: undefined })
  const written = fc.array(fc.record({ from: bound, to: bound, add: fc.constant(1) }), {
    minLength: 1,
    maxLength: 4,
  })
  let accepted = 0
  fc.assert(
    fc.property(written, draft => {
      const result = steps.safeParse(draft)
      if (!result.success) return
      accepted++
      const ladder = result.data
      expect(ladder).toHaveLength(draft.length)
      for (const [at, { from, to }] of ladder.entries()) {
        expect(from === null && to === null).toBe(false)
        if (from !== null && to !== null) expect(from).toBeLessThan(to)
        if (at > 0) expect(from).toBe(ladder[at - 1]?.to)
        // Nobody's own words are overruled.
        expect(draft.some(own => (own.from ?? from) === from && (own.to ?? to) === to)).toBe(true)
      }
      if ((ladder[0]?.from ?? 0) < 0) throw new Error('closed below')
      if ((ladder.at(-1)?.to ?? 0) > 0) throw new Error('closed above')
    }),
    { numRuns: 3_000, seed: 7 },
  )
  expect(accepted).toBeGreaterThan(100)
})
