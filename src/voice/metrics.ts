import type { JournalEntry } from '../model/decision.ts'
import type { MetricDatum } from '../model/ports.ts'
import type { FailureCode } from '../model/reading.ts'
import type { Service } from '../model/service.ts'
import type { SignalKind } from '../model/signal.ts'
import { type Target, targetKey } from '../model/target.ts'
import type { Task } from '../model/task.ts'
import { type MetricDimension, type MetricName, metricTable } from './metric-table.ts'

/**
 * What each event of the loop means in numbers. Counters are at least once: a crash between the act and the journal
 * counts it twice. Which target it was stands in the properties, never in a dimension: dimensions are billed.
 */

/** One line of the journal; a replacement that was started also counts as a restart. */
export const decisionMetrics = (entry: JournalEntry): MetricDatum[] => {
  const properties = {
    ...about(entry.target),
    entry: entry.id,
    reason: entry.because.code,
    ...(entry.verb === null ? {} : { verb: entry.verb }),
    ...(entry.about === null ? {} : { about: entry.about }),
  }
  const restarted = entry.verb === 'run-task' && entry.outcome === 'done'
  return [
    datum('Decisions', 1, { room: entry.room, outcome: entry.outcome }, properties),
    ...(restarted ? [datum('Restarts', 1, {}, properties)] : []),
  ]
}

/** A task stopped. `cause` is a code of the closed list in healing; any other text counts as `unknown`, so that no outside word becomes a billed metric. */
export const stopMetrics = (target: Target, cause: string): MetricDatum[] => [
  datum(
    'StopsByCause',
    1,
    { cause: /^[a-z]+(-[a-z]+){0,5}$/.test(cause) ? cause : 'unknown' },
    about(target),
  ),
]

/** A task reached RUNNING. Nothing when either time is not told or the clocks contradict each other. */
export const startMetrics = (
  target: Target,
  task: Pick<Task, 'taskId' | 'createdAtMs' | 'startedAtMs'>,
): MetricDatum[] =>
  task.createdAtMs === null || task.startedAtMs === null
    ? []
    : elapsed('StartDelay', target, task.startedAtMs - task.createdAtMs, { task: task.taskId })

/** A replacement reached RUNNING, `ms` after the task before it stopped. */
export const recoveryMetrics = (target: Target, ms: number): MetricDatum[] =>
  elapsed('TimeToRecover', target, ms, {})

/** One look at a service that is not being deleted. */
export const serviceMetrics = (
  target: Target,
  service: Pick<Service, 'status' | 'desiredCount' | 'runningCount'>,
): MetricDatum[] => {
  if (service.status !== 'ACTIVE') return []
  const cluster = { cluster: target.cluster }
  return [
    datum('DesiredCount', service.desiredCount, cluster, about(target)),
    datum('RunningCount', service.runningCount, cluster, about(target)),
  ]
}

/** How a look at a target ended: written and released, failed (and due again), lease lost, handed over, or someone else held it. */
export type LookEnd = 'finished' | 'failed' | 'fenced' | 'handed-over' | 'busy'

export const lookMetrics = (target: Target, end: LookEnd): MetricDatum[] => [
  datum('Looks', 1, { end }, about(target)),
]

/** The minute's sweep reached the table and the queues. */
export const sweepMetrics = (): MetricDatum[] => [datum('Sweeps', 1, {}, {})]

/** What the store answered to evidence; new evidence is not counted. */
export const evidenceMetrics = (target: Target, kept: 'new' | 'duplicate' | 'stale'): MetricDatum[] => {
  if (kept === 'new') return []
  return [datum(kept === 'duplicate' ? 'EvidenceDuplicates' : 'EvidenceStale', 1, {}, about(target))]
}

/** A message that can never be understood. */
export const refusalMetrics = (kind: SignalKind): MetricDatum[] => [datum('RefusedMessages', 1, { kind }, {})]

/** A Slack message that will not be sent. */
export const givenUpMetrics = (target: Target, entryId: string, code: FailureCode): MetricDatum[] => [
  datum('NoticesGivenUp', 1, { code }, { ...about(target), entry: entryId }),
]

const about = (target: Target): Record<string, string> => ({ target: targetKey(target) })

const elapsed = (
  name: 'StartDelay' | 'TimeToRecover',
  target: Target,
  ms: number,
  properties: Record<string, string>,
): MetricDatum[] =>
  Number.isFinite(ms) && ms >= 0
    ? [datum(name, ms, { cluster: target.cluster }, { ...about(target), ...properties })]
    : []

const datum = <N extends MetricName>(
  name: N,
  value: number,
  dimensions: Record<MetricDimension<N>, string>,
  properties: Record<string, string>,
): MetricDatum => ({ name, value, unit: metricTable[name].unit, dimensions, properties })
