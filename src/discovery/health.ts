import type { CloudMapInstance, InstanceHealth } from '../model/cloud-map.ts'
import type { DiscoveryMemory } from '../model/memory.ts'
import { isRunning, type Task } from '../model/task.ts'
import { minute } from '../model/time.ts'
import { isOurs } from './instance.ts'
import { type DiscoveryDecision, hold, type Site, where } from './site.ts'

/** UNHEALTHY counts 30 s after it is told (https://docs.aws.amazon.com/cloud-map/latest/dg/services-health-checks.html), and reads lag. */
const shownAfterMs = minute

/**
 * Where the Cloud Map service has a custom health check: our instances are as healthy as ECS says their tasks are. An unhealthy
 * one stays registered and is offered to nobody, unless fewer than `min` would be left. `leaving`: who is going already.
 */
export function healthChanges(
  tasks: Task[],
  instances: CloudMapInstance[],
  told: DiscoveryMemory['health'],
  leaving: ReadonlySet<string>,
  site: Site,
): { decisions: DiscoveryDecision[]; health: DiscoveryMemory['health'] } {
  const { health: reading, target } = site.view
  const recent = recently(told, site.now)
  if (!site.service.hasCustomHealth) return { decisions: [], health: recent }
  if (reading.kind !== 'value') {
    const message = reading.kind === 'failed' ? reading.failure.message : 'no answer'
    const because = { code: 'unreadable', what: 'The health of the instances', message } as const
    return { decisions: [hold(null, because, site.now + minute)], health: recent }
  }
  const shown = (id: string) => recent?.[id]?.status ?? reading.value[id]
  const byId = new Map(tasks.map(task => [task.taskId, task]))
  let well = instances.filter(({ id }) => shown(id) !== 'UNHEALTHY' && !leaving.has(id)).length
  const decisions: DiscoveryDecision[] = []
  for (const instance of instances) {
    const { id } = instance
    const task = byId.get(id)
    const known = shown(id)
    if (!task || !isOurs(instance, target) || site.busy(id) || leaving.has(id)) continue
    const status = healthOf(task, site)
    // A moment after it is registered its health is not told yet.
    if (status === null || known === undefined || known === status) continue
    if (status === 'HEALTHY' && known === 'UNKNOWN') continue
    if (status === 'UNHEALTHY' && well <= site.policy.min) {
      decisions.push(hold(id, { code: 'last-instance', taskId: id, min: site.policy.min }, null))
      continue
    }
    well += status === 'UNHEALTHY' ? -1 : 1
    decisions.push({
      do: { verb: 'set-instance-health', ...where(site), instanceId: id, status },
      because: { code: status === 'UNHEALTHY' ? 'task-unhealthy' : 'task-healthy-again', taskId: id },
      tell: site.isTold(id),
    })
  }
  return { decisions, health: recent }
}

/** What ECS says of a running task that has health checks; null where it says nothing. */
function healthOf(task: Task, { view }: Site): InstanceHealth | null {
  if (!isRunning(task) || !view.healthChecked.get(task.taskDefinitionArn)) return null
  return task.healthStatus === 'HEALTHY' || task.healthStatus === 'UNHEALTHY' ? task.healthStatus : null
}

/** What Cloud Map may not show yet. */
function recently(told: DiscoveryMemory['health'], now: number): DiscoveryMemory['health'] {
  const recent = Object.entries(told ?? {}).filter(([, { atMs }]) => now - atMs < shownAfterMs)
  return recent.length === 0 ? undefined : Object.fromEntries(recent)
}
