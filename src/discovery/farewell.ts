import type { CloudMapInstance } from '../model/cloud-map.ts'
import { isStopped, isStopping, type Task } from '../model/task.ts'
import { isOfEcs, isOurs } from './instance.ts'
import type { DiscoveryReason } from './reason.ts'
import { type DiscoveryDecision, goneAfterMs, hold, type Site, where } from './site.ts'

/**
 * Our instances whose tasks stop, fail their checks or are gone, and by policy those that ECS left behind: taken away as long
 * as `min` instances remain. `remaining`: what clients would still find if none of them went.
 */
export function farewells(
  instances: CloudMapInstance[],
  remaining: number,
  missingBefore: Record<string, number>,
  tasks: Task[],
  site: Site,
): { decisions: DiscoveryDecision[]; missingSince: Record<string, number> } {
  const byId = new Map(tasks.map(task => [task.taskId, task]))
  const { min } = site.policy
  const decisions: DiscoveryDecision[] = []
  const missingSince: Record<string, number> = {}
  let left = remaining
  for (const instance of instances) {
    const { id } = instance
    if (site.busy(id)) continue
    const since = missingBefore[id] ?? site.now
    const because = departure(instance, byId.get(id), since, site)
    if (because === null) continue
    if (isDoubt(because)) missingSince[id] = since
    if (because.code === 'missing-once') {
      decisions.push(hold(id, because, since + goneAfterMs))
    } else if (left <= min) {
      decisions.push(hold(id, { code: 'last-instance', taskId: id, min }, null))
    } else {
      left -= 1
      decisions.push(deregister(id, because, site))
    }
  }
  return { decisions, missingSince }
}

/** Once in doubt, it is known since when. */
const isDoubt = ({ code }: DiscoveryReason): boolean =>
  code === 'missing-once' || code === 'task-gone' || code === 'ecs-left-it'

function departure(
  instance: CloudMapInstance,
  task: Task | undefined,
  sinceMs: number,
  site: Site,
): DiscoveryReason | null {
  const { target } = site.view
  if (isOurs(instance, target)) return departureOfOurs(instance.id, task, sinceMs, site)
  return site.policy.adopt && isOfEcs(instance, target) ? leftByEcs(instance.id, task, sinceMs, site) : null
}

function departureOfOurs(
  id: string,
  task: Task | undefined,
  sinceMs: number,
  { view, service, now }: Site,
): DiscoveryReason | null {
  if (task && isStopping(task)) return { code: 'task-stopping', taskId: id, lastStatus: task.lastStatus }
  if (view.tombstones.has(id)) return { code: 'task-stopping', taskId: id, lastStatus: 'STOPPED' }
  if (task) {
    // With a custom health check it stays, and is told to be UNHEALTHY.
    const isUnhealthy = task.healthStatus === 'UNHEALTHY' && view.healthChecked.get(task.taskDefinitionArn)
    return isUnhealthy && !service.hasCustomHealth ? { code: 'task-unhealthy', taskId: id } : null
  }
  if (!view.missingTaskIds.includes(id)) return null
  const missingForMs = now - sinceMs
  return missingForMs >= goneAfterMs
    ? { code: 'task-gone', taskId: id, missingForMs }
    : { code: 'missing-once', taskId: id }
}

/** ECS takes its own instances away when their tasks stop: only one whose task has been over for a while was left behind. */
function leftByEcs(
  id: string,
  task: Task | undefined,
  sinceMs: number,
  { view, now }: Site,
): DiscoveryReason | null {
  const isOver = task ? isStopped(task) : view.missingTaskIds.includes(id)
  if (!isOver) return null
  const goneForMs = now - sinceMs
  return goneForMs >= goneAfterMs
    ? { code: 'ecs-left-it', taskId: id, goneForMs }
    : { code: 'missing-once', taskId: id }
}

const deregister = (instanceId: string, because: DiscoveryReason, site: Site): DiscoveryDecision => ({
  do: { verb: 'deregister-instance', ...where(site), instanceId },
  because,
  tell: site.isTold(instanceId),
})
