import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fullExample } from '../../scripts/policy-docs.ts'
import { serviceTarget } from '../../src/model/target.ts'
import { servicePolicyFor } from '../../src/policy/match.ts'
import { renderProblems } from '../../src/policy/problem.ts'
import { readPolicy } from '../../src/policy/read.ts'
import { overrideTags } from '../../src/policy/tags.ts'
import { explain } from '../../src/scaling/explain.ts'
import { faultOf, longMs, oddText, oddValue, tried } from './odd.ts'

/** Whatever an owner hands over as a policy: it is one, or every problem is one short line that says where. */

const example = readFileSync(new URL('../../longshore.yml', import.meta.url), 'utf8')
const shown = 20

function clear(text: string): void {
  const reading = readPolicy(text, 'longshore.yml')
  if (reading.ok) {
    expect(JSON.parse(JSON.stringify(reading.policy))).toEqual(reading.policy)
    return
  }
  expect(reading.problems.length).toBeGreaterThan(0)
  for (const { sentence, path } of reading.problems.slice(0, shown)) {
    expect(faultOf(sentence, 600)).toBe(null)
    expect(path.length).toBeLessThan(1_500)
  }
  const lines = renderProblems(reading.problems)
  expect(lines.trimEnd().split('\n')).toHaveLength(reading.problems.length + 1)
}

const piece = fc.oneof(
  oddText,
  oddValue.map(value => JSON.stringify(value) ?? ''),
  fc.constantFrom(
    '&a [*a]',
    '<<: *a',
    '*a',
    '!!binary aGk=',
    '!!js/function x',
    '? [a]',
    '|',
    '>-\n  x',
    '---',
    '...',
    '%YAML 1.1',
    '\t',
    '\r\n',
    '\r',
    '\u2028',
    '\u0085',
    '0o17',
    '.inf',
    '.nan',
    '2026-11-23',
    '~',
    'yes',
    '1_000',
  ),
)

describe('a policy file', () => {
  it(
    'of arbitrary bytes',
    () => {
      const bytes = fc.uint8Array({ maxLength: 400 }).map(each => Buffer.from(each).toString('utf8'))
      fc.assert(fc.property(fc.oneof(bytes, oddText), clear), tried(100, 51))
    },
    longMs,
  )

  it(
    'of arbitrary data',
    () => {
      fc.assert(
        fc.property(oddValue, value => clear(JSON.stringify(value) ?? '')),
        tried(80, 52),
      )
    },
    longMs,
  )

  it(
    'that was good, with pieces of it replaced',
    () => {
      const change = fc.tuple(fc.nat(), fc.nat(12), piece)
      fc.assert(
        fc.property(
          fc.constantFrom(example, fullExample),
          fc.array(change, { minLength: 1, maxLength: 4 }),
          (good, changes) =>
            clear(
              changes.reduce((text, [at, length, put]) => {
                const from = at % text.length
                return text.slice(0, from) + put + text.slice(from + length)
              }, good),
            ),
        ),
        tried(100, 53),
      )
    },
    longMs,
  )

  it.each<[what: string, spoilt: (text: string) => string]>([
    ['a byte order mark', text => `\uFEFF${text}`],
    ['line ends of Windows', text => text.replaceAll('\n', '\r\n')],
    ['both', text => `\uFEFF${text.replaceAll('\n', '\r\n')}`],
    ['spaces at the ends of its lines', text => text.replaceAll('\n', '  \n')],
  ])('is read as well with %s', (_, spoilt) => {
    const [whole, other] = [readPolicy(example, 'p'), readPolicy(spoilt(example), 'p')]
    expect(whole.ok && whole.policy).toEqual(other.ok && other.policy)
    expect(whole.ok).toBe(true)
  })

  it.each<[what: string, text: string]>([
    [
      'aliases that multiply',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghij'
        .split('')
        .map((name, at) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghij'[at]}`).join(',')}]`)
        .join('\n')}`,
    ],
    ['an anchor that holds itself', 'a: &a [*a]'],
    ['merges', 'version: 1\nmode: act\nx: &x { <<: *x }'],
    ['brackets', '['.repeat(40_000)],
    ['braces', '{a: '.repeat(20_000)],
    ['sequences in one line', '- '.repeat(20_000)],
    ['depth by indentation', Array.from({ length: 900 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
    ['one long key', 'k'.repeat(490_000)],
    ['one long value', `version: ${'1'.repeat(490_000)}`],
    ['one long line of words that look like keys', `mode: ${'password_'.repeat(54_000)}`],
    ['many keys', Array.from({ length: 4_000 }, (_, at) => `k${at}: 1`).join('\n')],
    ['the same key many times', 'mode: act\n'.repeat(4_000)],
    ['many comments', '# a comment\n'.repeat(40_000)],
    ['many quotes', `'"`.repeat(40_000)],
    ['more than it may have', 'a'.repeat(500_001)],
  ])('made to exhaust, of %s, is answered within seconds', (_, text) => {
    const before = performance.now()
    clear(text)
    expect(performance.now() - before).toBeLessThan(5_000)
  })

  it('with the names of prototypes as keys has no such keys', () => {
    const reading = readPolicy(`version: 1\nmode: act\n__proto__: { mode: observe }\nconstructor: 1\n`, 'p')
    expect(reading.ok).toBe(false)
    expect(reading.ok ? [] : reading.problems.map(({ path }) => path)).toEqual(['__proto__', 'constructor'])
    expect(({} as Record<string, unknown>).mode).toBeUndefined()
  })
})

describe('the tags of a service', () => {
  const rule = readPolicy(
    `version: 1
mode: act
services:
  - match: { cluster: prod, service: web }
    scale: { min: 2, max: 6, triggers: [{ alarm: a, steps: [{ from: 0, add: 1 }] }] }
`,
    'p',
  )
  if (!rule.ok) throw new Error('no policy')
  const { policy } = rule
  const web = serviceTarget('prod', 'web')

  it(
    'leave bounds that hold together, whatever they say',
    () => {
      const key = fc.oneof(
        { weight: 3, arbitrary: fc.constantFrom(...overrideTags) },
        oddText.map(text => `longshore:${text}`),
        oddText,
      )
      const value = fc.oneof(
        oddText,
        fc.constantFrom('0', '1', '5', '10000', '10001', 'true', 'FALSE', ' 3 ', '٣'),
      )
      fc.assert(
        fc.property(fc.array(fc.tuple(key, value), { maxLength: 5 }), pairs => {
          const wishes = servicePolicyFor(policy, web, Object.fromEntries(pairs))
          if (!wishes?.scale) throw new Error('the rule is gone')
          const { min, max } = wishes.scale
          expect(
            Number.isInteger(min) && Number.isInteger(max) && 0 <= min && min <= max && max <= 10_000,
          ).toBe(true)
          for (const problem of wishes.problems) expect(faultOf(problem)).toBe(null)
          if (wishes.paused !== null)
            expect(faultOf(explain({ code: 'paused', note: wishes.paused }))).toBe(null)
        }),
        tried(400, 54),
      )
    },
    longMs,
  )

  it.each<[value: string, note: string]>([
    ['until the migration is over', 'until the migration is over'],
    ['because token=hunter2 leaked', 'because token=[redacted] leaked'],
    ['\u001b[31mred\nand more', '?[31mred?and more'],
  ])('a pause says why, in one line and without a secret: %j', (value, note) => {
    expect(servicePolicyFor(policy, web, { 'longshore:paused': value })?.paused).toBe(note)
  })
})
