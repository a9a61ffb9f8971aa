import type { CapacityProviderStrategy } from './capacity-provider-strategy.ts'
import type { InstanceHealth } from './cloud-map.ts'
import type { MemoryChange } from './launch-spec.ts'
import type { Mark, SloMemory } from './slo-memory.ts'

/** What Longshore remembers about a target between looks. Lives in the target's state item, written only under the lease. All optional: an empty memory is a first look. */

export interface Memory {
  scaling?: ScalingMemory
  healing?: HealingMemory
  /** Of a service: its tasks that failed. */
  serviceHealing?: ServiceHealingMemory
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
  /** Tasks that live, and in whose place another was started already, by task id. */
  replaced?: Record<string, ReplacedTask>
  /** Machines in trouble, by ARN of the container instance. */
  hosts?: Record<string, HostMemory>
  /** Tasks on such machines that stay where they are, and since when: what keeps them was told. */
  leftOnHost?: Record<string, number>
  /** Since when living tasks have been seen UNHEALTHY without a break, by task id. */
  unhealthySince?: Record<string, number>
  spot?: FamilySpotMemory
  /** Tasks that were asked to stop, and when they would be asked again, by task id. */
  stopping?: Record<string, { askAgainAtMs: number }>
  /**
   * What was given to lineages that ran out of memory, by root task id: for a replacement that stops before its own launch
   * specification is recorded.
   */
  grown?: Record<string, MemoryChange & { atMs: number }>
  /** When tasks of the family were run again, oldest first, as far as its budget looks back; at most 500. */
  restarts?: number[]
  /** When people were last told that its budget was spent. */
  budgetToldAtMs?: number
}

export interface ReplacedTask {
  attempt: number
  atMs: number
  /** Why; absent in what an older Longshore wrote. */
  for?: 'retirement' | 'host'
  /** Id of the task that stands in its place now; absent when nobody told. */
  by?: string
  /** When its stop was seen; it is remembered for an hour more. */
  endedAtMs?: number
}

export interface HostMemory {
  trouble: string
  /** Seen so without a break from then on, and last seen so. */
  sinceMs: number
  seenAtMs: number
  /** Code of what people were told of it. */
  told?: string
}

export interface FamilySpotMemory {
  /** Interruptions by task id, failed placements by client token, oldest first; at most fifty. */
  failures: { id: string; atMs: number }[]
  /** Restarts run on demand until then, epoch ms. */
  untilMs: number
  /** Lineages that were run on demand in place of Spot, by root task id, and when last. */
  moved: Record<string, number>
}

export interface ServiceHealingMemory {
  /** Failed tasks, each once, oldest first, as long as a window looks back; at most a hundred. */
  stops: ServiceStop[]
  /** Loops that last, by ARN of the task definition. */
  loops: Record<string, LoopMemory>
  /** Id of the stuck deployment that people know of. */
  toldDeployment?: string
  /** The revision that is deployed, whole and alone, since when nothing of it has failed. */
  standing?: { taskDefinitionArn: string; sinceMs: number }
  /** ARNs of the last two revisions that stood so for a while, the newest last. */
  good?: string[]
  /** Revisions from which a roll-back was tried, the newest last; at most twenty. `isRefused`: nothing came of it. */
  rolledBack?: { taskDefinitionArn: string; atMs: number; isRefused?: boolean }[]
  /** Machines in trouble that its tasks run on, by ARN of the container instance. */
  hosts?: Record<string, HostMemory>
  /** When its machines were last read, epoch ms. */
  machinesReadAtMs?: number
  /** Tasks that were asked to stop, and when they would be asked again, by task id. */
  stopping?: Record<string, { askAgainAtMs: number }>
  spot?: SpotMemory
}

export interface LoopMemory {
  sinceMs: number
  /** Whether people know. */
  isTold: boolean
  /** Its last failure that was seen; absent in what an older Longshore wrote. */
  lastAtMs?: number
}

export interface SpotMemory {
  /** Placement failures for want of Spot capacity, each once, oldest first, as long as the window looks back; at most fifty. */
  failures: { id: string; atMs: number }[]
  fallback?: SpotFallback
  /** ECS refused a strategy, epoch ms. */
  refusedAtMs?: number
}

/** A service whose strategy Longshore has changed, and has not put back yet. */
export interface SpotFallback {
  /** The owner's strategy: what is put back at the end. */
  original: CapacityProviderStrategy
  /** Percent of the weights that the on-demand provider has now. */
  share: number
  /** When it last fell back. */
  sinceMs: number
  /** From then on, until the first step back. Grows with each step that was too early. */
  waitMs: number
  /** Longshore's last change, and what was there before it: DescribeServices may lag behind. */
  set: CapacityProviderStrategy
  before: { strategy: CapacityProviderStrategy; share: number }
  changedAtMs: number
  /** Id of the deployment that the change began; absent when not told. */
  deploymentId?: string
  /** A look has found the strategy that was set. */
  isSeen?: true
}

export interface ServiceStop {
  taskId: string
  /** `detail.version` of the event that told it. */
  version: number
  taskDefinitionArn: string
  stoppedAtMs: number
  /** A cause of healing's closed list. */
  cause: string
  /** How it ended, in a few words without secrets. */
  summary: string
  /** Which container ended; absent where none ran. */
  container?: string
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
  /** Tasks that are to be stopped and that Cloud Map no longer names, since when. */
  unnamedSince?: Record<string, number>
}
