import type { MetricQuery, MetricSeries } from '../../model/alarm.ts'
import { hour, second } from '../../model/time.ts'
import { isInsights, withPrefix } from '../../scaling/metric-request.ts'

/** What one look asks GetMetricData for. */
export interface MetricsAsked {
  queries: MetricQuery[]
  fromMs: number
  toMs: number
}

/** GetMetricData takes 500 queries (API reference). */
const queriesPerCall = 500
/** Data points of a call: 100,800, or 90,000 a second when it begins more than three hours ago (user guide, "CloudWatch service quotas"). */
const pointsPerCall = 90_000
/** Functions `SEARCH` of a call. The load balancer's metrics are found by them. */
const searchesPerCall = 5
/** Asked from further back, periods of less than a minute answer nothing at all (API reference, MetricStat, `Period`). */
const shortMs = 3 * hour

/** In order, the first call that has room. A question is never split: the port does that. */
export function packMetrics(asked: MetricsAsked[]): MetricsAsked[][] {
  const calls: MetricsAsked[][] = []
  for (const each of asked) {
    const call = calls.find(others => isOneCall([...others, each]))
    if (call) call.push(each)
    else calls.push([each])
  }
  return calls
}

/** A call may hold one Metrics Insights query only: it stays alone. */
function isOneCall(asked: MetricsAsked[]): boolean {
  const { queries, fromMs, toMs } = oneCall(asked)
  const isShort = (each: MetricsAsked): boolean => each.toMs - each.fromMs <= shortMs
  const searches = queries.flatMap(({ expression }) => expression?.match(/\bSEARCH\s*\(/g) ?? [])
  const points = queries.map(query => Math.ceil((toMs - fromMs) / (periodOf(query) * second)))
  return (
    new Set(asked.map(isShort)).size === 1 &&
    queries.length <= queriesPerCall &&
    searches.length <= searchesPerCall &&
    points.reduce((sum, each) => sum + each, 0) <= pointsPerCall &&
    !queries.some(isInsights)
  )
}

const periodOf = ({ stat, periodSeconds }: MetricQuery): number => stat?.periodSeconds ?? periodSeconds ?? 60

/** The window is the widest of them: whoever asked for less leaves the rest. Ids are unique among them, in expressions too. */
export function oneCall(asked: MetricsAsked[]): MetricsAsked {
  return {
    queries: asked.flatMap(({ queries }, index) => withPrefix(queries, prefixOf(index))),
    fromMs: Math.min(...asked.map(({ fromMs }) => fromMs)),
    toMs: Math.max(...asked.map(({ toMs }) => toMs)),
  }
}

/** The series of the so-manieth that asked, under its own ids. */
export function seriesFor(index: number, told: MetricSeries[]): MetricSeries[] {
  const prefix = prefixOf(index)
  return told
    .filter(({ id }) => id.startsWith(prefix))
    .map(series => ({ ...series, id: series.id.slice(prefix.length) }))
}

const prefixOf = (index: number): string => `c${index}_`
