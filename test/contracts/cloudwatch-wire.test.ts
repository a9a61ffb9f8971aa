import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Alarm, MetricQuery } from '../../src/model/alarm.ts'
import type { CloudWatch } from '../../src/model/ports.ts'
import { answered } from '../../src/model/reading.ts'
import type { Wire } from '../../src/world/wire.ts'
import { answerProblems } from './schema-check.ts'
import { createAccount } from './wire-account.ts'
import { told } from './wire-answers.ts'
import { adaptersAt, bareWire } from './wire-harness.ts'

/** Nothing is lost or changed between a port, the wire, the SDK and the port again. */

let wire: Wire
let cloudWatch: CloudWatch
let alarms: Alarm[] = []
let asked: [MetricQuery[], number, number][] = []
const problems: string[] = []

beforeEach(async () => {
  asked = []
  const { ports } = createAccount()
  wire = await bareWire({
    ports: {
      ...ports,
      cloudWatch: {
        describeAlarms: async () => answered(alarms),
        getMetricData: async (queries, fromMs, toMs) => {
          asked.push([queries, fromMs, toMs])
          return answered([
            { id: 'm1', points: [{ atMs: fromMs, value: -0.5 }], status: 'PartialData' },
            { id: 'e1', points: [], status: 'InternalError' },
          ])
        },
      },
    },
    onAnswer: (operation, body) => problems.push(...answerProblems(operation, body)),
  })
  cloudWatch = adaptersAt(wire.endpoint).cloudWatch
})
afterEach(async () => {
  await wire.close()
  expect(problems).toEqual([])
})

const query = (id: string, more: Partial<NonNullable<MetricQuery['stat']>> = {}): MetricQuery => ({
  id,
  returnData: false,
  stat: {
    namespace: 'AWS/ApplicationELB',
    metricName: 'TargetResponseTime',
    dimensions: { LoadBalancer: 'app/shop/1', TargetGroup: 'targetgroup/web/2' },
    periodSeconds: 60,
    statistic: 'Average',
    ...more,
  },
  expression: null,
  periodSeconds: null,
})
const math: MetricQuery = {
  id: 'e1',
  returnData: true,
  stat: null,
  expression: '100 * m2 / m1',
  periodSeconds: 300,
}

test.each<{ what: string; change: Partial<Alarm> }>([
  { what: 'on a plain metric', change: {} },
  {
    what: 'on a percentile with a unit',
    change: { queries: [returned(query('m1', { statistic: 'p99.9', unit: 'Seconds' }))] },
  },
  { what: 'on a metric with a name of its own', change: { queries: [returned(query('latency'))] } },
  { what: 'on metric math', change: { periodSeconds: null, queries: [query('m1'), query('m2'), math] } },
  {
    what: 'on a band, without a threshold',
    change: { threshold: null, comparisonOperator: 'GreaterThanUpperThreshold' },
  },
  {
    what: 'that is quiet and knows nothing',
    change: {
      state: 'INSUFFICIENT_DATA',
      actionsEnabled: false,
      stateChangedAtMs: null,
      datapointsToAlarm: null,
    },
  },
  {
    what: 'of others, suppressed',
    change: {
      kind: 'composite',
      suppressedBy: 'ExtensionPeriod',
      threshold: null,
      comparisonOperator: null,
      periodSeconds: null,
      evaluationPeriods: null,
      datapointsToAlarm: null,
      queries: [],
    },
  },
])('an alarm $what', async ({ change }) => {
  alarms = [{ ...metricAlarm, ...change }]
  expect(told(await cloudWatch.describeAlarms(['any']))).toEqual(alarms)
})

test('queries and their series, whatever became of them', async () => {
  const queries = [returned(query('m1', { unit: 'Seconds' })), query('m2', { statistic: 'p99' }), math]
  expect(told(await cloudWatch.getMetricData(queries, 1_795_423_500_250, 1_795_423_560_000))).toEqual([
    { id: 'm1', points: [{ atMs: 1_795_423_500_250, value: -0.5 }], status: 'PartialData' },
    { id: 'e1', points: [], status: 'InternalError' },
  ])
  expect(asked).toEqual([[queries, 1_795_423_500_250, 1_795_423_560_000]])
})

function returned(input: MetricQuery): MetricQuery {
  return { ...input, returnData: true }
}

const metricAlarm: Alarm = {
  alarmName: 'slow',
  alarmArn: 'arn:aws:cloudwatch:eu-west-1:111122223333:alarm:slow',
  kind: 'metric',
  state: 'ALARM',
  stateChangedAtMs: 1_795_423_500_250,
  actionsEnabled: true,
  suppressedBy: null,
  threshold: 0.5,
  comparisonOperator: 'GreaterThanThreshold',
  periodSeconds: 60,
  evaluationPeriods: 3,
  datapointsToAlarm: 2,
  queries: [returned(query('m1'))],
}
