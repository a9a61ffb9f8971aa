import { type RestartGroup, restartGroups } from '../healing/policy.ts'
import { minute, second } from '../model/time.ts'
import { createRandomness, type Randomness } from '../world/randomness.ts'
import { type FaultName, faultNames } from './faults.ts'
import type { FamilyPart, Happening, Outage, Scenario, ServicePart, Version } from './scenario.ts'

export interface DrawOptions {
  /** Faults that may happen; a world has a random half of them (swarm testing, Groce et al. 2012). Default: all. */
  faults?: readonly FaultName[]
  /** Simulated minutes, at least 20. Default 60; the second half is quiet. */
  minutes?: number
}

/** The world of a seed: always the same one. */
export function drawScenario(
  seed: number,
  { faults = faultNames, minutes = 60 }: DrawOptions = {},
): Scenario {
  const random = createRandomness(seed)
  const endMs = minutes * minute
  const quietFromMs = Math.floor(endMs / 2)
  const chosen = drawFaults(random.fork('faults'), faults)
  const services = drawServices(random.fork('services'))
  const families = drawFamilies(random.fork('families'))
  const happenings = drawHappenings(random.fork('happenings'), quietFromMs, services, families, chosen)
  return {
    seed,
    quietFromMs,
    endMs,
    services,
    families,
    happenings: happenings.sort((a, b) => a.atMs - b.atMs),
    faults: chosen,
    versions: drawVersions(random.fork('versions'), quietFromMs, chosen),
    outages: drawOutages(random.fork('outages'), quietFromMs, chosen),
  }
}

const chance = (random: Randomness, probability: number): boolean => random.fraction() < probability

/** One world in eight is fair weather: what must hold in a storm must hold there, too, and a mutant has nowhere to hide. */
function drawFaults(random: Randomness, faults: readonly FaultName[]): Scenario['faults'] {
  const fair = chance(random, 1 / 8)
  const kept = faultNames.map(name => ({
    name,
    is: chance(random, 1 / 2),
    rate: 0.02 + random.fraction() * 0.2,
  }))
  return Object.fromEntries(
    kept.filter(({ name, is }) => !fair && is && faults.includes(name)).map(({ name, rate }) => [name, rate]),
  )
}

function drawServices(random: Randomness): ServicePart[] {
  const count = random.pick([0, 1, 1, 1, 2])
  return Array.from({ length: count }, (_, index) => drawService(random, ['web', 'api'][index] ?? 'web'))
}

function drawService(random: Randomness, name: string): ServicePart {
  const kind = random.pick(['ECS', 'ECS', 'ECS', 'ECS', 'ECS', 'DAEMON', 'CODE_DEPLOY', 'EXTERNAL'] as const)
  const min = random.between(1, 2)
  const max = min + random.between(1, 4)
  const tags: Record<string, string> = {}
  if (chance(random, 0.1)) tags['longshore:max'] = random.pick([String(max - 1), String(max + 2), 'many'])
  if (chance(random, 0.05)) tags['longshore:paused'] = 'incident 7'
  const desired = kind === 'DAEMON' ? 1 : random.between(Math.max(1, min - 1), max + 1)
  return {
    name,
    strategy: kind === 'DAEMON' ? 'DAEMON' : 'REPLICA',
    controller: kind === 'DAEMON' ? 'ECS' : kind,
    managed: chance(random, 0.9),
    desired,
    min,
    max,
    outCooldownMs: random.pick([1, 2, 3]) * minute,
    inCooldownMs: random.pick([1, 2, 3]) * minute,
    step: random.pick([1, 1, 2]),
    treatMissingData: random.pick(['missing', 'ignore', 'breaching', 'notBreaching']),
    tags,
    requestsPerSecond: random.between(20, 100 * max),
  }
}

function drawFamilies(random: Randomness): FamilyPart[] {
  const count = random.pick([0, 1, 1, 1, 2])
  return Array.from({ length: count }, (_, index) =>
    drawFamily(random, ['nightly', 'thumbs'][index] ?? 'nightly'),
  )
}

function drawFamily(random: Randomness, name: string): FamilyPart {
  const heals = chance(random, 0.9)
  return {
    name,
    managed: chance(random, 0.9),
    tasks: random.between(1, 3),
    spot: chance(random, 0.4),
    heal: heals
      ? {
          on: drawGroups(random),
          attempts: random.between(1, 4),
          firstMs: random.pick([5, 10, 20]) * second,
          maxMs: random.pick([30, 60]) * second,
        }
      : null,
    discover: !heals || chance(random, 0.5),
  }
}

function drawGroups(random: Randomness): RestartGroup[] {
  if (chance(random, 0.5)) return [...restartGroups]
  const some = restartGroups.filter(() => chance(random, 0.6))
  return some.length > 0 ? some : ['crash']
}

function drawHappenings(
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
  for (const { name: family, spot } of families) {
    for (let times = random.between(1, 5); times > 0; times--) {
      const nth = random.between(0, 3)
      const how = random.pick(['crash', 'oom', 'complete', 'maintenance'] as const)
      happenings.push({ atMs: at(), what: 'end', family, nth, how })
    }
    if (chance(random, 0.4))
      happenings.push({ atMs: at(), what: 'user-stop', family, nth: random.between(0, 3) })
    if (spot && chance(random, 0.6))
      happenings.push({ atMs: at(), what: 'spot', family, nth: random.between(0, 3) })
    for (let times = random.between(0, 2); times > 0; times--) {
      const fate = random.pick(['image-not-found', 'network-interface', 'crash', null] as const)
      happenings.push({ atMs: at(), what: 'run', family, fate })
    }
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

function drawVersions(
  random: Randomness,
  quietFromMs: number,
  chosen: Scenario['faults'],
): Scenario['versions'] {
  const first: Version = {
    fromMs: 0,
    overlapMs: 0,
    mode: chance(random, 0.05) ? 'observe' : 'act',
    maxShift: 0,
    novelty: false,
  }
  if (chosen.policy === undefined && chosen.upgrade === undefined) return [first]
  const isPolicy = chosen.policy !== undefined
  return [
    first,
    {
      fromMs: random.between(2 * minute, quietFromMs - minute),
      overlapMs: chosen.upgrade === undefined ? 0 : random.between(0, 8) * minute,
      mode: isPolicy && chance(random, 0.15) ? 'observe' : 'act',
      maxShift: isPolicy ? random.pick([0, 1, 2]) : 0,
      novelty: chosen.upgrade !== undefined,
    },
  ]
}

const outagesOf = ['ecs', 'cloudWatch', 'cloudMap', 'store', 'queue', 'slack'] as const

function drawOutages(random: Randomness, quietFromMs: number, chosen: Scenario['faults']): Outage[] {
  const outage = (of: Outage['of'], longestMs: number): Outage => {
    const fromMs = random.between(minute, quietFromMs - minute)
    return { of, fromMs, toMs: Math.min(quietFromMs, fromMs + random.between(minute, longestMs)) }
  }
  const outages: Outage[] = []
  if (chosen.outage !== undefined)
    for (let times = random.between(1, 2); times > 0; times--)
      outages.push(outage(random.pick(outagesOf), 25 * minute))
  if (chosen.drop !== undefined) outages.push(outage('events', 6 * minute))
  return outages
}
