import type { MetricQuery, MetricSeries } from '../model/alarm.ts'
import { type Answer, answered, refused } from '../model/reading.ts'
import { second } from '../model/time.ts'
import { createMetricMath } from './metric-math.ts'
import { createSearch } from './metric-search.ts'
import { isStatistic, type Sample, statisticOf } from './statistics.ts'

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
  /** `count`: measured so many times, 1 unless told. */
  put(metric: MetricName, atMs: number, value: number, count?: number): void
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
  const stored = new Map<string, { metric: MetricName; samples: (Sample & { atMs: number })[] }>()

  const series: MetricStore['series'] = (metric, statistic, periodSeconds, fromMs, toMs) => {
    const periodMs = periodSeconds * second
    const startOf = (atMs: number): number => Math.floor(atMs / periodMs) * periodMs
    const buckets = new Map<number, Sample[]>()
    const samples = stored.get(keyOf(metric))?.samples ?? []
    for (let index = samples.length - 1; index >= 0; index--) {
      const sample = samples[index]
      if (!sample || startOf(sample.atMs) < startOf(fromMs)) break
      const start = startOf(sample.atMs)
      if (start >= toMs) continue
      const bucket = buckets.get(start)
      if (bucket) bucket.push(sample)
      else buckets.set(start, [sample])
    }
    return [...buckets].reverse().map(([atMs, each]) => ({ atMs, value: statisticOf(statistic, each) }))
  }

  /** Series that have points: CloudWatch searches only what had data in the past two weeks. */
  const search = (text: string, statistic: string, periodSeconds: number, fromMs: number, toMs: number) => {
    if (!isStatistic(statistic)) throw new Error(`${statistic} is no statistic`)
    const isFound = createSearch(text)
    return [...stored.values()]
      .filter(({ metric }) => isFound(metric))
      .map(({ metric }) => series(metric, statistic, periodSeconds, fromMs, toMs))
      .filter(points => points.length > 0)
  }

  return {
    put(metric, atMs, value, count = 1) {
      if (!Number.isFinite(value)) throw new Error(`${metric.metricName}: no value: ${value}`)
      const { samples } = stored.get(keyOf(metric)) ?? { samples: [] }
      stored.set(keyOf(metric), { metric, samples })
      samples.splice(samples.findLastIndex(sample => sample.atMs <= atMs) + 1, 0, { atMs, value, count })
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
      const found = new Map<string, MetricPoint[][]>()
      for (const { id, stat } of queries) {
        if (stat) found.set(id, [series(stat, stat.statistic, stat.periodSeconds, fromMs, toMs)])
      }
      for (const { id, expression, periodSeconds } of queries) {
        if (expression === null) continue
        const periodMs = (periodSeconds ?? 60) * second
        const firstMs = Math.floor(fromMs / periodMs) * periodMs
        const length = Math.ceil((toMs - firstMs) / periodMs)
        const instants = Array.from({ length }, (_, index) => firstMs + index * periodMs)
        const evaluate = createMetricMath({
          // A list under another's id is beyond this small part.
          seriesOf: name => (found.get(name)?.length === 1 ? found.get(name)?.[0] : undefined),
          search: (text, statistic, period) =>
            search(text, statistic, periodSeconds ?? period ?? 60, fromMs, toMs),
          instants,
        })
        try {
          found.set(id, evaluate(expression))
        } catch (error) {
          return invalid(`Error in expression '${id}': ${error instanceof Error ? error.message : error}`)
        }
      }
      return answered(
        queries.flatMap(({ id, returnData }) =>
          returnData
            ? (found.get(id) ?? []).map(points => ({ id, points, status: 'Complete' as const }))
            : [],
        ),
      )
    },
  }
}

const keyOf = ({ namespace, metricName, dimensions }: MetricName): string =>
  JSON.stringify([namespace, metricName, Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1))])
