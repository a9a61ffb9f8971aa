import type { Reading } from '../../src/model/reading.ts'
import type { Service } from '../../src/model/service.ts'
import { minute, second } from '../../src/model/time.ts'
import type {
  QueueTrigger,
  ScheduleTrigger,
  SloQueue,
  SloRequests,
  TargetTrigger,
} from '../../src/scaling/policy.ts'
import type { QueueDepth, Series, ServiceTask } from '../../src/scaling/signal.ts'
import type { ScalingView } from '../../src/scaling/view.ts'
import { noon, service, value, view } from './scaling-view.ts'

/** Small builders for triggers with signals, and what they see. */

export const cpu = (target: number, rest: Partial<TargetTrigger> = {}): TargetTrigger => ({
  kind: 'target',
  name: 'cpu',
  signal: { of: 'cpu', periodSeconds: 60 },
  per: 'service',
  target,
  tolerance: { out: 0.1, in: 0.1 },
  wakeAt: null,
  ...rest,
})

/** Per second and task. */
export const requestsPerTask = (target: number): TargetTrigger =>
  cpu(target, { name: 'requestsPerTask', signal: { of: 'requests' }, per: 'task', wakeAt: 0 })

/** Any metric, named `Depth`, with one-minute points. */
export const metricTarget = (target: number, per: 'task' | 'service', isCount = false): TargetTrigger =>
  cpu(target, {
    name: 'Depth',
    per,
    signal: { of: 'metric', metric: { queries: [], periodSeconds: 60, isCount } },
    wakeAt: per === 'task' ? 0 : null,
  })

export const queueTrigger = (perTask: number, rest: Partial<QueueTrigger> = {}): QueueTrigger => ({
  kind: 'queue',
  name: 'queue orders',
  queue: 'orders',
  perTask,
  wakeAt: 1,
  ...rest,
})

export const sloRequests = (rest: Partial<SloRequests> = {}): SloRequests => ({
  kind: 'slo',
  of: 'requests',
  name: 'slo',
  deadlineSeconds: 1,
  lateShare: 0.001,
  capacityPerSecond: 50,
  from: null,
  lateFrom: null,
  ...rest,
})

export const sloQueue = (rest: Partial<SloQueue> = {}): SloQueue => ({
  kind: 'slo',
  of: 'queue',
  name: 'slo',
  queue: 'orders',
  drainWithinSeconds: 120,
  capacityPerSecond: 0.5,
  wakeAt: 1,
  ...rest,
})

/** Open on weekdays from 8 to 20 in Berlin. */
export const schedule = (rest: Partial<ScheduleTrigger> = {}): ScheduleTrigger => ({
  kind: 'schedule',
  name: 'office hours',
  from: '0 8 * * 1-5',
  to: '0 20 * * 1-5',
  timeZone: 'Europe/Berlin',
  min: 10,
  max: null,
  ...rest,
})

/** One-minute points, the newest ending at `endMs`. */
export const series = (points: number[], endMs = noon, periodMs: number = minute): Reading<Series> =>
  value(
    {
      periodMs,
      points: points.map((value, at) => ({ value, endMs: endMs - (points.length - 1 - at) * periodMs })),
    },
    endMs,
  )

export const depth = (visible: number, inFlight = 0, delayed = 0): Reading<QueueDepth> =>
  value({ visible, inFlight, delayed })

/** A service of so many tasks, all running unless some are starting. */
export const crew = (desired: number, ready = desired, starting = desired - ready): Service =>
  service({ desiredCount: desired, runningCount: ready, pendingCount: starting })

export const seeing = (desired: Service | number, seen: Partial<ScalingView> = {}): ScalingView => ({
  ...view(typeof desired === 'number' ? crew(desired) : desired),
  ...seen,
})

export const task = (phase: ServiceTask['phase'], taskId: string): ServiceTask => ({
  taskId,
  startedBy: 'ecs-svc/1',
  phase,
  createdAtMs: noon - 30 * second,
  startedAtMs: phase === 'starting' ? null : noon - 10 * second,
})
