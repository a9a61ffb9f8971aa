import type { Ports } from '../model/ports.ts'
import { type Answer, type Reading, readingOf } from '../model/reading.ts'
import { askMetrics, type MetricAnswers } from './metric-answers.ts'
import type { MetricRead } from './metric-request.ts'
import { seriesOf } from './series.ts'
import type { QueueDepth, Read, Series } from './signal.ts'

/** What was read, by the key of the read. */
export interface Signals {
  series: Record<string, Reading<Series>>
  queues: Record<string, Reading<QueueDepth>>
  /** What was asked along. */
  along: MetricAnswers
}

type QueueRead = Extract<Read, { kind: 'queue' }>

/**
 * Reads what triggers ask for, metrics in one call and each queue once, all at the same time. `along`: further metrics for
 * the same call. Changes nothing; a failed call is a failed reading, never an exception.
 */
export async function readSignals(
  { cloudWatch, queues }: Pick<Ports, 'cloudWatch' | 'queues'>,
  reads: Read[],
  nowMs: number,
  along: MetricRead[] = [],
): Promise<Signals> {
  const metrics = reads.filter(read => read.kind === 'metric')
  const depths = reads.filter(read => read.kind === 'queue')
  const [told, queued] = await Promise.all([
    askMetrics(cloudWatch, [...along, ...metrics], nowMs),
    readDepths(queues, depths, nowMs),
  ])
  return {
    series: Object.fromEntries(metrics.map(read => [read.key, seriesOf(read, told.get(read.key), nowMs)])),
    queues: queued,
    along: told,
  }
}

async function readDepths(
  queues: Ports['queues'],
  reads: QueueRead[],
  nowMs: number,
): Promise<Signals['queues']> {
  const names = [...new Set(reads.map(({ queue }) => queue))]
  const answers = await Promise.all(names.map(name => queues.depth(name)))
  const depths = new Map(
    answers.map((answer, at) => [names[at], depthOf(names[at] ?? '', answer, nowMs)] as const),
  )
  return Object.fromEntries(
    reads.map(({ key, queue }) => [key, depths.get(queue) ?? { kind: 'missing', what: `queue ${queue}` }]),
  )
}

/** A queue that is not there is missing. It is not empty. */
const depthOf = (queue: string, answer: Answer<QueueDepth>, nowMs: number): Reading<QueueDepth> =>
  !answer.ok && answer.failure.code === 'not-found'
    ? { kind: 'missing', what: `queue ${queue}` }
    : readingOf(answer, nowMs)
