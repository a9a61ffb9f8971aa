/**
 * What an emulator lacks of AWS. The scenario still runs and has to fail, and as told: one that passes has been learnt, and its line must go;
 * one that fails otherwise has another cause.
 */
export interface Lack {
  /** What the emulator does, and what AWS does. */
  reason: string
  /** Part of the error that the scenario ends with. */
  shows: string
}

/** By scenario, as the test run names it: `ecs: the adapter > sets the desired count and nothing else`. */
export type Lacks = Record<string, Lack>

/** How a lacking scenario ends; `error` is null when it passed. */
export type Verdict = { end: 'skipped'; reason: string } | { end: 'failed'; message: string }

export function verdictOn(lack: Lack, error: string | null): Verdict {
  if (error === null)
    return { end: 'failed', message: 'The emulator has learned this: take it off the list of its lacks.' }
  if (!error.includes(lack.shows))
    return {
      end: 'failed',
      message: `It is listed as lacking (${lack.reason}), but ends otherwise than with “${lack.shows}”: ${error}`,
    }
  return { end: 'skipped', reason: lack.reason }
}

/** Listed, and no scenario at all. */
export const unknownScenarios = (lacks: Lacks, scenarios: readonly string[]): string[] =>
  Object.keys(lacks).filter(scenario => !scenarios.includes(scenario))
