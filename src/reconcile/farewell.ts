import type { DiscoveryView } from '../discovery/view.ts'
import type { StopTaskAction } from '../healing/overdue.ts'
import type { HealingReason } from '../healing/reason.ts'
import { lastSegment } from '../model/arn.ts'
import type { Decision } from '../model/decision.ts'

/**
 * Where a task is discovered, clients are led to its replacement before it is stopped: first that stands in Cloud Map, then the
 * old one is taken out as if it were stopping already, and only when Cloud Map no longer names it, it is stopped.
 */

type OldTask = Decision<HealingReason, StopTaskAction>

/** Old tasks that may leave Cloud Map now: their replacements stand in it. */
export function leavingOf(oldTasks: OldTask[], { instances }: Pick<DiscoveryView, 'instances'>): Set<string> {
  const named = new Set(instances.kind === 'value' ? instances.value.map(({ id }) => id) : [])
  return new Set(
    oldTasks.flatMap(each =>
      'do' in each && named.has(lastSegment(each.do.successor ?? '')) ? [lastSegment(each.do.taskArn)] : [],
    ),
  )
}

/** The view in which they stop. */
export const asIfStopping = (view: DiscoveryView, leaving: ReadonlySet<string>): DiscoveryView =>
  view.tasks.kind === 'value' && leaving.size > 0
    ? {
        ...view,
        tasks: {
          ...view.tasks,
          value: view.tasks.value.map(task =>
            leaving.has(task.taskId) ? { ...task, desiredStatus: 'STOPPED' as const } : task,
          ),
        },
      }
    : view

/** Those that Cloud Map still names, or whose replacement it does not name, are held. */
export function afterDraining(
  oldTasks: OldTask[],
  { instances }: Pick<DiscoveryView, 'instances'>,
): OldTask[] {
  const named = instances.kind === 'value' ? new Set(instances.value.map(({ id }) => id)) : null
  return oldTasks.map(each => {
    if (!('do' in each)) return each
    const taskId = lastSegment(each.do.taskArn)
    const hold = (because: HealingReason): OldTask => ({
      hold: 'healing',
      about: taskId,
      because,
      untilMs: null,
      tell: false,
    })
    if (!named?.has(lastSegment(each.do.successor ?? ''))) return hold({ code: 'successor-unlisted' })
    return named.has(taskId) ? hold({ code: 'old-task-drains' }) : each
  })
}
