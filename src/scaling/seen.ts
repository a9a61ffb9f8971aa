import type { Reading } from '../model/reading.ts'
import type { Service } from '../model/service.ts'
import type { Cooling } from './cooldown.ts'
import type { Removed } from './measured.ts'
import type { QueueDepth, Series, ServiceTask } from './signal.ts'
import type { AlarmView, ScalingView } from './view.ts'

/** What a trigger is asked with. */
export interface Seen {
  /** The desired count, within the bounds: what a proposal is compared with. */
  count: number
  /** Tasks that work. */
  ready: number
  /** Tasks that were asked for and do not work yet. */
  starting: number
  /** So many of the ready ones at most were not there before, in another's place; may be infinite. */
  additional: number
  /** Tasks that our own last change took away; null = none. */
  removed: Removed | null
  /** Tasks that our own last change added; 0 where that was long ago. */
  added: number
  min: number
  /** Task definition of the primary deployment; null where there is none. */
  revision: string | null
  series: Readonly<Record<string, Reading<Series>>>
  queues: Readonly<Record<string, Reading<QueueDepth>>>
  tasks: Reading<ServiceTask[]> | null
  alarms: readonly AlarmView[]
  cooling: Cooling | null
}

export interface Crew {
  ready: number
  starting: number
}

/**
 * HPA's ready and unready pods, of ECS. A count that was just written and of which ECS shows nothing yet is starting too,
 * and so is a task that cannot be placed.
 */
export function crewOf(view: Pick<ScalingView, 'tasks'>, service: Service, count: number): Crew {
  let ready = service.runningCount
  let starting = service.pendingCount
  if (view.tasks?.kind === 'value') {
    ready = 0
    starting = 0
    for (const { phase } of view.tasks.value) {
      if (phase === 'ready') ready++
      else if (phase === 'starting') starting++
    }
  }
  return { ready, starting: Math.max(starting, count - ready, 0) }
}
