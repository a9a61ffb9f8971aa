import { unstorable } from '../../model/store-limits.ts'
import { staleAfterMs } from '../alarm-window.ts'
import { type Cooling, scaleOutBase } from '../cooldown.ts'
import type { Step, StepTrigger } from '../policy.ts'
import type { Proposed } from '../proposal.ts'
import type { AlarmReason, Measured } from '../reason.ts'
import type { Seen } from '../seen.ts'
import type { Read } from '../signal.ts'
import { adjusted, aggregate, distance, sideOf, stepAt, stepsOn } from '../step.ts'
import { type AlarmView, mutedForMs } from '../view.ts'

/** `alarm`: a step per distance from the threshold, as Application Auto Scaling takes it. */

/** Alarms and their metrics are read by name. */
export const reads = (): Read[] => []

export function propose(trigger: StepTrigger, seen: Seen, _memory: unknown, nowMs: number): Proposed {
  const view = seen.alarms.find(({ alarmName }) => alarmName === trigger.alarm)
  const choice = choose(trigger, view, nowMs)
  if ('step' in choice) return take(trigger, choice, seen.count, seen.cooling)
  const failed = unjudged.has(choice.code)
  return { asks: false, because: choice, failed, unsure: failed && trigger.steps.some(mightAdd) }
}

interface Choice {
  step: Step
  measured: Measured | null
}

/** The step that the alarm's present calls for, or why there is none. */
function choose(trigger: StepTrigger, view: AlarmView | undefined, nowMs: number): Choice | AlarmReason {
  const name = trigger.alarm
  if (!view || view.alarm.kind === 'missing') return { code: 'alarm-missing', alarm: name }
  if (view.alarm.kind === 'failed') {
    const { operation, code: failure } = view.alarm.failure
    return { code: 'alarm-unreadable', alarm: name, operation, failure }
  }

  const alarm = view.alarm.value
  if (alarm.state === 'OK') return { code: 'alarm-ok', alarm: name }
  if (alarm.state === 'INSUFFICIENT_DATA') return { code: 'alarm-insufficient-data', alarm: name }
  if (!alarm.actionsEnabled) return { code: 'alarm-actions-disabled', alarm: name }
  const remainingMs = mutedForMs(view, nowMs)
  if (remainingMs > 0) return { code: 'alarm-muted', alarm: name, remainingMs }
  if (alarm.suppressedBy !== null) return { code: 'alarm-suppressed', alarm: name, by: alarm.suppressedBy }

  if (view.metric === null) {
    const [only, ...others] = stepsOn(trigger.steps, sideOf(alarm.comparisonOperator))
    if (only && others.length === 0) return { step: only, measured: null }
    return { code: 'alarm-without-metric', alarm: name, steps: only ? others.length + 1 : 0 }
  }
  if (view.metric.kind === 'missing') return { code: 'metric-missing', alarm: name }
  if (view.metric.kind === 'failed') {
    const { operation, code: failure } = view.metric.failure
    return { code: 'metric-unreadable', alarm: name, operation, failure }
  }
  const [ageMs, limitMs] = [nowMs - view.metric.observedAtMs, staleAfterMs(alarm)]
  if (!(ageMs <= limitMs)) return { code: 'metric-stale', alarm: name, ageMs, limitMs }

  const metric = aggregate(view.metric.value, trigger.statistic)
  const threshold = alarm.threshold
  if (metric === null || threshold === null || !Number.isFinite(metric - threshold))
    return { code: 'metric-not-finite', alarm: name }
  const step = stepAt(trigger.steps, distance(metric, threshold), alarm.comparisonOperator)
  // Reasons are kept in the journal: a number that it cannot keep must not stop the scaling.
  const measured = unstorable([metric, threshold]) === null ? { metric, threshold } : null
  return step ? { step, measured } : { code: 'no-step-matches', alarm: name, measured }
}

/** The step applied to the count; while a scale-out cools, a step that adds is applied to the count from before it. */
function take(
  trigger: StepTrigger,
  { step, measured }: Choice,
  count: number,
  cooling: Cooling | null,
): Proposed {
  const { alarm, atLeastTasks } = trigger
  const { adjustment } = step
  const adds = adjusted(count, adjustment, atLeastTasks) > count
  const again = adds && cooling?.after === 'out' ? cooling : null
  const base = again ? scaleOutBase(count, again) : count
  const wanted = adjusted(base, adjustment, atLeastTasks)

  if (again && wanted <= count) {
    const { remainingMs } = again
    const because = { code: 'cooldown-out', alarm, wanted, base, desired: count, remainingMs } as const
    return { asks: true, count, because, active: null }
  }
  const code = wanted > count ? 'step-out' : wanted < count ? 'step-in' : 'step-unchanged'
  const applied = { measured, adjustment, atLeastTasks, base, cooling: again !== null, wanted, limit: null }
  return { asks: true, count: wanted, because: { code, alarm, ...applied }, active: null }
}

/** The owner's own switches (disabled, muted, suppressed) and sparse metrics are no doubt; these are. */
const unjudged: ReadonlySet<AlarmReason['code']> = new Set<AlarmReason['code']>([
  'alarm-missing',
  'alarm-unreadable',
  'alarm-without-metric',
  'metric-missing',
  'metric-unreadable',
  'metric-stale',
  'metric-not-finite',
])

const mightAdd = ({ adjustment }: Step): boolean =>
  adjustment.kind === 'exact' || (adjustment.kind === 'change' ? adjustment.tasks : adjustment.percent) > 0
