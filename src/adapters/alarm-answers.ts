import type {
  CompositeAlarm as SdkCompositeAlarm,
  Dimension as SdkDimension,
  MetricAlarm as SdkMetricAlarm,
  MetricDataQuery as SdkMetricDataQuery,
} from '@aws-sdk/client-cloudwatch'
import type { Alarm, AlarmState, MetricQuery } from '../model/alarm.ts'
import { parseTimestamp } from '../model/time.ts'

/** CloudWatch answers in the project's words, and the project's queries in CloudWatch's. */

export function metricAlarmOf(alarm: SdkMetricAlarm): Alarm | null {
  const { AlarmName, AlarmArn } = alarm
  if (AlarmName === undefined || AlarmArn === undefined) return null
  const queries = queriesOf(alarm)
  return {
    alarmName: AlarmName,
    alarmArn: AlarmArn,
    kind: 'metric',
    state: stateOf(alarm.StateValue),
    stateChangedAtMs: changedAt(alarm),
    actionsEnabled: alarm.ActionsEnabled ?? true,
    suppressedBy: null,
    threshold: alarm.Threshold ?? null,
    comparisonOperator: alarm.ComparisonOperator ?? null,
    periodSeconds: alarm.Period ?? periodOfOnlyMetric(queries),
    evaluationPeriods: alarm.EvaluationPeriods ?? null,
    datapointsToAlarm: alarm.DatapointsToAlarm ?? null,
    queries,
  }
}

export function compositeAlarmOf(alarm: SdkCompositeAlarm): Alarm | null {
  const { AlarmName, AlarmArn } = alarm
  if (AlarmName === undefined || AlarmArn === undefined) return null
  return {
    alarmName: AlarmName,
    alarmArn: AlarmArn,
    kind: 'composite',
    state: stateOf(alarm.StateValue),
    stateChangedAtMs: changedAt(alarm),
    actionsEnabled: alarm.ActionsEnabled ?? true,
    suppressedBy: alarm.ActionsSuppressedBy ?? null,
    threshold: null,
    comparisonOperator: null,
    periodSeconds: null,
    evaluationPeriods: null,
    datapointsToAlarm: null,
    queries: [],
  }
}

export const sdkQuery = (query: MetricQuery): SdkMetricDataQuery => ({
  Id: query.id,
  ReturnData: query.returnData,
  ...(query.expression === null ? {} : { Expression: query.expression }),
  ...(query.periodSeconds === null ? {} : { Period: query.periodSeconds }),
  ...(query.stat === null ? {} : { MetricStat: sdkStat(query.stat) }),
})

const sdkStat = (stat: NonNullable<MetricQuery['stat']>): NonNullable<SdkMetricDataQuery['MetricStat']> => ({
  Metric: {
    Namespace: stat.namespace,
    MetricName: stat.metricName,
    Dimensions: Object.entries(stat.dimensions).map(([Name, Value]) => ({ Name, Value })),
  },
  Period: stat.periodSeconds,
  Stat: stat.statistic,
  ...(stat.unit === undefined ? {} : { Unit: stat.unit as NonNullable<SdkMetricAlarm['Unit']> }),
})

/** An unknown state is no alarm and no all-clear. */
const stateOf = (state: string | undefined): AlarmState =>
  state === 'OK' || state === 'ALARM' ? state : 'INSUFFICIENT_DATA'

/** The transition; the update also moves when only the reason changes. */
const changedAt = (
  alarm: Pick<SdkMetricAlarm | SdkCompositeAlarm, 'StateTransitionedTimestamp' | 'StateUpdatedTimestamp'>,
) => parseTimestamp(alarm.StateTransitionedTimestamp) ?? parseTimestamp(alarm.StateUpdatedTimestamp)

/** An alarm names one metric in its own fields, or several queries. */
function queriesOf(alarm: SdkMetricAlarm): MetricQuery[] {
  if (alarm.Metrics?.length) return alarm.Metrics.flatMap(query => queryOf(query) ?? [])
  const { Namespace, MetricName, Period } = alarm
  const statistic = alarm.Statistic ?? alarm.ExtendedStatistic
  if (!Namespace || !MetricName || Period === undefined || statistic === undefined) return []
  const stat = {
    namespace: Namespace,
    metricName: MetricName,
    dimensions: dimensionsOf(alarm.Dimensions),
    periodSeconds: Period,
    statistic,
    ...(alarm.Unit === undefined ? {} : { unit: alarm.Unit }),
  }
  return [{ id: 'm1', returnData: true, stat, expression: null, periodSeconds: null }]
}

function queryOf(query: SdkMetricDataQuery): MetricQuery | null {
  if (query.Id === undefined) return null
  const { Metric, Period, Stat, Unit } = query.MetricStat ?? {}
  const stat =
    Metric?.Namespace && Metric.MetricName && Period !== undefined && Stat !== undefined
      ? {
          namespace: Metric.Namespace,
          metricName: Metric.MetricName,
          dimensions: dimensionsOf(Metric.Dimensions),
          periodSeconds: Period,
          statistic: Stat,
          ...(Unit === undefined ? {} : { unit: Unit }),
        }
      : null
  return {
    id: query.Id,
    returnData: query.ReturnData ?? true,
    stat,
    expression: query.Expression ?? null,
    periodSeconds: query.Period ?? null,
  }
}

/** The console writes also a plain metric as a list of one query. */
function periodOfOnlyMetric(queries: MetricQuery[]): number | null {
  const [only, ...others] = queries
  return others.length === 0 ? (only?.stat?.periodSeconds ?? null) : null
}

const dimensionsOf = (dimensions: SdkDimension[] = []): Record<string, string> =>
  Object.fromEntries(
    dimensions.flatMap(({ Name, Value }) => (Name === undefined ? [] : [[Name, Value ?? '']])),
  )
