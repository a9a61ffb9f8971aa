import { minute } from '../model/time.ts'
import type { Scenario } from './scenario.ts'
import { simulate } from './simulation.ts'
import type { InvariantId } from './violation.ts'

/** Runs of the simulation that looking for a smaller failure may cost. */
const runsMax = 150

/**
 * A smaller scenario that breaks the same invariant: without whatever fault, target, happening or version it can do without, and
 * over as soon as it can be. Greedy, as delta debugging is (Zeller, Hildebrandt 2002): a part that seemed needed is tried again
 * once others are gone.
 */
export async function shrink(failing: Scenario, invariant: InvariantId): Promise<Scenario> {
  let smallest = failing
  let runs = 0
  const breaks = async (candidate: Scenario): Promise<boolean> => {
    runs += 1
    return (await simulate(candidate)).violation?.invariant === invariant
  }
  for (let progress = true; progress && runs < runsMax; ) {
    progress = false
    for (const candidate of smaller(smallest)) {
      if (runs >= runsMax) break
      if (!(await breaks(candidate))) continue
      smallest = candidate
      progress = true
      break
    }
  }
  return smallest
}

/** Every scenario with one thing less, the largest things first. */
function* smaller(scenario: Scenario): Generator<Scenario> {
  const { services, families, happenings, faults, versions, outages, quietFromMs, endMs } = scenario
  for (const { name } of services) yield withoutTarget(scenario, 'services', name)
  for (const { name } of families) yield withoutTarget(scenario, 'families', name)
  for (const fault of Object.keys(faults))
    yield {
      ...scenario,
      faults: Object.fromEntries(Object.entries(faults).filter(([name]) => name !== fault)),
    }
  if (versions.length > 1) yield { ...scenario, versions: [versions[0]] }
  for (const outage of outages) yield { ...scenario, outages: outages.filter(other => other !== outage) }
  for (const part of halves(happenings)) yield { ...scenario, happenings: part }
  const quietMs = endMs - quietFromMs
  for (const lessMs of [10 * minute, 2 * minute])
    if (quietFromMs > lessMs) yield soonerQuiet(scenario, quietFromMs - lessMs, quietMs)
}

/** What would happen after it happens as it begins. */
export const soonerQuiet = (scenario: Scenario, quietFromMs: number, quietMs: number): Scenario => ({
  ...scenario,
  quietFromMs,
  endMs: quietFromMs + quietMs,
  happenings: scenario.happenings.map(each => ({ ...each, atMs: Math.min(each.atMs, quietFromMs) })),
})

function withoutTarget(scenario: Scenario, kind: 'services' | 'families', name: string): Scenario {
  const isAbout = (happening: object): boolean => Object.values(happening).includes(name)
  return {
    ...scenario,
    services: kind === 'services' ? scenario.services.filter(part => part.name !== name) : scenario.services,
    families: kind === 'families' ? scenario.families.filter(part => part.name !== name) : scenario.families,
    happenings: scenario.happenings.filter(happening => !isAbout(happening)),
  }
}

/** Without one half, one quarter, … one item. */
function* halves<T>(items: T[]): Generator<T[]> {
  for (
    let size = Math.ceil(items.length / 2);
    size >= 1 && items.length > 0;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  )
    for (let from = 0; from < items.length; from += size)
      yield [...items.slice(0, from), ...items.slice(from + size)]
}
