import type { ServiceFacts, SignalClass } from '../autoscaler.ts'
import type { Demand } from '../demand/demand.ts'
import { createNeed } from './needed-tasks.ts'

/** The world around the service in a replay. */
export interface Conditions {
  start: StartDelay
  /** End of service to end of bill. */
  drainSeconds: number
  serversPerTask: number
  /** Where every request is followed; the backlog knows exponential ones only. */
  serviceTimes: 'exponential' | 'fixed'
  /** Least bill of a task. */
  leastBillSeconds: number
  /** Fargate's token bucket. */
  launchRate: { burst: number; perSecond: number }
  signals: SignalClass
  min: number
  max: number
  /** A web request that meets a backlog of more than this many seconds of capacity is given up. */
  patienceSeconds: number
  /** Of start delays and service times; arrivals have their own. */
  seed: number
  /** Left out of the score. */
  warmUpSeconds: number
}

export type StartDelay =
  | { kind: 'fixed'; seconds: number }
  | { kind: 'lognormal'; medianSeconds: number; p95Seconds: number }

/** Fargate, as others measured it: 45 s from launch to healthy; with their spread, median 40 s and p95 75 s. */
export const fixedStart: StartDelay = { kind: 'fixed', seconds: 45 }
export const lognormalStart: StartDelay = { kind: 'lognormal', medianSeconds: 40, p95Seconds: 75 }

export const signalClasses = {
  10: { periodSeconds: 10, delaySeconds: 5 },
  20: { periodSeconds: 20, delaySeconds: 20 },
  60: { periodSeconds: 60, delaySeconds: 60 },
} as const satisfies Record<number, SignalClass>

/**
 * Default: 45 s start, 30 s drain, 10 s signals, one server per task, at least one task for web and none for a queue, room for three
 * times the tasks that the peak needs.
 */
export function conditionsFor(demand: Demand, changed: Partial<Conditions> = {}): Conditions {
  const serversPerTask = changed.serversPerTask ?? 1
  const peak = demand.rates.reduce((most, rate) => Math.max(most, rate), 0)
  return {
    start: fixedStart,
    drainSeconds: 30,
    serversPerTask,
    serviceTimes: 'exponential',
    leastBillSeconds: 60,
    launchRate: { burst: 100, perSecond: 20 },
    signals: signalClasses[10],
    min: demand.kind === 'web' ? 1 : 0,
    max: 3 * neededTasks(demand, serversPerTask)(peak) + 10,
    patienceSeconds: 10,
    seed: 1,
    warmUpSeconds: Math.min(3600, Math.floor(demand.rates.length / 2)),
    ...changed,
  }
}

/** Tasks for a steady rate: at 1 % late for web, by work alone for a queue, whose deadline is the buffer. */
export const neededTasks = (demand: Demand, serversPerTask: number): ((rate: number) => number) =>
  demand.kind === 'queue'
    ? rate => Math.ceil(rate / demand.capacityPerTask)
    : createNeed({ ...demand, serversPerTask }, 0.01)

export const factsOf = (demand: Demand, conditions: Conditions): ServiceFacts => ({
  kind: demand.kind,
  capacityPerTask: demand.capacityPerTask,
  deadlineSeconds: demand.deadlineSeconds,
  startSeconds: conditions.start.kind === 'fixed' ? conditions.start.seconds : conditions.start.p95Seconds,
  drainSeconds: conditions.drainSeconds,
  min: conditions.min,
  max: conditions.max,
  signals: conditions.signals,
})
