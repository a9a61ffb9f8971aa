import { neverRollsBack } from '../../model/service.ts'
import { minute, second } from '../../model/time.ts'
import type { Randomness } from '../../world/randomness.ts'
import { chance } from '../chance.ts'
import type { CarePart, Happening, Release, Scenario, ServicePart } from '../scenario.ts'

/** Draws which revisions of services fail, how, and what their owners want done about it. */

export const carefree: CarePart = {
  crashLoop: 'notify',
  stuck: { afterMs: 10 * minute, remedy: 'notify' },
  rollsBack: neverRollsBack,
  isExpress: false,
}

export const drawCare = (random: Randomness, services: ServicePart[]): ServicePart[] =>
  services.map(part => {
    const circuitBreaker = random.pick(['off', 'off', 'off', 'off', 'fail', 'roll-back'] as const)
    return {
      ...part,
      care: {
        crashLoop: random.pick(['notify', 'roll-back', 'roll-back', 'roll-back', 'pause'] as const),
        stuck: {
          afterMs: random.between(3, 8) * minute,
          remedy: random.pick(['notify', 'roll-back'] as const),
        },
        rollsBack: { circuitBreaker, onAlarm: chance(random, 0.15) },
        isExpress: chance(random, 0.05),
      },
    }
  })

/** Before RUNNING, within seconds after it, after minutes, by health checks; the last one needs another cure than a revision. */
const badOnes: readonly Exclude<Release, string>[] = [
  { how: 'image-not-found', afterMs: 0 },
  { how: 'secrets', afterMs: 0 },
  { how: 'crash', afterMs: 2 * second },
  { how: 'crash', afterMs: 15 * second },
  { how: 'oom', afterMs: 50 * second },
  { how: 'crash', afterMs: 100 * second },
  { how: 'crash', afterMs: 3 * minute },
  { how: 'health-check-container', afterMs: 30 * second },
  { how: 'health-check-elb', afterMs: 70 * second },
  { how: 'network-interface', afterMs: 0 },
]

/** Late enough for the revision before to have stood for ten minutes. */
const stoodAtMs = 13 * minute

export function drawReleases(
  random: Randomness,
  quietFromMs: number,
  services: ServicePart[],
  chosen: Scenario['faults'],
): Happening[] {
  const isFair = Object.keys(chosen).length === 0
  return services.flatMap(({ name: service, care }) => {
    if (chosen.deployment === undefined && !(isFair && chance(random, 0.5))) return []
    const drawn: Happening[] = []
    const lastMs = quietFromMs - 2 * minute
    if (chance(random, 0.2))
      drawn.push({
        atMs: random.between(Math.min(stoodAtMs, lastMs), lastMs),
        what: 'break',
        service,
        minutes: random.between(3, 8),
      })
    if (!chance(random, 0.75)) return drawn
    const fromMs = chance(random, 0.5) ? stoodAtMs : minute
    let atMs = random.between(Math.min(fromMs, lastMs), lastMs)
    drawn.push({ atMs, what: 'release', service, revision: random.pick(badOnes) })
    // Some owners wait for the roll-back that they asked for.
    const isLeft = chance(random, care.crashLoop === 'roll-back' ? 0.5 : 0.15)
    const fix = (fixedAtMs: number): void => {
      drawn.push({ atMs: Math.min(fixedAtMs, quietFromMs), what: 'release', service, revision: 'good' })
    }
    if (chance(random, 0.4)) {
      atMs += random.between(3, 9) * minute
      fix(atMs)
    }
    // Late enough for some to have been rolled back from before.
    if (chance(random, 0.5)) {
      atMs += random.between(4, 12) * minute
      if (atMs < quietFromMs) drawn.push({ atMs, what: 'release', service, revision: 'bad-again' })
    }
    if (!isLeft) fix(atMs + random.between(3, 12) * minute)
    return drawn
  })
}
