import type { CapacityProviderStrategy } from '../../model/capacity-provider-strategy.ts'
import { minute, second } from '../../model/time.ts'
import type { Randomness } from '../../world/randomness.ts'
import { chance } from '../chance.ts'
import type { FamilyPart, Happening, Scenario, ServicePart } from '../scenario.ts'

/** Draws which services run on Spot, and when there is no room on it. */

const item = (capacityProvider: string, weight: number, base = 0) => ({ capacityProvider, base, weight })

const strategies: readonly CapacityProviderStrategy[] = [
  [item('FARGATE_SPOT', 1)],
  [item('FARGATE_SPOT', 1)],
  [item('FARGATE', 1, 1), item('FARGATE_SPOT', 3)],
  [item('FARGATE', 1), item('FARGATE_SPOT', 1)],
  [item('FARGATE_SPOT', 2, 1), item('FARGATE', 1)],
]

export const drawSpot = (random: Randomness, services: ServicePart[]): ServicePart[] =>
  services.map(part => {
    const spot = {
      strategy: random.pick(strategies),
      after: random.pick([2, 3, 5, 5]),
      upToPercent: random.pick([100, 100, 60, 50]),
      stepPercent: random.pick([50, 100]),
    }
    return chance(random, 0.5) && part.strategy === 'REPLICA' ? { ...part, spot } : part
  })

export function drawSpotHappenings(
  random: Randomness,
  quietFromMs: number,
  services: ServicePart[],
  families: FamilyPart[],
  chosen: Scenario['faults'],
): Happening[] {
  const onSpot = services.filter(({ spot }) => spot !== null)
  const isFamilyOnSpot = families.some(({ capacity }) => capacity === 'spot')
  // Without any other fault, too: what nobody can be sure of in a storm is judged then.
  const isFair = Object.keys(chosen).length === 0
  if (chosen.spot === undefined && !(isFair && chance(random, 0.5))) return []
  if (onSpot.length === 0 && !isFamilyOnSpot) return []
  const happenings: Happening[] = []
  for (let times = random.between(1, 2); times > 0; times--) {
    const atMs = random.between(minute, quietFromMs - 3 * minute)
    const untilMs = Math.min(atMs + random.between(2, 14) * minute, quietFromMs)
    happenings.push({ atMs, what: 'spot-capacity', short: true })
    happenings.push({ atMs: untilMs, what: 'spot-capacity', short: false })
    for (const { name: service } of onSpot)
      if (chance(random, 0.8))
        happenings.push({ atMs: atMs + random.between(0, 60) * second, what: 'spot-service', service })
    for (const { name: family, capacity } of families)
      if (capacity === 'spot' && chance(random, 0.8))
        for (let nth = 0; nth < 3; nth++)
          happenings.push({ atMs: atMs + random.between(0, 120) * second, what: 'spot', family, nth })
  }
  for (const { name: service } of onSpot)
    if (chance(random, 0.15))
      happenings.push({
        atMs: random.between(minute, quietFromMs - 30 * second),
        what: 'strategy',
        service,
        strategy: random.pick(strategies),
      })
  return happenings
}
