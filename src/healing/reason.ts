import type { Reason } from '../model/decision.ts'
import type { LaunchSpecGap } from '../model/launch-spec.ts'
import type { MovedImage } from './images.ts'
import type { RestartGroup } from './policy.ts'
import type { OwnStop, StopCause } from './stop-cause.ts'

/** Why healing restarts, waits or leaves alone. One sentence each in `explain.ts`. */
export type HealingReason = Reason &
  (
    | {
        code: 'restart'
        cause: StopCause
        attempt: number
        attempts: number
        waitedMs: number
        /** Another than before, which gave it no network interface. */
        subnet?: { from: string; to: string }
        memory?: { fromMiB: number; toMiB: number }
        /** A tag that names another image than the one that ran. */
        moved?: MovedImage
        /** On another capacity provider than the one of its launch specification. */
        capacity?: { from: string | null; to: string }
      }
    | {
        code: 'backoff'
        cause: StopCause
        attempt: number
        attempts: number
        waitMs: number
        untilMs: number
      }
    /** A wait of tens of minutes. `region`: where a quota is raised. */
    | {
        code: 'slow'
        cause: StopCause
        attempt: number
        attempts: number
        untilMs: number
        region?: string
      }
    | { code: 'in-line'; atOnce: number }
    | { code: 'budget-wait'; untilMs: number }
    | { code: 'budget-spent'; restarts: number; withinMs: number; waiting: number; untilMs: number }
    | { code: 'not-stopped-yet'; lastStatus: string }
    | { code: 'unreadable'; what: string; failure: string }
    | {
        code: 'overdue'
        why: OwnStop
        lastStatus: string
        forMs: number
        afterMs: number
        runAgain: boolean
      }
    // Left alone for good.
    | { code: 'completed' }
    | { code: 'user-stop' }
    | { code: 'own-stop' }
    | { code: 'scale-in-or-deployment' }
    | { code: 'cause-unknown' }
    | { code: 'permanent'; cause: StopCause }
    | { code: 'not-in-policy'; cause: StopCause; group: RestartGroup }
    | { code: 'scheduled-elsewhere'; cause: StopCause }
    | { code: 'attempts-exhausted'; cause: StopCause; attempts: number; region?: string; memoryMiB?: number }
    | { code: 'memory-exhausted'; memoryMiB: number; upToMiB: number }
    | { code: 'launch-spec-missing'; cause: StopCause }
    | { code: 'launch-spec-unsure'; cause: StopCause; gaps: LaunchSpecGap[] }
    | { code: 'image-gone'; cause: StopCause; image: string }
    | { code: 'already-replaced'; attempt: number }
    | { code: 'ecs-replaces' }
    | { code: 'other-orchestrator' }
    | { code: 'no-heal-policy' }
    // AWS will stop it on a day that it names (`planned/decide-retirements.ts`). `atMs`: from when on, null when not told.
    | { code: 'retirement'; atMs: number | null; attempt: number; old?: 'stop' | 'leave' }
    | { code: 'retirement-planned'; atMs: number | null; opensAtMs: number }
    | { code: 'retirement-in-line'; atOnce: number }
    | { code: 'retirement-waits'; untilMs: number }
    | { code: 'retirement-noticed'; atMs: number | null; follows: boolean }
    | { code: 'retirement-too-late'; atMs: number }
    | { code: 'retirement-unsure'; atMs: number | null; gaps: LaunchSpecGap[] }
    | { code: 'retirement-image-gone'; atMs: number | null; image: string }
    | { code: 'retirement-of-service'; atMs: number | null }
    // Its machine is in trouble (`planned/decide-machines.ts`). `forMs`: since that was first seen without a break.
    | { code: 'machine'; trouble: string; forMs: number; attempt: number }
    | { code: 'machine-held-down'; trouble: string }
    | { code: 'machine-noticed'; trouble: string; forMs: number; tasks: number }
    | { code: 'machine-planned'; trouble: string; forMs: number; tasks: number; opensAtMs: number }
    | { code: 'machine-in-line'; atOnce: number }
    | { code: 'machine-waits'; untilMs: number }
    | { code: 'machine-unsure'; trouble: string; gaps: LaunchSpecGap[] }
    | { code: 'machine-left'; trouble: string }
    // Another runs in its place (`planned/decide-old-tasks.ts`).
    | { code: 'old-task'; why: 'retirement' | 'host' }
    | { code: 'old-task-waits'; opensAtMs: number }
    | { code: 'successor-starts' }
    | { code: 'successor-settles'; untilMs: number }
    | { code: 'successor-unhealthy' }
    | { code: 'successor-unlisted' }
    // It is to be stopped, and clients are led away first (`reconcile/drain.ts`). `untilMs`: null while Cloud Map names it.
    | { code: 'drains'; untilMs: number | null }
    // What came of RunTask (`remember.ts`).
    | { code: 'replaced'; attempt: number }
    | {
        code: 'placement-failed-retry'
        placement: string | null
        failures: number
        attempts: number
        untilMs: number
        /** With a quota that people raise: where. */
        region?: string
      }
    | { code: 'placement-exhausted'; placement: string; failures: number; region?: string }
    | { code: 'placement-permanent'; placement: string }
    | { code: 'call-failed-retry'; failure: string; untilMs: number }
    | { code: 'call-refused'; failure: string }
    | { code: 'call-forgotten' }
  )
