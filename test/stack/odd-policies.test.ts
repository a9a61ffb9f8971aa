import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { actionsOf, type Packaged, packageStack, statementsOf } from './packaged.ts'

/** Policies that leave lists empty, or fill them to the brim, still make a stack that CloudFormation and IAM take. */

const scale =
  'scale: { min: 1, max: 9, triggers: [{ alarm: "{service}-high", steps: [{ from: 0, add: 1 }] }] }'
const manyServices = Array.from(
  { length: 120 },
  (_, index) =>
    `  - { match: { cluster: prod, service: a-rather-long-name-of-a-service-${index} }, ${scale} }\n`,
)

const policies = {
  'services alone, no voice': `version: 1\nmode: act\nservices:\n  - { match: { cluster: prod, service: web }, ${scale} }\n`,
  'tasks alone, only discovered': `version: 1
mode: act
tasks:
  - { match: { cluster: "*", family: "*" }, discover: { namespace: jobs.internal, service: all } }
`,
  'very many services': `version: 1\nmode: act\nservices:\n${manyServices.join('')}`,
  'nothing at all': 'version: 1\nmode: observe\n',
}
type Name = keyof typeof policies

const stacks = new Map<string, Packaged>()

beforeAll(async () => {
  for (const [name, policy] of Object.entries(policies))
    stacks.set(name, await packageStack({ policy, withBundles: false }))
}, 60_000)

afterAll(async () => {
  for (const packaged of stacks.values()) await packaged.remove()
})

const of = (name: Name): Packaged['resources'] => stacks.get(name)?.resources ?? {}
const stateOf = (name: Name, rule: string) => of(name)[rule]?.Properties.State

describe.each(Object.keys(policies) as Name[])('%s', name => {
  it('has no empty list anywhere', () => {
    expect(emptyListsIn(of(name))).toEqual([])
  })

  it('points at nothing that is not there', () => {
    const known = [...Object.keys(of(name)), ...Object.keys(stacks.get(name)?.parameters ?? {})]
    const references = referencesIn(of(name)).filter(each => !each.startsWith('AWS::'))
    expect(references.length).toBeGreaterThan(50)
    expect(references.filter(each => !known.includes(each))).toEqual([])
  })

  it('fits into what IAM and EventBridge take', () => {
    for (const [id, { Type, Properties }] of Object.entries(of(name))) {
      if (Type === 'AWS::IAM::Role') {
        const full = JSON.stringify(Properties.Policies).replaceAll(/\$\{AWS::AccountId\}/g, '123456789012')
        expect(full.length, id).toBeLessThan(10_240)
      }
      if (Type === 'AWS::Events::Rule')
        expect(JSON.stringify(Properties.EventPattern).length, id).toBeLessThanOrEqual(2_048)
    }
  })
})

describe('rights and rules follow the policy', () => {
  it('services alone: no task may be run, no secret read', () => {
    const resources = of('services alone, no voice')
    expect(actionsOf(resources.ServiceRole)).toContain('ecs:UpdateService')
    expect(
      actionsOf(resources.TaskRole).filter(action => /^(ecs|ec2|iam|servicediscovery):/.test(action)),
    ).toEqual([])
    expect(actionsOf(resources.TaskRole, 'Deny').sort()).toEqual([
      'ecs:RunTask',
      'servicediscovery:DeregisterInstance',
      'servicediscovery:RegisterInstance',
    ])
    expect(actionsOf(resources.NotifyRole)).not.toContain('ssm:GetParameter')
    expect(actionsOf(resources.NotifyRole, 'Deny')).toEqual(['ssm:GetParameter'])
    expect(stateOf('services alone, no voice', 'TaskRule')).toBe('DISABLED')
    expect(stateOf('services alone, no voice', 'ServiceTaskRule')).toBe('ENABLED')
  })

  it('tasks that are only discovered are not run again, and no service is changed', () => {
    const resources = of('tasks alone, only discovered')
    const allowed = actionsOf(resources.TaskRole)
    expect(allowed).toContain('servicediscovery:RegisterInstance')
    expect(allowed).not.toContain('iam:PassRole')
    expect(actionsOf(resources.TaskRole, 'Deny')).toEqual(['ecs:RunTask'])
    expect(actionsOf(resources.ServiceRole, 'Deny')).toEqual(['ecs:UpdateService'])
    for (const rule of ['ServiceTaskRule', 'ServiceRule', 'AlarmRule'])
      expect(stateOf('tasks alone, only discovered', rule), rule).toBe('DISABLED')
    expect(stateOf('tasks alone, only discovered', 'TaskRule')).toBe('ENABLED')
  })

  it('very many services become their cluster, and their alarms all alarms', () => {
    const resources = of('very many services')
    const scaled = statementsOf(resources.ServiceRole).find(({ Sid }) => Sid === 'Scale')
    expect(scaled?.Resource).toEqual([
      { 'Fn::Sub': `arn:\${AWS::Partition}:ecs:\${AWS::Region}:\${AWS::AccountId}:service/prod/*` },
    ])
    expect(resources.AlarmRule?.Properties.EventPattern.detail.alarmName).toEqual([{ exists: true }])
  })

  it('nothing at all: nothing may be touched and no event comes in', () => {
    const resources = of('nothing at all')
    for (const role of ['ServiceRole', 'TaskRole'])
      expect(
        actionsOf(resources[role]).filter(action => !/^(dynamodb|sqs|logs):/.test(action)),
        role,
      ).toEqual([])
    for (const rule of ['ServiceTaskRule', 'ServiceRule', 'AlarmRule', 'TaskRule'])
      expect(stateOf('nothing at all', rule), rule).toBe('DISABLED')
  })
})

function emptyListsIn(value: unknown, path = ''): string[] {
  // The framework leaves one where a function's role is no name of its own; it means nothing.
  if (path.endsWith('/DependsOn')) return []
  if (Array.isArray(value) && value.length === 0) return [path]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => emptyListsIn(inner, `${path}/${key}`))
}

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
