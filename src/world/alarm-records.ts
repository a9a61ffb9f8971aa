import type { Alarm, AlarmState } from '../model/alarm.ts'
import type { AlarmRule } from './alarm-evaluation.ts'
import type { CompositeRule } from './composite-rule.ts'
import type { MetricName } from './metrics.ts'
import { alarmArn } from './names.ts'

/** What an owner says in PutMetricAlarm. */
export interface MetricAlarmParameters extends MetricName {
  alarmName: string
  description?: string
  /** `Average`, `Maximum`, `Sum`, `p99`, … */
  statistic: string
  operator: AlarmRule['operator']
  threshold: number
  /** 10, 20, 30 or a multiple of 60. Default 60. */
  periodSeconds?: number
  /** Default 1. */
  evaluationPeriods?: number
  /** Default: as many as evaluation periods. */
  datapointsToAlarm?: number
  /** Default `missing`. */
  treatMissingData?: AlarmRule['treatMissingData']
  /** Default true. */
  actionsEnabled?: boolean
}

/** What an owner says in PutCompositeAlarm. */
export interface CompositeAlarmParameters {
  alarmName: string
  description?: string
  rule: string
  actionsEnabled?: boolean
  /** While this alarm is in ALARM, actions are suppressed. */
  suppressor?: { alarmName: string; waitPeriodSeconds: number; extensionPeriodSeconds: number }
}

export interface StateRecord {
  value: AlarmState
  reason: string
  /** JSON in a text, as CloudWatch has it; absent in the first state. */
  reasonData?: string
  /** `2026-11-23T08:46:26.000+0000`. */
  timestamp: string
  actionsSuppressedBy?: 'WaitPeriod' | 'ExtensionPeriod' | 'Alarm'
  actionsSuppressedReason?: string
}

interface CommonRecord {
  name: string
  arn: string
  description: string | undefined
  actionsEnabled: boolean
  state: StateRecord
  stateChangedAtMs: number
  mute: { ruleName: string; fromMs: number; toMs: number } | null
}

export interface MetricAlarmRecord extends CommonRecord {
  kind: 'metric'
  /** Of its one query; drawn. */
  queryId: string
  metric: MetricName
  statistic: string
  periodSeconds: number
  rule: AlarmRule
}

export interface CompositeAlarmRecord extends CommonRecord {
  kind: 'composite'
  ruleText: string
  rule: CompositeRule
  suppressor: NonNullable<CompositeAlarmParameters['suppressor']> | null
  /** Unplans the end of a wait or extension period. */
  suppressionEnds: () => void
}

export type AlarmRecord = MetricAlarmRecord | CompositeAlarmRecord

/** As DescribeAlarms tells it. */
export function describeAlarm(alarm: AlarmRecord): Alarm {
  const shared = {
    alarmName: alarm.name,
    alarmArn: alarm.arn,
    state: alarm.state.value,
    stateChangedAtMs: alarm.stateChangedAtMs,
    actionsEnabled: alarm.actionsEnabled,
  }
  if (alarm.kind === 'composite') {
    return {
      ...shared,
      kind: 'composite',
      suppressedBy: alarm.state.actionsSuppressedBy ?? null,
      threshold: null,
      comparisonOperator: null,
      periodSeconds: null,
      evaluationPeriods: null,
      datapointsToAlarm: null,
      queries: [],
    }
  }
  const { metric, rule, statistic, periodSeconds } = alarm
  return {
    ...shared,
    kind: 'metric',
    suppressedBy: null,
    threshold: rule.threshold,
    comparisonOperator: rule.operator,
    periodSeconds,
    evaluationPeriods: rule.evaluationPeriods,
    datapointsToAlarm: rule.datapointsToAlarm,
    queries: [
      {
        id: 'm1',
        returnData: true,
        stat: {
          namespace: metric.namespace,
          metricName: metric.metricName,
          dimensions: { ...metric.dimensions },
          periodSeconds,
          statistic,
        },
        expression: null,
        periodSeconds: null,
      },
    ],
  }
}

/** `configuration` of a state-change event. */
export const configurationOf = (alarm: AlarmRecord): object =>
  alarm.kind === 'metric'
    ? {
        description: alarm.description,
        metrics: [
          {
            id: alarm.queryId,
            metricStat: {
              metric: {
                namespace: alarm.metric.namespace,
                name: alarm.metric.metricName,
                dimensions: alarm.metric.dimensions,
              },
              period: alarm.periodSeconds,
              stat: alarm.statistic,
            },
            returnData: true,
          },
        ],
      }
    : {
        description: alarm.description,
        alarmRule: alarm.ruleText,
        actionsSuppressor: alarm.suppressor ? alarmArn(alarm.suppressor.alarmName) : undefined,
        actionsSuppressorWaitPeriod: alarm.suppressor?.waitPeriodSeconds,
        actionsSuppressorExtensionPeriod: alarm.suppressor?.extensionPeriodSeconds,
      }
