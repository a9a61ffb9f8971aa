import { minute, second } from '../../model/time.ts'
import type { Randomness } from '../../world/randomness.ts'
import { chance } from '../chance.ts'
import type { FamilyPart, Happening, Scenario, ServicePart } from '../scenario.ts'

/** Draws what happens in an account before the quiet: life, and the faults that are happenings. */

export function drawHappenings(
  random: Randomness,
  quietFromMs: number,
  services: ServicePart[],
  families: FamilyPart[],
  chosen: Scenario['faults'],
): Happening[] {
  const at = (fromMs = minute): number => random.between(fromMs, quietFromMs - 30 * second)
  const happenings: Happening[] = []
  for (const { name, min, max } of services) {
    const service = name
    for (let times = random.between(1, 4); times > 0; times--)
      happenings.push({ atMs: at(), what: 'load', service, requestsPerSecond: random.between(10, 110 * max) })
    // A load that some count within the bounds can carry between both thresholds.
    const calm = random.between(min, max) * random.between(45, 65)
    happenings.push({ atMs: quietFromMs, what: 'load', service, requestsPerSecond: calm })
    if (chance(random, 0.3))
      happenings.push({ atMs: at(), what: 'lose-service-task', service, how: random.pick(['crash', 'oom']) })
    happenings.push(...drawServiceFaults(random, service, max, at, quietFromMs, chosen))
  }
  for (const { name: family, capacity, checked } of families) {
    let endAtMs: number | null = null
    for (let times = random.between(1, 5); times > 0; times--) {
      const nth = random.between(0, 3)
      const how = random.pick(['crash', 'oom', 'complete', 'maintenance'] as const)
      // Some ends come together.
      endAtMs = endAtMs !== null && chance(random, 0.3) ? endAtMs + random.between(100, 3_000) : at()
      happenings.push({ atMs: endAtMs, what: 'end', family, nth, how })
    }
    if (chance(random, 0.4))
      happenings.push({ atMs: at(), what: 'user-stop', family, nth: random.between(0, 3) })
    if (capacity === 'spot' && chance(random, 0.6))
      happenings.push({ atMs: at(), what: 'spot', family, nth: random.between(0, 3) })
    for (let times = random.between(0, 2); times > 0; times--) {
      const fate = random.pick(['image-not-found', 'network-interface', 'crash', null] as const)
      const by = random.pick(['owner', 'owner', 'owner', 'somebody', 'schedule', 'orchestrator'] as const)
      happenings.push({ atMs: at(), what: 'run', family, fate, by })
    }
    if (capacity === 'machines' && chosen.host !== undefined)
      for (let times = random.between(1, 2); times > 0; times--)
        happenings.push({ atMs: at(), what: 'lose-host', family, nth: random.between(0, 3) })
    if (checked && chosen.health !== undefined)
      for (let times = random.between(1, 4); times > 0; times--)
        happenings.push({
          atMs: at(),
          what: 'health',
          family,
          nth: random.between(0, 3),
          healthy: chance(random, 0.3),
        })
  }
  if (chosen.capacity !== undefined) {
    const atMs = at()
    happenings.push({ atMs, what: 'capacity', short: true })
    happenings.push({
      atMs: Math.min(atMs + random.between(1, 6) * minute, quietFromMs),
      what: 'capacity',
      short: false,
    })
  }
  if (chosen['cloud-map'] !== undefined)
    for (let times = random.between(1, 4); times > 0; times--)
      happenings.push({ atMs: at(), what: 'operation-fails' })
  return happenings
}

function drawServiceFaults(
  random: Randomness,
  service: string,
  max: number,
  at: (fromMs?: number) => number,
  quietFromMs: number,
  chosen: Scenario['faults'],
): Happening[] {
  const drawn: Happening[] = []
  if (chosen.metrics !== undefined) {
    const atMs = at()
    drawn.push({ atMs, what: 'silence', service, silent: true })
    const endMs = Math.min(atMs + random.between(2, 14) * minute, quietFromMs)
    drawn.push({ atMs: endMs, what: 'silence', service, silent: false })
    for (let times = random.between(0, 4); times > 0; times--)
      drawn.push({ atMs: at(), what: 'flap', service, alarm: random.pick(['high', 'low']) })
    if (chance(random, 0.3))
      drawn.push({
        atMs: at(),
        what: 'mute',
        service,
        alarm: random.pick(['high', 'low']),
        minutes: random.between(2, 12),
      })
    if (chance(random, 0.1))
      drawn.push({ atMs: at(), what: 'delete-alarm', service, alarm: random.pick(['high', 'low']) })
  }
  if (chosen.deployment !== undefined) {
    const atMs = at()
    drawn.push({ atMs, what: 'deploy', service, crashes: chance(random, 0.4) })
    drawn.push({
      atMs: Math.min(atMs + random.between(2, 10) * minute, quietFromMs),
      what: 'deploy',
      service,
      crashes: false,
    })
  }
  if (chosen.foreign !== undefined)
    for (let times = random.between(1, 3); times > 0; times--)
      drawn.push({ atMs: at(), what: 'foreign', service, desired: random.between(0, max + 2) })
  if (chosen.recreate !== undefined) drawn.push({ atMs: at(5 * minute), what: 'recreate', service })
  return drawn
}
