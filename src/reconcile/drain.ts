import type { DiscoverPolicy } from '../discovery/policy.ts'
import type { DiscoveryReason } from '../discovery/reason.ts'
import type { DiscoveryView } from '../discovery/view.ts'
import type { StopTaskAction } from '../healing/overdue.ts'
import type { HealingReason } from '../healing/reason.ts'
import { lastSegment } from '../model/arn.ts'
import { type Decision, type Do, isDo } from '../model/decision.ts'
import type { DiscoveryMemory } from '../model/memory.ts'
import { isRunning } from '../model/task.ts'
import { minute } from '../model/time.ts'

/**
 * Where a task is discovered, clients are led away before Longshore stops it: whoever takes its place stands in Cloud Map first,
 * then it is taken out as if it were stopping already, and once Cloud Map has not named it for as long as clients remember its
 * address, it is stopped.
 */

type Stop = Decision<HealingReason, StopTaskAction>

/** A task that its owner wants stopped does not live on because Cloud Map cannot be asked, or refuses. */
const patienceMs = 5 * minute

const namedIn = ({ instances }: Pick<DiscoveryView, 'instances'>): Set<string> | null =>
  instances.kind === 'value' ? new Set(instances.value.map(({ id }) => id)) : null

/** Tasks that may leave Cloud Map now: they are to be stopped, and who takes their place stands in it. */
export function leavingOf(stops: Stop[], view: Pick<DiscoveryView, 'instances'>): Set<string> {
  const named = namedIn(view)
  return new Set(
    stops.filter(isDo).flatMap(({ do: { taskArn, successor } }) => {
      const isFollowed = successor === undefined || named?.has(lastSegment(successor))
      return isFollowed ? [lastSegment(taskArn)] : []
    }),
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

export interface Draining {
  /** Those that have to wait are held. */
  stops: Stop[]
  unnamedSince: Record<string, number>
  nextLookAtMs: number | null
}

/** `decisions` and `operations`: what discovery comes to about them in the same look. */
export function drain(
  stops: Stop[],
  view: Pick<DiscoveryView, 'instances' | 'tasks' | 'cloudMapService'>,
  decisions: Decision<DiscoveryReason>[],
  { operations, unnamedSince = {} }: Pick<DiscoveryMemory, 'operations' | 'unnamedSince'>,
  policy: DiscoverPolicy,
  now: number,
): Draining {
  const named = namedIn(view)
  const ttlMs = view.cloudMapService.kind === 'value' ? view.cloudMapService.value.ttlMs : 0
  const drainMs = policy.drainMs ?? ttlMs
  const tasks = view.tasks.kind === 'value' ? view.tasks.value : []
  const unused = new Set(tasks.filter(task => !isRunning(task)).map(({ taskId }) => taskId))
  const kept = new Set(decisions.flatMap(lastInstance))
  const leaving = new Set(operations.map(({ instanceId }) => instanceId))
  const since: Record<string, number> = {}
  const looks: number[] = []

  const judged = (stop: Do<HealingReason, StopTaskAction>): Stop => {
    const id = lastSegment(stop.do.taskArn)
    const { successor } = stop.do
    const hold = (because: HealingReason, untilMs: number | null = null): Stop => {
      looks.push(...(untilMs === null ? [] : [untilMs]))
      return { hold: 'healing', about: id, because, untilMs, tell: false }
    }
    if (successor !== undefined && !named?.has(lastSegment(successor)))
      return hold({ code: 'successor-unlisted' })
    // Nobody was sent to it yet; or its name stays, whether it lives or not.
    if (unused.has(id) || (successor === undefined && kept.has(id))) return stop
    const lastAtMs = latest(stop, drainMs, now)
    if (lastAtMs <= now) return stop
    if (!named || named.has(id) || leaving.has(id)) {
      if (lastAtMs < Number.POSITIVE_INFINITY) looks.push(lastAtMs)
      return hold({ code: 'drains', untilMs: null })
    }
    since[id] = unnamedSince[id] ?? now
    const drainedAtMs = Math.min(since[id] + drainMs, lastAtMs)
    return drainedAtMs > now ? hold({ code: 'drains', untilMs: drainedAtMs }, drainedAtMs) : stop
  }

  const left = stops.map(each => (isDo(each) ? judged(each) : each))
  return { stops: left, unnamedSince: since, nextLookAtMs: looks.length > 0 ? Math.min(...looks) : null }
}

const lastInstance = ({ because }: Decision<DiscoveryReason>): string[] =>
  because.code === 'last-instance' ? [because.taskId] : []

/** When it is stopped however Cloud Map stands: never where another one has to take its place first. */
const latest = ({ because }: Do<HealingReason>, drainMs: number, now: number): number =>
  because.code === 'overdue'
    ? now - because.forMs + because.afterMs + drainMs + patienceMs
    : Number.POSITIVE_INFINITY
