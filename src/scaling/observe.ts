import type { Alarm, MetricSeries } from '../model/alarm.ts'
import type { Ports } from '../model/ports.ts'
import { type Reading, readingOf } from '../model/reading.ts'
import type { Service } from '../model/service.ts'
import type { KeptEvidence } from '../model/signal.ts'
import { type ServiceTarget, targetKey } from '../model/target.ts'
import { isMeasurable, periodMsOf, pointsOf, windowOf } from './alarm-window.ts'
import { guard } from './guard.ts'
import type { ScalePolicy } from './policy.ts'
import { alarmsOf } from './trigger-names.ts'
import type { AlarmView, ScalingView } from './view.ts'

/**
 * The alarms of a service at present, and the data points of those in ALARM. Changes nothing. CloudWatch is not asked when
 * the service is left alone anyway. A failed call is a failed reading, never an exception. `evidence` is what the store
 * keeps under `alarm/<name>`, settled or not: mute windows are told nowhere else.
 */
export async function observeService(
  { cloudWatch }: Pick<Ports, 'cloudWatch'>,
  target: ServiceTarget,
  service: Reading<Service>,
  scale: ScalePolicy,
  evidence: KeptEvidence[],
  nowMs: number,
): Promise<ScalingView> {
  const { open } = guard(service, { scale, paused: null })
  const names = open ? alarmsOf(scale) : []
  const told = evidence.filter(kept => 'alarm' in kept)
  const alarms = await describe(cloudWatch, target, names, nowMs)
  return {
    service,
    alarms: await Promise.all(
      alarms.map(async ({ alarmName, alarm }) => ({
        alarmName,
        alarm,
        metric: await measure(cloudWatch, alarm, nowMs),
        mutedUntilMs: told.find(kept => kept.alarm.alarmName === alarmName)?.alarm.mutedUntilMs ?? null,
      })),
    ),
    evidence: told.filter(({ resolution }) => resolution === null).map(({ key }) => key),
    series: {},
    queues: {},
    tasks: null,
  }
}

type Described = Pick<AlarmView, 'alarmName' | 'alarm'>

async function describe(
  cloudWatch: Ports['cloudWatch'],
  target: ServiceTarget,
  names: string[],
  nowMs: number,
): Promise<Described[]> {
  if (names.length === 0) return []
  const answer = await cloudWatch.describeAlarms(names)
  return names.map(alarmName => {
    if (!answer.ok) return { alarmName, alarm: { kind: 'failed', failure: answer.failure } }
    const value = answer.value.find(alarm => alarm.alarmName === alarmName)
    return value
      ? { alarmName, alarm: { kind: 'value', value, observedAtMs: nowMs } }
      : { alarmName, alarm: { kind: 'missing', what: `alarm ${alarmName} of ${targetKey(target)}` } }
  })
}

async function measure(
  cloudWatch: Ports['cloudWatch'],
  reading: Reading<Alarm>,
  nowMs: number,
): Promise<AlarmView['metric']> {
  if (reading.kind !== 'value' || reading.value.state !== 'ALARM' || !isMeasurable(reading.value)) return null
  const alarm = reading.value
  const { fromMs, toMs } = windowOf(alarm, nowMs)
  const series = readingOf(await cloudWatch.getMetricData(alarm.queries, fromMs, toMs), nowMs)
  if (series.kind !== 'value') return series
  // A Metrics Insights query answers with one series per contributor: no single distance from the threshold.
  const [only, ...others] = series.value
  if (others.length > 0) return null
  return newestPoints(only, alarm, nowMs)
}

/** Data points whose period has ended, from the newest back over as many periods as the alarm judges. */
function newestPoints(series: MetricSeries | undefined, alarm: Alarm, nowMs: number): Reading<number[]> {
  if (series && series.status !== 'Complete') {
    const code = series.status === 'Forbidden' ? 'denied' : 'unavailable'
    const failure = { operation: 'cloudwatch:GetMetricData', code, message: series.status } as const
    return { kind: 'failed', failure }
  }
  const periodMs = periodMsOf(alarm)
  const complete = series?.points.filter(({ atMs }) => atMs + periodMs <= nowMs) ?? []
  const newest = complete.at(-1)
  if (!newest) return { kind: 'missing', what: `data points of ${alarm.alarmName}` }
  const sinceMs = newest.atMs - (pointsOf(alarm) - 1) * periodMs
  return {
    kind: 'value',
    value: complete.filter(({ atMs }) => atMs >= sinceMs).map(({ value }) => value),
    observedAtMs: newest.atMs + periodMs,
  }
}
