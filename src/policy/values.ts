import * as z from 'zod'
import { hour, minute, second } from '../model/time.ts'
import { mostTasks } from './limits.ts'
import { quote } from './quote.ts'

/** The small notations of longshore.yml: `5m`, `10s..5m`, `25%`. Each refuses with one sentence that shows a right value. */

const longestMs = 168 * hour
const unitMs: Record<string, number> = { s: second, m: minute, h: hour }
const span = String.raw`(?=\d)(?:\d{1,4}h)?(?:\d{1,5}m)?(?:\d{1,6}s)?`

/** Milliseconds of `90s`, `5m`, `1h30m`; null when the text is no duration. */
export function parseDuration(text: string): number | null {
  if (!new RegExp(`^${span}$`).test(text)) return null
  let total = 0
  for (const [, amount, unit] of text.matchAll(/(\d+)([hms])/g))
    total += Number(amount) * (unitMs[unit ?? ''] ?? 0)
  return total
}

const saying = (sentence: string) => ({
  error: (issue: { input?: unknown }) =>
    issue.input === undefined ? undefined : `${quote(issue.input)} ${sentence}`,
})

/** A duration in milliseconds, 0 s to 168 h. */
const noDuration = saying('is no duration. Write 2m, 120s or 1h30m.')
export const duration = z
  .string(noDuration)
  .regex(new RegExp(`^${span}$`), noDuration)
  .transform((text, context) => {
    const ms = parseDuration(text)
    if (ms !== null && ms <= longestMs) return ms
    context.addIssue({ code: 'custom', message: `${quote(text)} is too long. At most 168h.` })
    return z.NEVER
  })
  .meta({ title: 'duration' })

/** Whole tasks (`2`) or a share of the present count (`25%`). */
const noAmount = saying('is no amount of tasks. Write 2 or 25%.')
export const tasksOrPercent = z
  .union(
    [
      z.int(noAmount).min(0, noAmount).max(mostTasks, noAmount),
      z.string(noAmount).regex(/^\d{1,4}(?:\.\d{1,3})?%$/, noAmount),
    ],
    noAmount,
  )
  .transform(value => (typeof value === 'number' ? { tasks: value } : { percent: Number.parseFloat(value) }))
  .meta({ title: 'tasks or percent' })

/** `10s..5m`: where a back-off starts and where it stops growing, milliseconds. */
const noBackoff = saying('is no back-off. Write 10s..5m: the first wait, then the longest.')
export const backoff = z
  .string(noBackoff)
  .regex(new RegExp(String.raw`^${span}\.\.${span}$`), noBackoff)
  .transform((text, context) => {
    const [first, max] = text.split('..').map(part => parseDuration(part))
    if (first && max && first <= max && max <= longestMs) return { firstMs: first, maxMs: max }
    context.addIssue({
      code: 'custom',
      message: `${quote(text)} is no back-off. Write 10s..5m: the first wait, then the longest, at most 168h.`,
    })
    return z.NEVER
  })
  .meta({ title: 'back-off' })

/** `65%`, as the number before the sign. */
export const percent = ({ least, most }: { least: number; most: number }) => {
  const no = saying(`is no percentage from ${least}% to ${most}%. Write it as 65%.`)
  return z
    .string(no)
    .regex(/^\d{1,5}(?:\.\d{1,4})?%$/, no)
    .transform((text, context) => {
      const value = Number.parseFloat(text)
      if (value >= least && value <= most) return value
      context.addIssue({ code: 'custom', message: no.error({ input: text }) ?? '' })
      return z.NEVER
    })
    .meta({ title: 'percent' })
}

/** `8GB`, `1.5GB` or `1536MiB`, in MiB. As in ECS, a GB has 1,024 MiB. */
const noMemory = saying('is no amount of memory. Write 8GB, or 1536MiB.')
export const mebibytes = z
  .string(noMemory)
  .regex(/^(?:\d{1,4}(?:\.\d{1,3})?GB|\d{1,7}MiB)$/, noMemory)
  .transform((text, context) => {
    const amount = Number.parseFloat(text) * (text.endsWith('GB') ? 1_024 : 1)
    if (amount >= 1) return Math.floor(amount)
    context.addIssue({ code: 'custom', message: `${quote(text)} is nothing. Write more than 0.` })
    return z.NEVER
  })
  .meta({ title: 'memory' })

const perSeconds: Record<string, number> = { s: 1, min: 60, h: 3_600 }

/** `600/min`, `50/s`, `0.5/s`, `3/h`: how often per second. */
const noRate = saying('is no rate. Write 50/s, 600/min or 90/h.')
export const ratePerSecond = z
  .string(noRate)
  .regex(/^\d{1,9}(?:\.\d{1,6})?\/(?:s|min|h)$/, noRate)
  .transform((text, context) => {
    const [amount = '', unit = ''] = text.split('/')
    const rate = Number(amount) / (perSeconds[unit] ?? 1)
    if (rate > 0) return rate
    context.addIssue({ code: 'custom', message: `${quote(text)} is never. Write more than 0.` })
    return z.NEVER
  })
  .meta({ title: 'rate' })

/** `10% per 1m`, `4 tasks per 1m`: how much the count may change within a period. */
const noLimit = saying('is no limit. Write 4 tasks per 1m, or 10% per 1m.')
export const rateOfChange = z
  .string(noLimit)
  .regex(new RegExp(String.raw`^(?:\d{1,5}(?:\.\d{1,3})?%|\d{1,5} tasks?) per ${span}$`), noLimit)
  .transform((text): { periodMs: number } & ({ tasks: number } | { percent: number }) => {
    const [amount = '', period = ''] = text.split(' per ')
    const periodMs = parseDuration(period) ?? 0
    const number = Number.parseFloat(amount)
    return amount.endsWith('%') ? { percent: number, periodMs } : { tasks: number, periodMs }
  })
  .meta({ title: 'limit' })
