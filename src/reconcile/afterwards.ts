import { isFull, remember as rememberDiscovery } from '../discovery/remember.ts'
import { explain as explainHealing } from '../healing/explain.ts'
import { plannedFor } from '../healing/planned/planned-for.ts'
import { remember as rememberHealing, rememberStop } from '../healing/remember.ts'
import { remember as rememberServiceHealing, rememberServiceStop } from '../healing/services/remember.ts'
import { refusedStrategy } from '../healing/services/spot/explain.ts'
import type { SpotReason } from '../healing/services/spot/reason.ts'
import { rememberSpot } from '../healing/services/spot/remember.ts'
import type { Intent, Outcome, Verb } from '../model/decision.ts'
import type { Memory } from '../model/memory.ts'
import type { Target } from '../model/target.ts'
import { serviceRuleFor, taskRuleFor } from '../policy/match.ts'
import type { Policy } from '../policy/policy.ts'
import { remember as rememberScaling } from '../scaling/remember.ts'

/** Of these something is remembered although they were overtaken. */
const leavesTraces: Verb[] = ['update-service', 'set-capacity-providers']

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
 * only the cooldown of a step and the strategy before stay: DescribeServices has no bound to its lag, and the change may have happened.
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
  if (isUnknown || (isOvertaken && !leavesTraces.includes(action.verb)))
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
    // Done, or refused for good: its notice is dealt with. A refusal is told with the line of the call.
    case 'redeploy-service':
      return {
        memory,
        resolution: outcome.ok || !outcome.transient ? intent.because.code : null,
        stance,
      }
    case 'set-capacity-providers': {
      const before = memory.serviceHealing ?? { stops: [], loops: {} }
      const because = intent.because as SpotReason
      const spot = rememberSpot(
        before.spot,
        action,
        because,
        outcome,
        isOvertaken ? intent.recordedAtMs : now,
      )
      const isRefused = spot.refusedAtMs !== undefined && !outcome.ok
      return {
        memory: { ...memory, serviceHealing: { ...before, spot } },
        resolution: null,
        stance,
        ...(isRefused ? { sentence: refusedStrategy(because) } : {}),
        ...(isRefused && before.spot?.refusedAtMs !== undefined ? { isUntold: true } : {}),
      }
    }
    case 'stop-task':
      if (target.kind === 'service')
        return {
          memory: {
            ...memory,
            serviceHealing: rememberServiceStop(memory.serviceHealing, action, outcome, now),
          },
          resolution: null,
          stance,
        }
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
