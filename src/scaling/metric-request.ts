import type { MetricQuery } from '../model/alarm.ts'
import { minute, second } from '../model/time.ts'
import type { Read } from './signal.ts'

export type MetricRead = Extract<Read, { kind: 'metric' }>

/** One call of GetMetricData for several reads. */
export interface MetricRequest {
  queries: MetricQuery[]
  fromMs: number
  toMs: number
  /** By the key of the read: the ids under which its series come back. */
  ids: Map<string, Set<string>>
}

/** Reads that may stand in one call do. A Metrics Insights query goes alone: a call may hold one of them only. */
export function requestsFor(reads: MetricRead[], nowMs: number): MetricRequest[] {
  const together = reads.filter(read => !read.queries.some(isInsights))
  const alone = reads.filter(read => read.queries.some(isInsights)).map(read => [read])
  return [together, ...alone].filter(group => group.length > 0).map(group => requestFor(group, nowMs))
}

/**
 * Every id is made unique among the reads, and expressions follow. The window is the widest of them, on whole minutes as
 * CloudWatch would round anyway; who wants less leaves the rest.
 */
export function requestFor(reads: MetricRead[], nowMs: number): MetricRequest {
  const toMs = Math.ceil(nowMs / second) * second
  const earliestMs = Math.min(...reads.map(({ fromMs }) => fromMs))
  const fromMs = Math.min(Math.floor(earliestMs / minute) * minute, toMs - second)
  const renamed = reads.map(({ key, queries }, index) => ({
    key,
    queries: reads.length === 1 ? queries : withPrefix(queries, `r${index}_`),
  }))
  const returned = (queries: MetricQuery[]) =>
    new Set(queries.filter(({ returnData }) => returnData).map(({ id }) => id))
  return {
    queries: renamed.flatMap(({ queries }) => queries),
    fromMs,
    toMs,
    ids: new Map(renamed.map(({ key, queries }) => [key, returned(queries)])),
  }
}

export const isInsights = ({ expression }: Pick<MetricQuery, 'expression'>): boolean =>
  /^\s*SELECT\b/i.test(expression ?? '')

/** The same queries with other ids, in expressions too. */
export function withPrefix(queries: MetricQuery[], prefix: string): MetricQuery[] {
  const ids = new Set(queries.map(({ id }) => id))
  const metrics = queries.filter(({ stat }) => stat !== null).map(({ id }) => id)
  return queries.map(query => ({
    ...query,
    id: prefix + query.id,
    expression: query.expression === null ? null : withIds(query.expression, prefix, ids, metrics),
  }))
}

/**
 * Ids stand outside of texts. `METRICS()` means every metric of the call, `METRICS('x')` those with x in their id (user guide,
 * "Using metric math"): here those of this read alone, so they are listed.
 */
function withIds(expression: string, prefix: string, ids: Set<string>, metrics: string[]): string {
  const listed = expression.replace(/\bMETRICS\(\s*(?:(['"])(.*?)\1)?\s*\)/g, (_, _quote, part = '') =>
    list(metrics.filter(id => id.includes(part))),
  )
  return listed.replace(/'[^']*'|"[^"]*"|\b[a-z]\w*\b/g, word => (ids.has(word) ? prefix + word : word))
}

const list = (ids: string[]): string => `[${ids.join(', ')}]`
