import { Metrics as EmbeddedMetrics } from '@aws-lambda-powertools/metrics'
import type { MetricDatum, Metrics } from '../model/ports.ts'
import type { Clock } from '../model/time.ts'

/**
 * Metrics as CloudWatch embedded metric format: a log line that CloudWatch Logs turns into metrics
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html).
 * No call, no right; at least once.
 */

export interface EmbeddedMetricsOptions {
  /** The one dimension that every metric carries. */
  stage: string
  clock: Clock
  /** Takes a whole line without its end. Default: standard output, which Lambda sends to CloudWatch Logs. */
  write?: (line: string) => void
}

/** `flush` belongs at the end of every invocation, also of a failed one. */
export interface BufferedMetrics extends Metrics {
  flush(): void
}

/** A line may hold 100 metrics and 100 values of each; half of it leaves no edge to fall from. */
const lineMax = 50
/** An invocation that is killed loses at most that many. */
const bufferMax = 500

interface Group {
  atMs: number
  dimensions: Record<string, string>
  properties: Record<string, string>
  data: MetricDatum[]
}

export function embeddedMetrics(options: EmbeddedMetricsOptions): BufferedMetrics {
  const write = options.write ?? (line => process.stdout.write(`${line}\n`))
  const line = lineWriter(options.stage)
  const groups = new Map<string, Group>()
  let buffered = 0
  const flush = () => {
    for (const group of groups.values())
      for (let from = 0; from < group.data.length; from += lineMax)
        write(line(group, group.data.slice(from, from + lineMax)))
    groups.clear()
    buffered = 0
  }
  return {
    emit(data) {
      for (const datum of data) {
        // NaN and Infinity would be `null` in JSON, which spoils the whole line; an unknown number is not told.
        if (!Number.isFinite(datum.value)) continue
        // One line has one dimension set and one set of properties: what differs in either needs a line of its own.
        const key = JSON.stringify([sorted(datum.dimensions), sorted(datum.properties)])
        const { dimensions, properties } = datum
        const group = groups.get(key) ?? { atMs: options.clock.now(), dimensions, properties, data: [] }
        group.data.push(datum)
        groups.set(key, group)
        buffered += 1
        if (buffered >= bufferMax) flush()
      }
    },
    flush,
  }
}

const sorted = (pairs: Record<string, string>) => Object.entries(pairs).sort(([a], [b]) => (a < b ? -1 : 1))

function lineWriter(stage: string): (group: Group, data: MetricDatum[]) => string {
  const library = new EmbeddedMetrics({ namespace: 'Longshore', logger: silent })
  // Without these two lines the library adds a dimension `service` to every metric.
  library.clearDefaultDimensions()
  library.setDefaultDimensions({ stage: dimensionValue(stage) })
  return ({ atMs, dimensions, properties }, data) => {
    library.setTimestamp(atMs)
    for (const [name, value] of Object.entries(dimensions)) library.addDimension(name, dimensionValue(value))
    for (const [name, value] of Object.entries(properties)) library.addMetadata(name, value)
    for (const { name, unit, value } of data) library.addMetric(name, unit, value)
    const line = JSON.stringify(library.serializeMetrics())
    library.clearMetrics()
    library.clearDimensions()
    library.clearMetadata()
    return line
  }
}

/** CloudWatch takes 1 to 1,024 printable ASCII characters, not all of them spaces and no colon first (API_Dimension). */
function dimensionValue(value: string): string {
  const ascii = value
    .replace(/[^\x20-\x7e]/g, '?')
    .replace(/^:/, '?')
    .trim()
  return ascii === '' ? 'unknown' : ascii.slice(0, 1_024)
}

/** The library's advice (a timestamp of the world's own time, an overwritten name) is no log line of ours. */
const silent = { debug() {}, info() {}, warn() {}, error() {}, trace() {} }
