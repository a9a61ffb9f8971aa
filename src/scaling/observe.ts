import type { Alarm, MetricSeries } from '../model/alarm.ts'
import type { Ports } from '../model/ports.ts'
import type { Answer, Reading } from '../model/reading.ts'
import type { Service } from '../model/service.ts'
import type { KeptEvidence } from '../model/signal.ts'
import { type ServiceTarget, targetKey } from '../model/target.ts'
import { isMeasurable, periodMsOf, pointsOf, windowOf } from './alarm-window.ts'
import { guard } from './guard.ts'
import type { MetricRead } from './metric-request.ts'
import type { ScalePolicy } from './policy.ts'
import { incomplete } from './series.ts'
import { serviceTasks } from './service-tasks.ts'
import type { Read } from './signal.ts'
import { readSignals } from './signals.ts'
import { alarmsOf } from './trigger-names.ts'
import type { AlarmView, ScalingView } from './view.ts'

/** What triggers ask to see besides the service and its alarms. */
export interface Asked {
  reads: Read[]
  /** Whether its tasks are. */
  tasks: boolean
}

export const nothingAsked: Asked = { reads: [], tasks: false }

/**
 * The alarms of a service at present, the data points of those in ALARM, and what triggers ask for. Changes nothing. Nobody
 * is asked when the service is left alone anyway. A failed call is a failed reading, never an exception. `evidence` is what
 * the store keeps under `alarm/<name>`, settled or not: mute windows are told nowhere else.
 */
export async function observeService(
  ports: Pick<Ports, 'cloudWatch' | 'queues' | 'ecs' | 'clock'>,
  target: ServiceTarget,
  service: Reading<Service>,
  scale: ScalePolicy,
  evidence: KeptEvidence[],
  nowMs: number,
  { reads, tasks }: Asked = nothingAsked,
): Promise<ScalingView> {
  const guarded = guard(service, { scale, paused: null })
  const names = guarded.open ? alarmsOf(scale) : []
  const told = evidence.filter(kept => 'alarm' in kept)
  const [alarms, seen] = await Promise.all([
    describe(ports.cloudWatch, target, names, nowMs),
    guarded.open && tasks ? serviceTasks(ports, guarded.service) : null,
  ])
  const signals = await readSignals(ports, guarded.open ? reads : [], nowMs, alarms.flatMap(alarmRead(nowMs)))
  return {
    service,
    alarms: alarms.map(({ alarmName, alarm }) => ({
      alarmName,
      alarm,
      metric: measured(alarm, signals.along.get(keyOf(alarmName)), nowMs),
      mutedUntilMs: told.find(kept => kept.alarm.alarmName === alarmName)?.alarm.mutedUntilMs ?? null,
    })),
    evidence: told.filter(({ resolution }) => resolution === null).map(({ key }) => key),
    series: signals.series,
    queues: signals.queues,
    tasks: seen,
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

/** No key of a trigger's read has a line break. */
const keyOf = (alarmName: string): string => `alarm\n${alarmName}`

const alarmRead =
  (nowMs: number) =>
  ({ alarmName, alarm }: Described): MetricRead[] =>
    alarm.kind !== 'value' || alarm.value.state !== 'ALARM' || !isMeasurable(alarm.value)
      ? []
      : [
          {
            kind: 'metric',
            key: keyOf(alarmName),
            queries: alarm.value.queries,
            periodMs: periodMsOf(alarm.value),
            fromMs: windowOf(alarm.value, nowMs).fromMs,
          },
        ]

function measured(
  reading: Reading<Alarm>,
  told: Answer<MetricSeries[]> | undefined,
  nowMs: number,
): AlarmView['metric'] {
  if (reading.kind !== 'value' || told === undefined) return null
  if (!told.ok) return { kind: 'failed', failure: told.failure }
  // A Metrics Insights query answers with one series per contributor: no single distance from the threshold.
  const [only, ...others] = told.value
  if (others.length > 0) return null
  return newestPoints(only, reading.value, nowMs)
}

/** Data points whose period has ended, from the newest back over as many periods as the alarm judges. */
function newestPoints(series: MetricSeries | undefined, alarm: Alarm, nowMs: number): Reading<number[]> {
  if (series && series.status !== 'Complete') return incomplete(series.status, alarm.alarmName)
  const periodMs = periodMsOf(alarm)
  const { fromMs } = windowOf(alarm, nowMs)
  const complete = series?.points.filter(({ atMs }) => atMs >= fromMs && atMs + periodMs <= nowMs) ?? []
  const newest = complete.at(-1)
  if (!newest) return { kind: 'missing', what: `data points of ${alarm.alarmName}` }
  const sinceMs = newest.atMs - (pointsOf(alarm) - 1) * periodMs
  return {
    kind: 'value',
    value: complete.filter(({ atMs }) => atMs >= sinceMs).map(({ value }) => value),
    observedAtMs: newest.atMs + periodMs,
  }
}
