import { Cron } from 'croner'
import type { ScheduleWindow } from '../../model/memory.ts'
import { dateOf, hour } from '../../model/time.ts'
import type { ScheduleTrigger } from '../policy.ts'
import type { Read } from '../signal.ts'

/** `schedule`: a window with a floor and a ceiling. It asks for nothing, it moves the bounds. */

export const reads = (): Read[] => []

/** Where the instant lies between two boundaries; what is remembered answers until the next of them. */
export function windowAt(
  { from, to, timeZone }: Pick<ScheduleTrigger, 'from' | 'to' | 'timeZone'>,
  remembered: ScheduleWindow | undefined,
  nowMs: number,
): ScheduleWindow {
  const of = `${from}|${to}|${timeZone}`
  if (remembered?.of === of && remembered.sinceMs <= nowMs && nowMs < remembered.untilMs) return remembered
  const opensAtMs = nextAtMs(from, timeZone, nowMs)
  const closesAtMs = nextAtMs(to, timeZone, nowMs)
  // It closes before it opens again: it is open (KEDA's cron scaler compares the same two).
  return { of, open: closesAtMs < opensAtMs, sinceMs: nowMs, untilMs: Math.min(opensAtMs, closesAtMs) }
}

/** After `nowMs`; a day later where it never comes again: looked up anew then. */
function nextAtMs(pattern: string, timezone: string, nowMs: number): number {
  const next = new Cron(pattern, { timezone, paused: true, mode: '5-part' }).nextRun(dateOf(nowMs))
  return next?.getTime() ?? nowMs + 24 * hour
}
