import { drawScenario } from '../../simulation/draw/scenario.ts'
import type { FaultName } from '../../simulation/faults.ts'
import { shrink } from '../../simulation/shrink.ts'
import { simulate } from '../../simulation/simulation.ts'
import { tellStory } from '../../simulation/story.ts'
import type { InvariantId } from '../../simulation/violation.ts'

export interface WorldOptions {
  faults: readonly FaultName[]
  minutes: number
  /** Look for a smaller world that breaks the same invariant. */
  shrink: boolean
}

/** What one seed came to. */
export interface WorldResult {
  seed: number
  faultsInjected: Partial<Record<FaultName, number>>
  /** Null when every invariant held; otherwise the first that did not, and the story of the smallest world that breaks it, too. */
  failure: { invariant: InvariantId; story: string } | null
}

export async function runWorld(seed: number, options: WorldOptions): Promise<WorldResult> {
  const scenario = drawScenario(seed, options)
  const { violation, faultsInjected } = await simulate(scenario)
  if (!violation) return { seed, faultsInjected, failure: null }
  const smallest = options.shrink ? await shrink(scenario, violation.invariant) : scenario
  const again = await simulate(smallest)
  const story = await tellStory(smallest, again.violation ?? violation)
  return { seed, faultsInjected, failure: { invariant: violation.invariant, story } }
}
