import type { TriggerMemory } from '../../model/memory.ts'
import type { Service } from '../../model/service.ts'
import { unstorable } from '../../model/store-limits.ts'
import { goneTasks, measuredTasks } from '../measured.ts'
import { requestCountQueries, utilizationKey, utilizationQueries } from '../metric-queries.ts'
import type { TargetTrigger } from '../policy.ts'
import { directionOf, type Proposed } from '../proposal.ts'
import { newestOf, paceMs, quietMs, readMetric, readWish, recentFromMs, tasksFor } from '../readings.ts'
import type { Seen } from '../seen.ts'
import type { Read } from '../signal.ts'

/**
 * `cpu`, `memory`, `requestsPerTask`, `target`: the count at which the signal would be at its target, as HPA computes it
 * (kubernetes/kubernetes, pkg/controller/podautoscaler/replica_calculator.go), with ECS's tasks for its pods.
 */

export function reads(trigger: TargetTrigger, service: Service, _memory: unknown, nowMs: number): Read[] {
  const { signal } = trigger
  if (signal.of === 'metric') {
    const fromMs = recentFromMs(signal.metric.periodSeconds * 1_000, nowMs)
    return [readWish(keyOf(trigger), signal.metric, fromMs)]
  }
  const periodSeconds = periodSecondsOf(trigger)
  const queries =
    signal.of === 'requests'
      ? requestCountQueries(service)
      : utilizationQueries(
          signal.of === 'cpu' ? 'CPUUtilization' : 'MemoryUtilization',
          periodSeconds,
          service,
        )
  return queries
    ? [readMetric(keyOf(trigger), queries, periodSeconds, recentFromMs(periodSeconds * 1_000, nowMs))]
    : []
}

/** Under which its signal stands in the view. */
export function keyOf({ name, signal }: TargetTrigger): string {
  if (signal.of === 'metric') return `metric ${name}`
  return signal.of === 'requests' ? signal.of : utilizationKey(signal.of, signal.periodSeconds)
}

const periodSecondsOf = ({ signal }: TargetTrigger): number =>
  signal.of === 'metric' ? signal.metric.periodSeconds : signal.of === 'requests' ? 60 : signal.periodSeconds

export function propose(
  trigger: TargetTrigger,
  seen: Seen,
  _memory: TriggerMemory | undefined,
  nowMs: number,
): Proposed {
  const { name, signal, per } = trigger
  const newest = newestOf(seen.series[keyOf(trigger)], name, nowMs)
  if ('code' in newest) return { asks: false, because: newest, unsure: true, failed: true }
  // Requests are told per second, and counted per period.
  const value = signal.of === 'requests' ? newest.value / (newest.periodMs / 1_000) : newest.value
  const active = trigger.wakeAt === null ? null : value > 0 && value >= trigger.wakeAt

  const measured = measuredTasks(seen, newest)
  const count =
    per === 'task'
      ? shared(trigger, value, seen)
      : level(trigger, value, seen, { measured, gone: goneTasks(seen.removed, newest) })
  if (count === null)
    return { asks: false, because: { code: 'none-ready', trigger: name }, unsure: true, failed: false }
  const lookInMs = isQuiet(trigger, value, seen) ? quietMs : paceMs(newest.periodMs)
  if (count === 'starting-suffices') {
    const because = { code: count, trigger: name, starting: seen.starting, desired: seen.count } as const
    return { asks: true, count: seen.count, because, active, lookInMs }
  }
  if (count === 'new-ones-suffice') {
    const unmeasured = tasksFor(seen.ready - measured)
    const because = { code: count, trigger: name, unmeasured, desired: seen.count } as const
    return { asks: true, count: seen.count, because, active, lookInMs }
  }
  const figures = { value, target: trigger.target }
  // Reasons are kept in the journal: a number that it cannot keep must not stop the scaling.
  const kept = unstorable(figures) === null ? figures : null
  const code = `target-${directionOf(count, seen.count)}` as const
  const because = { code, trigger: name, signal: signal.of, per, measured: kept, wanted: count, limit: null }
  return { asks: true, count, because, active, lookInMs }
}

/** HPA's AverageValue: a total, of which each task has its share. */
function shared({ target, tolerance }: TargetTrigger, total: number, { count }: Seen): number {
  if (count > 0 && isWithin(total / (target * count), tolerance)) return count
  return tasksFor(total / target)
}

/**
 * HPA's Utilization and Value: a level that falls as tasks are added, of the tasks that were `measured`. Others, that start or
 * were ready later, count as idle before anything is added, and when they turn the answer round, or make it one for fewer tasks,
 * nothing changes. Those that are `gone` since, by our own change or because they were lost (a crash, Spot, a machine), count before
 * anything is removed. Above the target nothing is ever removed, and below it nothing added: HPA's Value does so while pods are
 * not ready.
 */
function level(
  { target, tolerance, wakeAt }: TargetTrigger,
  value: number,
  { count, ready, starting, added }: Seen,
  { measured, gone }: { measured: number; gone: number },
): number | 'starting-suffices' | 'new-ones-suffice' | null {
  const ratio = value / target
  if (count === 0) return wakeAt === null ? 0 : tasksFor(ratio)
  if (ready === 0) return null
  if (isWithin(ratio, tolerance)) return count
  // A level alone cannot tell an idle service from one that only looks so: it keeps one task.
  if (ratio < 1) {
    // Whoever is missing of those that were there before our last change has been lost.
    const were = Math.max(measured + gone, count - added)
    return Math.max(1, Math.min(tasksFor(ratio * were), count))
  }
  const diluted = (ratio * measured) / (ready + starting)
  if (measured < ready + starting && (diluted < 1 || isWithin(diluted, tolerance)))
    return starting > 0 ? 'starting-suffices' : 'new-ones-suffice'
  return Math.max(tasksFor(ratio * measured), count)
}

/** Bounds belong to it. */
const isWithin = (ratio: number, { out, in: into }: TargetTrigger['tolerance']): boolean =>
  ratio >= 1 - into - 1e-9 && ratio <= 1 + out + 1e-9

/** At the minimum, and it takes two thirds more to leave it. */
function isQuiet(
  { per, target }: TargetTrigger,
  value: number,
  { count, ready, starting, min }: Seen,
): boolean {
  if (starting > 0 || count > min) return false
  return value <= 0.6 * target * (per === 'task' ? count : ready > 0 ? 1 : 0)
}
