import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  type MetricDataResult,
} from '@aws-sdk/client-cloudwatch'
import type { MetricSeries } from '../model/alarm.ts'
import type { CloudWatch } from '../model/ports.ts'
import { answered } from '../model/reading.ts'
import { dateOf, parseTimestamp } from '../model/time.ts'
import { compositeAlarmOf, metricAlarmOf, sdkQuery } from './alarm-answers.ts'
import { batches, everyPage } from './batches.ts'
import { ask } from './failure.ts'
import { metricBatches } from './metric-batches.ts'
import { type AwsSettings, clientSettings } from './settings.ts'

/** Limits of the API: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/ */
const alarmsPerCall = 100
const queriesPerCall = 500

export function createCloudWatch(settings: AwsSettings): CloudWatch {
  const client = new CloudWatchClient(clientSettings(settings))
  return {
    describeAlarms: names =>
      ask('cloudwatch:DescribeAlarms', async () => {
        const alarms = []
        for (const AlarmNames of batches(names, alarmsPerCall)) {
          const pages = await everyPage(
            NextToken =>
              client.send(
                new DescribeAlarmsCommand({
                  AlarmNames,
                  // Without the types, composite alarms are left out.
                  AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
                  MaxRecords: alarmsPerCall,
                  NextToken,
                }),
              ),
            page => page.NextToken,
          )
          for (const { MetricAlarms = [], CompositeAlarms = [] } of pages)
            alarms.push(
              ...MetricAlarms.flatMap(alarm => metricAlarmOf(alarm) ?? []),
              ...CompositeAlarms.flatMap(alarm => compositeAlarmOf(alarm) ?? []),
            )
        }
        return answered(alarms)
      }),

    getMetricData: (queries, fromMs, toMs) =>
      ask('cloudwatch:GetMetricData', async () => {
        const series: MetricSeries[] = []
        for (const batch of metricBatches(queries, queriesPerCall)) {
          const pages = await everyPage(
            NextToken =>
              client.send(
                new GetMetricDataCommand({
                  MetricDataQueries: batch.map(sdkQuery),
                  StartTime: dateOf(fromMs),
                  EndTime: dateOf(toMs),
                  ScanBy: 'TimestampAscending',
                  NextToken,
                }),
              ),
            page => page.NextToken,
          )
          series.push(...joined(pages.flatMap(page => page.MetricDataResults ?? [])))
        }
        return answered(series)
      }),
  }
}

/** One series may come on several pages; its last page has its true status. Several series may share an id (SEARCH) and differ by label. */
function joined(results: MetricDataResult[]): MetricSeries[] {
  const series = new Map<string, MetricSeries>()
  for (const { Id = '', Label = '', Timestamps = [], Values = [], StatusCode } of results) {
    const key = `${Id}\n${Label}`
    const whole = series.get(key) ?? { id: Id, points: [], status: 'Complete' }
    whole.status = StatusCode ?? 'Complete'
    Timestamps.forEach((timestamp, index) => {
      const atMs = parseTimestamp(timestamp)
      const value = Values[index]
      if (atMs !== null && value !== undefined) whole.points.push({ atMs, value })
    })
    series.set(key, whole)
  }
  return [...series.values()]
}
