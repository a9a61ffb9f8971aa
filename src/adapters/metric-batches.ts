import type { MetricQuery } from '../model/alarm.ts'

/**
 * Runs of at most `size` queries in which no expression is parted from what it refers to. An expression with more
 * inputs than `size` stays whole: CloudWatch says that it is too long, which is better than a wrong number.
 */
export function metricBatches(queries: MetricQuery[], size: number): MetricQuery[][] {
  const runs: MetricQuery[][] = []
  let current: MetricQuery[] = []
  for (const group of dependentGroups(queries)) {
    if (current.length > 0 && current.length + group.length > size) {
      runs.push(current)
      current = []
    }
    current.push(...group)
  }
  if (current.length > 0) runs.push(current)
  return runs
}

/** Queries that refer to each other, directly or through others, in the order of their first member. */
function dependentGroups(queries: MetricQuery[]): MetricQuery[][] {
  const leader = new Map(queries.map(({ id }) => [id, id]))
  const lead = (id: string): string => {
    const above = leader.get(id)
    return above === undefined || above === id ? id : lead(above)
  }
  for (const query of queries)
    for (const id of references(query.expression, leader)) leader.set(lead(id), lead(query.id))

  const groups = new Map<string, MetricQuery[]>()
  for (const query of queries) {
    const key = lead(query.id)
    const group = groups.get(key)
    if (group) group.push(query)
    else groups.set(key, [query])
  }
  return [...groups.values()]
}

/** Ids in an expression. `METRICS()` refers to all metrics of the request without naming them. */
function references(expression: string | null, ids: Map<string, string>): string[] {
  if (expression === null) return []
  if (/\bMETRICS\s*\(/.test(expression)) return [...ids.keys()]
  const withoutTexts = expression.replace(/'[^']*'|"[^"]*"/g, ' ')
  return (withoutTexts.match(/\b[a-z]\w*\b/g) ?? []).filter(word => ids.has(word))
}
