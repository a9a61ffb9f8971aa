import { z } from 'zod'
import { minute } from '../model/time.ts'
import { duration, tasksOrPercent } from '../policy/values.ts'

/** `services[].scale` of longshore.yml. */

/** What one step does to the count. `percent` and `tasks` are signed: negative removes. */
export type Adjustment =
  | { kind: 'change'; tasks: number }
  | { kind: 'percent'; percent: number }
  | { kind: 'exact'; tasks: number }

/** Bounds are distances from the alarm's threshold (metric minus threshold); null = no bound on that side. */
export interface Step {
  from: number | null
  to: number | null
  adjustment: Adjustment
}

export interface StepTrigger {
  alarm: string
  steps: Step[]
  /** MinAdjustmentMagnitude: a percentage moves at least that many tasks. */
  atLeastTasks: number
  /** MetricAggregationType over the alarm's newest data points. */
  statistic: 'average' | 'minimum' | 'maximum'
}

export interface ScalePolicy {
  min: number
  max: number
  triggers: StepTrigger[]
  in: { cooldownMs: number }
  out: { cooldownMs: number }
}

/** Application Auto Scaling's default for ECS. */
const defaultCooldownMs = 5 * minute

const step = z.strictObject({
  from: z
    .number()
    .optional()
    .meta({
      description: 'Lower bound: metric minus threshold. Left out: the next step decides, or no bound.',
    }),
  to: z.number().optional().meta({ description: 'Upper bound: metric minus threshold.' }),
  add: tasksOrPercent.optional().meta({ description: 'Tasks to add: 2 or 25%.' }),
  remove: tasksOrPercent.optional().meta({ description: 'Tasks to remove: 1 or 10%.' }),
  set: z.int().min(0).optional().meta({ description: 'The exact number of tasks.' }),
})

const stepTrigger = z.strictObject({ alarm: z.string().min(1), steps: z.array(step).min(1).max(20) })

export const scale = z.strictObject({
  min: z.int().min(0),
  max: z.int().min(0),
  triggers: z.array(stepTrigger).default([]),
  in: z
    .strictObject({ cooldown: duration.default(defaultCooldownMs) })
    .default({ cooldown: defaultCooldownMs }),
  out: z
    .strictObject({ cooldown: duration.default(defaultCooldownMs) })
    .default({ cooldown: defaultCooldownMs }),
})
