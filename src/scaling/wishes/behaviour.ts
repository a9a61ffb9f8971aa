import * as z from 'zod'
import { mostTasks } from '../../policy/limits.ts'
import { duration, percent } from '../../policy/values.ts'

/** What holds for all triggers of a rule, beside `out` and `in`. */

/** A proposal in place of a trigger that could not be judged for a while, as KEDA has it. */
export interface Fallback {
  afterMs: number
  tasks: number
  /** `static` these tasks; `current` the present count; `if-higher`, `if-lower` the present count where it is higher or lower than these. */
  use: 'static' | 'current' | 'if-higher' | 'if-lower'
}

/** To zero, where `min` is 0. */
export interface Zero {
  /** From the first look at a service on which nothing was ever active. */
  initialCooldownMs: number
  /** Null = by the kind of the trigger: 20 s for slo, 5 min for others. */
  idleMs: number | null
}

/** A fall that is more likely an outage of the signal or of what is in front of the service. */
export interface Suspicious {
  /** Percent below the lowest of the three periods before. A fall to zero is one of 100 %. */
  dropPercent: number
  /** Nothing is removed for this long. 0 = never suspicious. */
  holdMs: number
}

/** The reason why, where a direction is paused; null where it is not. */
export interface Pause {
  all: string | null
  in: string | null
  out: string | null
}

export const fallbackWish = z
  .strictObject({
    after: duration
      .prefault('3m')
      .meta({ description: 'How long a trigger must have been impossible to judge.' }),
    tasks: z
      .int()
      .min(0)
      .max(mostTasks)
      .meta({ description: 'How many tasks it then asks for.', examples: [10] }),
    use: z.enum(['static', 'current', 'if-higher', 'if-lower']).default('if-higher').meta({
      description:
        'static: these tasks. current: the present count. if-higher: the present count where that is higher than these tasks. if-lower: where that is lower.',
    }),
  })
  .transform(({ after, tasks, use }): Fallback => ({ afterMs: after, tasks, use }))

export const zeroWish = z
  .strictObject({
    initialCooldown: duration.prefault('0s').meta({
      description: 'A new service goes to zero this long after the first look at it, not earlier.',
    }),
    idle: duration.optional().meta({
      description:
        'How long all triggers must have been inactive before the last tasks go. Left out: 20s for slo, 5m otherwise.',
      examples: ['5m'],
    }),
  })
  .transform(
    ({ initialCooldown, idle }): Zero => ({ initialCooldownMs: initialCooldown, idleMs: idle ?? null }),
  )
  .prefault({})

export const suspiciousWish = z
  .strictObject({
    drop: percent({ least: 1, most: 100 }).prefault('90%').meta({
      description: 'A metric that falls by this much within one period, or to zero, is suspicious.',
    }),
    hold: duration.prefault('5m').meta({
      description: 'For how long nothing is removed after that. 0s: no fall is suspicious.',
    }),
  })
  .transform(({ drop, hold }): Suspicious => ({ dropPercent: drop, holdMs: hold }))
  .prefault({})

const note = 'longshore.yml'

export const pauseWish = z
  .enum(['all', 'in', 'out'])
  .optional()
  .transform(
    (pause): Pause => ({
      all: pause === 'all' ? note : null,
      in: pause === 'in' ? note : null,
      out: pause === 'out' ? note : null,
    }),
  )
