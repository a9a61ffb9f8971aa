import { describe, expect, it } from 'vitest'
import type { MetricQuery, MetricSeries } from '../../src/model/alarm.ts'
import { type Answer, answered, type FailureCode, refused } from '../../src/model/reading.ts'
import { minute, second } from '../../src/model/time.ts'
import type { MetricRead } from '../../src/scaling/metric-request.ts'
import { readSignals } from '../../src/scaling/signals.ts'
import { noon, value } from './scaling-view.ts'

const query = (returnData = true, id = 'm1'): MetricQuery => ({
  id,
  returnData,
  stat: { namespace: 'App', metricName: 'Requests', dimensions: {}, periodSeconds: 10, statistic: 'Sum' },
  expression: null,
  periodSeconds: null,
})
const requests: MetricRead = {
  kind: 'metric',
  key: 'requests',
  queries: [query()],
  periodMs: 10 * second,
  fromMs: noon - minute,
}
const wrong: MetricRead = {
  ...requests,
  key: 'wrong',
  queries: [{ id: 'm1', returnData: true, stat: null, expression: 'SUM(', periodSeconds: 60 }],
}
const series = (
  points: [secondsAgo: number, value: number][],
  status: MetricSeries['status'] = 'Complete',
): MetricSeries => ({
  id: 'm1',
  points: points.map(([ago, value]) => ({ atMs: noon - ago * second, value })),
  status,
})

const noQueues = { depth: async () => refused('sqs:GetQueueUrl', 'not-found', 'no queue') }
const describeAlarms = async () => answered([])
/** Answers each call with what `tell` makes of its queries, and counts them. */
function cloudWatchOf(tell: (queries: MetricQuery[]) => Answer<MetricSeries[]>) {
  const calls: string[][] = []
  return {
    calls,
    cloudWatch: {
      describeAlarms,
      getMetricData: async (queries: MetricQuery[]) => {
        calls.push(queries.map(({ id }) => id))
        return tell(queries)
      },
    },
  }
}
const readRequests = async (told: Answer<MetricSeries[]> | MetricSeries[], nowMs = noon) => {
  const answer = Array.isArray(told) ? answered(told) : told
  const { cloudWatch } = cloudWatchOf(() => answer)
  return (await readSignals({ cloudWatch, queues: noQueues }, [requests], nowMs)).series.requests
}
const points = (...told: [secondsAgo: number, value: number][]) => ({
  periodMs: 10 * second,
  points: told.map(([ago, value]) => ({ endMs: noon - ago * second, value })),
})

describe('a series', () => {
  it('is told by the ends of its periods, true at the end of the newest', async () => {
    const told = [
      series([
        [30, 5],
        [20, 6],
        [10, 7],
      ]),
    ]
    expect(await readRequests(told)).toEqual(value(points([20, 5], [10, 6], [0, 7]), noon))
  })

  it.each<[what: string, told: [number, number][], seen: [number, number][]]>([
    [
      'the period that is not over is left out',
      [
        [10, 7],
        [5, 9],
      ],
      [[0, 7]],
    ],
    [
      'so is what lies in the future',
      [
        [10, 7],
        [-60, 9],
      ],
      [[0, 7]],
    ],
    [
      'and what is older than was asked for',
      [
        [70, 1],
        [60, 2],
        [10, 7],
      ],
      [
        [50, 2],
        [0, 7],
      ],
    ],
    [
      'a gap stays a gap',
      [
        [50, 1],
        [10, 7],
      ],
      [
        [40, 1],
        [0, 7],
      ],
    ],
    [
      'out of order: put in order',
      [
        [10, 7],
        [30, 5],
        [20, 6],
      ],
      [
        [20, 5],
        [10, 6],
        [0, 7],
      ],
    ],
    [
      'twice at one time: the last counts, once',
      [
        [10, 7],
        [10, 8],
      ],
      [[0, 8]],
    ],
    [
      'what is no number is a gap',
      [
        [30, Number.NaN],
        [20, Number.POSITIVE_INFINITY],
        [10, 7],
      ],
      [[0, 7]],
    ],
    ['zero is a value', [[10, 0]], [[0, 0]]],
    ['so is less than nothing: who asked must judge', [[10, -4]], [[0, -4]]],
  ])('%s', async (_what, told, seen) => {
    expect(await readRequests([series(told)])).toMatchObject({ kind: 'value', value: points(...seen) })
  })

  it.each<[what: string, told: Answer<MetricSeries[]> | MetricSeries[]]>([
    ['no series', []],
    ['a series without points', [series([])]],
    ['only the period that is not over', [series([[5, 9]])]],
    ['only points in the future', [series([[-60, 9]])]],
    ['only what is no number', [series([[10, Number.NaN]])]],
    ['the series of somebody else', [{ ...series([[10, 7]]), id: 'm2' }]],
  ])('%s: missing, never zero', async (_what, told) => {
    expect(await readRequests(told)).toEqual({ kind: 'missing', what: 'data points of requests' })
  })

  it.each<[what: string, told: Answer<MetricSeries[]> | MetricSeries[], code: FailureCode, message: RegExp]>([
    ['only part of the data', [series([[10, 7]], 'PartialData')], 'unavailable', /^requests: PartialData$/],
    ['an internal error', [series([[10, 7]], 'InternalError')], 'unavailable', /InternalError/],
    ['a forbidden metric', [series([], 'Forbidden')], 'denied', /Forbidden/],
    [
      'two series',
      [series([[10, 7]]), series([[10, 8]])],
      'invalid',
      /^requests: 2 series where one is wanted/,
    ],
    [
      'a refused call',
      refused('cloudwatch:GetMetricData', 'throttled', 'Rate exceeded'),
      'throttled',
      /Rate/,
    ],
  ])('%s: failed', async (_what, told, code, message) => {
    expect(await readRequests(told)).toMatchObject({
      kind: 'failed',
      failure: { operation: 'cloudwatch:GetMetricData', code, message: expect.stringMatching(message) },
    })
  })

  it.each<[what: string, queries: MetricQuery[], message: string]>([
    ['none', [query(false)], 'requests: 0 queries return data where one should.'],
    ['two', [query(), query(true, 'm2')], 'requests: 2 queries return data where one should.'],
  ])('%s of its queries returns data: failed', async (_what, queries, message) => {
    const { cloudWatch } = cloudWatchOf(() => answered([series([[10, 7]])]))
    const { series: seen } = await readSignals(
      { cloudWatch, queues: noQueues },
      [{ ...requests, queries }],
      noon,
    )
    expect(seen.requests).toMatchObject({ kind: 'failed', failure: { code: 'invalid', message } })
  })
})

describe('several reads', () => {
  const tellEach = (queries: MetricQuery[]): Answer<MetricSeries[]> =>
    queries.some(({ expression }) => expression === 'SUM(')
      ? refused('cloudwatch:GetMetricData', 'invalid', 'Error in expression')
      : answered(queries.map(({ id }) => ({ ...series([[10, 7]]), id })))

  it('are one call', async () => {
    const { cloudWatch, calls } = cloudWatchOf(tellEach)
    const { series: seen } = await readSignals(
      { cloudWatch, queues: noQueues },
      [requests, { ...requests, key: 'again' }],
      noon,
    )
    expect(calls).toEqual([['r0_m1', 'r1_m1']])
    expect(Object.keys(seen)).toEqual(['requests', 'again'])
  })

  it('the same key is read once', async () => {
    const { cloudWatch, calls } = cloudWatchOf(tellEach)
    await readSignals({ cloudWatch, queues: noQueues }, [requests, requests], noon)
    expect(calls).toEqual([['m1']])
  })

  it('a wrong expression harms itself alone', async () => {
    const { cloudWatch, calls } = cloudWatchOf(tellEach)
    const { series: seen } = await readSignals({ cloudWatch, queues: noQueues }, [requests, wrong], noon)
    expect(seen).toMatchObject({
      requests: { kind: 'value' },
      wrong: { kind: 'failed', failure: { code: 'invalid', message: 'Error in expression' } },
    })
    expect(calls).toEqual([['r0_m1', 'r1_m1'], ['m1'], ['m1']])
  })

  it('a call that is throttled is not made again, one by one', async () => {
    const { cloudWatch, calls } = cloudWatchOf(() => refused('cloudwatch:GetMetricData', 'throttled', 'no'))
    await readSignals({ cloudWatch, queues: noQueues }, [requests, wrong], noon)
    expect(calls).toHaveLength(1)
  })

  it('nothing to read, nobody is asked', async () => {
    const { cloudWatch, calls } = cloudWatchOf(tellEach)
    const seen = await readSignals({ cloudWatch, queues: noQueues }, [], noon)
    expect(seen).toMatchObject({ series: {}, queues: {} })
    expect(calls).toEqual([])
  })
})

describe('queues', () => {
  const { cloudWatch } = cloudWatchOf(() => answered([]))
  const depth = { visible: 4, inFlight: 2, delayed: 0 }
  const read = async (answer: Answer<typeof depth>, ...keys: string[]) => {
    const asked: string[] = []
    const queues = {
      depth: async (name: string) => {
        asked.push(name)
        return answer
      },
    }
    const reads = keys.map(key => ({ kind: 'queue' as const, key, queue: 'orders' }))
    return { seen: (await readSignals({ cloudWatch, queues }, reads, noon)).queues, asked }
  }

  it('a queue is asked once, however many triggers want it', async () => {
    const { seen, asked } = await read(answered(depth), 'a', 'b')
    expect(seen).toEqual({ a: value(depth), b: value(depth) })
    expect(asked).toEqual(['orders'])
  })

  it('one that is not there is missing, not empty', async () => {
    const { seen } = await read(refused('sqs:GetQueueUrl', 'not-found', 'gone'), 'a')
    expect(seen.a).toEqual({ kind: 'missing', what: 'queue orders' })
  })

  it.each(['throttled', 'denied', 'unavailable'] as const)('%s: failed', async code => {
    const { seen } = await read(refused('sqs:GetQueueAttributes', code, 'no'), 'a')
    expect(seen.a).toMatchObject({ kind: 'failed', failure: { code } })
  })
})
