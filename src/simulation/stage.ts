import type { World } from '../world/world.ts'
import { addFamily, addService } from './account.ts'
import { doings, faultOf } from './doings.ts'
import type { FaultName } from './faults.ts'
import { cluster } from './policies.ts'
import type { Scenario } from './scenario.ts'
import type { Truth } from './truth.ts'

/** Builds the account of a scenario and plans what happens in it. `tell`: for the story. */
export function setStage(
  world: World,
  scenario: Scenario,
  truth: Truth,
  { tell, count }: { tell: (text: string) => void; count: (fault: FaultName) => void },
): void {
  world.createCluster(cluster)
  world.createNamespace('jobs.internal', 'private-dns')
  const isOnMachines =
    scenario.services.some(({ strategy }) => strategy === 'DAEMON') ||
    scenario.families.some(({ capacity }) => capacity === 'machines')
  if (isOnMachines) for (const zone of ['a', 'b'] as const) world.registerContainerInstance(cluster, zone)
  for (const part of scenario.services) addService(world, part)
  for (const part of scenario.families) addFamily(world, part, truth)
  const parts = {
    services: new Map(scenario.services.map(part => [part.name, part])),
    families: new Map(scenario.families.map(part => [part.name, part])),
  }
  const verbs = doings(world, truth, parts, tell)
  // One verb for each kind, by their types.
  for (const happening of scenario.happenings)
    world.timeline.after(happening.atMs, () => {
      const fault = faultOf[happening.what]
      if (fault) count(fault)
      verbs[happening.what](happening as never)
    })
}
