import type { Answer } from '../model/reading.ts'
import type { TargetState } from '../model/state.ts'
import type { Target } from '../model/target.ts'
import { lookAtFamily } from './family-look.ts'
import type { Landing } from './landing.ts'
import type { Plan } from './plan.ts'
import { lookAtService } from './service-look.ts'

/** What of the state a look starts from. */
export type LookState = Pick<TargetState, 'inbox' | 'memory'>

/** Reads the world of one target and lets its rooms decide. A failure is the store's: what AWS does not tell is a hold of a room. */
export function look(landing: Landing, target: Target, state: LookState): Promise<Answer<Plan>> {
  return target.kind === 'service'
    ? lookAtService(landing, target, state)
    : lookAtFamily(landing, target, state)
}
