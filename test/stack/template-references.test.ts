import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { type Packaged, packageStack } from './packaged.ts'
import { discovered, policyText, scaled, times } from './policies.ts'
import { actionsOf } from './template-text.ts'

/** What templates point at, for a usual policy, one that only observes, and one whose texts mean something to the framework. */

let odd: Awaited<ReturnType<typeof packageStack>>

beforeAll(async () => {
  const text = policyText({
    services: [
      scaled('prod', 'HOME', `\${env:{service}} "Bücher" a\\b*`),
      ...times(12, index => scaled(`c${index}`, `s${index}-*`)),
    ],
    tasks: [discovered('*', '*', 'all', `x\${self:service}.{{resolve:ssm:y}}`)],
  })
  odd = await packageStack({ policy: text, withBundles: false })
}, 30_000)

afterAll(() => odd?.remove())

const stacks: [string, () => Packaged][] = [
  ['a usual policy', () => inject('acting')],
  ['one that only observes', () => inject('observing')],
  ['an odd one', () => odd],
]

it.each(stacks)('%s points at nothing that is not there', (_, packaged) => {
  const { resources, parameters } = packaged()
  const known = [...Object.keys(resources), ...Object.keys(parameters)]
  const references = referencesIn(resources).filter(each => !each.startsWith('AWS::'))
  expect(references.length).toBeGreaterThan(50)
  expect(references.filter(each => !known.includes(each))).toEqual([])
})

it.each(stacks)('%s names no partition, Region or account', (_, packaged) => {
  const text = JSON.stringify(packaged().resources)
  expect(text.match(/arn:aws[^"]*|\b\d{12}\b|eu-west-1/g) ?? []).toEqual([])
})

it.each(stacks)('%s has patterns that EventBridge takes', (_, packaged) => {
  for (const [name, { Type, Properties }] of Object.entries(packaged().resources))
    if (Type === 'AWS::Events::Rule')
      expect(JSON.stringify(Properties.EventPattern).length, name).toBeLessThanOrEqual(2_048)
})

it('texts of the policy are nobody’s variables', () => {
  const text = JSON.stringify(odd.resources)
  expect(text).not.toContain(odd.folder)
  expect(text).not.toMatch(/xlongshore|\{\{resolve/)
  expect(odd.resources.AlarmRule?.Properties.EventPattern.detail.alarmName).toEqual([{ exists: true }])
  expect(actionsOf(odd.resources.TaskRole)).toContain('route53:ChangeResourceRecordSets')
})

/** Logical ids that Ref, GetAtt, Sub and DependsOn name. */
function referencesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]): string[] => {
    if (key === 'Ref') return [inner]
    if (key === 'Fn::GetAtt') return [inner[0]]
    if (key === 'DependsOn') return [inner].flat()
    if (key === 'Fn::Sub') return [...inner.matchAll(/\$\{([\w:]+)/g)].map(([, id]) => id)
    return referencesIn(inner)
  })
}
