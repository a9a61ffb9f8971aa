import type { FailureCode } from '../model/reading.ts'
import type { Adjustment } from './policy.ts'

/** Why a service is scaled or left alone. Closed; `explain.ts` has one sentence per code. Counts are tasks, spans milliseconds. */
export type ScalingReason = ServiceReason | BoundsReason | StepReason | BlockedReason | AlarmReason

/** The service as a whole is left alone. */
export type ServiceReason =
  | { code: 'not-managed' }
  | { code: 'service-missing' }
  | { code: 'service-unreadable'; operation: string; failure: FailureCode }
  /** The described count is no whole number from zero on. */
  | { code: 'count-unreadable' }
  | { code: 'not-active'; status: string }
  | { code: 'daemon' }
  | { code: 'express-mode' }
  | { code: 'task-sets'; taskSets: number }
  | { code: 'paused'; note: string }
  | { code: 'bounds-crossed'; min: number; max: number }

/** The owner's bounds, without an alarm. */
export type BoundsReason =
  | { code: 'within-bounds'; desired: number; min: number; max: number }
  | { code: 'below-min'; desired: number; min: number }
  | { code: 'above-max'; desired: number; max: number }
  | { code: 'recent-write-not-visible'; written: number; described: number; ageMs: number }

/** An alarm's step, as it was chosen and applied. */
export interface StepReason {
  code: 'step-out' | 'step-in' | 'step-unchanged'
  alarm: string
  /** Null when the alarm has no single metric and its only step was taken, or for numbers too large to be kept. */
  measured: Measured | null
  adjustment: Adjustment
  atLeastTasks: number
  /** The count the step was applied to. */
  base: number
  /** The base is the count from before the cooldown that runs: only the difference is added. */
  cooling: boolean
  /** What the step makes of the base. */
  wanted: number
  /** Set when a bound cut what the step wanted. */
  limit: { bound: 'min' | 'max'; tasks: number } | null
}

export interface Measured {
  metric: number
  threshold: number
}

/** An alarm asks for another count and does not get it. */
export type BlockedReason =
  | { code: 'at-max'; alarm: string; wanted: number; max: number }
  | { code: 'at-min'; alarm: string; wanted: number; min: number }
  | CoolingReason
  | { code: 'cooldown-in'; alarm: string; wanted: number; after: 'out' | 'in'; remainingMs: number }
  /** `alarm` is null when it is the maximum that asks for fewer. */
  | { code: 'deployment-in-progress'; alarm: string | null; wanted: number; desired: number }
  /** Another alarm that might ask for more cannot be judged. */
  | { code: 'scale-in-unsure'; alarm: string; wanted: number; unsure: string }

/** What the step makes of the count from before the cooldown is there already. */
export interface CoolingReason {
  code: 'cooldown-out'
  alarm: string
  wanted: number
  base: number
  desired: number
  remainingMs: number
}

/** An alarm asks for nothing. */
export type AlarmReason =
  | { code: 'alarm-ok'; alarm: string }
  | { code: 'alarm-insufficient-data'; alarm: string }
  | { code: 'alarm-missing'; alarm: string }
  | { code: 'alarm-unreadable'; alarm: string; operation: string; failure: FailureCode }
  | { code: 'alarm-actions-disabled'; alarm: string }
  | { code: 'alarm-muted'; alarm: string; remainingMs: number }
  | { code: 'alarm-suppressed'; alarm: string; by: string }
  /** Composite, anomaly or multi-series alarm with more than one step to choose from, or none. */
  | { code: 'alarm-without-metric'; alarm: string; steps: number }
  | { code: 'metric-missing'; alarm: string }
  | { code: 'metric-unreadable'; alarm: string; operation: string; failure: FailureCode }
  | { code: 'metric-stale'; alarm: string; ageMs: number; limitMs: number }
  | { code: 'metric-not-finite'; alarm: string }
  | { code: 'no-step-matches'; alarm: string; measured: Measured | null }
