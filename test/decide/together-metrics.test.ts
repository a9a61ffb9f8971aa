import { describe, expect, it } from 'vitest'
import type { MetricQuery } from '../../src/model/alarm.ts'
import { hour, minute } from '../../src/model/time.ts'
import { oneCall, packMetrics, seriesFor } from '../../src/reconcile/together/metrics.ts'

const toMs = 1_795_424_400_000

const metric = (id: string, periodSeconds = 60, returnData = true): MetricQuery => ({
  id,
  returnData,
  stat: {
    namespace: 'AWS/ECS',
    metricName: 'CPUUtilization',
    dimensions: {},
    periodSeconds,
    statistic: 'Sum',
  },
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
const asks = (queries: MetricQuery[], backMs = 10 * minute) => ({ queries, fromMs: toMs - backMs, toMs })
const asking = (count: number, queries = 1) =>
  Array.from({ length: count }, () => asks(Array.from({ length: queries }, (_, n) => metric(`m${n}`))))
const search = math('e', "SUM(SEARCH('{AWS/ApplicationELB} RequestCount', 'Sum', 60))")
const insights = math('q', 'SELECT AVG(CPUUtilization) FROM "AWS/ECS"')

describe('the calls of GetMetricData', () => {
  it.each([
    { what: 'nothing asked, nothing called', asked: [], calls: [] },
    { what: 'three queries of each of twenty-five services are one call', asked: asking(25, 3), calls: [25] },
    { what: 'five hundred queries are one call', asked: asking(100, 5), calls: [100] },
    { what: 'one more is two', asked: [...asking(100, 5), ...asking(1)], calls: [100, 1] },
    { what: 'a question that does not fit leaves its place', asked: asking(4, 200), calls: [2, 2] },
    { what: 'five searches a call', asked: Array(6).fill(asks([search])), calls: [5, 1] },
    {
      what: 'two searches in one expression are two',
      asked: Array(3).fill(asks([math('e', "SUM(SEARCH('a', 'Sum')) / SUM(SEARCH('b', 'Sum'))")])),
      calls: [2, 1],
    },
    {
      what: 'who needs no search still finds room',
      asked: [...Array(6).fill(asks([search])), asks([metric('m')])],
      calls: [6, 1],
    },
    {
      what: 'a Metrics Insights query stands alone',
      asked: [asks([metric('m')]), asks([insights]), asks([metric('m')])],
      calls: [2, 1],
    },
    {
      what: 'a window of more than three hours would silence short periods',
      asked: [asks([metric('m', 10)], 3 * hour), asks([metric('m', 3600)], 7 * hour), asks([metric('m')])],
      calls: [2, 1],
    },
    {
      what: 'at most 90,000 data points: each 1,080 of 10 s in three hours',
      asked: Array(84).fill(asks([metric('m', 10)], 3 * hour)),
      calls: [83, 1],
    },
    {
      what: 'one question beyond every limit has its own call, which the port divides',
      asked: [asks([metric('m')]), ...asking(1, 501)],
      calls: [1, 1],
    },
  ])('$what', ({ asked, calls }) => {
    const questions = asked.map(each => ({ ...each }))
    expect(packMetrics(questions).map(group => group.length)).toEqual(calls)
    expect(new Set(packMetrics(questions).flat())).toEqual(new Set(questions))
  })
})

describe('one call for several', () => {
  const call = oneCall([
    asks([metric('m'), math('e', 'm / 2')], 20 * minute),
    {
      ...asks([metric('m'), metric('n', 60, false), math('e', "SUM(METRICS()) + m - IF(n > 1, 'm')")]),
      toMs: toMs + 1_000,
    },
  ])

  it('has every id once, and expressions follow', () => {
    expect(call.queries.map(({ id, expression }) => expression ?? id)).toEqual([
      'c0_m',
      'c0_m / 2',
      'c1_m',
      'c1_n',
      "SUM([c1_m, c1_n]) + c1_m - IF(c1_n > 1, 'm')",
    ])
    expect(new Set(call.queries.map(({ id }) => id)).size).toBe(5)
  })

  it('is as wide as the widest of them', () => {
    expect([call.fromMs, call.toMs]).toEqual([toMs - 20 * minute, toMs + 1_000])
  })

  it('is told to each under its own ids, with the status of each series', () => {
    const points = [{ atMs: toMs, value: 4 }]
    const told = [
      { id: 'c0_m', points, status: 'Complete' as const },
      { id: 'c1_m', points: [], status: 'PartialData' as const },
      { id: 'c10_m', points: [], status: 'Forbidden' as const },
      { id: 'c1_e', points, status: 'Complete' as const },
      { id: 'c1_e', points: [], status: 'Complete' as const },
    ]
    expect(seriesFor(0, told)).toEqual([{ id: 'm', points, status: 'Complete' }])
    expect(seriesFor(1, told).map(({ id, status }) => `${id} ${status}`)).toEqual([
      'm PartialData',
      'e Complete',
      'e Complete',
    ])
    expect(seriesFor(2, told)).toEqual([])
  })
})
