import type { FailureCode } from '../model/reading.ts'
import type { Adjustment, TargetTrigger } from './policy.ts'
import type { Fallback } from './wishes/behaviour.ts'

/** Why a service is scaled or left alone. Closed; `explain.ts` has one sentence per code. Counts are tasks, spans milliseconds. */
export type ScalingReason =
  | ServiceReason
  | BoundsReason
  | AskReason
  | HeldReason
  | BlockedReason
  | AlarmReason
  | SignalReason

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
  | { code: 'schedule-floor'; trigger: string; desired: number; min: number }
  | { code: 'schedule-ceiling'; trigger: string; desired: number; max: number }

/** A trigger asks for a count, and how it came to it. */
export type AskReason = StepReason | TargetReason | QueueReason | SloReason | FallbackReason | IdleReason

interface Asked {
  trigger: string
  /** What it asks for. */
  wanted: number
  /** Set when less than that is done. */
  limit: Limit | null
}

/** What cut a change, and to which count. */
export interface Limit {
  bound: 'min' | 'max' | 'rate' | 'starting' | 'window'
  tasks: number
}

export interface TargetReason extends Asked {
  code: 'target-out' | 'target-in' | 'target-met'
  signal: TargetTrigger['signal']['of']
  per: TargetTrigger['per']
  /** Null for numbers too large to be kept. Requests are per second. */
  measured: { value: number; target: number } | null
}

export interface QueueReason extends Asked {
  code: 'queue-out' | 'queue-in' | 'queue-met'
  queue: string
  messages: number
  perTask: number
}

export interface SloReason extends Asked {
  code: 'slo-out' | 'slo-in' | 'slo-met'
  figures: SloFigures
}

/** The numbers behind an slo's count. */
export type SloFigures =
  | {
      of: 'requests'
      /** The load that is sized for, requests per second. */
      perSecond: number
      slackPerSecond: number
      capacityPerSecond: number
      /** Of the newest reading. */
      ageMs: number
    }
  | {
      of: 'queue'
      queue: string
      messages: number
      capacityPerSecond: number
      /** Time in which they are to be done. */
      withinSeconds: number
    }

export interface FallbackReason extends Asked {
  code: 'fallback'
  use: Fallback['use']
  failedForMs: number
}

export interface IdleReason extends Asked {
  code: 'idle'
  idleForMs: number
}

/** An alarm's step, as it was chosen and applied. `trigger` is the alarm. */
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
  limit: Limit | null
}

export interface Measured {
  metric: number
  threshold: number
}

/** A trigger asks for the present count for now, though its signal alone would ask for another. */
export type HeldReason =
  | CoolingReason
  /** Not asked for long enough: the stabilization window. */
  | { code: 'asked-too-briefly'; trigger: string; wanted: number; held: number; windowMs: number }
  /** Once the tasks that start now are counted, the signal would ask the other way round, or for what is there. */
  | { code: 'starting-suffices'; trigger: string; starting: number; desired: number }
  /** The same with tasks that are ready, and were not yet when the signal was measured. */
  | { code: 'new-ones-suffice'; trigger: string; unmeasured: number; desired: number }
  | { code: 'not-idle-yet'; trigger: string; remainingMs: number }

/** A trigger asks for another count and does not get it. `trigger` is null when it is a bound that asks. */
export type BlockedReason =
  | { code: 'at-max'; trigger: string; wanted: number; max: number }
  | { code: 'at-min'; trigger: string; wanted: number; min: number }
  | { code: 'cooldown-in'; trigger: string; wanted: number; after: 'out' | 'in'; remainingMs: number }
  | { code: 'deployment-in-progress'; trigger: string | null; wanted: number; desired: number }
  /** Another trigger that might ask for more cannot be judged. */
  | { code: 'scale-in-unsure'; trigger: string; wanted: number; unsure: string }
  | {
      code: 'paused-direction'
      trigger: string | null
      wanted: number
      direction: 'out' | 'in'
      note: string
    }
  | { code: 'rate-limit'; trigger: string; wanted: number; desired: number; direction: 'out' | 'in' }
  | { code: 'tasks-starting'; trigger: string; wanted: number; starting: number; most: number }

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

/** A trigger with a signal asks for nothing. */
export type SignalReason =
  | { code: 'signal-missing'; trigger: string }
  | { code: 'signal-unreadable'; trigger: string; operation: string; failure: FailureCode }
  | { code: 'signal-stale'; trigger: string; ageMs: number; limitMs: number }
  | { code: 'signal-not-finite'; trigger: string }
  | { code: 'none-ready'; trigger: string }
  | { code: 'capacity-unknown'; trigger: string }
  | { code: 'suspicious-fall'; trigger: string; remainingMs: number }
  /** No trigger with an activation threshold is active, and this one alone keeps no task. */
  | { code: 'inactive'; trigger: string }
