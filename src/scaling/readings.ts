import type { MetricQuery } from '../model/alarm.ts'
import type { Reading } from '../model/reading.ts'
import { minute, second } from '../model/time.ts'
import { scaleDefaults } from './defaults.ts'
import type { SignalReason } from './reason.ts'
import type { QueueDepth, Read, Series } from './signal.ts'
import type { MetricWish } from './wishes/metric.ts'

/** What triggers ask CloudWatch and SQS for, and whether the answer is of use. */

/** Metrics of AWS reach CloudWatch within two minutes; what ended longer ago says nothing about the present. */
export const staleAfterMs = (periodMs: number): number => Math.max(3 * periodMs, 3 * minute)

/** A look is worth its calls once per period, between 10 and 20 s. */
export const paceMs = (periodMs: number): number => Math.min(Math.max(periodMs, 10 * second), 20 * second)
export const quietMs = minute

/** Points back from now: enough to be found late, and to see a sudden fall for as long as it is distrusted, with the three before it. */
export const recentFromMs = (periodMs: number, nowMs: number): number =>
  nowMs - Math.max(staleAfterMs(periodMs), scaleDefaults.suspicious.holdMs) - 4 * periodMs

export const readMetric = (
  key: string,
  queries: MetricQuery[],
  periodSeconds: number,
  fromMs: number,
): Read => ({ kind: 'metric', key, queries, periodMs: periodSeconds * second, fromMs })

export const readWish = (key: string, { queries, periodSeconds }: MetricWish, fromMs: number): Read =>
  readMetric(key, queries, periodSeconds, fromMs)

export interface Newest {
  value: number
  periodMs: number
  endMs: number
  ageMs: number
}

/** The newest point of a series, or why it is of no use. */
export function newestOf(
  reading: Reading<Series> | undefined,
  trigger: string,
  nowMs: number,
): Newest | SignalReason {
  if (!reading || reading.kind === 'missing') return { code: 'signal-missing', trigger }
  if (reading.kind === 'failed') {
    const { operation, code: failure } = reading.failure
    return { code: 'signal-unreadable', trigger, operation, failure }
  }
  const { periodMs, points } = reading.value
  const newest = points.at(-1)
  if (!newest) return { code: 'signal-missing', trigger }
  const [ageMs, limitMs] = [nowMs - newest.endMs, staleAfterMs(periodMs)]
  if (!(ageMs <= limitMs)) return { code: 'signal-stale', trigger, ageMs, limitMs }
  // Negative utilisations and counts are none either (KEDA #7880).
  if (!(Number.isFinite(newest.value) && newest.value >= 0)) return { code: 'signal-not-finite', trigger }
  return { value: newest.value, periodMs, endMs: newest.endMs, ageMs }
}

/** Messages that are not done: visible, in flight and delayed. */
export function messagesOf(reading: Reading<QueueDepth> | undefined, trigger: string): number | SignalReason {
  if (!reading || reading.kind === 'missing') return { code: 'signal-missing', trigger }
  if (reading.kind === 'failed') {
    const { operation, code: failure } = reading.failure
    return { code: 'signal-unreadable', trigger, operation, failure }
  }
  const { visible, inFlight, delayed } = reading.value
  const messages = visible + inFlight + delayed
  const isCount = Number.isSafeInteger(messages) && Math.min(visible, inFlight, delayed) >= 0
  return isCount ? messages : { code: 'signal-not-finite', trigger }
}

/** Without the dust of binary fractions: 2.1 of 0.7 is 3, not 4. Within what a count can be. */
export const tasksFor = (need: number): number =>
  Math.min(Math.max(0, Math.ceil(need - 1e-9)), Number.MAX_SAFE_INTEGER)
