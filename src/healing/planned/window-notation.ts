import * as z from 'zod'
import { quote } from '../../policy/quote.ts'
import type { DailyWindow } from './window.ts'

/** `02:00-05:00 Europe/Berlin`. */

const written = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d) (\S{1,60})$/

const shown = '02:00-05:00 Europe/Berlin'

const isZone = (timeZone: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

export const dailyWindow = z
  .string({
    error: ({ input }) => (input === undefined ? undefined : `${quote(input)} is no window. Write ${shown}.`),
  })
  .max(100)
  .regex(written, { error: ({ input }) => `${quote(input)} is no window. Write ${shown}.` })
  .transform((text, context): DailyWindow => {
    const refuse = (message: string): never => {
      context.addIssue({ code: 'custom', message })
      return z.NEVER
    }
    const [, openHour, openMinute, closeHour, closeMinute, timeZone = ''] = written.exec(text) ?? []
    const window = {
      openMinute: Number(openHour) * 60 + Number(openMinute),
      closeMinute: Number(closeHour) * 60 + Number(closeMinute),
      timeZone,
    }
    if (window.openMinute === window.closeMinute)
      return refuse(`${quote(text)} closes when it opens. Write ${shown}.`)
    if (!isZone(timeZone))
      return refuse(`${quote(timeZone)} is no time zone. Write Europe/Berlin, America/New_York or UTC.`)
    return window
  })
  .meta({ title: 'daily window' })
