import { day, hour, isoTime } from '../../../model/time.ts'

export interface TimeTick {
  /** Milliseconds from the start of the history. */
  offsetMs: number
  label: string
}

const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')
const weekdays = 'Sun Mon Tue Wed Thu Fri Sat'.split(' ')
const dayCounts = [1, 2, 7, 14, 28]
const hourCounts = [1, 2, 3, 6, 12]

/** Midnights, or full hours within two days: as many as there is room for. Without a start the days are counted. */
export function timeTicks(fromMs: number, toMs: number, startAtMs: number | null, most: number): TimeTick[] {
  const length = toMs - fromMs
  const byHour = length <= 2 * day
  const unit = byHour ? hour : day
  const counts = byHour ? hourCounts : dayCounts
  const stepMs = (counts.find(each => length / (each * unit) <= most) ?? counts.at(-1) ?? 1) * unit
  const origin = startAtMs ?? 0
  const first = Math.ceil((origin + fromMs) / stepMs) * stepMs
  const ticks: TimeTick[] = []
  for (let atMs = first; atMs <= origin + toMs; atMs += stepMs)
    ticks.push({ offsetMs: atMs - origin, label: byHour ? clock(atMs) : date(atMs, startAtMs) })
  return ticks
}

const clock = (atMs: number): string => isoTime(atMs).slice(11, 16)

const date = (atMs: number, startAtMs: number | null): string =>
  startAtMs === null ? `day ${Math.floor(atMs / day) + 1}` : calendarDay(atMs)

/** `6 Jul`. */
function calendarDay(atMs: number): string {
  const [, month = '1', dayOfMonth = '1'] = isoTime(atMs).slice(0, 10).split('-')
  return `${Number(dayOfMonth)} ${months[Number(month) - 1]}`
}

/** `Thu 6 Jul`, or `day 6` where nobody knows the date. 1970-01-01 was a Thursday. */
export function dayName(offsetMs: number, startAtMs: number | null): string {
  if (startAtMs === null) return `day ${Math.floor(offsetMs / day) + 1}`
  const atMs = startAtMs + offsetMs
  return `${weekdays[(Math.floor(atMs / day) + 4) % 7]} ${calendarDay(atMs)}`
}
