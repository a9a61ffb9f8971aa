import * as z from 'zod'
import { minute } from '../model/time.ts'
import { atLeast, isAnother, provider, sameProvider } from './spot-notation.ts'

/** `tasks[].heal.spot.fallback` of longshore.yml. */
export interface FamilySpotPolicy {
  from: string
  to: string
  /** Interruptions and placement failures within the window. */
  after: number
  withinMs: number
  /** Since the last failure. */
  returnAfterMs: number
  /** Tasks that run on `to` in place of `from`, at most. */
  atOnce: number
}

export const familySpot = z.strictObject({
  fallback: z
    .strictObject({
      from: provider.default('FARGATE_SPOT').meta({ description: 'The capacity provider that may run out.' }),
      to: provider.default('FARGATE').meta({
        description: 'The one that takes its place. It must be associated with the cluster.',
      }),
      after: z.int().min(1).max(50).default(3).meta({
        description: 'So many Spot interruptions and failed placements of the family within the window.',
      }),
      within: atLeast(minute, '10m').meta({ description: 'The sliding window.' }),
      returnAfter: atLeast(5 * minute, '30m').meta({
        description:
          'How long after the last failure restarts go to Spot again. A task that runs on demand by then stays there until it stops.',
      }),
      atOnce: z.int().min(1).max(100).default(5).meta({
        description: 'So many tasks of the family run on demand in place of Spot at the same time, at most.',
      }),
    })
    .refine(isAnother, sameProvider)
    .transform(
      ({ within, returnAfter, ...rest }): FamilySpotPolicy => ({
        ...rest,
        withinMs: within,
        returnAfterMs: returnAfter,
      }),
    )
    .meta({
      description:
        'After so many failures stopped tasks of the family are run again on demand; later restarts go back to Spot.',
    }),
})
