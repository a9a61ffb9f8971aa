import type { Lacks } from './lacks.ts'
import { ministackLacks } from './lacks-ministack.ts'
import { motoLacks } from './lacks-moto.ts'
import type { EmulatorName } from './servers.ts'

/** What the scenarios have to know of an emulator. */
export interface Manners {
  lacks: Lacks
  /** Its threads race: of two writes under the same condition, both may succeed. Calls then go to it one by one. */
  oneAtATime: boolean
  /** Before the first scenario. */
  prepare(endpoint: string): Promise<void>
}

export const manners: Record<EmulatorName, Manners> = {
  moto: { lacks: motoLacks, oneAtATime: true, prepare: holdTasks },
  ministack: { lacks: ministackLacks, oneAtATime: false, prepare: async () => {} },
}

export const isEmulator = (name: string): name is EmulatorName => Object.hasOwn(manners, name)

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
