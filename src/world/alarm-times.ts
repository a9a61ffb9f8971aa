import { day, isoTime } from '../model/time.ts'

/** CloudWatch writes the offset without a colon: `2026-11-23T08:46:26.000+0000`. */
export const timestampOf = (atMs: number): string => isoTime(atMs).replace('Z', '+0000')

const weekdays = ['Thursday', 'Friday', 'Saturday', 'Sunday', 'Monday', 'Tuesday', 'Wednesday']
const months = 'January February March April May June July August September October November December'.split(
  ' ',
)

/** As in the reason of a composite alarm: `Friday 22 July, 2022 15:57:45 UTC`. The first day of the epoch was a Thursday. */
export function longTime(atMs: number): string {
  const iso = isoTime(atMs)
  const weekday = weekdays[Math.floor(atMs / day) % 7]
  const month = months[Number(iso.slice(5, 7)) - 1]
  return `${weekday} ${iso.slice(8, 10)} ${month}, ${iso.slice(0, 4)} ${iso.slice(11, 19)} UTC`
}

/** As in the reason of a metric alarm: `02/10/19 16:59:00`, day first. */
export function dayTime(atMs: number): string {
  const iso = isoTime(atMs)
  return `${iso.slice(8, 10)}/${iso.slice(5, 7)}/${iso.slice(2, 4)} ${iso.slice(11, 19)}`
}
