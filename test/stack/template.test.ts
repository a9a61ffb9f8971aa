import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, inject, it } from 'vitest'
import { type Door, doors } from '../../scripts/bundle.ts'
import { functionOf, type Resource, roleOf } from './packaged.ts'

/** What CloudFormation would be given, read as CloudFormation reads it. */

const packaged = inject('acting')

const ofType = (type: string): Resource[] =>
  Object.values(packaged.resources).filter(({ Type }) => Type === type)

const properties = (name: string) => packaged.resources[name]?.Properties

const mappingOf = (door: Door) =>
  ofType('AWS::Lambda::EventSourceMapping').find(
    ({ Properties }) =>
      Properties.FunctionName['Fn::GetAtt'][0] === `${door[0]?.toUpperCase()}${door.slice(1)}LambdaFunction`,
  )?.Properties

it('the framework has nothing to warn of', () => {
  expect(packaged.said).toMatch(/Service packaged/)
  expect(packaged.said).not.toMatch(/warn|deprecat|could not/i)
})

describe.each(doors)('the function %s', door => {
  it('is what was built, with the policy beside it and nothing else', () => {
    expect(functionOf(packaged, door)?.Properties).toMatchObject({
      FunctionName: `longshore-prod-${door}`,
      Handler: `dist/${door}/index.handler`,
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
    })
    expect(packaged.zips[door].files).toEqual(
      ['index.js', 'package.json', 'policy.json'].map(file => `dist/${door}/${file}`),
    )
  })

  // Measured 236, 242, 100 and 107 kB: room for our own code to grow, none for a library that nobody asked about.
  it('is small', () => {
    const mostBytes = { service: 245_000, task: 250_000, tick: 110_000, notify: 115_000 }
    expect(packaged.zips[door].bytes).toBeLessThan(mostBytes[door])
    expect(packaged.zips[door].bytes).toBeGreaterThan(50_000)
  })

  it('is given exactly the variables that it reads', async () => {
    const given = functionOf(packaged, door)?.Properties.Environment.Variables
    const values = Object.fromEntries(
      Object.entries(given).map(([name, value]) => [
        name,
        typeof value === 'string' ? value : 'http://127.0.0.1/1/q',
      ]),
    )
    expect(await variablesRead(door, { AWS_REGION: 'eu-west-1', ...values })).toEqual(
      Object.keys(given).sort(),
    )
  })

  it('has a role that is no one else’s, and a log that forgets', () => {
    const roles = doors.map(each => roleOf(packaged, each))
    expect(roles.filter(role => role === roleOf(packaged, door))).toHaveLength(1)
    const [log] = ofType('AWS::Logs::LogGroup').filter(
      ({ Properties }) => Properties.LogGroupName === `/aws/lambda/longshore-prod-${door}`,
    )
    expect(log?.Properties.RetentionInDays).toBe(30)
  })
})

/** The bundle's own names in the environment, as it asks for them when it is imported. */
async function variablesRead(door: Door, env: Record<string, string>): Promise<string[]> {
  const watch = `const read = new Set()
process.env = new Proxy(process.env, { get: (all, name) => (read.add(name), all[name]) })
await import(process.argv[1])
process.stdout.write(JSON.stringify([...read].filter(name => String(name).startsWith('LONGSHORE_')).sort()))`
  const bundle = pathToFileURL(join(packaged.folder, `dist/${door}/index.js`)).href
  const argv = ['--input-type=module', '-e', watch, bundle]
  const { stdout } = await promisify(execFile)(process.execPath, argv, { env })
  return JSON.parse(stdout)
}

describe('the queues', () => {
  it.each(['ServicesQueue', 'TasksQueue'])('%s gives up after five times', name => {
    expect(properties(name)).toMatchObject({
      SqsManagedSseEnabled: true,
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['DeadLetters', 'Arn'] }, maxReceiveCount: 5 },
    })
  })

  it('are all encrypted, and only the dead letters have nowhere to go', () => {
    const queues = Object.entries(packaged.resources).filter(([, { Type }]) => Type === 'AWS::SQS::Queue')
    expect(queues.filter(([, queue]) => !queue.Properties.SqsManagedSseEnabled)).toEqual([])
    expect(queues.filter(([, queue]) => !queue.Properties.RedrivePolicy).map(([name]) => name)).toEqual([
      'DeadLetters',
    ])
  })

  it('hide a message for six times as long as its function may take', () => {
    for (const [door, queue] of [
      ['service', 'ServicesQueue'],
      ['task', 'TasksQueue'],
    ] as const) {
      const { Timeout, Environment } = functionOf(packaged, door)?.Properties ?? {}
      expect(properties(queue).VisibilityTimeout).toBeGreaterThanOrEqual(6 * Timeout)
      expect(Environment.Variables.LONGSHORE_TIMEOUT_SECONDS).toBe(String(Timeout))
      expect(mappingOf(door)).toMatchObject({
        EventSourceArn: { 'Fn::GetAtt': [queue, 'Arn'] },
        BatchSize: 10,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: 5 },
      })
      // On a quiet queue any window is one of 20 s (docs/decisions/0010-shared-reads.md).
      expect(mappingOf(door)).not.toHaveProperty('MaximumBatchingWindowInSeconds')
    }
  })
})

describe('the rest', () => {
  it('the minute comes from a schedule that may start the sweep and nothing else', () => {
    const [schedule] = ofType('AWS::Scheduler::Schedule')
    expect(schedule?.Properties).toMatchObject({
      ScheduleExpression: 'rate(1 minute)',
      State: 'ENABLED',
      Target: {
        Arn: { 'Fn::GetAtt': ['TickLambdaFunction', 'Arn'] },
        RoleArn: { 'Fn::GetAtt': ['ScheduleRole', 'Arn'] },
      },
    })
    expect(properties('ScheduleRole').Policies[0].PolicyDocument.Statement).toEqual([
      {
        Effect: 'Allow',
        Action: 'lambda:InvokeFunction',
        Resource: { 'Fn::GetAtt': ['TickLambdaFunction', 'Arn'] },
      },
    ])
  })

  it('the table outlives the stack, forgets by itself, can be put back, and is encrypted', () => {
    expect(packaged.resources.Table).toMatchObject({
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
        TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
      },
    })
  })

  it('the alarms: dead letters, waiting events, and silence', () => {
    const alarms = Object.entries(packaged.resources).filter(
      ([, { Type }]) => Type === 'AWS::CloudWatch::Alarm',
    )
    const watched = alarms.map(([name, { Properties }]) => [
      name,
      `${Properties.Namespace} ${Properties.MetricName}`,
      Properties.Dimensions,
      Properties.TreatMissingData,
    ])
    const queue = (name: string) => [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [name, 'QueueName'] } }]
    const age = 'AWS/SQS ApproximateAgeOfOldestMessage'
    expect(watched).toEqual([
      [
        'DeadLettersAlarm',
        'AWS/SQS ApproximateNumberOfMessagesVisible',
        queue('DeadLetters'),
        'notBreaching',
      ],
      ['ServicesQueueAgeAlarm', age, queue('ServicesQueue'), 'notBreaching'],
      ['TasksQueueAgeAlarm', age, queue('TasksQueue'), 'notBreaching'],
      ['LookingStoppedAlarm', 'Longshore Sweeps', [{ Name: 'stage', Value: 'prod' }], 'breaching'],
    ])
    for (const [name, { Properties }] of alarms) {
      expect(Properties.AlarmActions, name).toEqual([{ Ref: 'AlarmTopic' }])
      expect(Properties.OKActions, name).toEqual([{ Ref: 'AlarmTopic' }])
    }
  })

  it('alarms reach their topic: a key that CloudWatch may not use would silence them', () => {
    expect(properties('AlarmTopic')).not.toHaveProperty('KmsMasterKeyId')
    const [statement] = properties('AlarmTopicPolicy').PolicyDocument.Statement
    expect(statement).toMatchObject({
      Effect: 'Allow',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Action: 'sns:Publish',
    })
    expect(properties('AlarmSubscription')).toMatchObject({
      Protocol: 'email',
      Endpoint: { Ref: 'AlarmEmail' },
    })
    expect(packaged.parameters.AlarmEmail?.Default).toBe('ops@example.com')
  })
})
