import { minute, second } from '../model/time.ts'
import { periodMsOf } from './alarm-window.ts'
import { type AlarmView, mutedForMs, type ScalingView } from './view.ts'

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
  const coolMs = (coolingEndsAtMs ?? Infinity) - nowMs
  for (const each of view.alarms) {
    if (!isHot(each)) continue
    const mutedMs = mutedForMs(each, nowMs)
    waits.push(mutedMs > 0 ? mutedMs : Math.min(periodMsOf(each.alarm.value), coolMs, hot.mostMs))
  }
  return nowMs + Math.max(hot.leastMs, Math.min(...waits))
}

type HotAlarm = AlarmView & { alarm: Extract<AlarmView['alarm'], { kind: 'value' }> }
const isHot = (each: AlarmView): each is HotAlarm =>
  each.alarm.kind === 'value' && each.alarm.value.state === 'ALARM' && each.alarm.value.actionsEnabled
