/** What Longshore tells about itself: numbers and log lines. */

export interface Metrics {
  emit(data: MetricDatum[]): void
}

export interface MetricDatum {
  name: string
  value: number
  unit: 'Count' | 'Milliseconds' | 'Seconds' | 'None'
  /** Few values only: each combination is billed. */
  dimensions: Record<string, string>
  /** Searchable in the log, not a dimension: the target, the task. */
  properties: Record<string, string>
}

export interface Log {
  debug(message: string, fields?: Record<string, unknown>): void
  info(message: string, fields?: Record<string, unknown>): void
  warn(message: string, fields?: Record<string, unknown>): void
  error(message: string, fields?: Record<string, unknown>): void
}
