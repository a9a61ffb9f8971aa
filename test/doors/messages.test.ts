import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { plainLine } from '../../src/cli/replay/lines.ts'
import { everything, replay } from '../../src/cli/replay/replay.ts'
import { understand } from '../../src/intake/understand.ts'
import { alarmEvidence, isRefusal, type Refusal, type Signal, taskEvidence } from '../../src/model/signal.ts'
import { unstorable } from '../../src/model/store-limits.ts'
import { parseTargetKey, type Target, targetKey } from '../../src/model/target.ts'
import { isoTime } from '../../src/model/time.ts'
import { damagedPayload, faultOf, longMs, oddText, oddValue, payloads, tried } from './odd.ts'

/** Any message is understood, or refused in one sentence; and what is understood can be worked with. */

const targetsOf = (signal: Signal): Target[] => {
  if (signal.kind === 'health') return signal.services
  const target = 'target' in signal ? signal.target : null
  return target ? [target] : []
}

const instantsOf = (signal: Signal): (number | null)[] => {
  if (signal.kind === 'alarm') return [signal.alarm.changedAtMs, signal.alarm.mutedUntilMs]
  if (signal.kind !== 'task') return []
  const { createdAtMs, startedAtMs, stoppingAtMs, stoppedAtMs } = signal.task
  return [createdAtMs, startedAtMs, stoppingAtMs, stoppedAtMs]
}

function usable(understood: Signal | Refusal): void {
  if (isRefusal(understood)) {
    expect(faultOf(understood.sentence)).toBe(null)
    return
  }
  // A target that its own key does not name would stand in the table and could never be read again.
  for (const target of targetsOf(understood)) expect(parseTargetKey(targetKey(target))).toEqual(target)
  for (const instant of instantsOf(understood)) if (instant !== null) isoTime(instant + 86_400_000)
  if (understood.kind === 'task') expect(unstorable(taskEvidence(understood.task))).toBe(null)
  if (understood.kind === 'alarm') expect(unstorable(alarmEvidence(understood.alarm))).toBe(null)
}

const holds = (message: unknown): void => {
  const text = JSON.stringify(message) ?? ''
  const understood = understand(message)
  usable(understood)
  usable(understand(text))
  // And told: every room decides about it, and every sentence is one.
  const line = replay('event.json', text, everything)
  for (const { sentence } of line.decisions) expect(faultOf(sentence)).toBe(null)
  expect(plainLine(line).split('\n').length).toBe(line.decisions.length + 3)
}

describe('a message', () => {
  it(
    'of arbitrary JSON',
    () => {
      fc.assert(fc.property(oddValue, holds), tried(300, 1))
    },
    longMs,
  )

  it(
    'of arbitrary text',
    () => {
      const text = fc.oneof(oddText, fc.string({ unit: 'binary', maxLength: 300 }))
      fc.assert(
        fc.property(text, message => usable(understand(message))),
        tried(300, 2),
      )
    },
    longMs,
  )

  it(
    'of the keys we read, with anything in them',
    () => {
      const detail = fc.dictionary(
        fc.constantFrom(
          ...'taskArn clusterArn group startedBy taskDefinitionArn lastStatus desiredStatus version stopCode stoppedReason containers attachments overrides createdAt stoppedAt eventName serviceName reason alarmName state muteDetail service eventTypeCode affectedEntities status'.split(
            ' ',
          ),
        ),
        oddValue,
      )
      const event = fc.record(
        {
          'detail-type': fc.oneof(
            fc.constantFrom(
              'ECS Task State Change',
              'ECS Service Action',
              'ECS Deployment State Change',
              'CloudWatch Alarm State Change',
              'ECS Container Instance State Change',
              'AWS Health Event',
            ),
            oddText,
          ),
          source: fc.oneof(fc.constantFrom('aws.ecs', 'aws.cloudwatch'), oddText),
          time: oddValue,
          resources: oddValue,
          detail: fc.oneof({ weight: 5, arbitrary: detail }, oddValue),
        },
        { requiredKeys: [] },
      )
      fc.assert(fc.property(event, holds), tried(500, 3))
    },
    longMs,
  )

  it(
    'that is right but for its names',
    () => {
      const named = fc.tuple(oddText, oddText, oddText).map(([name, other, id]) => [
        {
          'detail-type': 'CloudWatch Alarm State Change',
          source: 'aws.cloudwatch',
          detail: { alarmName: name, state: { value: 'ALARM', actionsSuppressedBy: other } },
        },
        {
          'detail-type': 'ECS Service Action',
          source: 'aws.ecs',
          resources: [`arn:aws:ecs:eu-west-1:111122223333:service/${name}/${other}`],
          detail: { eventName: id, reason: name },
        },
        {
          'detail-type': 'ECS Task State Change',
          source: 'aws.ecs',
          detail: {
            taskArn: `arn:aws:ecs:eu-west-1:111122223333:task/${name}/${id}`,
            clusterArn: `arn:aws:ecs:eu-west-1:111122223333:cluster/${name}`,
            taskDefinitionArn: `arn:aws:ecs:eu-west-1:111122223333:task-definition/${other}:1`,
            lastStatus: 'STOPPED',
            stopCode: 'EssentialContainerExited',
            startedBy: id,
            stoppedReason: other,
            containers: [{ name: other, exitCode: 1, reason: id }],
          },
        },
        { longshore: 'look', target: `family/${name}/${other}` },
      ])
      fc.assert(
        fc.property(named, events => events.forEach(holds)),
        tried(200, 6),
      )
    },
    longMs,
  )

  it(
    'that was real, with some places damaged',
    () => {
      expect(payloads.length).toBeGreaterThan(15)
      fc.assert(fc.property(damagedPayload, holds), tried(600, 4))
    },
    longMs,
  )

  it(
    'cut off anywhere',
    () => {
      fc.assert(
        fc.property(fc.constantFrom(...payloads), fc.nat(), (payload, at) => {
          const text = JSON.stringify(payload)
          usable(understand(text.slice(0, at % text.length)))
        }),
        tried(200, 5),
      )
    },
    longMs,
  )

  const task = (detail: object) => ({
    'detail-type': 'ECS Task State Change',
    source: 'aws.ecs',
    detail: {
      taskArn: 'arn:aws:ecs:eu-west-1:111122223333:task/prod/a',
      clusterArn: 'arn:aws:ecs:eu-west-1:111122223333:cluster/prod',
      taskDefinitionArn: 'arn:aws:ecs:eu-west-1:111122223333:task-definition/etl:1',
      group: 'family:etl',
      lastStatus: 'STOPPED',
      ...detail,
    },
  })
  const action = (detail: object) => ({
    'detail-type': 'ECS Service Action',
    source: 'aws.ecs',
    detail: { eventName: 'SERVICE_STEADY_STATE', ...detail },
  })

  it.each<[what: string, event: object]>([
    [
      'a cluster without a name',
      task({ taskArn: 'arn:aws:ecs:eu-west-1:111122223333:task/a', clusterArn: 'arn:aws:ecs:::cluster/' }),
    ],
    [
      'a family without a name',
      task({ taskDefinitionArn: 'arn:aws:ecs:eu-west-1:111122223333:task-definition/:1' }),
    ],
    [
      'a service without a cluster’s name',
      action({ serviceName: 'web', clusterArn: 'arn:aws:ecs:::cluster/' }),
    ],
    [
      'a retired service without one',
      { 'detail-type': 'AWS Health Event', resources: [' |web'], detail: { service: 'ECS' } },
    ],
  ])('about %s names no target that could never be read again', (_, event) => {
    const understood = understand(event)
    if (!isRefusal(understood)) expect(targetsOf(understood)).toEqual([])
  })

  it.each([8.64e15, 1e300, '+275760-09-13T00:00:00.000Z', -1, '-000001-01-01T00:00:00Z'])(
    'that tells the time %s tells none',
    stoppedAt => {
      const understood = understand(task({ stoppedAt }))
      expect(understood).toMatchObject({ kind: 'task', task: { stoppedAtMs: null } })
    },
  )

  it('as long as SQS allows is answered at once', () => {
    const long = [
      '['.repeat(1_000_000),
      `${'{"body":'.repeat(100_000)}`,
      JSON.stringify({ 'detail-type': 'a_'.repeat(500_000) }),
      JSON.stringify({ longshore: 'look', target: 'service/'.repeat(120_000) }),
      JSON.stringify({
        taskArn: `arn:aws:ecs:::task/${':1'.repeat(400_000)}`,
        lastStatus: 'token'.repeat(50_000),
      }),
      JSON.stringify({ Records: Array.from({ length: 200_000 }, () => 1) }),
    ]
    const before = performance.now()
    for (const message of long) usable(understand(message))
    expect(performance.now() - before).toBeLessThan(5_000)
  })
})
