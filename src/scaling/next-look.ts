import { minute, second } from '../model/time.ts'
import { periodMsOf } from './alarm-window.ts'
import type { Proposal } from './proposal.ts'
import { type AlarmView, mutedForMs, type ScalingView } from './view.ts'

/** An alarm in ALARM is looked at again after one of its periods, within these. */
const hot = { leastMs: 20 * second, mostMs: minute }
/** Something is under way that no event may announce: a change, a write not yet visible, a failed read. */
const restlessMs = minute
const quietMs = 5 * minute
/** A signal that could not be read is asked for again before its fallback is due. */
const blindMs = 20 * second
const leastMs = 10 * second

export interface Pace {
  restless: boolean
  coolingEndsAtMs: number | null
  /** When a schedule's window opens or closes. */
  boundaryAtMs?: number | null
  proposals?: readonly Proposal[]
  /** The count is being changed. */
  isMoving?: boolean
}

/**
 * When to look again. Alarms send one event per transition, so a breach that lasts is followed by looking; a signal has no events
 * at all, and its trigger tells how soon it is worth it.
 */
export function nextLookAt(view: ScalingView, pace: Pace, nowMs: number): number {
  const { restless, coolingEndsAtMs, boundaryAtMs = null, proposals = [] } = pace
  const waits = [restless || view.alarms.some(({ alarm }) => alarm.kind === 'failed') ? restlessMs : quietMs]
  const coolMs = (coolingEndsAtMs ?? Infinity) - nowMs
  for (const each of view.alarms) {
    if (!isHot(each)) continue
    const mutedMs = mutedForMs(each, nowMs)
    waits.push(mutedMs > 0 ? mutedMs : Math.min(periodMsOf(each.alarm.value), coolMs, hot.mostMs))
  }
  const byAlarms = Math.max(hot.leastMs, Math.min(...waits))
  const waitMs = Math.max(leastMs, Math.min(byAlarms, bySignals(proposals, pace)))
  return boundaryAtMs === null ? nowMs + waitMs : Math.min(nowMs + waitMs, Math.max(boundaryAtMs, nowMs))
}

function bySignals(proposals: readonly Proposal[], { isMoving = false }: Pace): number {
  let soonestMs = Number.POSITIVE_INFINITY
  for (const { kind, asks, because, lookInMs } of proposals) {
    if (kind === 'step') continue
    const isBusy = isMoving || !asks || 'remainingMs' in because
    soonestMs = Math.min(soonestMs, lookInMs ?? blindMs, isBusy ? blindMs : soonestMs)
  }
  return soonestMs
}

type HotAlarm = AlarmView & { alarm: Extract<AlarmView['alarm'], { kind: 'value' }> }
const isHot = (each: AlarmView): each is HotAlarm =>
  each.alarm.kind === 'value' && each.alarm.value.state === 'ALARM' && each.alarm.value.actionsEnabled
