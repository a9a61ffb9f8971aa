import * as z from 'zod'
import { mostTasks } from '../policy/limits.ts'
import { alarmName } from '../policy/names.ts'
import { steps } from '../policy/steps.ts'
import { duration } from '../policy/values.ts'

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
  /** Ascending, without gaps or overlaps, 1 to 20. */
  steps: Step[]
  /** MinAdjustmentMagnitude: a percentage moves at least that many tasks. 0 = not asked for. */
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

const count = z.int().min(0).max(mostTasks)
const counts = z.object({ min: z.number(), max: z.number() })

const trigger = z
  .strictObject({
    alarm: alarmName.meta({
      description:
        'Name of the CloudWatch alarm whose changes wake this trigger. {service} and {cluster} stand for the names of the service; a rule with * needs them, so that one alarm moves one service.',
      examples: ['checkout-p99-high', '{service}-backlog-high'],
    }),
    steps: steps.meta({
      description: 'What to do at which distance from the threshold of the alarm. No gaps, no overlaps.',
    }),
    atLeast: z
      .int()
      .min(1)
      .max(mostTasks)
      .optional()
      .meta({ description: 'A step in percent moves at least this many tasks.', examples: [2] }),
    statistic: z
      .enum(['average', 'minimum', 'maximum'])
      .default('average')
      .meta({ description: 'How the newest data points of the alarm become the one value the steps see.' }),
  })
  .transform(({ alarm, steps, atLeast, statistic }, context): StepTrigger => {
    if (atLeast !== undefined && !steps.some(({ adjustment }) => adjustment.kind === 'percent'))
      context.addIssue({
        // Stryker disable next-line StringLiteral: zod asks for it, and nobody reads it.
        code: 'custom',
        path: ['atLeast'],
        message: 'no step is in percent, so this has no effect. Remove it.',
      })
    return { alarm, steps, atLeastTasks: atLeast ?? 0, statistic }
  })

/** Application Auto Scaling's default for ECS is 300 s both ways. */
const direction = (meaning: string) =>
  z
    .strictObject({
      cooldown: duration.prefault('5m').meta({ description: meaning }),
    })
    .transform(({ cooldown }) => ({ cooldownMs: cooldown }))
    .prefault({})

export const scale = z
  .strictObject({
    min: count.meta({ description: 'Never fewer tasks than this.', examples: [2] }),
    max: count.meta({ description: 'Never more tasks than this.', examples: [40] }),
    triggers: z.array(trigger).max(20).default([]).meta({
      description:
        'What asks for more or fewer tasks. When several ask, the largest count wins. Without triggers only min and max are kept.',
    }),
    in: direction('After a scale-in, no further scale-in for this long.').meta({
      description: 'Rules for removing tasks.',
    }),
    out: direction(
      'After a scale-out, a further scale-out within this time adds only what it asks for beyond the first.',
    ).meta({ description: 'Rules for adding tasks.' }),
  })
  .superRefine(
    (written, context) => {
      const { min, max } = written
      // Stryker disable next-line StringLiteral: zod asks for 'custom', and nobody reads it.
      const code = 'custom'
      if (min > max) context.addIssue({ code, path: ['min'], message: `min ${min} is above max ${max}.` })
    },
    // Compared even when something else in the mapping is wrong: all problems are told at once.
    { when: ({ value }) => counts.safeParse(value).success },
  ) satisfies z.ZodType<ScalePolicy>
