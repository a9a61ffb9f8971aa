import * as z from 'zod'
import { mostTasks } from '../../policy/limits.ts'
import { alarmName } from '../../policy/names.ts'
import { steps } from '../../policy/steps.ts'

/** `- alarm: …`: step scaling as Application Auto Scaling has it. */

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
  kind: 'step'
  alarm: string
  /** Ascending, without gaps or overlaps, 1 to 20. */
  steps: Step[]
  /** MinAdjustmentMagnitude: a percentage moves at least that many tasks. 0 = not asked for. */
  atLeastTasks: number
  /** MetricAggregationType over the alarm's newest data points. */
  statistic: 'average' | 'minimum' | 'maximum'
}

export const stepWish = z
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
    return { kind: 'step', alarm, steps, atLeastTasks: atLeast ?? 0, statistic }
  })
