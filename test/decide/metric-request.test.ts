import { describe, expect, it } from 'vitest'
import type { MetricQuery } from '../../src/model/alarm.ts'
import { minute, second } from '../../src/model/time.ts'
import { type MetricRead, requestsFor } from '../../src/scaling/metric-request.ts'
import { noon } from './scaling-view.ts'

const metric = (id: string, returnData = false): MetricQuery => ({
  id,
  returnData,
  stat: { namespace: 'App', metricName: id, dimensions: {}, periodSeconds: 60, statistic: 'Sum' },
  expression: null,
  periodSeconds: null,
})
const math = (expression: string, id = 'e1'): MetricQuery => ({
  id,
  returnData: true,
  stat: null,
  expression,
  periodSeconds: 60,
})
const read = (key: string, queries: MetricQuery[], fromMs = noon - 5 * minute): MetricRead => ({
  kind: 'metric',
  key,
  queries,
  periodMs: minute,
  fromMs,
})

describe('several reads in one call', () => {
  it('have ids of their own, and know under which their series come back', () => {
    const cpu = read('cpu', [metric('m1', true)])
    const ratio = read('ratio', [math('m1 / m2'), metric('m1'), metric('m2')])
    const [request, ...others] = requestsFor([cpu, ratio], noon)
    expect(others).toEqual([])
    expect(request?.queries.map(({ id, expression }) => [id, expression])).toEqual([
      ['r0_m1', null],
      ['r1_e1', 'r1_m1 / r1_m2'],
      ['r1_m1', null],
      ['r1_m2', null],
    ])
    expect(request?.ids).toEqual(
      new Map([
        ['cpu', new Set(['r0_m1'])],
        ['ratio', new Set(['r1_e1'])],
      ]),
    )
  })

  it('one alone keeps its ids', () => {
    const [request] = requestsFor([read('ratio', [math('m1 * 2'), metric('m1')])], noon)
    expect(request?.queries.map(({ id }) => id)).toEqual(['e1', 'm1'])
  })

  it('nothing to read, nothing to ask', () => {
    expect(requestsFor([], noon)).toEqual([])
  })

  it.each<[written: string, sent: string]>([
    ['m1+m2', 'r1_m1+r1_m2'],
    ['m11 + m1', 'm11 + r1_m1'],
    ['IF(m1 > 10, m1, FILL(m2, REPEAT))', 'IF(r1_m1 > 10, r1_m1, FILL(r1_m2, REPEAT))'],
    ['SUM([m1, m2])', 'SUM([r1_m1, r1_m2])'],
    [
      `SUM(SEARCH('{App,m1} MetricName="m2"', 'Sum', 60)) + m1`,
      `SUM(SEARCH('{App,m1} MetricName="m2"', 'Sum', 60)) + r1_m1`,
    ],
    [`SUM(SEARCH("{App} m1", "Sum"))`, `SUM(SEARCH("{App} m1", "Sum"))`],
    ['SUM(METRICS())', 'SUM([r1_m1, r1_m2])'],
    [`AVG(METRICS('2'))`, 'AVG([r1_m2])'],
    ['ANOMALY_DETECTION_BAND(m1, 2)', 'ANOMALY_DETECTION_BAND(r1_m1, 2)'],
    ['e1 + m1', 'r1_e1 + r1_m1'],
  ])('%s is sent as %s', (written, sent) => {
    const [request] = requestsFor(
      [read('cpu', [metric('m1', true)]), read('other', [math(written), metric('m1'), metric('m2')])],
      noon,
    )
    expect(request?.queries.find(({ id }) => id === 'r1_e1')?.expression).toBe(sent)
  })

  it('a Metrics Insights query goes alone and unchanged', () => {
    const insights = 'SELECT MAX(m1) FROM SCHEMA("App", m1) GROUP BY m1'
    const requests = requestsFor(
      [
        read('cpu', [metric('m1', true)]),
        read('top', [math(insights, 'm1')]),
        read('mem', [metric('m1', true)]),
      ],
      noon,
    )
    expect(requests.map(({ queries }) => queries.map(({ id, expression }) => [id, expression]))).toEqual([
      [
        ['r0_m1', null],
        ['r1_m1', null],
      ],
      [['m1', insights]],
    ])
  })
})

describe('the window', () => {
  it.each<[what: string, fromMs: number[], nowMs: number, window: [number, number]]>([
    ['the widest', [noon - 5 * minute, noon - 90 * minute], noon, [noon - 90 * minute, noon]],
    ['from a whole minute on', [noon - 50 * second], noon, [noon - minute, noon]],
    ['up to now, on whole seconds', [noon], noon + 1_500, [noon, noon + 2_000]],
    ['never without length: a read that begins in the future', [noon + minute], noon, [noon - second, noon]],
  ])('%s', (_what, from, nowMs, [fromMs, toMs]) => {
    const reads = from.map((at, index) => read(`${index}`, [metric('m1', true)], at))
    expect(requestsFor(reads, nowMs)).toMatchObject([{ fromMs, toMs }])
  })
})
