import * as z from 'zod'
import { mostTasks } from '../policy/limits.ts'
import {
  type Fallback,
  fallbackWish,
  type Pause,
  pauseWish,
  type Suspicious,
  suspiciousWish,
  type Zero,
  zeroWish,
} from './wishes/behaviour.ts'
import { type Direction, inWish, type OutDirection, outWish } from './wishes/direction.ts'
import { type QueueTrigger, queueWish } from './wishes/queue.ts'
import { type ScheduleTrigger, scheduleWish } from './wishes/schedule.ts'
import { type SloTrigger, sloWish } from './wishes/slo.ts'
import { type StepTrigger, stepWish } from './wishes/step.ts'
import { cpuWish, memoryWish, requestsWish, type TargetTrigger, targetWish } from './wishes/target.ts'

export type { QueueTrigger } from './wishes/queue.ts'
export type { ScheduleTrigger } from './wishes/schedule.ts'
export type { SloQueue, SloRequests, SloTrigger } from './wishes/slo.ts'
export type { Adjustment, Step, StepTrigger } from './wishes/step.ts'
export type { TargetTrigger } from './wishes/target.ts'

/** `services[].scale` of longshore.yml. */

export interface ScalePolicy {
  min: number
  max: number
  triggers: Trigger[]
  out: OutDirection
  in: Direction
  /** What a deployment in progress allows; `freeze` = nothing. */
  whileDeploying: 'out-only' | 'freeze' | 'normal'
  /** Null: a trigger that cannot be judged asks for nothing, and nothing is removed. */
  fallback: Fallback | null
  zero: Zero
  suspicious: Suspicious
  pause: Pause
}

export type Trigger = SloTrigger | TargetTrigger | StepTrigger | QueueTrigger | ScheduleTrigger
export type TriggerKind = Trigger['kind']

const count = z.int().min(0).max(mostTasks)
const counts = z.object({ min: z.number(), max: z.number() })

/** One mapping per trigger; the first key of each tells which it is (`policy/variants.ts`). */
const trigger = z
  .union([sloWish, cpuWish, memoryWish, requestsWish, targetWish, queueWish, scheduleWish, stepWish])
  .meta({ title: 'triggers' })

export const scale = z
  .strictObject({
    min: count.meta({ description: 'Never fewer tasks than this.', examples: [2] }),
    max: count.meta({ description: 'Never more tasks than this.', examples: [40] }),
    triggers: z.array(trigger).max(20).default([]).meta({
      description:
        'What asks for more or fewer tasks: each entry is one of slo, cpu, memory, requestsPerTask, target, queue, schedule and alarm. When several ask, the largest count wins; nothing is removed while one of them cannot be judged. Without triggers only min and max are kept.',
    }),
    in: inWish.meta({ description: 'Rules for removing tasks.' }),
    out: outWish.meta({ description: 'Rules for adding tasks.' }),
    whileDeploying: z.enum(['out-only', 'freeze', 'normal']).default('out-only').meta({
      description:
        'While a deployment is in progress: out-only removes nothing, freeze changes nothing, normal does as always.',
    }),
    fallback: fallbackWish.optional().meta({
      description:
        'What a trigger asks for that could not be judged for a while. Left out: nothing, and nothing is removed meanwhile.',
    }),
    zero: zeroWish.meta({ description: 'When the last tasks go, with min: 0.' }),
    suspicious: suspiciousWish.meta({
      description: 'A sudden fall of a metric is more often an outage than a quiet service.',
    }),
    pause: pauseWish.meta({
      description: 'all: the count is left alone. in: nothing is removed. out: nothing is added.',
    }),
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
  )
  .transform(({ fallback, triggers, ...rest }, context): ScalePolicy => {
    for (const [at, trigger] of triggers.entries())
      if (trigger.kind === 'schedule' && (trigger.min ?? 0) > rest.max)
        context.addIssue({
          code: 'custom',
          path: ['triggers', at, 'min'],
          message: `min ${trigger.min} is above the max ${rest.max} of the rule.`,
        })
    return { ...rest, triggers: distinctlyNamed(triggers), fallback: fallback ?? null }
  })

/** Two triggers of one name share no memory: the second becomes `cpu 2`. An alarm has the name that CloudWatch gives it. */
function distinctlyNamed(triggers: Trigger[]): Trigger[] {
  const seen = new Map<string, number>()
  return triggers.map(trigger => {
    if (trigger.kind === 'step') return trigger
    const times = (seen.get(trigger.name) ?? 0) + 1
    seen.set(trigger.name, times)
    return times === 1 ? trigger : { ...trigger, name: `${trigger.name} ${times}` }
  })
}
