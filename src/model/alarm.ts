/** A CloudWatch alarm: as its event tells it (evidence), and as `DescribeAlarms` tells it (the present). */

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA'

/** From a state-change event. Events are sent even while an alarm is muted or suppressed. */
export interface AlarmEvidence {
  alarmName: string
  state: AlarmState
  changedAtMs: number
  /** Muted by a mute rule until then; null when not muted. */
  mutedUntilMs: number | null
  /** Composite alarms: `WaitPeriod`, `ExtensionPeriod` or `Alarm`. */
  suppressedBy: string | null
}

/** From DescribeAlarms. */
export interface Alarm {
  alarmName: string
  alarmArn: string
  kind: 'metric' | 'composite'
  state: AlarmState
  /** When the state last changed, epoch ms. */
  stateChangedAtMs: number | null
  actionsEnabled: boolean
  /** Composite alarms only. */
  suppressedBy: string | null
  /** Null for composite and anomaly-detection alarms. */
  threshold: number | null
  /** `GreaterThanThreshold`, `LessThanOrEqualToThreshold`, …; null for composite alarms. */
  comparisonOperator: string | null
  /** Seconds of one data point; null where metric math or Metrics Insights decides. */
  periodSeconds: number | null
  evaluationPeriods: number | null
  datapointsToAlarm: number | null
  /** What to ask GetMetricData for; empty for composite alarms. */
  queries: MetricQuery[]
}

/** One entry of GetMetricData's `MetricDataQueries`. */
export interface MetricQuery {
  id: string
  returnData: boolean
  stat: {
    namespace: string
    metricName: string
    dimensions: Record<string, string>
    periodSeconds: number
    /** `Average`, `Maximum`, `Sum`, `p99`, … */
    statistic: string
    unit?: string
  } | null
  expression: string | null
  /** Only with an expression. */
  periodSeconds: number | null
}

/** One returned series, oldest first. */
export interface MetricSeries {
  id: string
  points: { atMs: number; value: number }[]
  status: 'Complete' | 'PartialData' | 'InternalError' | 'Forbidden'
}
