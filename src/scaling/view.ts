import type { Alarm } from '../model/alarm.ts'
import type { Reading } from '../model/reading.ts'
import type { Service } from '../model/service.ts'
import type { ScalePolicy } from './policy.ts'
import type { QueueDepth, Series, ServiceTask } from './signal.ts'

/** What scaling looks at before it decides: data only. */
export interface ScalingView {
  service: Reading<Service>
  /** One per alarm of the policy; empty when the service as a whole is left alone. */
  alarms: AlarmView[]
  /** Keys of the alarm evidence that nobody has dealt with. */
  evidence: string[]
  /** By the key of the read; `observedAtMs` is the end of the newest period. A key that is not there was not asked for. */
  series: Record<string, Reading<Series>>
  queues: Record<string, Reading<QueueDepth>>
  /** Null: not asked for. */
  tasks: Reading<ServiceTask[]> | null
}

export interface AlarmView {
  alarmName: string
  alarm: Reading<Alarm>
  /**
   * The newest complete data points of the alarm's metric, oldest first, at most as many as it evaluates; read only while
   * it is in ALARM. `observedAtMs` is the end of the newest. Null: not asked, or the alarm has no single metric.
   */
  metric: Reading<number[]> | null
  /** From the kept evidence: muted until then. */
  mutedUntilMs: number | null
}

/** How long it stays muted, milliseconds; zero or less when it is not. */
export const mutedForMs = ({ mutedUntilMs }: AlarmView, nowMs: number): number =>
  (mutedUntilMs ?? nowMs) - nowMs

/** What the owner wants for one service. */
export interface ScalingWishes {
  scale: ScalePolicy | null
  /** Why it is paused; null when it is not. */
  paused: string | null
}
