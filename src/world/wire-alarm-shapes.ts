import * as z from 'zod'
import type { Alarm, MetricQuery } from '../model/alarm.ts'
import { epochSeconds } from './wire-verb.ts'

/** Alarms and queries in the shapes of the CloudWatch API (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricAlarm.html). */

export function alarmShape(alarm: Alarm): Record<string, unknown> {
  const shared = {
    AlarmName: alarm.alarmName,
    AlarmArn: alarm.alarmArn,
    ActionsEnabled: alarm.actionsEnabled,
    StateValue: alarm.state,
    StateTransitionedTimestamp: epochSeconds(alarm.stateChangedAtMs),
    StateUpdatedTimestamp: epochSeconds(alarm.stateChangedAtMs),
  }
  if (alarm.kind === 'composite') return { ...shared, ActionsSuppressedBy: alarm.suppressedBy ?? undefined }
  return {
    ...shared,
    Threshold: alarm.threshold ?? undefined,
    ComparisonOperator: alarm.comparisonOperator ?? undefined,
    EvaluationPeriods: alarm.evaluationPeriods ?? undefined,
    DatapointsToAlarm: alarm.datapointsToAlarm ?? undefined,
    ...metricShape(alarm.queries),
  }
}

/** One metric stands in the alarm's own fields (where it has no id), several in `Metrics`. */
function metricShape(queries: MetricQuery[]) {
  const [only, ...others] = queries
  if (!only?.stat || others.length > 0 || only.id !== 'm1') return { Metrics: queries.map(querySent) }
  const { statistic, unit } = only.stat
  const plain = ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'].includes(statistic)
  return {
    Namespace: only.stat.namespace,
    MetricName: only.stat.metricName,
    Dimensions: dimensionShapes(only.stat.dimensions),
    Period: only.stat.periodSeconds,
    Statistic: plain ? statistic : undefined,
    ExtendedStatistic: plain ? undefined : statistic,
    Unit: unit,
  }
}

const querySent = (query: MetricQuery) => ({
  Id: query.id,
  ReturnData: query.returnData,
  Expression: query.expression ?? undefined,
  Period: query.periodSeconds ?? undefined,
  MetricStat: query.stat
    ? {
        Metric: {
          Namespace: query.stat.namespace,
          MetricName: query.stat.metricName,
          Dimensions: dimensionShapes(query.stat.dimensions),
        },
        Period: query.stat.periodSeconds,
        Stat: query.stat.statistic,
        Unit: query.stat.unit,
      }
    : undefined,
})

const dimensionShapes = (dimensions: Record<string, string>) =>
  Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }))

/** One entry of a request's MetricDataQueries. */
export const queryShape = z.object({
  Id: z.string().regex(/^[a-z]\w*$/),
  ReturnData: z.boolean().default(true),
  Expression: z.string().optional(),
  Period: z.int().min(1).optional(),
  MetricStat: z
    .object({
      Metric: z.object({
        Namespace: z.string(),
        MetricName: z.string(),
        Dimensions: z.array(z.object({ Name: z.string(), Value: z.string() })).default([]),
      }),
      Period: z.int().min(1),
      Stat: z.string(),
      Unit: z.string().optional(),
    })
    .optional(),
})

export function queryOf(query: z.output<typeof queryShape>): MetricQuery {
  const { MetricStat } = query
  return {
    id: query.Id,
    returnData: query.ReturnData,
    expression: query.Expression ?? null,
    periodSeconds: query.Period ?? null,
    stat: MetricStat
      ? {
          namespace: MetricStat.Metric.Namespace,
          metricName: MetricStat.Metric.MetricName,
          dimensions: Object.fromEntries(
            MetricStat.Metric.Dimensions.map(({ Name, Value }) => [Name, Value]),
          ),
          periodSeconds: MetricStat.Period,
          statistic: MetricStat.Stat,
          ...(MetricStat.Unit === undefined ? {} : { unit: MetricStat.Unit }),
        }
      : null,
  }
}
