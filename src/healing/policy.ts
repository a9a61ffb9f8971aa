import * as z from 'zod'
import { quote } from '../policy/quote.ts'
import { backoff, duration } from '../policy/values.ts'
import type { DailyWindow } from './window.ts'
import { dailyWindow } from './window-notation.ts'

/** `tasks[].heal` of longshore.yml. */

/** Groups of stop causes an owner can name. */
export const restartGroups = ['crash', 'oom', 'spot', 'host', 'start', 'health'] as const
export type RestartGroup = (typeof restartGroups)[number]

export interface HealPolicy {
  restart: {
    on: RestartGroup[]
    /** Restarts of one lineage before giving up. */
    attempts: number
    /** The n-th restart waits first·2ⁿ⁻¹, at most max (Kubernetes CrashLoopBackOff). */
    backoff: { firstMs: number; maxMs: number }
    /** A task that ran that long begins a new lineage at attempt 1. */
    resetAfterMs: number
    /** Also run tasks again that a schedule started. */
    scheduled: boolean
  }
  /** Absent: a task that AWS retires is left to `restart`. */
  retirement?:
    | {
        window: DailyWindow
        /** Replacements that start at the same time, at most. */
        atOnce: number
      }
    | undefined
}

const restart = z
  .strictObject({
    on: z
      .array(z.enum(restartGroups))
      .min(1)
      .superRefine((groups, context) => {
        for (const [index, group] of groups.entries())
          if (groups.indexOf(group) < index)
            // Stryker disable next-line StringLiteral: zod asks for 'custom', and nobody reads it.
            context.addIssue({ code: 'custom', path: [index], message: `${quote(group)} is listed twice.` })
      })
      .meta({
        description:
          'Causes of a stop after which the task is run again: crash (an exit code other than 0), oom (out of memory), spot (Spot interruption), host (the host was lost or is maintained), start (it never began, for a reason that can pass: network, rate limit, capacity, quota), health (a health check failed).',
        examples: [['crash', 'oom', 'spot', 'host', 'start']],
        uniqueItems: true,
      }),
    attempts: z.int().min(1).max(100).default(5).meta({
      description: 'Restarts of one failing task before Longshore gives up and says so.',
    }),
    backoff: backoff.prefault('10s..5m').meta({
      description: 'The wait before the first restart, doubled each time up to the second value.',
    }),
    resetAfter: duration.prefault('10m').meta({
      description: 'A task that ran this long counts as recovered: its next stop is attempt 1 again.',
    }),
    scheduled: z.boolean().default(false).meta({
      description:
        'Also run tasks again that a schedule of EventBridge started. Off: the schedule starts the next one itself.',
    }),
  })
  .transform(({ resetAfter, ...rest }) => ({ ...rest, resetAfterMs: resetAfter }))

const retirement = z.strictObject({
  window: dailyWindow.meta({
    description: 'When replacements may be started: from and to every day, and the time zone (IANA name).',
    examples: ['02:00-05:00 Europe/Berlin'],
  }),
  atOnce: z.int().min(1).max(20).default(1).meta({
    description: 'Replacements of one family that start at the same time, at most.',
  }),
})

export const heal = z.strictObject({
  restart: restart.meta({ description: 'Which stopped tasks are run again, and how.' }),
  retirement: retirement.optional().meta({
    description:
      'AWS announces when it stops Fargate tasks to renew their hosts. Another task is started in the place of each beforehand; the old one runs on beside it until AWS stops it. Left out: it is stopped first, and then run again if restart says so.',
  }),
}) satisfies z.ZodType<HealPolicy>
