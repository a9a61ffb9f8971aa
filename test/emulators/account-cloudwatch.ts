import {
  CloudWatchClient,
  PutCompositeAlarmCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch'
import { type AwsSettings, clientSettings } from '../../src/adapters/settings.ts'
import { dateOf, minute } from '../../src/model/time.ts'
import { type Account, testDimensions } from '../contracts/account.ts'

const Dimensions = Object.entries(testDimensions).map(([Name, Value]) => ({ Name, Value }))

export function createCloudWatchSide(
  settings: AwsSettings,
  nowMs: number,
): Pick<Account, 'addMetricAlarm' | 'addCompositeAlarm' | 'setAlarm' | 'addMetric'> {
  const client = new CloudWatchClient(clientSettings(settings))
  return {
    addMetricAlarm: async ({ name, metricName, threshold }) => {
      await client.send(
        new PutMetricAlarmCommand({
          AlarmName: name,
          Namespace: 'Test',
          MetricName: metricName,
          Dimensions,
          Statistic: 'Sum',
          ComparisonOperator: 'GreaterThanThreshold',
          Threshold: threshold,
          Period: 60,
          EvaluationPeriods: 3,
          DatapointsToAlarm: 2,
        }),
      )
    },
    addCompositeAlarm: async ({ name, of }) => {
      await client.send(new PutCompositeAlarmCommand({ AlarmName: name, AlarmRule: `ALARM("${of}")` }))
    },
    setAlarm: async (AlarmName, StateValue) => {
      // Alarms tell whole seconds in some of their times.
      const fromMs = Math.floor(Date.now() / 1_000) * 1_000
      await client.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: 'the test says so' }))
      return { fromMs, toMs: Date.now() }
    },
    addMetric: async (MetricName, values) => {
      await client.send(
        new PutMetricDataCommand({
          Namespace: 'Test',
          MetricData: values.map((Value, index) => ({
            MetricName,
            Dimensions,
            Value,
            Timestamp: dateOf(nowMs - (values.length - 1 - index) * minute),
          })),
        }),
      )
    },
  }
}
