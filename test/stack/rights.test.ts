import { readFileSync } from 'node:fs'
import type { Metafile } from 'esbuild'
import { describe, expect, inject, it } from 'vitest'
import { type Door, doors } from '../../scripts/bundle.ts'
import { filesIn } from '../house/house.ts'
import { roleOf } from './packaged.ts'
import { rightsText } from './rights-text.ts'
import { actionsOf, plain, resourcePolicies, statementsOf } from './template-text.ts'
import { askedBy, bundledIn, commandsIn } from './verbs.ts'

/** What each function may do against what it can ask for. Neither side may have more than is written here. */

const acting = inject('acting')
const observing = inject('observing')
const metafile: Metafile = JSON.parse(readFileSync(`${acting.folder}/dist/metafile.json`, 'utf8'))

const rolesOf = ({ resources } = acting) =>
  Object.entries(resources).filter(([, { Type }]) => Type === 'AWS::IAM::Role')

const sorted = (list: Iterable<string>): string[] => [...new Set(list)].sort()

describe('the rights as they are written down', () => {
  it.each([
    ['act', acting, 'Who may do what, for a policy that asks for everything (fullPolicy in packaged.ts).'],
    ['observe', observing, 'Who may do what, for the same policy with mode: observe.'],
  ] as const)('mode %s', async (mode, packaged, about) => {
    await expect(rightsText(packaged, about)).toMatchFileSnapshot(`rights.${mode}.golden.yml`)
  })
})

/** Rights that AWS checks besides the call that they are for. */
const alongWith: Record<string, string[]> = {
  // The tags and the roles of the task that ran before.
  'ecs:RunTask': ['ecs:TagResource', 'iam:PassRole'],
  // Cloud Map writes DNS records in its caller's name.
  'servicediscovery:RegisterInstance': [
    'route53:ChangeResourceRecordSets',
    'route53:GetHostedZone',
    'route53:ListHostedZonesByName',
  ],
  'ssm:GetParameter': ['kms:Decrypt'],
}

/** What Lambda itself does with a function's role: its log, and where its events come from and end. */
function doneByLambda(door: Door): string[] {
  const name = `${door[0]?.toUpperCase()}${door.slice(1)}LambdaFunction`
  const mappings = Object.values(acting.resources)
    .filter(({ Type }) => Type === 'AWS::Lambda::EventSourceMapping')
    .map(({ Properties }) => plain(Properties) as { [key: string]: string })
    .filter(({ FunctionName }) => FunctionName === `\${${name}.Arn}`)
  return [
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    ...mappings.flatMap(({ EventSourceArn = '', DestinationConfig }) => [
      ...(EventSourceArn.endsWith('StreamArn}')
        ? ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'].map(verb => `dynamodb:${verb}`)
        : ['DeleteMessage', 'GetQueueAttributes', 'ReceiveMessage'].map(verb => `sqs:${verb}`)),
      ...(DestinationConfig ? ['sqs:SendMessage'] : []),
    ]),
  ]
}

/** What a bundle could ask for, as one adapter serves both workers and one store every function, and what none of its paths asks. */
const withheld: Record<Door, string[]> = {
  service: ['dynamodb:Query', 'ecs:DescribeContainerInstances', 'ecs:RunTask', 'ecs:StopTask'],
  task: [
    'dynamodb:Query',
    'ecs:DescribeServiceDeployments',
    'ecs:DescribeServiceRevisions',
    'ecs:DescribeServices',
    'ecs:ListServiceDeployments',
    'ecs:StopServiceDeployment',
    'ecs:UpdateService',
  ],
  tick: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:PutItem'],
  notify: ['dynamodb:BatchGetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
}

describe.each(doors)('%s', door => {
  it('may do what its code asks for, and nothing else', () => {
    const asked = askedBy(door, metafile)
    expect(asked).toEqual(expect.arrayContaining(withheld[door]))
    const used = asked.filter(action => !withheld[door].includes(action))
    expect(sorted(actionsOf(roleOf(acting, door)))).toEqual(
      sorted([...used, ...used.flatMap(action => alongWith[action] ?? []), ...doneByLambda(door)]),
    )
  })

  it('has a bundle with no other command of the SDK', () => {
    // The SDK's own code names these two: endpoint discovery, and the paging of scans. Nothing of ours sends them.
    const unsent = ['dynamodb:DescribeEndpoints', 'dynamodb:Scan']
    expect(bundledIn(door, metafile).filter(action => !unsent.includes(action))).toEqual(
      askedBy(door, metafile),
    )
  })
})

describe('the adapters', () => {
  const files = filesIn('src', '.ts').filter(file => !/^src\/(world|cli)\//.test(file))
  const adapters = files.filter(file => file.startsWith('src/adapters/'))

  /** Sent with the rights of whoever types: no function loads it. */
  const ofTheCommandLine = ['src/adapters/dynamodb-tables.ts']

  it('are the only ones that make a command, and some function sends each', () => {
    expect(files.filter(file => !adapters.includes(file) && commandsIn(file).length > 0)).toEqual([])
    const sent = doors.flatMap(door =>
      askedBy(door, metafile).filter(action => !withheld[door].includes(action)),
    )
    const others = adapters.filter(file => !ofTheCommandLine.includes(file))
    expect(others).toHaveLength(adapters.length - ofTheCommandLine.length)
    expect(sorted(sent)).toEqual(sorted(others.flatMap(commandsIn)))
    expect(sorted(sent)).toHaveLength(36)
  })

  it('send commands, and let no paginator or waiter of the SDK send its own', () => {
    const sending = /\b(?:paginate|waitFor|waitUntil)[A-Z]\w*|\bfrom '@aws-sdk\/(?!client-|lib-dynamodb')/
    expect(adapters.filter(file => sending.test(readFileSync(file, 'utf8')))).toEqual([])
  })
})

describe('mode observe', () => {
  it('may do all that act may, but for what changes production', () => {
    const changing = [
      'ecs:RunTask',
      'ecs:StopServiceDeployment',
      'ecs:StopTask',
      'ecs:TagResource',
      'ecs:UpdateService',
      'iam:PassRole',
      'route53:ChangeResourceRecordSets',
      'route53:GetHostedZone',
      'route53:ListHostedZonesByName',
      'servicediscovery:DeregisterInstance',
      'servicediscovery:RegisterInstance',
      'servicediscovery:UpdateInstanceCustomHealthStatus',
    ]
    const allowed = (packaged: typeof acting) =>
      rolesOf(packaged).flatMap(([name, role]) => actionsOf(role).map(action => `${name} ${action}`))
    const lost = allowed(acting).filter(right => !allowed(observing).includes(right))
    expect(sorted(lost.map(right => right.split(' ')[1] ?? ''))).toEqual(changing)
    expect(allowed(observing).filter(right => !allowed(acting).includes(right))).toEqual([])
  })

  it('is refused them in so many words', () => {
    expect(sorted(rolesOf(observing).flatMap(([, role]) => actionsOf(role, 'Deny')))).toEqual([
      'ecs:RunTask',
      'ecs:StopServiceDeployment',
      'ecs:StopTask',
      'ecs:UpdateService',
      'servicediscovery:DeregisterInstance',
      'servicediscovery:RegisterInstance',
      'servicediscovery:UpdateInstanceCustomHealthStatus',
    ])
  })
})

/** Why there is nothing narrower: docs.aws.amazon.com/service-authorization/latest/reference. */
const onEverything: Record<string, string> = {
  'cloudwatch:DescribeAlarms': 'composite alarms are told only to those who may describe all alarms',
  'cloudwatch:GetMetricData': 'metrics have no ARN',
  'ec2:DescribeInstances': 'no resource; bound to the Region by ec2:Region',
  'ec2:DescribeNetworkInterfaces': 'no resource; bound to the Region by ec2:Region',
  'ecr:DescribePullThroughCacheRules': 'no resource',
  'ecs:DescribeTaskDefinition': 'no resource',
  'ecs:ListTasks': 'only container instances, and Fargate has none; bound to the clusters by ecs:cluster',
  'route53:ListHostedZonesByName': 'a list has no ARN',
  'servicediscovery:GetOperation': 'an operation has no ARN',
  'servicediscovery:ListNamespaces': 'a list has no ARN',
  'servicediscovery:ListServices': 'a list has no ARN',
}

describe('every role of the stack', () => {
  it('names its actions one by one', () => {
    for (const [name, role] of rolesOf())
      for (const action of actionsOf(role)) expect(action, name).toMatch(/^[a-z0-9]+:[A-Za-z]+$/)
  })

  it('has everything as its resource only where there is a reason', () => {
    const everything = rolesOf().flatMap(([, role]) =>
      statementsOf(role)
        .filter(({ Effect, Resource = [] }) => Effect === 'Allow' && [Resource].flat().includes('*'))
        .flatMap(({ Action }) => Action),
    )
    expect(sorted(everything)).toEqual(Object.keys(onEverything))
  })

  it('keeps its own things within what is reserved for them', () => {
    for (const [name, role] of rolesOf()) {
      const own = role.Properties.Policies.filter(
        ({ PolicyName }: { PolicyName: string }) => PolicyName !== 'longshore-policy',
      )
      // No ARN of ours is longer: the longest name of a table, in the longest Region.
      const documents = own.map((policy: { PolicyDocument: unknown }) =>
        JSON.stringify(plain(policy.PolicyDocument)).replaceAll(/\$\{[^}]+\}/g, 'x'.repeat(240)),
      )
      expect(documents.join('').length, name).toBeLessThan(10_240 - 8_000)
    }
  })

  it('belongs to one service of AWS alone', () => {
    const trusted = rolesOf().map(([name, role]) => {
      const [statement, ...others] = role.Properties.AssumeRolePolicyDocument.Statement
      expect(others).toEqual([])
      return `${name} ${statement.Principal.Service}`
    })
    expect(trusted.sort()).toEqual([
      'NotifyRole lambda.amazonaws.com',
      'ScheduleRole scheduler.amazonaws.com',
      'ServiceRole lambda.amazonaws.com',
      'TaskRole lambda.amazonaws.com',
      'TickRole lambda.amazonaws.com',
    ])
  })
})

describe('from outside', () => {
  it('nothing invokes a function but its own queue, stream and schedule: no URL, no API, no permission', () => {
    const types = Object.values(acting.resources).map(({ Type }) => Type)
    expect(sorted(types)).toEqual([
      'AWS::CloudWatch::Alarm',
      'AWS::DynamoDB::Table',
      'AWS::Events::Rule',
      'AWS::IAM::Role',
      'AWS::Lambda::EventInvokeConfig',
      'AWS::Lambda::EventSourceMapping',
      'AWS::Lambda::Function',
      'AWS::Logs::LogGroup',
      'AWS::S3::Bucket',
      'AWS::S3::BucketPolicy',
      'AWS::SNS::Subscription',
      'AWS::SNS::Topic',
      'AWS::SNS::TopicPolicy',
      'AWS::SQS::Queue',
      'AWS::SQS::QueuePolicy',
      'AWS::Scheduler::Schedule',
    ])
    expect(acting.resources.Table?.Properties).not.toHaveProperty('ResourcePolicy')
  })

  it('what lets a service of AWS in names the account and the thing that it acts for', () => {
    const opened = Object.entries(resourcePolicies(acting)).flatMap(([name, statements]) =>
      statements.filter(({ Effect }) => Effect === 'Allow').map(statement => ({ name, ...statement })),
    )
    expect(opened.map(({ name }) => name).sort()).toEqual([
      'AlarmTopicPolicy',
      'DeadLettersPolicy',
      'ServicesQueuePolicy',
      'TasksQueuePolicy',
    ])
    for (const { name, Principal, Condition = {} } of opened) {
      expect(Principal, name).toEqual({ Service: expect.stringMatching(/^\w+\.amazonaws\.com$/) })
      expect(Condition.StringEquals, name).toEqual({ 'aws:SourceAccount': `\${AWS::AccountId}` })
      for (const source of [Condition.ArnEquals?.['aws:SourceArn']].flat())
        expect(source, name).toMatch(/^\$\{\w+(Rule|Alarm)\.Arn\}$/)
    }
  })

  it('what a service of AWS acts for besides is named in the schedule’s role', () => {
    const [trusted] = acting.resources.ScheduleRole?.Properties.AssumeRolePolicyDocument.Statement ?? []
    expect(plain(trusted.Condition)).toEqual({
      StringEquals: { 'aws:SourceAccount': `\${AWS::AccountId}` },
      ArnLike: {
        'aws:SourceArn': `arn:\${AWS::Partition}:scheduler:\${AWS::Region}:\${AWS::AccountId}:schedule-group/default`,
      },
    })
  })
})
