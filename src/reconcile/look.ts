import type { Answer } from '../model/reading.ts'
import type { Target } from '../model/target.ts'
import { lookAtFamily } from './family-look.ts'
import type { Landing } from './landing.ts'
import type { LookState, Plan } from './plan.ts'
import { lookAtService } from './service-look.ts'

/** Reads the world of one target and lets its rooms decide. A failure is the store's: what AWS does not tell is a hold of a room. */
export function look(landing: Landing, target: Target, state: LookState): Promise<Answer<Plan>> {
  return target.kind === 'service'
    ? lookAtService(landing, target, state)
    : lookAtFamily(landing, target, state)
}
