import type { MetricQuery, MetricSeries } from '../model/alarm.ts'
import { type Answer, answered, refused } from '../model/reading.ts'
import { second } from '../model/time.ts'
import { createMetricMath } from './metric-math.ts'

/** Which metric: its namespace, name and exact set of dimensions (CloudWatch user guide, "Metrics concepts"). */
export interface MetricName {
  namespace: string
  metricName: string
  dimensions: Record<string, string>
}

export interface MetricPoint {
  atMs: number
  value: number
}

export interface MetricStore {
  put(metric: MetricName, atMs: number, value: number): void
  /** One value for each period that has data, by the period's start, oldest first; from inclusive, to exclusive. */
  series(
    metric: MetricName,
    statistic: string,
    periodSeconds: number,
    fromMs: number,
    toMs: number,
  ): MetricPoint[]
  getMetricData(queries: MetricQuery[], fromMs: number, toMs: number): Answer<MetricSeries[]>
}

export function createMetricStore(): MetricStore {
  /** Oldest first, in whatever order they came. */
  const samples = new Map<string, MetricPoint[]>()

  const series: MetricStore['series'] = (metric, statistic, periodSeconds, fromMs, toMs) => {
    const periodMs = periodSeconds * second
    const startOf = (atMs: number): number => Math.floor(atMs / periodMs) * periodMs
    const buckets = new Map<number, number[]>()
    const points = samples.get(keyOf(metric)) ?? []
    for (let index = points.length - 1; index >= 0; index--) {
      const point = points[index]
      if (!point || startOf(point.atMs) < startOf(fromMs)) break
      const start = startOf(point.atMs)
      if (start >= toMs) continue
      const bucket = buckets.get(start)
      if (bucket) bucket.push(point.value)
      else buckets.set(start, [point.value])
    }
    return [...buckets].reverse().map(([atMs, values]) => ({ atMs, value: statisticOf(statistic, values) }))
  }

  return {
    put(metric, atMs, value) {
      if (!Number.isFinite(value)) throw new Error(`${metric.metricName}: no value: ${value}`)
      const points = samples.get(keyOf(metric)) ?? []
      samples.set(keyOf(metric), points)
      points.splice(points.findLastIndex(point => point.atMs <= atMs) + 1, 0, { atMs, value })
    },
    series,
    getMetricData(queries, fromMs, toMs) {
      const invalid = (message: string): Answer<never> =>
        refused('cloudwatch:GetMetricData', 'invalid', message)
      if (fromMs >= toMs) return invalid('The parameter StartTime must be less than the parameter EndTime.')
      if (new Set(queries.map(({ id }) => id)).size < queries.length) {
        return invalid('The values for parameter id in MetricDataQueries are not unique.')
      }
      const unknown = queries.find(({ stat }) => stat && !isStatistic(stat.statistic))
      if (unknown) return invalid(`Query ${unknown.id}: ${unknown.stat?.statistic} is no statistic.`)
      const found = new Map<string, MetricPoint[]>()
      for (const { id, stat } of queries) {
        if (stat) found.set(id, series(stat, stat.statistic, stat.periodSeconds, fromMs, toMs))
      }
      for (const { id, expression, periodSeconds } of queries) {
        if (expression === null) continue
        const periodMs = (periodSeconds ?? 60) * second
        const firstMs = Math.floor(fromMs / periodMs) * periodMs
        const length = Math.ceil((toMs - firstMs) / periodMs)
        const instants = Array.from({ length }, (_, index) => firstMs + index * periodMs)
        try {
          found.set(id, createMetricMath(name => found.get(name), instants)(expression))
        } catch (error) {
          return invalid(`Error in expression '${id}': ${error instanceof Error ? error.message : error}`)
        }
      }
      return answered(
        queries.flatMap(({ id, returnData }) =>
          returnData ? [{ id, points: found.get(id) ?? [], status: 'Complete' as const }] : [],
        ),
      )
    },
  }
}

const keyOf = ({ namespace, metricName, dimensions }: MetricName): string =>
  JSON.stringify([namespace, metricName, Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1))])

const isStatistic = (name: string): boolean =>
  ['Average', 'Sum', 'Minimum', 'Maximum', 'SampleCount'].includes(name) || percentileOf(name) !== null

/** `p99`, `p99.9`, `p100`; null for anything else. */
const percentileOf = (name: string): number | null => {
  const percent = /^p(\d{1,3}(?:\.\d+)?)$/.exec(name)?.[1]
  return percent !== undefined && Number(percent) <= 100 ? Number(percent) : null
}

/** CloudWatch user guide, "CloudWatch statistics definitions"; percentiles by nearest rank. */
function statisticOf(name: string, values: number[]): number {
  const sum = values.reduce((total, value) => total + value, 0)
  if (name === 'Sum') return sum
  if (name === 'SampleCount') return values.length
  if (name === 'Average') return sum / values.length
  if (name === 'Minimum') return Math.min(...values)
  if (name === 'Maximum') return Math.max(...values)
  const percentile = percentileOf(name)
  if (percentile === null) throw new Error(`${name} is no statistic`)
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil((percentile / 100) * sorted.length) - 1)] as number
}
