import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { MetricQuery } from '../../src/model/alarm.ts'
import { minute } from '../../src/model/time.ts'
import { testDimensions } from './account.ts'
import { failureCode, told } from './wire-answers.ts'
import type { Harness } from './wire-harness.ts'

/** What every implementation of the port CloudWatch keeps. */
export function cloudWatchContract(name: string, makePorts: () => Promise<Harness>): void {
  describe(`cloudwatch: ${name}`, () => {
    let harness: Harness
    let nowMs = 0
    beforeEach(async () => {
      harness = await makePorts()
      nowMs = harness.account.nowMs
    })
    afterEach(() => harness.close())

    const lastHour = (queries: MetricQuery[]) =>
      harness.ports.cloudWatch.getMetricData(queries, nowMs - 60 * minute, nowMs + minute)

    test('describes a metric alarm, and what to ask for', async () => {
      await harness.account.addMetricAlarm({ name: 'requests-high', metricName: 'Requests', threshold: 0.5 })
      const { fromMs, toMs } = await harness.account.setAlarm('requests-high', 'ALARM')
      const alarms = told(await harness.ports.cloudWatch.describeAlarms(['requests-high']))
      expect(alarms[0]?.stateChangedAtMs).toBeGreaterThanOrEqual(fromMs)
      expect(alarms[0]?.stateChangedAtMs).toBeLessThanOrEqual(toMs)
      expect(alarms).toEqual([
        {
          alarmName: 'requests-high',
          alarmArn: `arn:aws:cloudwatch:eu-west-1:${harness.account.id}:alarm:requests-high`,
          kind: 'metric',
          state: 'ALARM',
          stateChangedAtMs: expect.any(Number),
          actionsEnabled: true,
          suppressedBy: null,
          threshold: 0.5,
          comparisonOperator: 'GreaterThanThreshold',
          periodSeconds: 60,
          evaluationPeriods: 3,
          datapointsToAlarm: 2,
          queries: [query('m1', 'Requests', true)],
        },
      ])
    })

    test('describes a composite alarm, which has no metric', async () => {
      await harness.account.addMetricAlarm({ name: 'requests-high', metricName: 'Requests', threshold: 0.5 })
      await harness.account.addCompositeAlarm({ name: 'any', of: 'requests-high' })
      expect(told(await harness.ports.cloudWatch.describeAlarms(['any']))).toMatchObject([
        { alarmName: 'any', kind: 'composite', threshold: null, queries: [] },
      ])
    })

    test('a composite alarm follows the alarms of its rule', async () => {
      await harness.account.addMetricAlarm({ name: 'requests-high', metricName: 'Requests', threshold: 0.5 })
      await harness.account.addCompositeAlarm({ name: 'any', of: 'requests-high' })
      await harness.account.setAlarm('requests-high', 'ALARM')
      expect(told(await harness.ports.cloudWatch.describeAlarms(['any']))).toMatchObject([
        { alarmName: 'any', state: 'ALARM' },
      ])
    })

    test('leaves out alarms that do not exist; asked for nothing, answers nothing', async () => {
      await harness.account.addMetricAlarm({ name: 'requests-high', metricName: 'Requests', threshold: 0.5 })
      const found = told(await harness.ports.cloudWatch.describeAlarms(['gone', 'requests-high']))
      expect(found.map(({ alarmName }) => alarmName)).toEqual(['requests-high'])
      expect(told(await harness.ports.cloudWatch.describeAlarms([]))).toEqual([])
    })

    test('describes 120 alarms', async () => {
      const names = Array.from({ length: 120 }, (_, index) => `alarm-${index}`)
      for (const name of names)
        await harness.account.addMetricAlarm({ name, metricName: 'Requests', threshold: 0.5 })
      const found = told(await harness.ports.cloudWatch.describeAlarms(names))
      expect(found.map(({ alarmName }) => alarmName).toSorted()).toEqual(names.toSorted())
    })

    test('a series, oldest point first', async () => {
      await harness.account.addMetric('Requests', [10, 20, 30])
      expect(told(await lastHour([query('m1', 'Requests', true)]))).toEqual([
        {
          id: 'm1',
          points: [
            { atMs: nowMs - 2 * minute, value: 10 },
            { atMs: nowMs - minute, value: 20 },
            { atMs: nowMs, value: 30 },
          ],
          status: 'Complete',
        },
      ])
    })

    test('a metric without data is a series without points', async () => {
      expect(told(await lastHour([query('m1', 'Nothing', true)]))).toEqual([
        { id: 'm1', points: [], status: 'Complete' },
      ])
    })

    test('metric math answers the expression and not its inputs', async () => {
      await harness.account.addMetric('Requests', [10, 20])
      await harness.account.addMetric('Errors', [1, 2])
      const series = told(
        await lastHour([sum('e1', 'm1', 'm2'), query('m1', 'Requests', false), query('m2', 'Errors', false)]),
      )
      expect(series.map(({ id, points }) => [id, points.map(({ value }) => value)])).toEqual([
        ['e1', [11, 22]],
      ])
    })

    test('a search answers with one series for each metric that it finds', async () => {
      await harness.account.addMetric('Requests', [10, 20])
      await harness.account.addMetric('Errors', [1, 2])
      const both = `SEARCH('{Test,Stage} Stage="prod" AND (MetricName="Requests" OR MetricName="Errors")', 'Sum', 60)`
      const found = told(await lastHour([math('e1', both)]))
      expect(found.map(({ id, points }) => [id, points.map(({ value }) => value)]).toSorted()).toEqual([
        ['e1', [1, 2]],
        ['e1', [10, 20]],
      ])
      const added = told(await lastHour([math('e1', `SUM(${both})`)]))
      expect(added.map(({ points }) => points.map(({ value }) => value))).toEqual([[11, 22]])
    })

    test('1,200 queries, more than one call takes', async () => {
      await harness.account.addMetric('Requests', [10, 20])
      const ids = Array.from({ length: 1_200 }, (_, index) => `m${index}`)
      const series = told(await lastHour(ids.map(id => query(id, 'Requests', true))))
      expect(series.map(({ id }) => id).toSorted()).toEqual(ids.toSorted())
      for (const { points } of series) expect(points.map(({ value }) => value)).toEqual([10, 20])
    })

    test('1,200 queries over 400 expressions whose inputs stand far from them', async () => {
      await harness.account.addMetric('Requests', [10, 20])
      await harness.account.addMetric('Errors', [1, 2])
      const numbers = Array.from({ length: 400 }, (_, index) => index)
      const series = told(
        await lastHour([
          ...numbers.map(number => query(`m${number}`, 'Requests', false)),
          ...numbers.map(number => query(`n${number}`, 'Errors', false)),
          ...numbers.map(number => sum(`e${number}`, `m${number}`, `n${number}`)),
        ]),
      )
      expect(series).toHaveLength(400)
      expect(new Set(series.map(({ id }) => id)).size).toBe(400)
      for (const { points, status } of series)
        expect([points.map(({ value }) => value), status]).toEqual([[11, 22], 'Complete'])
    })

    test('a series longer than a page comes whole and in order', async () => {
      const values = Array.from({ length: 55 }, (_, index) => index + 1)
      await harness.account.addMetric('Requests', values)
      const queries = Array.from({ length: 20 }, (_, index) => query(`m${index}`, 'Requests', true))
      const series = told(await lastHour(queries))
      expect(series).toHaveLength(20)
      for (const { points, status } of series)
        expect([points.map(({ value }) => value), status]).toEqual([values, 'Complete'])
    })

    test.each(['throttled', 'unavailable', 'denied', 'invalid'] as const)(
      'says %s as a value',
      async code => {
        await harness.account.failNext('cloudwatch:GetMetricData', code)
        expect(failureCode(await lastHour([query('m1', 'Requests', true)]))).toBe(code)
        await harness.account.failNext('cloudwatch:DescribeAlarms', code)
        expect(failureCode(await harness.ports.cloudWatch.describeAlarms(['any']))).toBe(code)
      },
    )
  })
}

const query = (id: string, metricName: string, returnData: boolean): MetricQuery => ({
  id,
  returnData,
  stat: { namespace: 'Test', metricName, dimensions: testDimensions, periodSeconds: 60, statistic: 'Sum' },
  expression: null,
  periodSeconds: null,
})

const math = (id: string, expression: string): MetricQuery => ({
  id,
  returnData: true,
  stat: null,
  expression,
  periodSeconds: 60,
})

const sum = (id: string, left: string, right: string): MetricQuery => ({
  id,
  returnData: true,
  stat: null,
  expression: `${left} + ${right}`,
  periodSeconds: 60,
})
