import type { Reading } from '../model/reading.ts'
import { neverRollsBack, type Service } from '../model/service.ts'
import { second } from '../model/time.ts'
import type { ScalePolicy } from '../scaling/policy.ts'
import type { QueueDepth, Series } from '../scaling/signal.ts'
import { sloKeys } from '../scaling/triggers/slo.ts'
import { readsOf } from '../scaling/triggers.ts'
import type { ScalingView } from '../scaling/view.ts'
import { type Course, newestPeriodEnd, type ServiceFacts } from './autoscaler.ts'
import { shownTasks } from './shown-tasks.ts'

/** What scaling sees of a service that is replayed: the same shapes as from AWS, of the signal class of the backtest. */

/** 2026-01-01T00:00:00Z: a history is replayed as if it began then. */
export const epochMs = 1_767_225_600_000

/** Periods that are shown again and again: what looks at a sudden fall wants three before the newest. */
const periodsShown = 5
const periodsShownFirst = 30 * 60

type Sum = 'arrived' | 'late' | 'served'

/** Counts per period, by the key of the read. */
const counts: Record<string, Sum> = {
  [sloKeys.requests]: 'arrived',
  [sloKeys.late]: 'late',
  [sloKeys.deleted]: 'served',
  requests: 'arrived',
}

/** Of whatever period the trigger asks for: that of the backtest is shown. */
const isCpu = (key: string): boolean => key.startsWith('cpu ')

export function createView(
  scale: ScalePolicy,
  facts: ServiceFacts,
): (course: Course, nowMs: number) => ScalingView {
  const { periodSeconds } = facts.signals
  const reads = readsOf(scale, described(0, 0, 0), undefined, epochMs)
  const asked = new Set(reads.map(({ key }) => key))
  // The late ones are counted here: nobody has to guess them from response times.
  if (asked.has(sloKeys.requests)) asked.add(sloKeys.late)
  const keys = [...asked].filter(key => key in counts || isCpu(key))
  const queues = reads.filter(({ kind }) => kind === 'queue').map(({ key }) => key)
  // A utilisation is of the tasks that were there. What `slo` would learn of them it is told beforehand.
  const isShown = scale.triggers.some(({ kind }) => kind === 'target')
  let shownUntil = Number.NEGATIVE_INFINITY

  return (course, nowMs) => {
    const end = newestPeriodEnd(course.now, facts.signals)
    const from = Math.max(
      0,
      Math.min(end - (periodsShown - 1) * periodSeconds, Math.max(shownUntil, end - periodsShownFirst)),
    )
    const series: Record<string, Reading<Series>> = {}
    for (const key of keys) series[key] = seriesOf(course, key, from, end, periodSeconds)
    shownUntil = end
    const depths: Record<string, Reading<QueueDepth>> = {}
    for (const key of queues)
      depths[key] = {
        kind: 'value',
        value: { visible: course.waiting, inFlight: course.inService, delayed: 0 },
        observedAtMs: nowMs,
      }
    return {
      service: {
        kind: 'value',
        value: described(course.desired, course.ready, course.starting),
        observedAtMs: nowMs,
      },
      alarms: [],
      evidence: [],
      series,
      queues: depths,
      tasks: isShown
        ? {
            kind: 'value',
            value: shownTasks(course, Math.max(0, end - periodSeconds), epochMs),
            observedAtMs: nowMs,
          }
        : null,
    }
  }
}

function seriesOf(
  course: Course,
  key: string,
  from: number,
  end: number,
  periodSeconds: number,
): Reading<Series> {
  const points: Series['points'] = []
  const sums = isCpu(key) ? course.busyTaskSeconds : course[counts[key] ?? 'arrived']
  for (let at = from + periodSeconds; at <= end; at += periodSeconds) {
    const value = (sums[at] as number) - (sums[at - periodSeconds] as number)
    const endMs = epochMs + at * second
    if (!isCpu(key)) points.push({ endMs, value })
    else {
      const ready =
        (course.readyTaskSeconds[at] as number) - (course.readyTaskSeconds[at - periodSeconds] as number)
      if (ready > 0) points.push({ endMs, value: (100 * value) / ready })
    }
  }
  const newest = points.at(-1)
  return newest
    ? { kind: 'value', value: { periodMs: periodSeconds * second, points }, observedAtMs: newest.endMs }
    : { kind: 'missing', what: key }
}

const steady = [
  {
    id: 'ecs-svc/1',
    status: 'PRIMARY' as const,
    rolloutState: 'COMPLETED' as const,
    taskDefinitionArn: 'arn:aws:ecs:eu-west-1:123456789012:task-definition/history:1',
    desiredCount: 0,
    runningCount: 0,
    pendingCount: 0,
    failedTasks: 0,
    createdAtMs: null,
  },
]

const described = (desiredCount: number, runningCount: number, pendingCount: number): Service => ({
  serviceArn: 'arn:aws:ecs:eu-west-1:123456789012:service/backtest/history',
  cluster: 'backtest',
  service: 'history',
  status: 'ACTIVE',
  schedulingStrategy: 'REPLICA',
  deploymentController: 'ECS',
  resourceManagementType: 'CUSTOMER',
  desiredCount,
  runningCount,
  pendingCount,
  deployments: steady,
  capacityProviderStrategy: null,
  taskSetCount: 0,
  minimumHealthyPercent: 100,
  rollsBack: neverRollsBack,
  targetGroupArns: ['arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/history/1'],
  tags: {},
})
