import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { fullExample, policyDocs } from '../../scripts/policy-docs.ts'
import { type JsonSchema, policyJsonSchema } from '../../src/policy/json-schema.ts'
import { renderProblems } from '../../src/policy/problem.ts'
import { readPolicy } from '../../src/policy/read.ts'

const file = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const problems = (text: string): string => {
  const reading = readPolicy(text, 'p.yml')
  return reading.ok ? '' : renderProblems(reading.problems)
}

/** `services[].scale.min` and its schema, for every key there is. */
function keys(schema: JsonSchema, path = ''): [string, JsonSchema][] {
  const own = Object.entries(schema.properties ?? {}).flatMap(([key, value]) => {
    const at = path === '' ? key : `${path}.${key}`
    return [[at, value] satisfies [string, JsonSchema], ...keys(value, at)]
  })
  const { items, anyOf = [], additionalProperties } = schema
  return [
    ...own,
    ...(items ? keys(items, `${path}[]`) : []),
    ...anyOf.flatMap(kind => keys(kind, path)),
    ...(typeof additionalProperties === 'object' ? keys(additionalProperties, `${path}.*`) : []),
  ]
}

describe('the documentation of longshore.yml', () => {
  it.each(policyDocs().map(({ path, text }) => [path, text]))(
    '%s is what scripts/policy-docs.ts writes',
    (path, text) => {
      expect(file(path)).toBe(text)
    },
  )

  it('has a meaning for every key', () => {
    const all = keys(policyJsonSchema())
    expect(all.length).toBeGreaterThan(90)
    expect(
      all.filter(([, { description = '' }]) => description.length < 10).map(([path]) => path),
    ).toStrictEqual([])
  })

  it('shows every key in an example that is a policy', () => {
    expect(problems(fullExample)).toBe('')
    const last = keys(policyJsonSchema()).map(([path]) => path.replace(/^.*\./, ''))
    expect(last.filter(key => !new RegExp(`\\b${key}:`).test(fullExample))).toStrictEqual([])
  })

  it('promises that its pairs of steps are the same', () => {
    const pairs = [...file('docs/policy.md').matchAll(/^ {4}(steps: .*)\n {4}(steps: .*)$/gm)]
    expect(pairs).toHaveLength(2)
    for (const [, one = '', other = ''] of pairs) {
      const [short, long] = [one, other].map(steps =>
        readPolicy(
          `{version: 1, mode: act, services: [{match: {cluster: c, service: s}, scale: {min: 1, max: 2, triggers: [{alarm: a, ${steps}}]}}]}`,
          'p.yml',
        ),
      )
      expect(short?.ok && short.policy).toBeTruthy()
      expect(short?.ok && short.policy).toStrictEqual(long?.ok && long.policy)
    }
  })

  it('refuses unknown keys in editors too, and defaults are values that are accepted', () => {
    const text = file('docs/longshore.schema.json')
    const schema: unknown = JSON.parse(text)
    const objects = text.match(/"type": "object"/g)?.length ?? 0
    // Three keys take a metric, with dimensions, or with others by id and theirs: those have any name.
    const open = text.match(/"additionalProperties": \{/g)?.length ?? 0
    expect(open).toBe(3 * 3)
    expect(text.match(/"additionalProperties": false/g)).toHaveLength(objects - open)
    expect(JSON.stringify(schema)).not.toMatch(/Ms"|"firstMs"/)
  })
})

it('the example at the root is a policy, and only observes', () => {
  const reading = readPolicy(file('longshore.yml'), 'longshore.yml')
  expect(reading.ok ? reading.policy.mode : renderProblems(reading.problems)).toBe('observe')
  expect(file('longshore.yml').split('\n')[0]).toBe(
    '# yaml-language-server: $schema=docs/longshore.schema.json',
  )
})
