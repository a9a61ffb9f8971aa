import type { CloudMapInstance } from '../model/cloud-map.ts'
import type { DiscoveryMemory } from '../model/memory.ts'
import { isRunning, type Task } from '../model/task.ts'
import { addressKeys, instanceAttributes, isOurs } from './instance.ts'
import type { DiscoveryReason } from './reason.ts'
import { type DiscoveryDecision, healthLookMs, hold, type Site, where } from './site.ts'
import { type Address, endpointOf, whereabouts } from './whereabouts.ts'

/** Instances of one Cloud Map service; AWS does not raise it (https://docs.aws.amazon.com/cloud-map/latest/dg/cloud-map-limits.html). */
export const instancesMax = 1_000

/** Running tasks that become known, or are known at another address; the rest waits when the service takes no more. */
export function welcomes(
  tasks: Task[],
  instances: CloudMapInstance[],
  { operations, full }: DiscoveryMemory,
  site: Site,
): DiscoveryDecision[] {
  const named = new Map(instances.map(instance => [instance.id, instance]))
  const decisions = tasks
    .filter(task => isRunning(task) && !site.view.tombstones.has(task.taskId) && !site.busy(task.taskId))
    .flatMap(task => welcome(task, named.get(task.taskId), site))

  const coming = operations.filter(({ verb, instanceId }) => verb === 'register' && !named.has(instanceId))
  const free = full ? (full.untilMs > site.now ? 0 : 1) : instancesMax - instances.length - coming.length
  const isNew = (decision: DiscoveryDecision) => 'do' in decision && !named.has(decision.do.instanceId)
  const turnedAway = decisions.filter(isNew).slice(Math.max(0, free))
  if (turnedAway.length === 0) return decisions
  const { namespace, service } = site.service
  const because = { code: 'service-full', namespace, service, waiting: turnedAway.length } as const
  return [
    ...decisions.filter(decision => !turnedAway.includes(decision)),
    hold(null, because, full && full.untilMs > site.now ? full.untilMs : null, true),
  ]
}

/** A running task: registered now, or why not yet. */
function welcome(task: Task, instance: CloudMapInstance | undefined, site: Site): DiscoveryDecision[] {
  const { taskId } = task
  if (instance && !isOurs(instance, site.view.target)) return []
  const found = whereabouts(task, site.service.dnsRecordTypes, site.view, site.policy)
  if (instance) return 'address' in found ? correction(task, instance, found.address, site) : []
  if ('because' in found) return [hold(taskId, found.because, found.passes ? site.now + healthLookMs : null)]
  const checked = site.view.healthChecked.get(task.taskDefinitionArn)
  if (checked === undefined)
    return [hold(taskId, { code: 'checks-unknown', taskId }, site.now + healthLookMs)]
  if (checked && task.healthStatus !== 'HEALTHY') {
    const because: DiscoveryReason = {
      code: 'not-healthy-yet',
      taskId,
      healthStatus: task.healthStatus ?? 'UNKNOWN',
    }
    return [hold(taskId, because, site.now + healthLookMs)]
  }
  const address = endpointOf({ attributes: instanceAttributes(task, found.address, site.view.target) })
  return [register(task, found.address, { code: 'task-running', taskId, address }, site)]
}

/** What is not told by AWS just now is no reason to change what is registered. */
function correction(
  task: Task,
  instance: CloudMapInstance,
  address: Address,
  site: Site,
): DiscoveryDecision[] {
  const attributes = instanceAttributes(task, address, site.view.target)
  const isTrue = addressKeys.every(
    key => attributes[key] === undefined || attributes[key] === instance.attributes[key],
  )
  if (isTrue) return []
  const because: DiscoveryReason = {
    code: 'address-changed',
    taskId: task.taskId,
    address: endpointOf({ attributes }),
    registered: endpointOf(instance),
  }
  return [register(task, address, because, site)]
}

const register = (task: Task, address: Address, because: DiscoveryReason, site: Site): DiscoveryDecision => ({
  do: {
    verb: 'register-instance',
    ...where(site),
    instanceId: task.taskId,
    attributes: instanceAttributes(task, address, site.view.target),
  },
  because,
  tell: site.isTold(task.taskId),
})
