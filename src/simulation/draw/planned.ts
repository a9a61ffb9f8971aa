import { day, minute } from '../../model/time.ts'
import type { Randomness } from '../../world/randomness.ts'
import { chance } from '../chance.ts'
import type { FamilyPart, Happening } from '../scenario.ts'

/** Draws what families want done about tasks that live, and what happens to their machines and on AWS's side. A stream of its own. */

export const withPlans = (random: Randomness, families: FamilyPart[]): FamilyPart[] =>
  families.map(part => ({ ...part, planned: drawPlan(random, part) }))

function drawPlan(random: Randomness, { capacity, heal }: FamilyPart): FamilyPart['planned'] {
  const isWished = chance(random, 0.85)
  const atOnce = random.pick([1, 1, 2])
  // Behind the hold-down of what begins early.
  const opensAtMs = random.between(6, 20) * minute + (capacity === 'machines' ? 4 * minute : 0)
  const hasWindow = capacity !== 'machines' || chance(random, 0.5)
  const isLess = chance(random, 0.2)
  return heal && isWished
    ? {
        why: capacity === 'machines' ? 'host' : 'retirement',
        atOnce,
        opensAtMs: hasWindow ? opensAtMs : null,
        isLess,
      }
    : null
}

export function drawPlannedHappenings(
  random: Randomness,
  quietFromMs: number,
  families: FamilyPart[],
): Happening[] {
  const at = (fromMs: number, toMs = quietFromMs - minute): number =>
    random.between(fromMs, Math.max(fromMs, toMs))
  return families.flatMap(({ name: family, capacity }): Happening[] => {
    if (capacity === 'machines') return machineTroubles(random, family, quietFromMs, at)
    if (!chance(random, 0.5)) return []
    const atMs = at(minute, quietFromMs / 2)
    // Weeks ahead as a rule; or so soon that some windows open too late.
    const inMs = chance(random, 0.5) ? 7 * day : random.between(6, 20) * minute
    const notice = {
      what: 'retire' as const,
      family,
      nth: random.between(0, 3),
      tasks: random.between(1, 3),
      inMs,
    }
    return [{ ...notice, atMs }]
  })
}

function machineTroubles(
  random: Randomness,
  family: string,
  quietFromMs: number,
  at: (fromMs: number, toMs?: number) => number,
): Happening[] {
  const trouble = (atMs: number, forMs: number | null): Happening => ({
    atMs,
    what: 'machine-trouble',
    family,
    nth: random.between(0, 3),
    how: random.pick(['silent', 'silent', 'draining', 'impaired'] as const),
    forMs,
  })
  const happenings: Happening[] = []
  // Agents come and go: never as long as a hold-down, again and again, with pauses that a look cannot miss.
  if (chance(random, 0.6)) {
    let atMs = at(2 * minute, 6 * minute)
    for (let times = random.between(1, 3); times > 0 && atMs < quietFromMs - 6 * minute; times--) {
      const forMs = random.between(1, 4) * minute
      happenings.push({ atMs, what: 'machine-trouble', family, nth: 0, how: 'silent', forMs })
      atMs += forMs + random.between(2, 4) * minute
    }
  }
  if (chance(random, 0.6))
    happenings.push(trouble(at(2 * minute, 12 * minute), random.between(6, 25) * minute))
  if (chance(random, 0.3)) happenings.push(trouble(at(2 * minute), null))
  return happenings
}
