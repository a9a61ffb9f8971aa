import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { messagesOf } from '../../src/intake/envelope.ts'
import { understand } from '../../src/intake/understand.ts'
import { isRefusal, type Refusal, type Signal } from '../../src/model/signal.ts'

const taskArn = 'arn:aws:ecs:eu-west-1:123456789012:task/prod/a117'
const event = (detailType: string, detail: unknown, more: Record<string, unknown> = {}) => ({
  'detail-type': detailType,
  source: 'aws.ecs',
  detail,
  ...more,
})
const taskEvent = event('ECS Task State Change', {
  taskArn,
  lastStatus: 'RUNNING',
  group: 'service:checkout',
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
function refusalOf(message: unknown): Refusal {
  const signal = understand(message)
  if (!isRefusal(signal)) throw new Error(`understood as ${signal.kind}`)
  return signal
}

describe('wrappings', () => {
  const text = JSON.stringify(taskEvent)
  const sqs = { messageId: '1', receiptHandle: 'h', body: text, eventSource: 'aws:sqs' }
  const sns = { Type: 'Notification', MessageId: '1', TopicArn: 'arn:aws:sns:x', Message: text }
  const { detail } = taskEvent
  const rows: [what: string, message: unknown][] = [
    ['the event', taskEvent],
    ['its text', text],
    ['text in text', JSON.stringify(text)],
    ['an SQS record', sqs],
    ['a batch of one', { Records: [sqs] }],
    ['SNS to Lambda', { Records: [{ EventSource: 'aws:sns', Sns: sns }] }],
    ['SNS in SQS', { ...sqs, body: JSON.stringify(sns) }],
    ['a list of one', [taskEvent]],
    ['a bare detail', detail],
    ['a detail without detail-type', { source: 'aws.ecs', detail }],
    ['StopTask’s answer', { task: detail }],
    ['DescribeTasks’ answer', { tasks: [detail], failures: [] }],
    [
      'Step Functions’ answer',
      { Tasks: [{ TaskArn: taskArn, LastStatus: 'RUNNING', Group: 'service:checkout' }] },
    ],
    [
      'Step Functions’ failure',
      {
        Error: 'States.TaskFailed',
        Cause: JSON.stringify({ TaskArn: taskArn, LastStatus: 'RUNNING', Group: 'service:checkout' }),
      },
    ],
    ['stray keys beside the event', { ...taskEvent, Message: 'hello', task: {}, headers: {} }],
    ['source in capitals', { ...taskEvent, source: 'AWS.ECS', 'detail-type': 'ECS TASK STATE CHANGE' }],
    ['no source', { ...taskEvent, source: undefined }],
    [
      'the ARN only in resources',
      { ...taskEvent, resources: [taskArn], detail: { ...(detail as object), taskArn: undefined } },
    ],
    [
      'an ARN that differs from the one in resources',
      { ...taskEvent, resources: [taskArn.replace('a117', 'b228')] },
    ],
    [
      'resources as a text',
      { ...taskEvent, resources: taskArn, detail: { lastStatus: 'RUNNING', group: 'service:checkout' } },
    ],
  ]
  it.each(rows)('%s', (_what, message) => {
    expect(signalOf(message)).toMatchObject({
      kind: 'task',
      owner: 'service',
      target: { kind: 'service', cluster: 'prod', service: 'checkout' },
      task: { taskArn, lastStatus: 'RUNNING' },
    })
  })

  it('takes a delivery of several apart, and refuses it whole', () => {
    const batch = { Records: [sqs, { ...sqs, body: '{' }] }
    expect(messagesOf(batch)).toEqual([sqs, { ...sqs, body: '{' }])
    expect(messagesOf({ tasks: [detail, detail] })).toEqual([detail, detail])
    expect(messagesOf(taskEvent)).toEqual([taskEvent])
    expect(messagesOf({ Records: [] })).toEqual([{ Records: [] }])
    expect(messagesOf(text)).toEqual([text])
    expect(refusalOf(batch)).toEqual({
      refused: 'unknown',
      poison: true,
      sentence: 'A batch of 2 messages; hand over exactly one at a time.',
    })
  })
})

describe('refusals', () => {
  const rows: [what: string, message: unknown, refused: string, poison: boolean, sentence: RegExp][] = [
    ['no JSON', '{"detail-type":', 'unknown', true, /not JSON/],
    ['a number', 7, 'unknown', true, /no JSON object/],
    ['null as text', 'null', 'unknown', true, /no JSON object/],
    ['nothing', undefined, 'unknown', true, /no JSON object/],
    ['an empty object', {}, 'unknown', true, /no "detail-type"/],
    ['an empty batch', { Records: [] }, 'unknown', true, /batch of 0 messages/],
    [
      'wrapped without end',
      Array.from({ length: 20 }).reduce<unknown>(inner => [inner], taskEvent),
      'unknown',
      true,
      /wrapped too often/,
    ],
    [
      'a task event without detail',
      event('ECS Task State Change', undefined),
      'task',
      true,
      /without a task ARN/,
    ],
    [
      'a task event without a status',
      event('ECS Task State Change', { taskArn }),
      'task',
      true,
      /without detail.lastStatus for "a117"/,
    ],
    [
      'a task in a status of the future',
      event('ECS Task State Change', { taskArn, lastStatus: 'HIBERNATING' }),
      'task',
      false,
      /"HIBERNATING", no status that we know/,
    ],
    [
      'a task in no cluster',
      event('ECS Task State Change', { taskArn: 'arn:aws:ecs:eu-west-1:1:task/a117', lastStatus: 'RUNNING' }),
      'task',
      true,
      /without a cluster for "a117"/,
    ],
    [
      'a service action without a name',
      event('ECS Service Action', {}),
      'service-action',
      true,
      /without detail.eventName/,
    ],
    [
      'a deployment without a name',
      event('ECS Deployment State Change', {}),
      'deployment',
      true,
      /without detail.eventName/,
    ],
    [
      'a container instance without ARN',
      event('ECS Container Instance State Change', { status: 'ACTIVE' }),
      'container-instance',
      true,
      /without its ARN/,
    ],
    [
      'an alarm without a name',
      event('CloudWatch Alarm State Change', { state: { value: 'OK' } }),
      'alarm',
      true,
      /without a name/,
    ],
    [
      'an alarm in no state',
      alarmEvent({ state: { value: 'BROKEN' } }),
      'alarm',
      true,
      /"checkout-p99-high" with state "BROKEN"/,
    ],
    [
      'an alarm’s configuration',
      event('CloudWatch Alarm Configuration Change', { alarmName: 'x', state: { value: 'ALARM' } }),
      'alarm',
      false,
      /configuration of alarm "x"/,
    ],
    [
      'a contributor that is OK',
      event('CloudWatch Alarm Contributor State Change', { alarmName: 'x', state: { value: 'OK' } }),
      'alarm',
      false,
      /One contributor of alarm "x" is OK/,
    ],
    [
      'another service’s health',
      event('AWS Health Event', { service: 'EC2' }),
      'health',
      false,
      /about "EC2", not about ECS/,
    ],
    ['a health event about nothing', event('AWS Health Event', {}), 'health', true, /about nothing we know/],
    [
      'a new event of AWS',
      event('ECS Hook State Change', {}),
      'unknown',
      false,
      /"ecs hook state change" from "aws.ecs"/,
    ],
    [
      'an event of AWS named like a property',
      event('constructor', {}),
      'unknown',
      false,
      /tells nothing we use/,
    ],
    ['somebody’s own event', event('Order placed', {}, { source: 'shop' }), 'unknown', true, /from "shop"/],
    [
      'our own event',
      event('Decision', {}, { source: 'longshore.decision' }),
      'unknown',
      false,
      /longshore.decision/,
    ],
    ['Slack', { type: 'block_actions', trigger_id: '1' }, 'slack', false, /"block_actions"/],
    [
      'a closed dialogue of Slack',
      { type: 'view_closed', api_app_id: 'A1' },
      'slack',
      false,
      /"view_closed"/,
    ],
    [
      'a request from Slack',
      { headers: { 'x-slack-signature': 'v0=' }, body: 'payload=%7B%7D' },
      'slack',
      false,
      /request from Slack/,
    ],
    ['another request', { headers: {}, requestContext: {}, body: '{}' }, 'unknown', true, /no "detail-type"/],
    [
      'a wake-up for nobody',
      { longshore: 'look', target: 'service/prod' },
      'look',
      true,
      /Wake-up for "service\/prod"/,
    ],
    ['a wake-up without a target', { longshore: 'look' }, 'look', true, /service\/<cluster>\/<service>/],
    ['our own message of another kind', { longshore: 'tick' }, 'unknown', false, /"tick"/],
  ]
  it.each(rows)('%s', (_what, message, refused, poison, sentence) => {
    const refusal = refusalOf(message)
    expect([refusal.refused, refusal.poison]).toEqual([refused, poison])
    expect(refusal.sentence).toMatch(sentence)
    expect(refusal.sentence).toMatch(/^[A-Z][^\n]{10,200}\.$/)
  })
  it('never repeats a secret', () => {
    const refusal = refusalOf(event('x', {}, { 'detail-type': 'password=hunter2', source: 'aws.x' }))
    expect(refusal.sentence).not.toContain('hunter2')
  })
})

describe('anything at all', () => {
  const isAnswer = (message: unknown) => {
    const signal = understand(message)
    return isRefusal(signal) ? signal.sentence.endsWith('.') : signal.kind.length > 0
  }
  it('is answered: JSON', () => {
    fc.assert(fc.property(fc.jsonValue(), isAnswer), { numRuns: 300, seed: 1 })
  })
  it('is answered: text', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), isAnswer), { numRuns: 300, seed: 2 })
  })
  it('is answered: values that no JSON holds', () => {
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
      withSparseArray: true,
    })
    fc.assert(fc.property(anything, isAnswer), { numRuns: 300, seed: 3 })
    fc.assert(
      fc.property(anything, detail => isAnswer(event('ECS Task State Change', detail))),
      { numRuns: 300, seed: 4 },
    )
  })
  it('is answered: known keys with any values', () => {
    const keys = [
      'detail-type',
      'source',
      'detail',
      'resources',
      'Records',
      'Sns',
      'Message',
      'body',
      'task',
      'tasks',
      'Cause',
      'Error',
      'headers',
      'alarmData',
      'AlarmName',
      'NewStateValue',
      'longshore',
      'taskArn',
      'TaskArn',
      'lastStatus',
      'containers',
      'attachments',
      'state',
    ]
    const types = [
      'ECS Task State Change',
      'ECS Service Action',
      'CloudWatch Alarm State Change',
      'AWS Health Event',
      'look',
      taskArn,
    ]
    const value = fc.oneof(fc.constantFrom(...types), fc.jsonValue())
    const message = fc.letrec(tie => ({
      node: fc.dictionary(
        fc.constantFrom(...keys),
        fc.oneof({ maxDepth: 4 }, value, tie('node'), fc.array(tie('node'), { maxLength: 2 })),
        { maxKeys: 6 },
      ),
    })).node
    fc.assert(fc.property(message, isAnswer), { numRuns: 1_000, seed: 5 })
  })
  it('is answered: nested as deep as a message is long', () => {
    const depth = 20_000
    expect(refusalOf('['.repeat(depth) + ']'.repeat(depth)).poison).toBe(true)
    const deep = `${'{"containers":['.repeat(depth)}${']}'.repeat(depth)}`
    const text = `{"detail-type":"ECS Task State Change","detail":{"taskArn":"${taskArn}","lastStatus":"RUNNING","containers":[${deep}]}}`
    expect(understand(text)).toMatchObject({ kind: 'task' })
  })
})
