import { minute } from '../../model/time.ts'
import { createRandomness, type Randomness } from '../../world/randomness.ts'
import { chance } from '../chance.ts'
import { type FaultName, faultNames } from '../faults.ts'
import { targetOf } from '../judge.ts'
import type { Bug, FamilyPart, Outage, Scenario, ServicePart, Version } from '../scenario.ts'
import { drawFamilies, drawServices } from './account.ts'
import { drawGreed } from './greed.ts'
import { drawHappenings } from './happenings.ts'
import { drawImageHappenings } from './images.ts'
import { drawMeddling, drawPlaces, drawSickness } from './places.ts'
import { drawPlannedHappenings, withPlans } from './planned.ts'
import { drawCare, drawReleases } from './revisions.ts'
import { drawSignalHappenings, drawSignalOutages, drawSignals } from './signals.ts'
import { drawSpot, drawSpotHappenings } from './spot.ts'

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
  const services = drawCare(
    random.fork('care'),
    drawSpot(random.fork('spot'), drawSignals(random.fork('signals'), drawServices(random.fork('services')))),
  )
  const families = drawPlaces(
    random.fork('places'),
    withPlans(random.fork('plans'), drawFamilies(random.fork('families'))),
  )
  const signals = random.fork('signal happenings')
  const happenings = [
    ...drawHappenings(random.fork('happenings'), quietFromMs, services, families, chosen),
    ...drawPlannedHappenings(random.fork('planned happenings'), quietFromMs, families),
    ...drawSignalHappenings(signals, quietFromMs, services, chosen),
    ...drawImageHappenings(random.fork('images'), quietFromMs, families),
    ...drawSpotHappenings(random.fork('spot happenings'), quietFromMs, services, families, chosen),
    ...drawGreed(random.fork('greed'), quietFromMs, families),
    ...drawMeddling(random.fork('meddling'), quietFromMs, families, chosen),
    ...drawSickness(random.fork('sickness'), quietFromMs, families, chosen),
    ...drawReleases(random.fork('releases'), quietFromMs, services, chosen),
  ]
  return {
    seed,
    quietFromMs,
    endMs,
    services,
    families,
    happenings: happenings.sort((a, b) => a.atMs - b.atMs),
    faults: chosen,
    versions: drawVersions(random.fork('versions'), quietFromMs, chosen),
    outages: [
      ...drawOutages(random.fork('outages'), quietFromMs, chosen),
      ...drawSignalOutages(signals, quietFromMs, services, chosen),
    ],
    bug: drawBug(random.fork('bug'), services, families, chosen),
  }
}

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

const outagesOf = ['changes', 'ecs', 'cloudWatch', 'cloudMap', 'store', 'queue', 'slack'] as const

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
  if (chosen.start !== undefined) outages.push(outage('start', 8 * minute))
  return outages
}

/** Seldom, and never about the only target: what is looked for is harm to the others. */
function drawBug(
  random: Randomness,
  services: ServicePart[],
  families: FamilyPart[],
  chosen: Scenario['faults'],
): Bug | null {
  const targets = [
    ...services.filter(({ managed }) => managed).map(({ name }) => targetOf('service', name)),
    ...families.filter(({ managed }) => managed).map(({ name }) => targetOf('family', name)),
  ]
  if (chosen.bug === undefined || targets.length < 2 || !chance(random, 0.4)) return null
  return { target: random.pick(targets), at: random.pick(['mark', 'look', 'record']) }
}
