import { Cron } from 'croner'
import * as z from 'zod'
import { mostTasks } from '../../policy/limits.ts'
import { quote } from '../../policy/quote.ts'

/** `- schedule: { from, to, timeZone }, min: 10, max: 30`: a floor and a ceiling while the window is open. */
export interface ScheduleTrigger {
  kind: 'schedule'
  name: string
  /** Cron expressions of five fields, in `timeZone`. */
  from: string
  to: string
  /** IANA name. */
  timeZone: string
  /** Floor and ceiling of the count, at least one of them. */
  min: number | null
  max: number | null
}

const runs = (pattern: string, timezone: string): boolean => {
  try {
    return new Cron(pattern, { timezone, paused: true, mode: '5-part' }).nextRun() !== null
  } catch {
    return false
  }
}

const cron = z
  .string()
  .max(100)
  .refine(text => runs(text, 'UTC'), {
    error: ({ input }) =>
      `${quote(input)} is no time that comes again. Write minute, hour, day, month and weekday: 0 8 * * 1-5.`,
  })
  .meta({ title: 'cron' })

const timeZone = z
  .string()
  .max(60)
  .refine(name => runs('0 0 * * *', name), {
    error: ({ input }) => `${quote(input)} is no time zone. Write Europe/Berlin, America/New_York or UTC.`,
  })
  .meta({ title: 'time zone' })

const count = z.int().min(0).max(mostTasks).optional()

export const scheduleWish = z
  .strictObject({
    schedule: z
      .strictObject({
        from: cron.meta({ description: 'When the window opens.', examples: ['0 8 * * 1-5'] }),
        to: cron.meta({ description: 'When it closes.', examples: ['0 20 * * 1-5'] }),
        timeZone: timeZone.meta({
          description:
            'IANA name of the time zone both are told in. A time that the clocks skip comes when they have been put forward; one that they repeat comes once.',
          examples: ['Europe/Berlin'],
        }),
      })
      .meta({ description: 'The window in which min and max of this trigger hold.' }),
    min: count.meta({ description: 'Never fewer tasks than this while the window is open.', examples: [10] }),
    max: count.meta({
      description: 'Never more tasks than this while the window is open, unless a min asks for them.',
      examples: [30],
    }),
  })
  .transform(({ schedule: { from, to, timeZone }, min, max }, context): ScheduleTrigger => {
    const refuse = (message: string, path: string[]) => context.addIssue({ code: 'custom', message, path })
    if (min === undefined && max === undefined)
      refuse('a window in which nothing holds. Write min, max or both.', ['schedule'])
    if (min !== undefined && max !== undefined && min > max)
      refuse(`min ${min} is above max ${max}.`, ['min'])
    if (from === to) refuse('the window closes when it opens.', ['schedule', 'to'])
    return {
      kind: 'schedule',
      name: `schedule ${from}`,
      from,
      to,
      timeZone,
      min: min ?? null,
      max: max ?? null,
    }
  })
