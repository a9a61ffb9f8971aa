import { describe, expect, it } from 'vitest'
import { rightsOf } from '../../src/policy/rights.ts'
import type { Statement } from '../../src/policy/statement.ts'
import { healed, policyOf, policyText } from './policies.ts'

/** Which rights machines and retirements add, and where. */

const arn = (resource: string) => ({
  'Fn::Sub': `arn:\${AWS::Partition}:ecs:\${AWS::Region}:\${AWS::AccountId}:${resource}`,
})
const healing = (cluster: string, family: string, heal: string): string =>
  `  - match: { cluster: ${cluster}, family: ${family} }
    heal: { restart: { on: [crash] }, ${heal} }\n`
const service = (cluster: string, name: string, heal: string): string =>
  `  - match: { cluster: ${cluster}, service: ${name} }
    heal: { ${heal} }\n`

type Rules = Parameters<typeof policyText>[0]

function granted(role: 'service' | 'task', action: string, rules: Rules): Statement['Resource'][] {
  const answer = rightsOf(policyOf(policyText(rules)))
  if (!answer.ok) throw new Error(answer.sentence)
  return answer.rights[role]
    .filter(({ Effect, Action }) => Effect === 'Allow' && Action.includes(action))
    .map(({ Resource }) => Resource)
}

const window = 'window: "02:00-05:00 UTC"'
const elsewhere = healed('staging', 'etl')

describe('of standalone tasks', () => {
  it.each<[string, string, Rules, unknown[]]>([
    [
      'machines are read where somebody asks about them',
      'ecs:DescribeContainerInstances',
      { tasks: [healing('prod', 'etl', 'host: {}'), elsewhere] },
      [[arn('container-instance/prod/*')]],
    ],
    ['and nowhere else', 'ecs:DescribeContainerInstances', { tasks: [elsewhere] }, []],
    [
      'old tasks are stopped on machines',
      'ecs:StopTask',
      { tasks: [healing('prod', 'etl', 'host: {}'), elsewhere] },
      [[arn('task/prod/*')]],
    ],
    [
      'not where it is only told',
      'ecs:StopTask',
      { tasks: [healing('prod', 'etl', 'host: { then: notify }')] },
      [],
    ],
    [
      'and those that are retired',
      'ecs:StopTask',
      { tasks: [healing('prod', 'etl', `retirement: { ${window} }`)] },
      [[arn('task/prod/*')]],
    ],
    [
      'not where they are left to AWS',
      'ecs:StopTask',
      { tasks: [healing('prod', 'etl', `retirement: { ${window}, then: leave }`)] },
      [],
    ],
    [
      'nor in mode observe',
      'ecs:StopTask',
      { mode: 'observe', tasks: [healing('prod', 'etl', 'host: {}')] },
      [],
    ],
  ])('%s', (_, action, rules, resources) => {
    expect(granted('task', action, rules)).toEqual(resources)
  })
})

describe('of services', () => {
  const asking = [service('prod', 'web', 'host: {}'), service('staging', 'web', 'crashLoop: {}')]
  const replacing = [service('prod', 'web', 'host: { then: replace }')]
  const retiring = [
    service('prod', 'web', `retirement: { ${window} }`),
    service('prod', 'api', 'crashLoop: {}'),
  ]

  it.each<[string, string, Rules, unknown[]]>([
    [
      'machines are read',
      'ecs:DescribeContainerInstances',
      { services: asking },
      [[arn('container-instance/prod/*')]],
    ],
    ['and their tasks', 'ecs:DescribeTasks', { services: asking }, [[arn('task/prod/*')]]],
    ['which nobody stops', 'ecs:StopTask', { services: asking }, []],
    ['unless asked to', 'ecs:StopTask', { services: replacing }, [[arn('task/prod/*')]]],
    ['nor in mode observe', 'ecs:StopTask', { mode: 'observe', services: replacing }, []],
    [
      'those are deployed that ask for it',
      'ecs:UpdateService',
      { services: retiring },
      [[arn('service/prod/web')]],
    ],
    ['and not in mode observe', 'ecs:UpdateService', { mode: 'observe', services: retiring }, []],
  ])('%s', (_, action, rules, resources) => {
    expect(granted('service', action, rules)).toEqual(resources)
  })
})
