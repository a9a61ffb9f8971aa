import { ministackLacks } from './lacks-ministack.ts'
import { motoLacks } from './lacks-moto.ts'
import type { EmulatorName } from './servers.ts'

/**
 * What an emulator lacks of AWS. The scenario still runs and has to fail, and as told: one that passes has been learnt, and its line must go;
 * one that fails otherwise has another cause.
 */
export interface Lack {
  /** Where AWS documents it otherwise, or what of AWS is absent. */
  reason: string
  /** Part of the error that the scenario ends with. */
  shows: string
}

/** By scenario, as the test run names it: `ecs: the adapters > sets the desired count and nothing else`. */
export type Lacks = Record<string, Lack>

export const lacksOf: Record<EmulatorName, Lacks> = { moto: motoLacks, ministack: ministackLacks }
