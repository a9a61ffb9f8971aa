import { isFull, remember as rememberDiscovery } from '../discovery/remember.ts'
import { explain as explainHealing } from '../healing/explain.ts'
import { remember as rememberHealing, rememberStop } from '../healing/remember.ts'
import { remember as rememberServiceHealing } from '../healing/services/remember.ts'
import type { Intent, Outcome } from '../model/decision.ts'
import type { Memory } from '../model/memory.ts'
import type { Target } from '../model/target.ts'
import { serviceRuleFor, taskRuleFor } from '../policy/match.ts'
import type { Policy } from '../policy/policy.ts'
import { remember as rememberScaling } from '../scaling/remember.ts'

export interface Afterwards {
  memory: Memory
  /** The reason code that settles the action's evidence; null = still open. */
  resolution: string | null
  /**
   * What stands now instead of the action, because it failed; null when it did not. The code of the hold that follows, where one
   * does: a wait between two tries is no news after the first.
   */
  stance: string | null
  /** What follows from a refusal; absent where the reason of the action says all. */
  sentence?: string
  /** True: what stands now is said once by the hold that follows, not with every action that met it. */
  isUntold?: true
}

/**
 * What the target's memory is after an action, and what that means. What is not known yet leaves no trace, and of what was overtaken
 * only the cooldown of a step stays: DescribeServices has no bound to its lag, and the change may have happened.
 */
export function afterwards(
  memory: Memory,
  intent: Pick<Intent, 'action' | 'because' | 'recordedAtMs'>,
  outcome: Outcome,
  now: number,
  policy: Policy,
  target: Target,
): Afterwards {
  const { action } = intent
  const isOvertaken = !outcome.ok && outcome.code === 'superseded'
  const isUnknown = !outcome.ok && outcome.code === 'unanswered'
  if (isUnknown || (isOvertaken && action.verb !== 'update-service'))
    return { memory, resolution: null, stance: null }
  const stance = outcome.ok || isOvertaken ? null : `${action.verb} ${outcome.code}`
  switch (action.verb) {
    case 'update-service': {
      const scale = target.kind === 'service' ? serviceRuleFor(policy, target)?.scale : null
      if (!scale) return { memory, resolution: null, stance }
      const told = isOvertaken ? { ...outcome, code: 'unavailable' } : outcome
      const scaling = rememberScaling(memory.scaling, intent, told, now, scale)
      return { memory: { ...memory, scaling }, resolution: null, stance }
    }
    case 'run-task': {
      const heal = target.kind === 'family' ? taskRuleFor(policy, target)?.heal : null
      if (!heal) return { memory, resolution: null, stance }
      const after = rememberHealing(
        memory.healing,
        action,
        outcome,
        now,
        heal,
        plannedFor(intent.because.code),
      )
      return {
        memory: { ...memory, healing: after.memory },
        resolution: after.settle ? after.resolution : null,
        stance: outcome.ok ? null : after.because.code,
        ...(outcome.ok ? {} : { sentence: explainHealing(after.because) }),
      }
    }
    case 'stop-deployment':
    case 'roll-back-service': {
      const serviceHealing = rememberServiceHealing(memory.serviceHealing, action, outcome, now)
      return { memory: { ...memory, serviceHealing }, resolution: null, stance }
    }
    case 'stop-task':
      return {
        memory: { ...memory, healing: rememberStop(memory.healing, action, outcome, now) },
        resolution: null,
        stance,
      }
    case 'register-instance':
    case 'deregister-instance':
    case 'set-instance-health':
      return {
        memory: { ...memory, discovery: rememberDiscovery(memory.discovery, action, outcome, now) },
        resolution: null,
        stance: outcome.ok ? null : isFull(action, outcome) ? 'service-full' : 'operation-failed',
        ...(isFull(action, outcome) ? { isUntold: true } : {}),
      }
  }
}

const plannedFor = (code: string): 'retirement' | 'host' | null =>
  code === 'retirement' ? 'retirement' : code === 'machine' ? 'host' : null
