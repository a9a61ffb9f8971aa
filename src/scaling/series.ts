import type { MetricSeries } from '../model/alarm.ts'
import type { Answer, FailureCode, Reading } from '../model/reading.ts'
import type { MetricRead } from './metric-request.ts'
import type { Series } from './signal.ts'

/**
 * What CloudWatch told of one read. Only periods that are over, since the newest is still being filled; one value for each,
 * the last told; what is no number is a gap. Nothing there is missing, never zero: a load balancer without requests, an
 * application that is down and a wrong name look the same.
 */
export function seriesOf(
  read: MetricRead,
  told: Answer<MetricSeries[]> | undefined,
  nowMs: number,
): Reading<Series> {
  const { key, periodMs, fromMs, queries } = read
  const returned = queries.filter(({ returnData }) => returnData).length
  if (returned !== 1) return failed('invalid', `${key}: ${returned} queries return data where one should.`)
  if (told?.ok === false) return { kind: 'failed', failure: told.failure }
  const [only, ...others] = told?.value ?? []
  if (others.length > 0)
    return failed(
      'invalid',
      `${key}: ${others.length + 1} series where one is wanted. Name every dimension, or add them up with SUM(…).`,
    )
  if (only && only.status !== 'Complete') return incomplete(only.status, key)
  const values = new Map(
    (only?.points ?? [])
      .filter(({ atMs, value }) => Number.isFinite(value) && atMs >= fromMs && atMs + periodMs <= nowMs)
      .map(({ atMs, value }) => [atMs + periodMs, value]),
  )
  const points = [...values].map(([endMs, value]) => ({ endMs, value })).sort((a, b) => a.endMs - b.endMs)
  const newest = points.at(-1)
  if (!newest) return { kind: 'missing', what: `data points of ${key}` }
  return { kind: 'value', value: { periodMs, points }, observedAtMs: newest.endMs }
}

/** A series that is not whole is not known. */
export const incomplete = (status: MetricSeries['status'], key: string): Reading<never> =>
  failed(status === 'Forbidden' ? 'denied' : 'unavailable', `${key}: ${status}`)

const failed = (code: FailureCode, message: string): Reading<never> => ({
  kind: 'failed',
  failure: { operation: 'cloudwatch:GetMetricData', code, message },
})
