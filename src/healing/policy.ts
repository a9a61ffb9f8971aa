import * as z from 'zod'
import { day, minute } from '../model/time.ts'
import { quote } from '../policy/quote.ts'
import { backoff, duration, mebibytes, percent } from '../policy/values.ts'
import { type HostPolicy, host, type RetirementPolicy, retirement } from './planned/policy.ts'
import { type FamilySpotPolicy, familySpot } from './spot-policy.ts'

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
    /** Restarts of the whole family in any such time, at most. */
    budget: RestartBudget
  }
  /** Absent: a task that AWS retires is left to `restart`. */
  retirement?: RetirementPolicy | undefined
  /** Absent: nobody asks about the machines that tasks run on. */
  host?: HostPolicy | undefined
  /** Absent: where it ran before. */
  spot?: { fallback: FamilySpotPolicy } | undefined
  /** More memory after each stop for lack of it; absent: as much as it had. */
  oom?: OomPolicy | undefined
  /** Absent: no living task is stopped. */
  stop?: StopRules | undefined
}

export interface RestartBudget {
  restarts: number
  withinMs: number
}

export interface StopRule {
  afterMs: number
  /** By the attempts and back-off of `restart`. */
  runAgain: boolean
}

/** Living tasks that are stopped. */
export interface StopRules {
  /** Since RUNNING. */
  maxRuntime?: StopRule | undefined
  /** Not RUNNING since it was created. */
  stuck?: StopRule | undefined
  /** UNHEALTHY without a break, as DescribeTasks tells it each minute. */
  unhealthy?: StopRule | undefined
}

const stopRule = (preset: 'restart' | 'leave', after: string) =>
  z
    .strictObject({
      after: duration.refine(ms => ms >= minute, 'At least 1m.').meta({ description: after }),
      // biome-ignore lint/suspicious/noThenProperty: a key of longshore.yml, which nobody awaits.
      then: z.enum(['restart', 'leave']).default(preset).meta({
        description:
          'restart: it is run again, with the attempts and back-off of restart. leave: it stays stopped.',
      }),
    })
    .transform(({ after, then }): StopRule => ({ afterMs: after, runAgain: then === 'restart' }))
    .optional()

const stop = z.strictObject({
  maxRuntime: stopRule('leave', 'How long it may run.').meta({
    description: 'A task that runs too long is stopped.',
  }),
  stuck: stopRule('restart', 'How long it may take until it runs.').meta({
    description: 'A task that does not get as far as RUNNING is stopped.',
  }),
  unhealthy: stopRule('restart', 'How long its health check may fail without a break.').meta({
    description: 'A task whose container health check fails is stopped: ECS does so only in services.',
  }),
})

export interface OomPolicy {
  /** Percent of the memory it had that are added after each time it runs out. */
  growPercent: number
  upToMiB: number
}

const oom = z
  .strictObject({
    grow: percent({ least: 1, most: 400 }).prefault('50%').meta({
      description:
        'How much memory is added each time, of what it had. On Fargate the next valid size is taken, with more CPU where that memory asks for it.',
    }),
    upTo: mebibytes.meta({
      description: 'The most that it is given. A task that runs out with that much is given up.',
    }),
  })
  .transform(({ grow, upTo }): OomPolicy => ({ growPercent: grow, upToMiB: upTo }))

const budget = z
  .strictObject({
    restarts: z.int().min(1).max(500).default(100).meta({ description: 'At most so many in any such time.' }),
    within: duration
      .refine(ms => ms >= minute && ms <= day, 'From 1m to 24h.')
      .prefault('10m')
      .meta({ description: 'The sliding window.' }),
  })
  .transform(({ restarts, within }): RestartBudget => ({ restarts, withinMs: within }))

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
    budget: budget.prefault({}).meta({
      description:
        'What all restarts of the family together may come to. Those beyond wait until it has room again.',
    }),
  })
  .transform(({ resetAfter, ...rest }) => ({ ...rest, resetAfterMs: resetAfter }))

export const heal = z
  .strictObject({
    restart: restart.meta({ description: 'Which stopped tasks are run again, and how.' }),
    retirement: retirement.optional().meta({
      description:
        'AWS announces when it stops Fargate tasks to renew their hosts. Another task is started in the place of each beforehand, and the old one is stopped once that runs. Left out: it is stopped first, and then run again if restart says so.',
    }),
    host: host.optional().meta({
      description:
        'Tasks on machines of yours (EC2, ECS Anywhere, Managed Instances) whose agent stays disconnected, that are impaired or draining. ECS leaves standalone tasks where they are. Left out: they are run again once ECS says that they stopped, if restart says so.',
    }),
    spot: familySpot.optional().meta({
      description:
        'When there is no Spot capacity for tasks that run again. Left out: they are tried on Spot alone.',
    }),
    oom: oom.optional().meta({
      description: 'A task that ran out of memory gets more. Left out: as much as it had.',
    }),
    stop: stop.optional().meta({
      description: 'Which living tasks are stopped. Left out: none.',
    }),
  })
  .superRefine(({ restart: { on }, oom: growth }, context) => {
    if (growth && !on.includes('oom'))
      context.addIssue({
        code: 'custom',
        path: ['oom'],
        message: 'Never used: heal.restart.on does not name oom.',
      })
  }) satisfies z.ZodType<HealPolicy>
