import * as z from 'zod'
import { minute } from '../../model/time.ts'
import { duration, percent, rateOfChange } from '../../policy/values.ts'

/** `out` and `in`: how fast the count may move. */
export interface Direction {
  /** After a step of an alarm. */
  cooldownMs: number
  /** A count must have been asked for this long: stabilization window. Null = by the kind of the trigger. */
  afterMs: number | null
  /** Changes of the count within a period; empty = any. */
  atMost: ChangeLimit[]
  /** Which of several limits holds. */
  select: 'largest' | 'smallest'
}

/** As HPA's scaling policies: tasks, or a share of the count at the beginning of the period. */
export type ChangeLimit = { periodMs: number } & ({ tasks: number } | { percent: number })

export interface OutDirection extends Direction {
  /** Tasks still starting, as a share of those ready, but never fewer than 10. Null = 300, and no limit for an alarm's step. */
  startingPercent: number | null
}

/** HPA's longest (HPAScalingPolicy.periodSeconds). */
const longestMs = 30 * minute

const after = (meaning: string) =>
  duration
    .refine(ms => ms <= longestMs, { error: 'more than a window may have. At most 30m.' })
    .optional()
    .meta({ description: meaning, examples: ['5m'] })

const limits = z
  .array(
    rateOfChange.refine(({ periodMs }) => periodMs > 0 && periodMs <= longestMs, {
      error: 'a period that limits nothing. Write 1s to 30m.',
    }),
  )
  .max(5)
  .default([])

const select = z.enum(['largest', 'smallest']).default('largest').meta({
  description:
    'Which of several limits in atMost holds: the one that allows the largest change, or the smallest.',
})

/** Application Auto Scaling's default for ECS is 300 s both ways. */
const cooldown = (meaning: string) => duration.prefault('5m').meta({ description: meaning })

const direction = <D extends { cooldown: number; after?: number | undefined }>({
  cooldown,
  after,
  ...rest
}: D) => ({
  ...rest,
  cooldownMs: cooldown,
  afterMs: after ?? null,
})

export const outWish = z
  .strictObject({
    after: after(
      'More tasks must have been asked for this long: the smallest count that was asked for meanwhile is taken. Left out: not at all.',
    ),
    atMost: limits.meta({
      title: 'list of limits',
      description: 'How much may be added within a period. Left out: any number.',
      examples: [['100% per 1m', '4 tasks per 1m']],
    }),
    select,
    starting: percent({ least: 1, most: 10_000 })
      .optional()
      .meta({
        description:
          'How many tasks may be starting, as a share of those that are ready; 10 always may. Left out: 300%, and no limit for the steps of an alarm.',
        examples: ['300%'],
      }),
    cooldown: cooldown(
      'After a step of an alarm that adds, a further one within this time adds only what it asks for beyond the first.',
    ),
  })
  .transform(
    ({ starting, ...rest }): OutDirection => ({
      ...direction(rest),
      startingPercent: starting ?? null,
    }),
  )
  .prefault({})

export const inWish = z
  .strictObject({
    after: after(
      'Fewer tasks must have been asked for this long: the largest count that was asked for meanwhile is taken. Left out: 5m for targets and queues, not at all for slo and alarms, which have their own hold and cooldown.',
    ),
    atMost: limits.meta({
      title: 'list of limits',
      description: 'How much may be removed within a period. Left out: any number.',
      examples: [['10% per 1m']],
    }),
    select,
    cooldown: cooldown('After a step of an alarm, nothing is removed for this long.'),
  })
  .transform((written): Direction => direction(written))
  .prefault({})
