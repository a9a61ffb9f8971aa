import { minute, second } from '../model/time.ts'
import { periodMsOf } from './alarm-window.ts'
import type { AlarmView, ScalingView } from './view.ts'

/** An alarm in ALARM is looked at again after one of its periods, within these. */
const hot = { leastMs: 20 * second, mostMs: minute }
/** Something is under way that no event may announce: a change, a write not yet visible, a failed read. */
const restlessMs = minute
const quietMs = 5 * minute

/** When to look again: alarms send one event per transition, so a breach that lasts is followed by looking. */
export function nextLookAt(
  view: ScalingView,
  { restless, coolingEndsAtMs }: { restless: boolean; coolingEndsAtMs: number | null },
  nowMs: number,
): number {
  const waits = [restless || view.alarms.some(({ alarm }) => alarm.kind === 'failed') ? restlessMs : quietMs]
  for (const { alarm, mutedUntilMs } of view.alarms.filter(inAlarm)) {
    if (mutedUntilMs !== null && nowMs < mutedUntilMs) waits.push(mutedUntilMs - nowMs)
    else if (alarm.kind === 'value') {
      const untilCool =
        coolingEndsAtMs !== null && coolingEndsAtMs > nowMs ? coolingEndsAtMs - nowMs : Infinity
      waits.push(Math.min(periodMsOf(alarm.value), untilCool, hot.mostMs))
    }
  }
  return nowMs + Math.max(hot.leastMs, Math.min(...waits))
}

const inAlarm = ({ alarm }: AlarmView): boolean =>
  alarm.kind === 'value' && alarm.value.state === 'ALARM' && alarm.value.actionsEnabled
