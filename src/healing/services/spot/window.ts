import type { SpotMemory } from '../../../model/memory.ts'
import type { PlacementFailure } from '../../../model/signal.ts'
import type { SpotFallbackPolicy } from './policy.ts'

/** The sliding window of placement failures. */

/** Of fifty the newest say all there is to say. */
export const failuresMax = 50

/** Those known and those told of Spot, each once, oldest first: the same whatever the order and however often they are told. */
export function mergedFailures(
  known: SpotMemory['failures'],
  told: PlacementFailure[],
  { from, withinMs, everyMs }: Pick<SpotFallbackPolicy, 'from' | 'withinMs' | 'everyMs'>,
  now: number,
): SpotMemory['failures'] {
  const ofSpot = told
    .filter(({ capacityProviders }) => capacityProviders.includes(from))
    // A clock that is ahead of ours must not keep the window open.
    .map(({ id, atMs }) => ({ id, atMs: Math.min(atMs ?? now, now) }))
  // What is known comes last: of one that does not tell when it was, the first delivery counts.
  const byId = new Map([...ofSpot, ...known].map(failure => [failure.id, failure]))
  return [...byId.values()]
    .filter(({ atMs }) => now - atMs < Math.max(withinMs, everyMs))
    .sort((a, b) => a.atMs - b.atMs || (a.id < b.id ? -1 : 1))
    .slice(-failuresMax)
}
