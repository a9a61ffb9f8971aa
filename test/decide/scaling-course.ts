import type { Outcome } from '../../src/model/decision.ts'
import type { ScalingMemory } from '../../src/model/memory.ts'
import type { Service } from '../../src/model/service.ts'
import { decide } from '../../src/scaling/decide.ts'
import type { ScalePolicy } from '../../src/scaling/policy.ts'
import { remember } from '../../src/scaling/remember.ts'
import type { ScalingView } from '../../src/scaling/view.ts'
import { crew, seeing } from './scaling-signals.ts'
import { noon, type RuleChange, wishes } from './scaling-view.ts'

/** A service on which time passes: look, decide, do, remember. Its tasks are ready at once unless a look says otherwise. */
export class Course {
  memory: ScalingMemory | undefined
  desired: number
  /** Change `rule` to change the owner's mind. */
  rule: ScalePolicy

  constructor(desired: number, triggers: ScalePolicy['triggers'], rest: RuleChange = {}) {
    this.desired = desired
    this.rule = wishes(triggers, rest).scale
  }

  verdict(atMs: number, seen: Partial<ScalingView>, is: Service = crew(this.desired)) {
    return decide(seeing(is, seen), { scale: this.rule, paused: null }, this.memory, noon + atMs)
  }

  /** `3 → 5`, or the code of what holds. */
  look(
    atMs: number,
    seen: Partial<ScalingView>,
    { is, outcome = { ok: true } }: { is?: Service; outcome?: Outcome } = {},
  ): string {
    const verdict = this.verdict(atMs, seen, is)
    this.memory = verdict.memory
    const [first] = verdict.decisions
    if (!first || !('do' in first)) return first?.because.code ?? 'nothing'
    const { do: action, because } = first
    const intent = { action, because, recordedAtMs: noon + atMs }
    this.memory = remember(this.memory, intent, outcome, noon + atMs, this.rule)
    if (outcome.ok) this.desired = action.desiredCount
    return `${action.previousDesiredCount} → ${action.desiredCount}`
  }
}
