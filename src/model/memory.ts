import type { InstanceHealth } from './cloud-map.ts'
import type { Mark, SloMemory } from './slo-memory.ts'

/** What Longshore remembers about a target between looks. Lives in the target's state item, written only under the lease. All optional: an empty memory is a first look. */

export interface Memory {
  scaling?: ScalingMemory
  healing?: HealingMemory
  discovery?: DiscoveryMemory
  /** Ids of the tasks alive at the last look: one that is gone without an event was lost on the way. */
  living?: string[]
  /** Looks that were recorded: what a look writes is named after it, so that repeating one writes nothing twice. */
  looks?: number
  /** What stood at the last look, by room and subject: only what changed is written to the journal again. */
  standing?: Record<string, string>
}

export interface ScalingMemory {
  /** The cooldown that runs, or ran last. */
  cooldown: {
    direction: 'out' | 'in'
    startedAtMs: number
    endsAtMs: number
    /** Desired count before the first scale-out of this cooldown: later ones add only the difference (Application Auto Scaling). */
    baseCount: number
  } | null
  /** Our own last UpdateService. DescribeServices may lag behind it and still show one of the counts it `replaced`. */
  lastWrite: { desiredCount: number; replaced: number[]; atMs: number } | null
  /** By the trigger's name; absent for those that remember nothing. */
  triggers?: Record<string, TriggerMemory>
  /** Changes of the desired count and the count before each, oldest first, as far back as a limit per period looks. */
  changes?: Mark[]
  /** When a trigger with an activation threshold was last active, epoch ms. */
  lastActiveAtMs?: number
}

export interface TriggerMemory {
  /** First look at which it could not be judged, epoch ms; absent while it can. */
  failedSinceMs?: number
  /** A sudden fall of its signal holds the scale-in until then. */
  suspiciousUntilMs?: number
  /** Counts it asked for within the stabilization window: each still the largest from its time on. */
  most?: Mark[]
  /** The same for the smallest. */
  least?: Mark[]
  slo?: SloMemory
  window?: ScheduleWindow
}

/** A schedule's window, open or closed, from one boundary to the next. */
export interface ScheduleWindow {
  /** What the boundaries were computed of: another schedule knows nothing of them. */
  of: string
  open: boolean
  sinceMs: number
  untilMs: number
}

export interface HealingMemory {
  /** RunTask calls that did not place a task, by stopped task id. */
  placements: Record<string, { failures: number; nextTryAtMs: number }>
  /** Lineages waiting for their replacement to reach RUNNING, by root task id. */
  recovering: Record<string, { stoppedAtMs: number }>
}

export interface DiscoveryMemory {
  /** Asynchronous Cloud Map operations not yet known to have ended. */
  operations: {
    operationId: string
    instanceId: string
    verb: 'register' | 'deregister'
    startedAtMs: number
  }[]
  /** Instances with our marker whose task DescribeTasks does not know, since when. */
  missingSince: Record<string, number>
  /** Failed operations in a row per instance, for the back-off. */
  failures: Record<string, { count: number; nextTryAtMs: number }>
  /** Cloud Map refused an instance by a quota: none is added until then, and then one to try. Absent while there is room. */
  full?: { untilMs: number }
  /** What Cloud Map was told of an instance's health, and when: it shows it half a minute later. By instance id. */
  health?: Record<string, { status: InstanceHealth; atMs: number }>
}
