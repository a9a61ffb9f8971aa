import { describe, expect, inject, it } from 'vitest'
import { filesIn, textOf } from '../house/house.ts'
import { passes } from './event-pattern.ts'

/** Which events the packaged rules and filters let in, read as EventBridge and Lambda read them. */

const packaged = inject('acting')

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
    ['health-task-retirement', ['ServiceRetirementRule', 'TaskRetirementRule']],
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
  const notice = () => JSON.parse(textOf('events/health-task-retirement.json'))
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
    ['a notice about another AWS service', () => changed(notice(), { service: 'EC2' }), []],
    ['a disturbance of ECS', () => changed(notice(), { eventTypeCategory: 'issue' }), []],
    ['an alarm of somebody else', () => changed(alarm(), { alarmName: 'mail-backlog' }), []],
  ])('%s', (_, event, expected) => {
    expect(taking(event())).toEqual(expected)
  })

  it.each([
    ['silent', {}, true],
    ['connected: a task was placed there', { agentConnected: true }, false],
    ['draining', { agentConnected: true, status: 'DRAINING' }, true],
    ['on its way out', { agentConnected: true, status: 'DEREGISTERING' }, true],
    ['well', { agentConnected: undefined, overallStatus: 'OK' }, false],
    ['impaired', { agentConnected: undefined, overallStatus: 'IMPAIRED' }, true],
  ])('a machine comes in when it is in trouble: %s', (_, detail, isLetIn) => {
    const event = changed(JSON.parse(textOf('events/container-instance-agent-disconnected.json')), detail)
    for (const name of ['ServiceMachineRule', 'TaskMachineRule']) {
      const { State, EventPattern } = packaged.resources[name]?.Properties ?? {}
      // In this policy nobody asks about machines.
      expect(State).toBe('DISABLED')
      expect(passes(EventPattern, event)).toBe(isLetIn)
    }
  })

  const changed = (event: { detail: object }, detail: object) => ({
    ...event,
    detail: { ...event.detail, ...detail },
  })

  it('each brings whole events to one queue, and knows where to with the undeliverable', () => {
    for (const [name, { Properties }] of rules()) {
      const [target, ...others] = Properties.Targets
      expect(others).toEqual([])
      const queue = ['TaskRule', 'TaskRetirementRule', 'TaskMachineRule'].includes(name)
        ? 'TasksQueue'
        : 'ServicesQueue'
      expect(Object.keys(target).sort()).toEqual(['Arn', 'DeadLetterConfig', 'Id'])
      expect(target.Arn).toEqual({ 'Fn::GetAtt': [queue, 'Arn'] })
      expect(target.DeadLetterConfig).toEqual({ Arn: { 'Fn::GetAtt': ['DeadLetters', 'Arn'] } })
    }
  })
})

describe('the notifier’s stream', () => {
  const mapping = () => packaged.resources.NotifyEventSourceMappingDynamodbTable?.Properties
  const filters = (): string[] => mapping().FilterCriteria.Filters.map((f: { Pattern: string }) => f.Pattern)
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
    expect(mapping()).toMatchObject({
      EventSourceArn: { 'Fn::GetAtt': ['Table', 'StreamArn'] },
      StartingPosition: 'TRIM_HORIZON',
      MaximumRetryAttempts: 5,
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['DeadLetters', 'Arn'] } } },
    })
  })
})
