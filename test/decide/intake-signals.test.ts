import { describe, expect, it } from 'vitest'
import { lookMessage } from '../../src/intake/look.ts'
import { understand } from '../../src/intake/understand.ts'
import { isRefusal, type Signal } from '../../src/model/signal.ts'
import { familyTarget, serviceTarget, targetKey } from '../../src/model/target.ts'

const taskArn = 'arn:aws:ecs:eu-west-1:123456789012:task/prod/a117'
const serviceArn = 'arn:aws:ecs:eu-west-1:123456789012:service/prod/checkout'
const event = (detailType: string, detail: unknown, more: Record<string, unknown> = {}) => ({
  'detail-type': detailType,
  source: 'aws.ecs',
  detail,
  ...more,
})
const alarmEvent = (detail: Record<string, unknown>, more: Record<string, unknown> = {}) =>
  event(
    'CloudWatch Alarm State Change',
    { alarmName: 'checkout-p99-high', state: { value: 'ALARM' }, ...detail },
    more,
  )

function signalOf(message: unknown): Signal {
  const signal = understand(message)
  if (isRefusal(signal)) throw new Error(signal.sentence)
  return signal
}
const alarmOf = (message: unknown) => {
  const signal = signalOf(message)
  if (signal.kind !== 'alarm') throw new Error(`understood as ${signal.kind}`)
  return signal.alarm
}

describe('services', () => {
  const action = (more: Record<string, unknown>, detail: Record<string, unknown> = {}) =>
    event('ECS Service Action', { eventName: 'SERVICE_STEADY_STATE', ...detail }, more)
  const clusterArn = 'arn:aws:ecs:eu-west-1:123456789012:cluster/prod'
  const shortArn = 'arn:aws:ecs:eu-west-1:123456789012:service/checkout'
  const rows: [what: string, message: unknown, target: string | null][] = [
    ['a long ARN', action({ resources: [serviceArn] }), 'service/prod/checkout'],
    ['resources as a text', action({ resources: serviceArn }), 'service/prod/checkout'],
    [
      'a short ARN and clusterArn',
      action({ resources: [shortArn] }, { clusterArn }),
      'service/prod/checkout',
    ],
    ['a short ARN alone', action({ resources: [shortArn] }), null],
    ['serviceName', action({}, { serviceName: 'checkout', clusterArn }), 'service/prod/checkout'],
    ['service', action({}, { service: 'checkout', clusterArn }), 'service/prod/checkout'],
    [
      'the resource wins over the name',
      action({ resources: [serviceArn] }, { serviceName: 'other', clusterArn }),
      'service/prod/checkout',
    ],
    [
      'a task set',
      action({ resources: ['arn:aws:ecs:eu-west-1:1:task-set/prod/checkout/ecs-svc-1'] }),
      'service/prod/checkout',
    ],
    [
      'another resource',
      action({ resources: ['arn:aws:ecs:eu-west-1:1:cluster/prod'] }, { clusterArn }),
      null,
    ],
    ['nothing', action({}), null],
  ]
  it.each(rows)('%s', (_what, message, target) => {
    const signal = signalOf(message)
    if (signal.kind !== 'service-action') throw new Error(signal.kind)
    expect([signal.owner, signal.target && targetKey(signal.target)]).toEqual(['service', target])
  })
  it('tells what happened, without secrets', () => {
    expect(signalOf(action({ resources: [serviceArn] }, { reason: 'RESOURCE:FARGATE token=abc' }))).toEqual({
      kind: 'service-action',
      target: serviceTarget('prod', 'checkout'),
      owner: 'service',
      eventName: 'SERVICE_STEADY_STATE',
      reason: 'RESOURCE:FARGATE token=[redacted]',
    })
  })
  it('knows a deployment by its id', () => {
    const detail = {
      eventName: 'SERVICE_DEPLOYMENT_FAILED',
      deploymentId: 'ecs-svc/123',
      reason: 'circuit breaker',
    }
    expect(signalOf(event('ECS Deployment State Change', detail, { resources: [serviceArn] }))).toEqual({
      kind: 'deployment',
      target: serviceTarget('prod', 'checkout'),
      owner: 'service',
      eventName: 'SERVICE_DEPLOYMENT_FAILED',
      deploymentId: 'ecs-svc/123',
      reason: 'circuit breaker',
    })
  })
  it('leaves managed daemons to ECS', () => {
    const resources = ['arn:aws:ecs:eu-west-1:1:daemon/prod/agent']
    for (const detailType of [
      'ECS Daemon Service Action',
      'ECS Daemon Deployment State Change',
      'Daemon deployment state change',
    ])
      expect(
        signalOf(event(detailType, { eventName: 'X', serviceName: 'agent', clusterArn }, { resources })),
      ).toMatchObject({ owner: 'none', target: null })
  })
})

describe('alarms', () => {
  const at = Date.UTC(2026, 10, 23, 10, 11, 52, 418)
  const timestamp = '2026-11-23T10:11:52.418+0000'
  it('tell name, state and time', () => {
    expect(alarmOf(alarmEvent({ state: { value: 'ALARM', timestamp } }))).toEqual({
      alarmName: 'checkout-p99-high',
      state: 'ALARM',
      changedAtMs: at,
      mutedUntilMs: null,
      suppressedBy: null,
    })
  })
  it('tell their mute and their suppression, but not those of the state before', () => {
    const state = { value: 'ALARM', timestamp, actionsSuppressedBy: 'WaitPeriod' }
    const muteDetail = { muteWindowEnd: '2026-11-24T02:00:00.000+0000' }
    expect(alarmOf(alarmEvent({ state, muteDetail }))).toMatchObject({
      mutedUntilMs: Date.UTC(2026, 10, 24, 2),
      suppressedBy: 'WaitPeriod',
    })
    expect(alarmOf(alarmEvent({ previousState: state })).suppressedBy).toBeNull()
  })
  const rows: [what: string, message: unknown, alarmName: string, state: string, changedAtMs: number][] = [
    [
      'the event’s time where the state has none',
      alarmEvent({}, { time: '2026-11-23T10:11:52Z' }),
      'checkout-p99-high',
      'ALARM',
      at - 418,
    ],
    [
      'the state’s time before the event’s',
      alarmEvent({ state: { value: 'ALARM', timestamp } }, { time: '2026-11-23T10:15:00Z' }),
      'checkout-p99-high',
      'ALARM',
      at,
    ],
    ['no time at all', alarmEvent({}), 'checkout-p99-high', 'ALARM', 0],
    [
      'the name from the ARN',
      event(
        'CloudWatch Alarm State Change',
        { state: { value: 'OK', timestamp } },
        { resources: ['arn:aws:cloudwatch:eu-west-1:1:alarm:a/b:c'] },
      ),
      'a/b:c',
      'OK',
      at,
    ],
    [
      'state in small letters',
      alarmEvent({ state: { value: 'insufficient_data', timestamp } }),
      'checkout-p99-high',
      'INSUFFICIENT_DATA',
      at,
    ],
    [
      'a direct Lambda action',
      {
        source: 'aws.cloudwatch',
        alarmArn: 'arn:aws:cloudwatch:eu-west-1:1:alarm:x',
        time: timestamp,
        alarmData: { alarmName: 'y', state: { value: 'ALARM' } },
      },
      'y',
      'ALARM',
      at,
    ],
    [
      'a direct Lambda action named by its ARN',
      {
        alarmArn: 'arn:aws:cloudwatch:eu-west-1:1:alarm:x',
        alarmData: { state: { value: 'ALARM', timestamp } },
      },
      'x',
      'ALARM',
      at,
    ],
    [
      'SNS’s form',
      { AlarmName: 'x', NewStateValue: 'OK', StateChangeTime: timestamp, Trigger: {} },
      'x',
      'OK',
      at,
    ],
    ['a bare detail', { alarmName: 'x', state: { value: 'OK', timestamp } }, 'x', 'OK', at],
    [
      'a contributor in ALARM',
      event('CloudWatch Alarm Contributor State Change', {
        alarmName: 'x',
        alarmContributor: { id: '6' },
        state: { value: 'ALARM', timestamp },
      }),
      'x',
      'ALARM',
      at,
    ],
  ]
  it.each(rows)('%s', (_what, message, alarmName, state, changedAtMs) => {
    expect(alarmOf(message)).toMatchObject({ alarmName, state, changedAtMs })
  })
})

describe('container instances', () => {
  const containerInstanceArn = 'arn:aws:ecs:eu-west-1:1:container-instance/prod/0c1d'
  it('tell status and agent', () => {
    expect(
      signalOf(
        event('ECS Container Instance State Change', {
          containerInstanceArn,
          status: 'ACTIVE',
          agentConnected: 'false',
        }),
      ),
    ).toEqual({
      kind: 'container-instance',
      cluster: 'prod',
      machine: containerInstanceArn,
      status: 'ACTIVE',
      agentConnected: false,
    })
  })
  it('tell their health', () => {
    const detail = { clusterArn: 'arn:aws:ecs:eu-west-1:1:cluster/prod', overallStatus: 'IMPAIRED' }
    expect(
      signalOf(
        event('ECS Container Instance Health Change', detail, {
          resources: ['arn:aws:ecs:eu-west-1:1:container-instance/0c1d'],
        }),
      ),
    ).toMatchObject({
      cluster: 'prod',
      status: 'IMPAIRED',
      agentConnected: null,
    })
  })
})

describe('retirements', () => {
  it('name tasks and services once each, wherever they stand', () => {
    const detail = {
      service: 'ecs',
      eventTypeCode: 'AWS_ECS_TASK_PATCHING_RETIREMENT',
      affectedEntities: [{ entityValue: taskArn }, { entityValue: 'prod|checkout' }, { entityValue: 7 }],
    }
    expect(
      signalOf(
        event('AWS Health Event', detail, {
          resources: ['prod|checkout', 'prod|search', taskArn, serviceArn, 'i-1'],
        }),
      ),
    ).toEqual({
      kind: 'health',
      eventTypeCode: 'AWS_ECS_TASK_PATCHING_RETIREMENT',
      concernsEcs: true,
      tasks: [taskArn],
      services: [serviceTarget('prod', 'checkout'), serviceTarget('prod', 'search')],
      retirement: { atMs: null, version: expect.any(Number) },
    })
  })

  const startTime = 'Mon, 30 Nov 2026 07:18:51 GMT'
  const atMs = 1_796_023_131_000
  it.each([
    [
      'by category, whatever the code',
      { eventTypeCategory: 'scheduledChange', startTime, lastUpdatedTime: startTime },
      { atMs, version: atMs },
    ],
    ['by code', { eventTypeCode: 'AWS_ECS_TASK_PATCHING_RETIREMENT', startTime }, { atMs, version: 0 }],
    ['not a disturbance', { eventTypeCategory: 'issue', startTime }, null],
    [
      'not a copy in the backup Region',
      { eventTypeCategory: 'scheduledChange', backupEvent: 'true', startTime },
      null,
    ],
    [
      'not another account’s',
      { eventTypeCategory: 'scheduledChange', affectedAccount: '2', startTime },
      null,
    ],
    [
      'this account’s',
      { eventTypeCategory: 'scheduledChange', affectedAccount: '1' },
      { atMs: null, version: 0 },
    ],
    ['not one that is over', { eventTypeCategory: 'scheduledChange', statusCode: 'closed', startTime }, null],
  ])('are known %s', (_, detail, retirement) => {
    const told = event('AWS Health Event', { service: 'ECS', ...detail }, { account: '1' })
    expect(signalOf(told)).toMatchObject({ kind: 'health', retirement })
  })
})

describe('wake-ups', () => {
  it.each([serviceTarget('prod', 'checkout'), familyTarget('prod', 'etl-nightly')])(
    '$kind there and back',
    target => {
      expect(understand(lookMessage(target))).toEqual({ kind: 'look', target })
    },
  )
  it('are written as documented', () => {
    expect(lookMessage(serviceTarget('prod', 'checkout'))).toBe(
      '{"longshore":"look","target":"service/prod/checkout"}',
    )
  })
})
