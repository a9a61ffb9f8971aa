import * as z from 'zod'
import { minute } from '../../model/time.ts'
import { duration } from '../../policy/values.ts'
import { atOnce, troubleAfter } from '../planned/policy.ts'
import type { DailyWindow } from '../planned/window.ts'
import { dailyWindow } from '../planned/window-notation.ts'
import { type SpotFallbackPolicy, spotFallback } from './spot/policy.ts'

/** `services[].heal` of longshore.yml. ECS replaces the tasks of a service itself: what is wished for here is that somebody sees the loop. */

export interface ServiceHealPolicy {
  crashLoop: CrashLoopPolicy
  stuckDeployment: {
    /** From the creation of the deployment. Only where no circuit breaker is enabled. */
    afterMs: number
    remedy: 'notify' | 'roll-back'
  }
  /** Absent: the strategy of the service is its owner's alone. */
  spot?: { fallback: SpotFallbackPolicy } | undefined
  /** Absent: nobody asks about the machines that its tasks run on. */
  host?: ServiceHostPolicy | undefined
  /** Absent: that AWS will stop tasks of the service is told, and left to ECS. */
  retirement?: ServiceRetirementPolicy | undefined
}

export interface ServiceHostPolicy {
  /** A machine's trouble counts once it has lasted so long, in every look. */
  afterMs: number
  remedy: 'notify' | 'replace'
  /** Absent: at any time. */
  window?: DailyWindow | undefined
  /** Tasks that are stopped at the same time, at most. */
  atOnce: number
}

export interface ServiceRetirementPolicy {
  window: DailyWindow
}

export interface CrashLoopPolicy {
  /** Failed tasks of one revision within the window that make a loop. */
  stops: number
  withinMs: number
  /** `pause`: scaled out no further while the loop lasts. */
  remedy: 'notify' | 'roll-back' | 'pause'
}

const crashLoop = z
  .strictObject({
    stops: z.int().min(2).max(50).default(5).meta({
      description:
        'So many tasks of one revision that failed within the window are a crash loop: they crashed, ran out of memory, failed a health check or did not start. Those that ended with exit code 0 or were stopped by a user, a scale-in, a deployment, maintenance, Spot or the loss of their host do not count.',
    }),
    within: duration
      .refine(ms => ms >= minute, 'A window is at least 1m.')
      .prefault('10m')
      .meta({ description: 'The sliding window. A loop is over once nothing failed for so long.' }),
    // biome-ignore lint/suspicious/noThenProperty: the owner's word; no promise is made of it.
    then: z.enum(['notify', 'roll-back', 'pause']).default('notify').meta({
      description:
        'notify tells it once per loop. roll-back brings back the revision before, once per revision, or tells why not: never beside a roll-back of ECS itself, for another deployment controller, or from a revision that stood without a failure before. pause tells it, and scales the service out no further while the loop lasts; scaling in goes on, and nothing is stopped.',
    }),
  })
  .transform(({ stops, within, then }) => ({ stops, withinMs: within, remedy: then }))

const stuckDeployment = z
  .strictObject({
    after: duration
      .refine(ms => ms >= minute, 'A deployment takes longer. At least 1m.')
      .prefault('30m')
      .meta({
        description:
          'A deployment that is still in progress after so long is stuck. With the deployment circuit breaker of ECS enabled it is left to that.',
      }),
    // biome-ignore lint/suspicious/noThenProperty: the owner's word; no promise is made of it.
    then: z.enum(['notify', 'roll-back']).default('notify').meta({
      description:
        'notify tells it once per deployment. roll-back lets ECS roll the deployment back, once per revision, or tells why not.',
    }),
  })
  .transform(({ after, then }) => ({ afterMs: after, remedy: then }))

const window = dailyWindow.meta({
  description: 'From and to every day, and the time zone (IANA name).',
  examples: ['02:00-05:00 Europe/Berlin'],
})

const host = z
  .strictObject({
    after: troubleAfter.meta({
      description:
        'A machine counts as lost once its agent has been disconnected, or its health IMPAIRED, for so long, in every look of each minute. One look that finds it well begins anew.',
    }),
    window: window.optional().meta({
      description: 'When tasks may be stopped. Left out: at any time.',
      examples: ['02:00-05:00 Europe/Berlin'],
    }),
    atOnce: atOnce.meta({
      description: 'Tasks that are stopped at the same time, at most.',
    }),
    // biome-ignore lint/suspicious/noThenProperty: the owner's word; no promise is made of it.
    then: z.enum(['notify', 'replace']).default('notify').meta({
      description:
        'notify tells which machine it is and how many tasks of the service run there, once for each trouble. replace stops those tasks, so that ECS starts others elsewhere: only while the service is not deployed and not paused, runs as many tasks as it should, and never below its minimumHealthyPercent. Where that is 100, nothing may be stopped, and that is told.',
    }),
  })
  .transform(({ after, then, ...rest }): ServiceHostPolicy => ({ ...rest, afterMs: after, remedy: then }))

const retirement = z.strictObject({ window })

export const serviceHeal = z.strictObject({
  crashLoop: crashLoop.prefault({}).meta({
    description: 'When the tasks of the service fail again and again, before or after they reached RUNNING.',
  }),
  stuckDeployment: stuckDeployment.prefault({}).meta({ description: 'When a deployment comes to no end.' }),
  host: host.optional().meta({
    description:
      'Tasks on machines of yours whose agent stays disconnected, or that are impaired: ECS leaves them there. Of machines that drain ECS moves them itself. Left out: nobody asks.',
  }),
  retirement: retirement.optional().meta({
    description:
      'AWS announces when it stops Fargate tasks to renew their hosts. Within the window the service is deployed once more as it is, so that no old task is left on that day: not for CODE_DEPLOY, EXTERNAL and Express, not during a deployment or a pause. Left out: it is told, and ECS replaces the tasks when AWS stops them.',
  }),
  spot: z
    .strictObject({
      fallback: spotFallback.meta({
        description:
          "Weights of the service's capacity provider strategy move from Spot to on-demand capacity, and back in steps. Each change is a rolling deployment that replaces the tasks. Not for CodeDeploy, external controllers, DAEMON and Express services, nor for a service without a strategy of its own.",
      }),
    })
    .optional()
    .meta({ description: 'When there is no Spot capacity for the tasks of the service.' }),
}) satisfies z.ZodType<ServiceHealPolicy>
