import { describe, expect, it } from 'vitest'
import { readPolicy } from '../../src/policy/read.ts'
import { rightsOf } from '../../src/policy/rights.ts'

/** What a policy turns into for IAM, before any of it is packaged. */

const scale =
  'scale: { min: 1, max: 9, triggers: [{ alarm: "{service}-high", steps: [{ from: 0, add: 1 }] }] }'

const service = (cluster: string, name: string) =>
  `  - { match: { cluster: "${cluster}", service: "${name}" }, ${scale} }\n`

const task = (cluster: string, family: string) =>
  `  - { match: { cluster: "${cluster}", family: "${family}" }, heal: { restart: { on: [crash] } } }\n`

const policyOf = (text: string) => {
  const read = readPolicy(`version: 1\nmode: act\n${text}`, 'longshore.yml')
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  return read.policy
}

const times = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('')

const longestNames: Record<string, string> = {
  'AWS::Partition': 'aws-us-gov',
  'AWS::Region': 'ap-northeast-1',
  'AWS::AccountId': '123456789012',
}

/** As IAM would count it, in the Region with the longest name. */
const charactersOf = (statements: unknown): number =>
  JSON.stringify(statements)
    .replaceAll(/\{"Fn::Sub":("[^"]*")\}/g, '$1')
    .replaceAll(/\$\{([\w:]+)\}/g, (_, name) => longestNames[name] ?? 'amazonaws.com.cn').length

const given = (policy: ReturnType<typeof policyOf>) => {
  const answer = rightsOf(policy)
  if (!answer.ok) throw new Error(answer.sentence)
  return answer.rights
}

const resourcesOf = (statements: { Sid: string; Resource: unknown }[], sid: string) =>
  statements.find(({ Sid }) => Sid === sid)?.Resource

describe('what IAM takes: 10,240 characters of inline policies in a role, 2,240 of them for our own things', () => {
  it('many short names count with the whole of their ARNs', () => {
    const policy = policyOf(`services:\n${times(250, index => service('p', `s${index}`))}`)
    expect(charactersOf(given(policy).service)).toBeLessThanOrEqual(8_000)
  })
})

describe('patterns that cover each other', () => {
  it('one of them remains', () => {
    const policy = policyOf(`tasks:\n${task('prod*', 'etl')}${task('prod**', 'mail')}`)
    expect(resourcesOf(given(policy).task, 'DescribeTasks')).toEqual([
      { 'Fn::Sub': `arn:\${AWS::Partition}:ecs:\${AWS::Region}:\${AWS::AccountId}:task/prod*/*` },
    ])
  })
})
