import { minute } from '../../model/time.ts'
import type { Randomness } from '../../world/randomness.ts'
import { chance } from '../chance.ts'
import type { FamilyPart, Happening } from '../scenario.ts'

/** Draws tasks that run out of memory however much they are given: each restart grows until the policy allows no more. */
export const drawGreed = (random: Randomness, quietFromMs: number, families: FamilyPart[]): Happening[] =>
  families.flatMap(({ name: family, heal }) =>
    heal && chance(random, heal.attempts % 2 === 0 ? 0.5 : 0.1)
      ? [
          {
            atMs: random.between(minute, quietFromMs - minute),
            what: 'run' as const,
            family,
            fate: 'oom' as const,
            by: 'owner' as const,
          },
        ]
      : [],
  )
