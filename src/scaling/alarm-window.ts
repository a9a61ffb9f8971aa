import type { Alarm } from '../model/alarm.ts'
import { minute, second } from '../model/time.ts'

/** Which part of a metric's history an alarm looks at. */

/** Milliseconds of one data point; the longest of its queries where the alarm itself names none, else one minute. */
export function periodMsOf(alarm: Alarm): number {
  const periods = [
    alarm.periodSeconds,
    ...alarm.queries.flatMap(query => [query.periodSeconds, query.stat?.periodSeconds]),
  ]
  const [own, ...others] = periods
  const seconds = own ?? Math.max(0, ...others.map(period => period ?? 0))
  return seconds > 0 ? seconds * second : minute
}

/** Data points the alarm judges: the newest so many. */
export const pointsOf = (alarm: Alarm): number => Math.max(1, alarm.evaluationPeriods ?? 1)

/** A newest data point that ended longer ago says nothing about the present: metrics reach CloudWatch within minutes. */
export const staleAfterMs = (alarm: Alarm): number => Math.max(3 * periodMsOf(alarm), 5 * minute)

/** What to ask for, on whole minutes or periods if those are shorter, as CloudWatch would round anyway. */
export function windowOf(alarm: Alarm, nowMs: number): { fromMs: number; toMs: number } {
  const gridMs = Math.min(periodMsOf(alarm), minute)
  const toMs = Math.floor(nowMs / gridMs) * gridMs
  return { fromMs: toMs - pointsOf(alarm) * periodMsOf(alarm) - staleAfterMs(alarm), toMs }
}

/** Null-threshold alarms (composite, anomaly band) have nothing to measure a distance from. */
export const isMeasurable = (alarm: Alarm): boolean => alarm.threshold !== null && alarm.queries.length > 0
