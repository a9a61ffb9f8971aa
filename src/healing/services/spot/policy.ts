import * as z from 'zod'
import { minute } from '../../../model/time.ts'
import { percent } from '../../../policy/values.ts'
import { atLeast, isAnother, provider, sameProvider } from '../../spot-notation.ts'

/** `services[].heal.spot.fallback` of longshore.yml: when Spot capacity runs out, on-demand capacity takes its place for a while. */
export interface SpotFallbackPolicy {
  /** The capacity provider that may run out, and the one that takes its place. */
  from: string
  to: string
  /** Placement failures within the window. */
  after: number
  withinMs: number
  /** Percent of the strategy's weights that `to` may have at most. */
  upToPercent: number
  /** From the fallback to the first step back. */
  returnAfterMs: number
  /** Percent of the weights that go back with each step, and the time between two. */
  stepPercent: number
  everyMs: number
}

export const spotFallback = z
  .strictObject({
    from: provider.default('FARGATE_SPOT').meta({
      description: "The capacity provider of the service's strategy that may run out.",
    }),
    to: provider.default('FARGATE').meta({
      description:
        'The one that takes its place. It must be associated with the cluster; the strategy need not name it.',
    }),
    after: z.int().min(2).max(50).default(3).meta({
      description: 'So many placement failures within the window, while the service is short of tasks.',
    }),
    within: atLeast(minute, '10m').meta({ description: 'The sliding window.' }),
    upTo: percent({ least: 1, most: 100 })
      .refine(share => Number.isInteger(share), 'Whole percents only.')
      .prefault('100%')
      .meta({
        description:
          'The largest share of the tasks beyond the base of the strategy that may be placed on `to`: it costs more.',
      }),
    returnAfter: atLeast(5 * minute, '30m').meta({
      description:
        'How long after the fallback the first step back is taken. Doubled each time that Spot fails again on the way back, eightfold at most.',
    }),
    step: percent({ least: 1, most: 100 })
      .refine(share => Number.isInteger(share), 'Whole percents only.')
      .prefault('25%')
      .meta({ description: 'How much goes back with each step.' }),
    every: atLeast(2 * minute, '10m').meta({
      description: 'From one step to the next, if Spot has not failed since. Each step is a deployment.',
    }),
  })
  .refine(isAnother, sameProvider)
  .transform(
    ({ from, to, after, within, upTo, returnAfter, step, every }): SpotFallbackPolicy => ({
      from,
      to,
      after,
      withinMs: within,
      upToPercent: upTo,
      returnAfterMs: returnAfter,
      stepPercent: step,
      everyMs: every,
    }),
  )
