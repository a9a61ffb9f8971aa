import { day, hour, minute } from '../../model/time.ts'

/** A daily window on the owner's clock. */
export interface DailyWindow {
  /** Minutes after midnight, 0 to 1,439. A window that closes before it opens passes midnight. */
  openMinute: number
  closeMinute: number
  /** IANA name. */
  timeZone: string
}

const minutesOfDay = day / minute
/** Clocks are put forward or back by two hours at most. */
const shiftMax = 2 * hour

/** Since when it has been possible to go through it: `nowMs` while it is open, else the minute in which it opens next, epoch ms. */
export function openFrom({ openMinute, closeMinute, timeZone }: DailyWindow, nowMs: number): number {
  const minuteAt = clockIn(timeZone)
  const sinceOpening = (atMs: number) => modulo(minuteAt(atMs) - openMinute)
  const isOpen = (atMs: number) => sinceOpening(atMs) < modulo(closeMinute - openMinute)
  if (isOpen(nowMs)) return nowMs
  const thisMinuteMs = nowMs - (nowMs % minute)
  // Where the clocks keep their pace in between; else some time before or after it.
  const expectedMs = thisMinuteMs + (minutesOfDay - sinceOpening(nowMs)) * minute
  let atMs = Math.max(thisMinuteMs + minute, expectedMs - shiftMax)
  while (!isOpen(atMs) && atMs < expectedMs + shiftMax) atMs += minute
  return atMs
}

const modulo = (minutes: number): number => (minutes + minutesOfDay) % minutesOfDay

/** Minutes after midnight that a clock there shows. */
function clockIn(timeZone: string): (atMs: number) => number {
  const format = new Intl.DateTimeFormat('en', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  return atMs => {
    const [hours = 0, minutes = 0] = format.format(atMs).split(':').map(Number)
    return hours * 60 + minutes
  }
}
