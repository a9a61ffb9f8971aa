import { describe, expect, it } from 'vitest'
import { historyFile, historyRequest, type Source, sumsOf } from '../../src/backtest/cloudwatch-history.ts'
import { readHistory } from '../../src/backtest/history/read.ts'
import type { MetricSeries } from '../../src/model/alarm.ts'
import { day, minute } from '../../src/model/time.ts'

/** 2026-11-23T08:46:30Z. */
const nowMs = 1_795_423_590_000
const queue: Source = { kind: 'queue', name: 'orders' }

describe('what CloudWatch is asked for', () => {
  it.each([
    [1, 60, nowMs - 30_000 - 3 * minute - day],
    [14, 60, nowMs - 30_000 - 3 * minute - 14 * day],
    // Older points of a minute are gone, and asking for them would be refused.
    [15, 60, nowMs + 30_000 + minute - 15 * day],
    [16, 300, nowMs - 90_000 - 5 * minute - 16 * day],
    [63, 300, nowMs + 210_000 - 63 * day],
  ])('%i days: points of %i s', (days, periodSeconds, fromMs) => {
    const request = historyRequest(queue, days, nowMs)
    expect(request.periodSeconds).toBe(periodSeconds)
    expect(request.fromMs).toBe(fromMs)
    expect(request.toMs).toBeLessThanOrEqual(nowMs - 3 * minute)
    expect([request.fromMs % (periodSeconds * 1_000), request.toMs % (periodSeconds * 1_000)]).toEqual([0, 0])
  })

  it('of a queue: what was sent', () => {
    expect(historyRequest(queue, 1, nowMs).queries.map(({ stat }) => stat)).toEqual([
      {
        namespace: 'AWS/SQS',
        metricName: 'NumberOfMessagesSent',
        dimensions: { QueueName: 'orders' },
        periodSeconds: 60,
        statistic: 'Sum',
      },
    ])
  })

  it('of target groups: what their load balancers counted', () => {
    const arns = ['blue/1', 'green/2'].map(
      name => `arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/${name}`,
    )
    const { queries } = historyRequest({ kind: 'target-groups', arns }, 20, nowMs)
    expect(queries.map(({ id, expression, periodSeconds }) => [id, expression, periodSeconds])).toEqual([
      [
        'h0',
        `SUM(SEARCH('{AWS/ApplicationELB,LoadBalancer,TargetGroup} MetricName="RequestCount" TargetGroup="targetgroup/blue/1"', 'Sum', 300))`,
        300,
      ],
      [
        'h1',
        `SUM(SEARCH('{AWS/ApplicationELB,LoadBalancer,TargetGroup} MetricName="RequestCount" TargetGroup="targetgroup/green/2"', 'Sum', 300))`,
        300,
      ],
    ])
  })
})

describe('what it answers', () => {
  const request = { queries: [], fromMs: 10 * minute, toMs: 16 * minute, periodSeconds: 60 }
  const series = (id: string, ...points: [minutes: number, value: number][]): MetricSeries => ({
    id,
    points: points.map(([minutes, value]) => ({ atMs: minutes * minute, value })),
    status: 'Complete',
  })

  it.each<[string, MetricSeries[], [firstMinute: number, sums: number[]] | null]>([
    ['one series', [series('h0', [10, 5], [11, 6], [15, 7])], [10, [5, 6, 0, 0, 0, 7]]],
    ['two target groups', [series('h0', [12, 5], [13, 6]), series('h1', [13, 10])], [12, [5, 16, 0, 0]]],
    ['a service younger than asked for', [series('h0', [14, 3])], [14, [3, 0]]],
    ['points beyond the window', [series('h0', [9, 3], [12, 4], [16, 5])], [12, [4, 0, 0, 0]]],
    ['no point', [series('h0'), series('h1')], null],
    ['no series', [], null],
  ])('%s', (_, all, expected) => {
    const found = sumsOf(all, request)
    expect(found && [found.firstAtMs / minute, found.sums]).toEqual(expected)
  })

  it('is kept as a file that reads back as the same history', () => {
    const text = historyFile({
      name: 'prod/checkout',
      source: { kind: 'target-groups', arns: ['arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/web/2'] },
      firstAtMs: 1_795_423_560_000,
      periodSeconds: 60,
      sums: [120, 0, 240.5],
      capacityPerTask: 50,
      deadlineSeconds: 0.5,
    })
    expect(text).toBe(`# trace: prod/checkout
# unit: HTTP requests arriving per interval of 60 s
# interval_s: 60
# start: 2026-11-23T08:46:00Z
# kind: web
# slo_delay_s: 0.5
# capacity_per_task_per_s: 50
# source: CloudWatch, RequestCount of targetgroup/web/2
timestamp_s,value
0,120
60,0
120,240.5
`)
    expect(readHistory(text, { name: 'other' })).toMatchObject({
      ok: true,
      mended: [],
      history: {
        name: 'prod/checkout',
        kind: 'web',
        intervalSeconds: 60,
        values: Float64Array.of(120, 0, 240.5),
        capacityPerTask: 50,
        deadlineSeconds: 0.5,
        startAtMs: 1_795_423_560_000,
      },
    })
  })
})
