import { describe, expect, it } from 'vitest'
import { eventPatternsOf } from '../../src/policy/event-patterns.ts'
import type { Policy } from '../../src/policy/policy.ts'
import { type Rights, rightsOf } from '../../src/policy/rights.ts'
import { charactersMax } from '../../src/policy/role.ts'
import { discovered, healed, policyOf, policyText, queued, scaled, times } from './policies.ts'
import { plain, type Statement } from './template-text.ts'

/** Policies that leave lists empty, fill them to the brim or spill over: rights and patterns that AWS takes, or one clear refusal. */

const long = 'x'.repeat(220)

const policies = {
  'services alone, no voice': policyText({ services: [scaled('prod', 'web')] }),
  'tasks alone, only discovered': policyText({ tasks: [discovered('*', '*', 'all', 'jobs.internal')] }),
  'nothing at all': policyText({}),
  'nothing may be changed': policyText({
    services: [scaled('prod', 'web')],
    tasks: [healed('prod', 'etl')],
    mode: 'observe',
  }),
  'everything in every cluster': policyText({
    services: [scaled('*', '*', '{cluster}/{service}')],
    tasks: [healed('*', '*')],
  }),
  'queues, some for several services': policyText({
    services: [
      queued('prod', 'packer', 'orders.fifo'),
      queued('prod', 'mail-*', '{cluster}-{service}-jobs'),
      queued('test', 'sender', '{service}-jobs'),
      queued('test', 'mail-*', 'orders.fifo'),
      scaled('edge', 'web'),
    ],
  }),
  'very many queues': policyText({
    services: times(300, index => queued('prod', `s${index}`, `queue-number-${index}`)),
  }),
  'very many services': policyText({ services: times(500, index => scaled('prod', `s${index}`)) }),
  'very long names': policyText({
    services: times(60, index => scaled(`c${index % 3}${long}`, `s${index}${long}`, '{service}')),
    tasks: times(60, index => healed(`c${index % 3}${long}`, `f${index}${long}`)),
  }),
  'many clusters with families of their own': policyText({
    tasks: times(20, index => healed(`cluster-${index}`, `family-${index}`)),
  }),
  'many names in Cloud Map': policyText({
    tasks: times(150, index => discovered('prod', `f${index}`, `service-${index}`, 'jobs.internal')),
  }),
  'one pattern inside another': policyText({
    services: ['prod/web', 'prod*/web*', 'prod**/*'].map(match =>
      scaled(match.split('/')[0] ?? '', match.split('/')[1] ?? '', '{cluster}/{service}'),
    ),
    tasks: [healed('prod', 'etl'), healed('prod*', 'etl*'), healed('prod**', 'mail')],
  }),
}
type Name = keyof typeof policies

const read = new Map(Object.entries(policies).map(([name, text]) => [name, policyOf(text)]))
const policy = (name: Name): Policy => read.get(name) as Policy

const given = (name: Name) => {
  const answer = rightsOf(policy(name))
  if (!answer.ok) throw new Error(answer.sentence)
  return answer
}

const roles = ['service', 'task', 'notify'] as const
const role = (name: Name, door: keyof Rights) => plain(given(name).rights[door]) as Statement[]

const arn = (rest: string, service = 'ecs') =>
  `arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${rest}`

/** The names that are longest anywhere, written by hand. */
const everywhere: Record<string, string> = {
  'AWS::Partition': 'aws-us-gov',
  'AWS::Region': 'ap-southeast-7',
  'AWS::AccountId': '123456789012',
  'AWS::URLSuffix': 'amazonaws.com.cn',
}
const charactersOf = (statements: unknown): number =>
  JSON.stringify(statements).replace(/\$\{([\w:]+)\}/g, (_, name) => everywhere[name] ?? '').length

describe.each(Object.keys(policies) as Name[])('%s', name => {
  it('has no empty list, and no name of a statement twice', () => {
    for (const door of roles) {
      const statements = role(name, door)
      expect(emptyListsIn(statements)).toEqual([])
      const names = statements.map(({ Sid = '' }) => Sid)
      expect(new Set(names).size).toBe(names.length)
      for (const each of names) expect(each).toMatch(/^[A-Za-z0-9]+$/)
    }
    expect(emptyListsIn(eventPatternsOf(policy(name)))).toEqual([])
  })

  it('fits into what IAM and EventBridge take, in every partition', () => {
    // 10,240 in a role, less 2,240 for its own things and 1,500 for the roles it may pass.
    expect(charactersOf(role(name, 'service'))).toBeLessThanOrEqual(8_000)
    expect(charactersOf(role(name, 'task'))).toBeLessThanOrEqual(6_500)
    expect(charactersOf(role(name, 'notify'))).toBeLessThanOrEqual(8_000)
    const { serviceClusters, taskClusters, alarmNames } = eventPatternsOf(policy(name))
    for (const list of [serviceClusters, taskClusters, alarmNames])
      expect(JSON.stringify(list).length).toBeLessThanOrEqual(1_500)
  })
})

it('the brim is the one that the roles are cut to', () => {
  expect(charactersMax).toEqual({ service: 8_000, task: 6_500 })
})

describe('rights and rules follow the policy', () => {
  const allowed = (name: Name, door: keyof Rights) =>
    role(name, door).flatMap(({ Effect, Action }) => (Effect === 'Allow' ? Action : []))
  const denied = (name: Name, door: keyof Rights) =>
    role(name, door).flatMap(({ Effect, Action }) => (Effect === 'Deny' ? Action : []))
  const resources = (name: Name, door: keyof Rights, sid: string) =>
    role(name, door).find(({ Sid }) => Sid === sid)?.Resource
  const statesOf = (name: Name) => {
    const { services, tasks, alarms } = eventPatternsOf(policy(name))
    return { services, tasks, alarms }
  }

  it('services alone: no task may be run, no secret read', () => {
    const name = 'services alone, no voice'
    expect(allowed(name, 'service')).toContain('ecs:UpdateService')
    expect(allowed(name, 'task')).toEqual([])
    expect(denied(name, 'task').sort()).toEqual([
      'ecs:RunTask',
      'ecs:StopTask',
      'servicediscovery:DeregisterInstance',
      'servicediscovery:RegisterInstance',
      'servicediscovery:UpdateInstanceCustomHealthStatus',
    ])
    expect(allowed(name, 'notify')).toEqual([])
    expect(denied(name, 'notify')).toEqual(['ssm:GetParameter'])
    expect(statesOf(name)).toEqual({ services: 'ENABLED', tasks: 'DISABLED', alarms: 'ENABLED' })
  })

  it('tasks that are only discovered are not run again, and no service is changed', () => {
    const name = 'tasks alone, only discovered'
    expect(allowed(name, 'task')).toContain('servicediscovery:RegisterInstance')
    expect(allowed(name, 'task')).not.toContain('iam:PassRole')
    expect(denied(name, 'task')).toEqual(['ecs:RunTask', 'ecs:StopTask'])
    expect(denied(name, 'service')).toEqual(['ecs:UpdateService', 'ecs:StopServiceDeployment'])
    expect(statesOf(name)).toEqual({ services: 'DISABLED', tasks: 'ENABLED', alarms: 'DISABLED' })
  })

  it('nothing at all: nothing may be touched and no event comes in', () => {
    for (const door of roles) expect(allowed('nothing at all', door), door).toEqual([])
    expect(statesOf('nothing at all')).toEqual({
      services: 'DISABLED',
      tasks: 'DISABLED',
      alarms: 'DISABLED',
    })
  })

  it('alarms alone: neither queues nor tasks are looked at', () => {
    const name = 'services alone, no voice'
    expect(allowed(name, 'service')).toEqual([
      'ecs:DescribeServices',
      'ecs:UpdateService',
      'cloudwatch:DescribeAlarms',
      'cloudwatch:GetMetricData',
    ])
  })

  it('exactly the queues that the policy names, and the tasks of clusters whose services have them', () => {
    const name = 'queues, some for several services'
    const queue = (queueName: string) => arn(queueName, 'sqs')
    expect(resources(name, 'service', 'ReadQueues')).toEqual([
      queue('orders.fifo'),
      queue('prod-mail-*-jobs'),
      queue('sender-jobs'),
    ])
    expect(resources(name, 'service', 'DescribeTasks')).toEqual([arn('task/prod/*'), arn('task/test/*')])
    expect(role(name, 'service').find(({ Sid }) => Sid === 'ListTasks')).toMatchObject({
      Action: ['ecs:ListTasks'],
      Condition: { ArnLike: { 'ecs:cluster': [arn('cluster/prod'), arn('cluster/test')] } },
    })
  })

  it('very many queues become all of them, and the owner is told', () => {
    const name = 'very many queues'
    expect(resources(name, 'service', 'ReadQueues')).toEqual([arn('*', 'sqs')])
    expect(given(name).widened).toContain('300 queues are more than a role can name: it covers *.')
  })

  it('very many services become their cluster, and the owner is told', () => {
    expect(resources('very many services', 'service', 'Scale')).toEqual([arn('service/prod/*')])
    expect(given('very many services').widened).toEqual([
      '500 services in prod are more than a role can name: it covers *.',
    ])
  })

  it('only so many lists are widened as must be, the longest first', () => {
    const few = times(10, index => scaled('staging', `s${index}`))
    const many = times(200, index => scaled('prod', `s${index}`))
    const answer = rightsOf(policyOf(policyText({ services: [...few, ...many] })))
    const scale = answer.ok && answer.rights.service.find(({ Sid }) => Sid === 'Scale')
    expect(scale && plain(scale.Resource)).toEqual([
      ...Array.from({ length: 10 }, (_, index) => arn(`service/staging/s${index}`)),
      arn('service/prod/*'),
    ])
  })

  it('many names in Cloud Map become the namespace', () => {
    const records = role('many names in Cloud Map', 'task').find(({ Sid }) => Sid === 'ChangeRecords')
    expect(records?.Condition).toEqual({
      'ForAllValues:StringLike': {
        'route53:ChangeResourceRecordSetsNormalizedRecordNames': ['*.jobs.internal'],
      },
    })
  })

  it('names of records are written as Route 53 compares them', () => {
    const tasks = [discovered('prod', 'etl', 'Etl_1', 'Jobs*.internal')]
    const answer = rightsOf(policyOf(policyText({ tasks })))
    const records = answer.ok && answer.rights.task.find(({ Sid }) => Sid === 'ChangeRecords')
    expect(records && Object.values(records.Condition?.['ForAllValues:StringLike'] ?? {})).toEqual([
      ['etl_1.jobs\\052.internal', '*.etl_1.jobs\\052.internal'],
    ])
  })

  it('a family runs again in the clusters of its rule, not in those of another', () => {
    const name = 'many clusters with families of their own'
    const runs = role(name, 'task').filter(({ Action }) => Action.includes('ecs:RunTask'))
    const [first] = runs
    expect(given(name).widened).not.toEqual([])
    expect(first?.Condition?.ArnLike?.['ecs:cluster']).not.toContain(arn('cluster/*'))
    const wide = policyOf(policyText({ tasks: [healed('prod', 'etl'), healed('*', 'mail')] }))
    const answer = rightsOf(wide)
    const wideRuns = answer.ok
      ? answer.rights.task.filter(({ Action }) => Action.includes('ecs:RunTask'))
      : []
    expect(
      wideRuns.map(({ Resource, Condition }) => plain([Resource, Condition?.ArnLike?.['ecs:cluster']])),
    ).toEqual([
      [[arn('task-definition/etl:*')], [arn('cluster/prod')]],
      [[arn('task-definition/mail:*')], [arn('cluster/*')]],
    ])
  })

  it('of patterns that cover each other one remains', () => {
    const name = 'one pattern inside another'
    expect(resources(name, 'service', 'Scale')).toEqual([arn('service/prod*/*')])
    expect(resources(name, 'task', 'RunAgain1')).toEqual([
      arn('task-definition/etl*:*'),
      arn('task-definition/mail:*'),
    ])
    expect(resources(name, 'task', 'DescribeTasks')).toEqual([arn('task/prod*/*')])
  })
})

describe('more than a role can name', () => {
  it.each([
    [
      'services in two hundred clusters',
      { services: times(200, at => scaled(`c${at}`, '*')) },
      '200 clusters',
    ],
    ['tasks in two hundred clusters', { tasks: times(200, at => healed(`c${at}`, '*')) }, '200 clusters'],
    [
      'names in two hundred namespaces',
      { tasks: times(200, at => discovered('prod', `f${at}`, 'all', `n${at}.${'x'.repeat(60)}.internal`)) },
      '1 cluster and 200 namespaces',
    ],
  ])('%s are refused in one sentence', (_, rules, counted) => {
    expect(rightsOf(policyOf(policyText(rules)))).toEqual({
      ok: false,
      sentence: `${counted} are more than one role can name. Use wildcards, such as prod-*, or a stage for each part.`,
    })
  })
})

function emptyListsIn(value: unknown, path = ''): string[] {
  if (Array.isArray(value) && value.length === 0) return [path]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => emptyListsIn(inner, `${path}/${key}`))
}
