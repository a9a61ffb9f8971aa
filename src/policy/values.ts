import { z } from 'zod'
import { hour, minute, second } from '../model/time.ts'

/** The small notations of longshore.yml: `5m`, `10s..5m`, `25%`. Each refuses with one sentence that shows a right value. */

const unitMs: Record<string, number> = { s: second, m: minute, h: hour }

/** Milliseconds of `90s`, `5m`, `1h30m`; null when the text is no duration. */
export function parseDuration(text: string): number | null {
  if (!/^(\d+h)?(\d+m)?(\d+s)?$/.test(text) || text === '') return null
  let total = 0
  for (const [, amount, unit] of text.matchAll(/(\d+)([hms])/g))
    total += Number(amount) * (unitMs[unit ?? ''] ?? 0)
  return total
}

/** A duration in milliseconds. */
export const duration = z.string().transform((text, context) => {
  const ms = parseDuration(text)
  if (ms !== null) return ms
  context.addIssue({ code: 'custom', message: `"${text}" is no duration. Write 2m, 120s or 1h30m.` })
  return z.NEVER
})

/** Whole tasks (`2`) or a share of the present count (`25%`). */
export const tasksOrPercent = z.union([z.number(), z.string()]).transform((value, context) => {
  const percent = typeof value === 'string' ? /^(\d+(?:\.\d+)?)%$/.exec(value) : null
  if (percent) return { percent: Number(percent[1]) }
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return { tasks: value }
  context.addIssue({
    code: 'custom',
    message: `${JSON.stringify(value)} is no amount of tasks. Write 2 or 25%.`,
  })
  return z.NEVER
})

/** `10s..5m`: where a back-off starts and where it stops growing, milliseconds. */
export const backoff = z.string().transform((text, context) => {
  const [first, max, ...rest] = text.split('..').map(part => parseDuration(part))
  if (first && max && rest.length === 0 && first <= max) return { firstMs: first, maxMs: max }
  context.addIssue({
    code: 'custom',
    message: `"${text}" is no back-off. Write 10s..5m: the first wait, then the longest.`,
  })
  return z.NEVER
})
