import type { Reason } from '../../model/decision.ts'
import type { StopCause } from '../stop-cause.ts'

/** Why healing tells of a service, or rolls it back. One sentence each in `explain.ts`. */
export type ServiceHealingReason = Reason &
  (
    | ({ code: 'crash-loop' } & Loop)
    | ({ code: 'crash-loop-paused' } & Loop)
    | ({ code: 'crash-loop-not-rolled-back'; why: Obstacle; image?: string } & Loop)
    /** What a roll-back depends on could not be read yet. */
    | ({ code: 'crash-loop-unread' } & Loop)
    /** Done before; its stops are still in the window. */
    | { code: 'crash-loop-rolled-back'; revision: string }
    /** `to` null: to whatever ECS deployed before. */
    | ({ code: 'roll-back'; to: string | null } & Loop)
    | ({ code: 'deployment-stuck' } & Stuck)
    | ({ code: 'deployment-stuck-not-rolled-back'; why: Obstacle; image?: string } & Stuck)
    | { code: 'deployment-rolled-back'; revision: string }
    | ({ code: 'roll-back-stuck' } & Stuck)
  )

export interface Loop {
  /** `family:revision`. */
  revision: string
  /** Failed tasks within the window. */
  stops: number
  withinMs: number
  /** Most frequent first. */
  causes: StopCause[]
}

export interface Stuck {
  revision: string
  forMs: number
  running: number
  wanted: number
}

/** Why nothing is rolled back. */
export type Obstacle =
  | 'unreadable'
  | 'paused'
  | 'not-deployed'
  | 'express'
  | 'controller'
  | 'rolled-back-before'
  | 'surroundings'
  | 'ecs-rolls-back'
  | 'ending'
  | 'stood-before'
  | 'no-good-revision'
  | 'revision-gone'
  /** `image`: which one. */
  | 'image-gone'
