import type { TestProject } from 'vitest/node'
import { isEmulator, manners } from './emulators.ts'
import type { Lacks } from './lacks.ts'
import { startEmulator } from './servers.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Path of the Python that has the emulators; empty where none is started. */
    python: string
    /** What the scenarios run on. */
    emulator: { endpoint: string; lacks: Lacks; oneAtATime: boolean }
  }
}

/** Starts the emulator that the project is named after; one that was told an endpoint starts nothing. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { endpoint: told = '', like = '' } = project.config.env
  const { python } = project.getProvidedContext()
  const name = told === '' ? project.name : like
  const running = told === '' && isEmulator(name) ? await startEmulator(name, { python }) : null
  const endpoint = running?.endpoint ?? told
  const { lacks, oneAtATime, prepare } = isEmulator(name) ? manners[name] : plain
  await prepare(endpoint)
  project.provide('emulator', { endpoint, lacks, oneAtATime })
  return async () => running?.close()
}

/** What nobody said anything about has to do all that AWS does. */
const plain = { lacks: {}, oneAtATime: false, prepare: async () => {} }
