import type { TestProject } from 'vitest/node'
import { type Lacks, lacksOf } from './lacks.ts'
import { type EmulatorName, startEmulator } from './servers.ts'

/** What the scenarios run on. */
export interface Provided {
  name: string
  endpoint: string
  lacks: Lacks
  /** moto's threads race: of two writes under the same condition, both may succeed. */
  oneAtATime: boolean
}

declare module 'vitest' {
  interface ProvidedContext {
    emulator: Provided
  }
}

/** Starts the emulator that the project is named after, unless it was told an endpoint. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { LONGSHORE_TEST_ENDPOINT: endpoint, LONGSHORE_TEST_LACKS: lacks } = project.config.env
  if (endpoint) {
    project.provide('emulator', {
      name: project.name,
      endpoint,
      lacks: lacks ? lacksOf[lacks as EmulatorName] : {},
      oneAtATime: lacks === 'moto',
    })
    return async () => {}
  }
  const name = project.name as EmulatorName
  const emulator = await startEmulator(name)
  if (name === 'moto') await holdTasks(emulator.endpoint)
  project.provide('emulator', {
    name,
    endpoint: emulator.endpoint,
    lacks: lacksOf[name],
    oneAtATime: name === 'moto',
  })
  return emulator.close
}

/** moto's tasks would otherwise come a step nearer to their end each time they are described. */
async function holdTasks(endpoint: string): Promise<void> {
  const answer = await fetch(`${endpoint}/moto-api/state-manager/set-transition`, {
    method: 'POST',
    body: JSON.stringify({
      model_name: 'ecs::task',
      transition: { progression: 'manual', times: 1_000_000_000 },
    }),
  })
  if (!answer.ok) throw new Error(`moto: ${answer.status} ${await answer.text()}`)
}
