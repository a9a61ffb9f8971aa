import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Metafile } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundle, type Door, doors } from '../../scripts/bundle.ts'
import { actionsOf, fullPolicy, type Packaged, packageStack, roleOf, statementsOf } from './packaged.ts'

/** What each function may do against what its bundle can ask for. Neither side may have more than is written here. */

let packaged: Packaged
let outdir: string
let metafile: Metafile

beforeAll(async () => {
  outdir = await mkdtemp(join(tmpdir(), 'longshore-bundles-'))
  ;[packaged, metafile] = await Promise.all([
    packageStack({ policy: fullPolicy, withBundles: false }),
    bundle(outdir),
  ])
}, 30_000)

afterAll(async () => {
  await packaged?.remove()
  await rm(outdir, { recursive: true, force: true })
})

/** The actions that the SDK's commands in a bundle stand for. */
function askedBy(door: Door): string[] {
  const [, output] =
    Object.entries(metafile.outputs).find(([file]) => file.endsWith(`/${door}/index.js`)) ?? []
  const commands = Object.entries(output?.inputs ?? {}).flatMap(([file, { bytesInOutput }]) => {
    const [, client = '', command = ''] =
      /@aws-sdk\/client-([a-z0-9]+)\/dist-es\/commands\/(\w+)Command\.js$/.exec(file) ?? []
    return bytesInOutput > 0 && command !== '' ? [`${client}:${command}`] : []
  })
  return [...new Set(commands.map(command => actionNames[command] ?? command))]
    .filter(action => !neverSent.includes(action))
    .sort()
}

/** A batch is the same right. */
const actionNames: Record<string, string> = { 'sqs:SendMessageBatch': 'sqs:SendMessage' }

/** In the bundles because the SDK's own code names them: endpoint discovery, and the paging of scans. */
const neverSent = ['dynamodb:DescribeEndpoints', 'dynamodb:Scan']

const polling = ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage']
const logging = ['logs:CreateLogStream', 'logs:PutLogEvents']

/** Rights that no call of ours stands for: what Lambda does in the role's name, and what AWS checks besides the call. */
const besides: Record<Door, string[]> = {
  service: [...logging, ...polling],
  task: [
    'ecs:TagResource',
    'iam:PassRole',
    ...logging,
    'route53:ChangeResourceRecordSets',
    'route53:GetHostedZone',
    'route53:ListHostedZonesByName',
    ...polling,
  ],
  tick: logging,
  notify: [
    'dynamodb:DescribeStream',
    'dynamodb:GetRecords',
    'dynamodb:GetShardIterator',
    'dynamodb:ListStreams',
    'kms:Decrypt',
    ...logging,
  ],
}

/** What a bundle could ask for and its role does not have: it belongs to the other worker, or to another side of the store. */
const withheld: Record<Door, string[]> = {
  service: [
    'dynamodb:Query',
    'ecs:DescribeTaskDefinition',
    'ecs:DescribeTasks',
    'ecs:ListTasks',
    'ecs:RunTask',
  ],
  task: ['dynamodb:Query', 'ecs:DescribeServices', 'ecs:UpdateService'],
  tick: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:PutItem'],
  notify: ['dynamodb:BatchGetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
}

const without = (list: string[], others: string[]): string[] =>
  [...new Set(list)].filter(each => !others.includes(each)).sort()

describe.each(doors)('%s', door => {
  it('may what it asks for, but for what is withheld on purpose', () => {
    expect(without(askedBy(door), actionsOf(roleOf(packaged, door)))).toEqual([...withheld[door]].sort())
  })

  it('asks for what it may, but for what AWS does in its name', () => {
    // Undeliverable records are sent by Lambda; no queue of ours is in that bundle.
    const more = door === 'notify' ? ['sqs:SendMessage'] : []
    expect(without(actionsOf(roleOf(packaged, door)), askedBy(door))).toEqual(
      [...besides[door], ...more].sort(),
    )
  })
})

describe('every role of the stack', () => {
  const roles = () => Object.entries(packaged.resources).filter(([, { Type }]) => Type === 'AWS::IAM::Role')

  it('names its actions one by one', () => {
    for (const [name, role] of roles())
      for (const action of actionsOf(role)) expect(action, name).toMatch(/^[a-z0-9]+:[A-Za-z]+$/)
  })

  it('has everything as its resource only where IAM knows nothing narrower', () => {
    const everything = roles().flatMap(([, role]) =>
      statementsOf(role)
        .filter(({ Effect, Resource }) => Effect === 'Allow' && [Resource].flat().includes('*'))
        .flatMap(({ Action }) => Action),
    )
    expect(everything.flat().sort()).toEqual([
      'cloudwatch:DescribeAlarms',
      'cloudwatch:GetMetricData',
      'dynamodb:ListStreams',
      'ec2:DescribeNetworkInterfaces',
      'ecs:DescribeTaskDefinition',
      'ecs:ListTasks',
      'route53:ListHostedZonesByName',
      'servicediscovery:GetOperation',
      'servicediscovery:ListNamespaces',
      'servicediscovery:ListServices',
    ])
  })

  it('fits into what IAM takes as inline policies', () => {
    for (const [name, role] of roles())
      expect(JSON.stringify(role.Properties.Policies).length, name).toBeLessThan(10_240)
  })

  it('belongs to one service of AWS alone', () => {
    const trusted = roles().map(([name, role]) => {
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
