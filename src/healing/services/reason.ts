import type { Reason } from '../../model/decision.ts'
import type { StopCause } from '../stop-cause.ts'
import type { SpotReason } from './spot/reason.ts'

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
    // Machines in trouble (`decide-machines.ts`). `why`: what stands in the way; absent where its owner only wants to be told.
    | { code: 'machine-of-service'; trouble: string; forMs: number; tasks: number; why?: HostObstacle }
    | { code: 'machine-of-service-waits'; trouble: string; forMs: number; tasks: number; why?: HostObstacle }
    | { code: 'host-stop'; trouble: string; forMs: number }
    // AWS will stop tasks (`decide-retirement.ts`). `atMs`: from when on, null when not told.
    | { code: 'redeploy'; atMs: number | null }
    | { code: 'redeploy-planned'; atMs: number | null; opensAtMs: number }
    | { code: 'redeploy-waits'; why: 'unreadable' | 'paused' | 'deploying' }
    | { code: 'redeploy-not'; atMs: number | null; why: RedeployObstacle }
    | SpotReason
  )

export type HostObstacle =
  | 'unreadable'
  | 'unsupported'
  | 'none-may-miss'
  | 'paused'
  | 'window'
  | 'deploying'
  | 'not-steady'
  | 'in-line'

export type RedeployObstacle = 'unasked' | 'gone' | 'controller' | 'express' | 'deployed-since' | 'too-late'

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
