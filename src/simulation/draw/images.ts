import { minute, second } from '../../model/time.ts'
import type { Randomness } from '../../world/randomness.ts'
import { chance } from '../chance.ts'
import type { FamilyPart, Happening } from '../scenario.ts'

/** Draws what becomes of the images of families: deleted by a lifecycle policy, pushed anew under the same tag. */
export function drawImageHappenings(
  random: Randomness,
  quietFromMs: number,
  families: FamilyPart[],
): Happening[] {
  const at = (): number => random.between(minute, quietFromMs - 30 * second)
  return families.flatMap(({ name: family }): Happening[] => [
    ...(chance(random, 0.3) ? [{ atMs: at(), what: 'push-image' as const, family }] : []),
    ...(chance(random, 0.35) ? [{ atMs: at(), what: 'delete-image' as const, family }] : []),
  ])
}
