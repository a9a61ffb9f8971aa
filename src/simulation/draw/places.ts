import { minute } from '../../model/time.ts'
import type { Randomness } from '../../world/randomness.ts'
import { chance } from '../chance.ts'
import type { FamilyPart, Happening, PlacePart, Scenario } from '../scenario.ts'

/** Draws how tasks of families are reached, what is wished for in Cloud Map, and who else has a hand in it. */

export const plainPlace: PlacePart = { networkMode: 'awsvpc', min: 1, adopt: false, isLeftBehind: false }

export const drawPlaces = (random: Randomness, families: FamilyPart[]): FamilyPart[] =>
  families.map(part => {
    const networkMode = random.pick(['awsvpc', 'bridge', 'bridge', 'host'] as const)
    const isLeftBehind = chance(random, 0.3)
    return {
      ...part,
      place: {
        networkMode: part.capacity === 'machines' ? networkMode : 'awsvpc',
        min: random.pick([0, 1, 1, 1, 2]),
        adopt: chance(random, 0.6),
        isLeftBehind,
      },
    }
  })

export const drawMeddling = (
  random: Randomness,
  quietFromMs: number,
  families: FamilyPart[],
  chosen: Scenario['faults'],
): Happening[] =>
  families.flatMap(({ name: family, discover }) => {
    if (chosen['cloud-map'] === undefined || !discover) return []
    return Array.from({ length: random.between(0, 3) }, () => ({
      atMs: random.between(minute, quietFromMs),
      what: 'meddle' as const,
      family,
      nth: random.between(0, 3),
      how: random.pick(['register', 'deregister', 'deregister'] as const),
    }))
  })

/** Tasks that begin to fail their checks shortly before all is quiet, and go on failing, where Cloud Map itself is not told of health. */
export const drawSickness = (
  random: Randomness,
  quietFromMs: number,
  families: FamilyPart[],
  chosen: Scenario['faults'],
): Happening[] =>
  families.flatMap(({ name: family, discover, checked, neighbour }) =>
    chosen.health !== undefined && discover && checked && !neighbour
      ? [0, 1].map(nth => ({
          atMs: random.between(quietFromMs - 3 * minute, quietFromMs),
          what: 'health' as const,
          family,
          nth,
          healthy: false,
        }))
      : [],
  )
