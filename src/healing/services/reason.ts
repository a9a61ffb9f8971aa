import type { Reason } from '../../model/decision.ts'
import type { StopCause } from '../stop-cause.ts'

/** Why healing tells of a service. One sentence each in `explain.ts`. */
export type ServiceHealingReason = Reason &
  (
    | ({ code: 'crash-loop' } & Loop)
    | ({ code: 'crash-loop-paused' } & Loop)
    | { code: 'deployment-stuck'; revision: string; forMs: number; running: number; wanted: number }
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
