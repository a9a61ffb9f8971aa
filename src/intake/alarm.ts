import * as z from 'zod'
import type { AlarmState } from '../model/alarm.ts'
import type { Refusal, Signal } from '../model/signal.ts'
import type { Event } from './event.ts'
import { inside, instant, isRecord, text, upper } from './lenient.ts'
import { notOurs, poison, quote } from './refusal.ts'

/**
 * `CloudWatch Alarm State Change`, whatever the alarm watches (metric, math, anomaly, composite):
 * `{"detail":{"alarmName":"checkout-p99-high","configuration":{…},"previousState":{…},
 * "state":{"value":"ALARM","reason":"…","reasonData":"{…}","timestamp":"2019-10-02T17:04:40.989+0000","actionsSuppressedBy":"WaitPeriod"},
 * "muteDetail":{"mutedByArn":"…","muteWindowStart":"…","muteWindowEnd":"…"}}}`.
 * A direct Lambda action says `alarmData` and `alarmArn`; SNS says `AlarmName`, `NewStateValue`, `StateChangeTime`.
 * Thresholds and metrics are read from DescribeAlarms, not from here.
 */
const alarm = z.object({
  alarmName: text,
  state: inside({ value: upper, timestamp: instant, actionsSuppressedBy: text }),
  muteDetail: inside({ muteWindowEnd: instant }),
})

const states = ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const satisfies AlarmState[]

export function alarmSignal({
  detail,
  resources,
  sentAtMs,
}: Omit<Event, 'source' | 'detailType' | 'account'>): Signal | Refusal {
  const told = alarm.parse(detail ?? {})
  const alarmName = told.alarmName ?? resources.map(nameInArn).find(name => name !== null)
  if (!alarmName)
    return poison(
      'alarm',
      'Alarm event without a name: neither detail.alarmName nor an alarm ARN in resources[0].',
    )
  const state = states.find(each => each === told.state.value)
  if (!state)
    return poison(
      'alarm',
      `Alarm ${quote(alarmName)} with state ${quote(told.state.value)}; it must be OK, ALARM or INSUFFICIENT_DATA.`,
    )
  return {
    kind: 'alarm',
    alarm: {
      alarmName,
      state,
      // 0 when nothing tells it: older than whatever is known.
      changedAtMs: told.state.timestamp ?? sentAtMs ?? 0,
      mutedUntilMs: told.muteDetail.muteWindowEnd,
      suppressedBy: told.state.actionsSuppressedBy,
    },
  }
}

/** `CloudWatch Alarm Contributor State Change`: one contributor in ALARM puts the alarm in ALARM; one that is not says nothing about it. */
export function contributorSignal(event: Event): Signal | Refusal {
  const signal = alarmSignal(event)
  if ('refused' in signal || signal.kind !== 'alarm' || signal.alarm.state === 'ALARM') return signal
  return notOurs(
    'alarm',
    `One contributor of alarm ${quote(signal.alarm.alarmName)} is ${signal.alarm.state}, which does not tell the alarm's own state.`,
  )
}

export const alarmConfiguration = ({ detail }: Event): Refusal =>
  notOurs(
    'alarm',
    `The configuration of alarm ${quote(alarm.parse(detail ?? {}).alarmName)} changed, not its state; it is read fresh at every look.`,
  )

/** An alarm that reaches us without EventBridge: as a direct Lambda action, through SNS, or as a bare detail. Null when it is none. */
export function bareAlarm(content: Record<string, unknown>): Signal | Refusal | null {
  if (isRecord(content.alarmData)) {
    const { alarmArn, time } = direct.parse(content)
    return alarmSignal({ detail: content.alarmData, resources: alarmArn ? [alarmArn] : [], sentAtMs: time })
  }
  if ('AlarmName' in content && 'NewStateValue' in content) {
    const { AlarmName, NewStateValue, StateChangeTime } = content
    const detail = { alarmName: AlarmName, state: { value: NewStateValue, timestamp: StateChangeTime } }
    return alarmSignal({ detail, resources: [], sentAtMs: null })
  }
  if ('alarmName' in content && isRecord(content.state))
    return alarmSignal({ detail: content, resources: [], sentAtMs: null })
  return null
}

const direct = z.object({ alarmArn: text, time: instant })

const nameInArn = (arn: string): string | null =>
  /^arn:[^:]*:cloudwatch:.*?:alarm:(.+)$/.exec(arn)?.[1] ?? null
