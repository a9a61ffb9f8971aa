import { type Mutant, mutant } from './mutant.ts'

/** Mistakes about services on Spot. */
export const spotMutants: Mutant[] = [
  mutant(
    'the way back from on-demand capacity begins at once',
    'healing/services/spot/return.ts',
    'fallback.sinceMs + fallback.waitMs',
    'fallback.sinceMs',
  ),
  mutant(
    'on-demand capacity beyond what the owner pays for',
    'healing/services/spot/shares.ts',
    'Math.floor(Math.min(both, upToPercent))',
    'Math.floor(both)',
  ),
  mutant(
    "the owner's capacity provider strategy is never put back",
    'healing/services/spot/return.ts',
    'return now < dueAtMs ? lasts(fallback, situation, dueAtMs) : stepBack(fallback, situation, own)',
    'return now < dueAtMs || own < 101 ? lasts(fallback, situation, dueAtMs) : stepBack(fallback, situation, own)',
  ),
  mutant(
    'one failure means that Spot has run out',
    'healing/services/spot/fall-back.ts',
    'if (within.length < after || !isShort) return none',
    'if (within.length < 1 || !isShort) return none',
  ),
  mutant(
    'a strategy is changed in the middle of a deployment of its owner',
    'healing/services/spot/obstacle.ts',
    "? 'deploying' : null",
    '? null : null',
  ),
  mutant(
    'a paused service gets another strategy',
    'healing/services/spot/obstacle.ts',
    "if (paused !== null) return 'paused'",
    '',
  ),
  mutant(
    'as many standalone tasks on demand as there are',
    'healing/spot.ts',
    'onDemand.size < atOnce',
    'onDemand.size < atOnce + 99',
  ),
]
