import { minute, second, span } from '../../model/time.ts'

/** Numbers as people read them. */

/** Two digits that count: `42 %`, `1.2 %`, `0.08 %`; what is there and too small to say is `<0.001 %`. */
export function percent(share: number): string {
  const value = share * 100
  if (value === 0) return '0 %'
  if (value < 0.001) return '<0.001 %'
  if (value >= 9.95) return `${Math.round(value)} %`
  return `${Number(value.toPrecision(2))} %`
}

/** `1.07`, `12.3`, `140`: three digits that count. */
export function threeDigits(value: number): string {
  if (value >= 99.95) return thousands(Math.round(value))
  return value.toFixed(value >= 9.995 ? 1 : 2)
}

/** `11,383`. */
export const thousands = (value: number): string => String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',')

/** A wait: `0 s`, `0.35 s`, `45 s`, `2 min`. */
export function wait(seconds: number): string {
  if (seconds >= 10) return span(seconds * second)
  return `${Number(seconds.toFixed(seconds >= 1 ? 1 : 2))} s`
}

/** `none`, `12 min`, `3 h 5 min`. */
export const breach = (minutes: number): string => (minutes > 0 ? span(Math.round(minutes) * minute) : 'none')

/** `21 days`, `5.6 days`, `36 hours`. */
export function days(seconds: number): string {
  if (seconds < 2 * 86_400) return plural(Number((seconds / 3_600).toFixed(1)), 'hour')
  return plural(Number((seconds / 86_400).toFixed(1)), 'day')
}

export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

/** Requests a second: `50`, `0.13`. */
export const rate = (value: number): string =>
  value >= 1_000 ? thousands(value) : String(Number(value.toPrecision(3)))

/** What a service of this kind serves. */
export const workOf = (kind: 'web' | 'queue'): string => (kind === 'web' ? 'requests' : 'messages')
