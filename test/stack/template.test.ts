import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, inject, it } from 'vitest'
import { type Door, doors } from '../../scripts/bundle.ts'
import { filesIn, textOf } from '../house/house.ts'
import { passes } from './event-pattern.ts'
import { functionOf, type Resource, roleOf } from './packaged.ts'

/** What CloudFormation would be given, read as CloudFormation and EventBridge read it. */

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

  // Measured 172, 179, 96 and 102 kB.
  it('is small', () => {
    const mostBytes = { service: 190_000, task: 200_000, tick: 110_000, notify: 115_000 }
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
    }
  })

  it.each([
    ['ServicesQueue', ['ServiceTaskRule', 'ServiceRule', 'AlarmRule']],
    ['TasksQueue', ['TaskRule']],
    ['DeadLetters', ['ServiceTaskRule', 'ServiceRule', 'AlarmRule', 'TaskRule']],
  ])('%s takes events of our rules in this account, and nothing unencrypted', (queue, rules) => {
    const [policy] = ofType('AWS::SQS::QueuePolicy').filter(
      ({ Properties }) => Properties.Queues[0].Ref === queue,
    )
    const [events, encrypted] = policy?.Properties.PolicyDocument.Statement ?? []
    expect(events).toMatchObject({ Effect: 'Allow', Action: 'sqs:SendMessage' })
    expect(events.Principal).toEqual({ Service: 'events.amazonaws.com' })
    expect(events.Resource).toEqual({ 'Fn::GetAtt': [queue, 'Arn'] })
    expect(events.Condition.StringEquals).toEqual({ 'aws:SourceAccount': { Ref: 'AWS::AccountId' } })
    const sources = [events.Condition.ArnEquals['aws:SourceArn']].flat()
    expect(sources).toEqual(rules.map(rule => ({ 'Fn::GetAtt': [rule, 'Arn'] })))
    expect(encrypted).toMatchObject({ Effect: 'Deny', Action: 'sqs:*', Resource: events.Resource })
  })
})

describe('the rules', () => {
  const rules = () =>
    Object.entries(packaged.resources).filter(([, { Type }]) => Type === 'AWS::Events::Rule')

  const taking = (event: unknown): string[] =>
    rules()
      .filter(
        ([, { Properties }]) => Properties.State === 'ENABLED' && passes(Properties.EventPattern, event),
      )
      .map(([name]) => name)

  it.each([
    ['alarm-high-to-alarm', ['AlarmRule']],
    ['alarm-high-to-ok', ['AlarmRule']],
    ['alarm-muted', ['AlarmRule']],
    ['container-instance-agent-disconnected', []],
    ['deployment-in-progress', ['ServiceRule']],
    ['health-task-retirement', []],
    ['schedule-tick', []],
    ['service-steady-state', ['ServiceRule']],
    ['service-task-stopped-scale-in', ['ServiceTaskRule']],
    ['task-running-standalone', ['TaskRule']],
    ['task-stopped-by-user', ['TaskRule']],
    ['task-stopped-completed', ['TaskRule']],
    ['task-stopped-image-not-found', ['TaskRule']],
    ['task-stopped-oom-standalone', ['TaskRule']],
    ['task-stopping-spot-warning', ['TaskRule']],
  ])('%s → %j', (file, expected) => {
    expect(taking(JSON.parse(textOf(`events/${file}.json`)))).toEqual(expected)
  })

  it('every event in events/ has a row above', () => {
    const envelopes = filesIn('events', '.json').filter(file => 'detail-type' in JSON.parse(textOf(file)))
    expect(envelopes).toHaveLength(15)
  })

  const stopped = () => JSON.parse(textOf('events/task-stopped-oom-standalone.json'))
  const alarm = () => JSON.parse(textOf('events/alarm-high-to-alarm.json'))

  it.each([
    [
      'a task of another cluster',
      () => changed(stopped(), { clusterArn: 'arn:aws:ecs:eu-west-1:1:cluster/staging' }),
      [],
    ],
    [
      'a cluster that only ends so',
      () => changed(stopped(), { clusterArn: 'arn:aws:ecs:eu-west-1:1:cluster/non-prod' }),
      [],
    ],
    ['a task that nobody grouped', () => changed(stopped(), { group: undefined }), ['TaskRule']],
    [
      'a standalone task that gets its network',
      () => changed(stopped(), { lastStatus: 'PENDING' }),
      ['TaskRule'],
    ],
    ['a standalone task that begins', () => changed(stopped(), { lastStatus: 'PROVISIONING' }), []],
    [
      'a task of a service that begins',
      () => changed(stopped(), { group: 'service:web', lastStatus: 'PENDING' }),
      [],
    ],
    [
      'an alarm of a rule with a wildcard',
      () => changed(alarm(), { alarmName: 'worker-pdf-backlog' }),
      ['AlarmRule'],
    ],
    ['an alarm of somebody else', () => changed(alarm(), { alarmName: 'mail-backlog' }), []],
  ])('%s', (_, event, expected) => {
    expect(taking(event())).toEqual(expected)
  })

  const changed = (event: { detail: object }, detail: object) => ({
    ...event,
    detail: { ...event.detail, ...detail },
  })

  it('each brings whole events to one queue, and knows where to with the undeliverable', () => {
    for (const [name, { Properties }] of rules()) {
      const [target, ...others] = Properties.Targets
      expect(others).toEqual([])
      const queue = name === 'TaskRule' ? 'TasksQueue' : 'ServicesQueue'
      expect(Object.keys(target).sort()).toEqual(['Arn', 'DeadLetterConfig', 'Id'])
      expect(target.Arn).toEqual({ 'Fn::GetAtt': [queue, 'Arn'] })
      expect(target.DeadLetterConfig).toEqual({ Arn: { 'Fn::GetAtt': ['DeadLetters', 'Arn'] } })
    }
  })
})

describe('the notifier’s stream', () => {
  const filters = (): string[] =>
    mappingOf('notify').FilterCriteria.Filters.map((f: { Pattern: string }) => f.Pattern)
  const wanted = (record: unknown) => filters().some(filter => passes(JSON.parse(filter), record))
  const notice = () => JSON.parse(textOf('events/journal-stream-insert.json')).Records[0]
  const line = (change: object) => {
    const record = notice()
    return { ...record, dynamodb: { ...record.dynamodb, ...change } }
  }

  it('lets a notice that waits through', () => {
    expect(wanted(notice())).toBe(true)
  })

  it.each([
    ['a line that nobody is told', () => line({ NewImage: { pk: { S: 'x' } } })],
    ['a notice that is being sent', () => line({ NewImage: { outbox: { S: 'sending' } } })],
    ['a notice that was sent', () => line({ NewImage: { outbox: { S: 'sent' } } })],
    ['the end of a line’s life', () => line({ NewImage: undefined })],
    ['a state', () => line({ Keys: { pk: { S: 'family/prod/etl' }, sk: { S: 'state' } } })],
    ['a launch specification', () => line({ Keys: { pk: { S: 'family/prod/etl' }, sk: { S: 'spec#1' } } })],
  ])('but not %s', (_, record) => {
    expect(wanted(record())).toBe(false)
  })

  it('is read from its beginning, and what cannot be told is not lost', () => {
    expect(mappingOf('notify')).toMatchObject({
      EventSourceArn: { 'Fn::GetAtt': ['Table', 'StreamArn'] },
      StartingPosition: 'TRIM_HORIZON',
      MaximumRetryAttempts: 5,
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['DeadLetters', 'Arn'] } } },
    })
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
