import type { Action, Decision, Verdict } from '../model/decision.ts'
import type { DiscoveryMemory } from '../model/memory.ts'
import type { CloudMapInstance, CloudMapService } from '../model/ports.ts'
import { isRunning, isStopping, type Task } from '../model/task.ts'
import { minute, second } from '../model/time.ts'
import { instanceAttributes, isOurs } from './instance.ts'
import { followOperations } from './operations.ts'
import type { DiscoverPolicy } from './policy.ts'
import type { DiscoveryReason } from './reason.ts'
import type { DiscoveryView } from './view.ts'

export type DiscoveryAction = Extract<Action, { verb: 'register-instance' | 'deregister-instance' }>
type DiscoveryDecision = Decision<DiscoveryReason, DiscoveryAction>

/** Looks again so soon while an operation, a health check or a doubt is open. */
const openLookMs = 5 * second
const healthLookMs = 20 * second
/** Seen missing twice, this far apart, before a task counts as gone. */
const goneAfterMs = minute
const quietLookMs = 5 * minute
/** What fails again and again is tried on, and no longer told. */
const toldTriesMax = 3

export const emptyMemory: DiscoveryMemory = { operations: [], missingSince: {}, failures: {} }

/**
 * Makes Cloud Map name exactly the living tasks: registers what runs, deregisters what stops, and touches only
 * instances that carry our marker. Never takes the last instance away: an empty answer is cached for minutes.
 */
export function decide(
  view: DiscoveryView,
  policy: DiscoverPolicy,
  memory: DiscoveryMemory | undefined,
  now: number,
): Verdict<DiscoveryReason, DiscoveryAction, DiscoveryMemory> {
  const before = memory ?? emptyMemory
  const blind = unreadable(view, policy)
  if (blind) {
    return { decisions: [blind], memory: before, settled: [], nextLookAtMs: now + minute }
  }
  const { cloudMapService, instances, tasks } = view
  if (cloudMapService.kind !== 'value' || instances.kind !== 'value' || tasks.kind !== 'value')
    throw new Error('a view that is not readable has been held above')

  const followed = followOperations(view.operations, before, now)
  const busy = (instanceId: string) =>
    followed.memory.operations.some(operation => operation.instanceId === instanceId) ||
    (followed.memory.failures[instanceId]?.nextTryAtMs ?? 0) > now
  const isTold = (id: string) => (followed.memory.failures[id]?.count ?? 0) < toldTriesMax
  const site = { service: cloudMapService.value, policy, view, isTold, now }
  const registered = new Map(instances.value.map(instance => [instance.id, instance]))

  const comings = tasks.value
    .filter(task => isRunning(task) && !view.tombstones.has(task.taskId) && !busy(task.taskId))
    .flatMap(task => welcome(task, registered.get(task.taskId), site))
  const { decisions: goings, missingSince } = farewells(
    instances.value.filter(instance => isOurs(instance, view.target)),
    instances.value.length - followed.leaving,
    busy,
    followed.memory.missingSince,
    tasks.value,
    site,
  )
  const decisions = [...followed.holds, ...goings, ...comings]
  const everything: DiscoveryDecision = {
    hold: 'discovery',
    about: null,
    because: { code: 'all-true', instances: instances.value.filter(i => isOurs(i, view.target)).length },
    untilMs: null,
    tell: false,
  }
  return {
    decisions: decisions.length > 0 ? decisions : [everything],
    memory: { ...followed.memory, missingSince },
    settled: [],
    nextLookAtMs: nextLook(decisions, tasks.value, now),
  }
}

interface Site {
  service: CloudMapService
  policy: DiscoverPolicy
  view: DiscoveryView
  /** False: people have heard of the first tries. */
  isTold: (instanceId: string) => boolean
  now: number
}

function unreadable(view: DiscoveryView, policy: DiscoverPolicy): DiscoveryDecision | null {
  const { namespace, service } = policy
  if (view.cloudMapService.kind === 'missing')
    return hold(null, { code: 'service-not-found', namespace, service }, null, true)
  for (const [what, reading] of [
    ['The Cloud Map service', view.cloudMapService],
    ['The family’s tasks', view.tasks],
    ['The list of instances', view.instances],
  ] as const) {
    if (reading.kind === 'value') continue
    const message = reading.kind === 'failed' ? reading.failure.message : 'no answer'
    return hold(null, { code: 'unreadable', what, message }, null)
  }
  if (
    view.cloudMapService.kind === 'value' &&
    view.cloudMapService.value.dnsRecordTypes.includes('SRV') &&
    policy.port === null
  )
    return hold(null, { code: 'needs-port', namespace, service }, null, true)
  return null
}

/** A running task: registered now, or why not yet. */
function welcome(task: Task, instance: CloudMapInstance | undefined, site: Site): DiscoveryDecision[] {
  const { taskId } = task
  const address = task.networkInterface?.privateIpv4 ?? null
  if (address === null) return instance ? [] : [hold(taskId, { code: 'no-address', taskId }, null)]
  const checked = site.view.healthChecked.get(task.taskDefinitionArn ?? '')
  if (instance) {
    if (!isOurs(instance, site.view.target)) return []
    const registered = instance.attributes.AWS_INSTANCE_IPV4 ?? 'no address'
    if (registered === address) return []
    return [register(task, address, { code: 'address-changed', taskId, address, registered }, site)]
  }
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
  return [register(task, address, { code: 'task-running', taskId, address }, site)]
}

/** Our instances whose tasks stop, fail their checks or are gone; `others` = instances that would remain without any of them. */
function farewells(
  ours: CloudMapInstance[],
  remainingCount: number,
  busy: (instanceId: string) => boolean,
  missingBefore: Record<string, number>,
  tasks: Task[],
  site: Site,
): { decisions: DiscoveryDecision[]; missingSince: Record<string, number> } {
  const byId = new Map(tasks.map(task => [task.taskId, task]))
  const decisions: DiscoveryDecision[] = []
  const missingSince: Record<string, number> = {}
  let remaining = remainingCount
  for (const { id } of ours) {
    if (busy(id)) continue
    const because = departure(id, byId.get(id), missingBefore[id], site)
    if (because?.code === 'missing-once' || because?.code === 'task-gone')
      missingSince[id] = missingBefore[id] ?? site.now
    if (because === null) continue
    if (because.code === 'missing-once') {
      decisions.push(hold(id, because, (missingSince[id] ?? site.now) + goneAfterMs))
    } else if (remaining <= 1) {
      decisions.push(hold(id, { code: 'last-instance', taskId: id }, null))
    } else {
      remaining -= 1
      decisions.push(deregister(id, because, site))
    }
  }
  return { decisions, missingSince }
}

function departure(
  id: string,
  task: Task | undefined,
  since: number | undefined,
  site: Site,
): DiscoveryReason | null {
  if (task && (isStopping(task) || site.view.tombstones.has(id)))
    return { code: 'task-stopping', taskId: id, lastStatus: isStopping(task) ? task.lastStatus : 'STOPPED' }
  if (task?.healthStatus === 'UNHEALTHY' && site.view.healthChecked.get(task.taskDefinitionArn ?? ''))
    return { code: 'task-unhealthy', taskId: id }
  if (task) return null
  if (site.view.tombstones.has(id)) return { code: 'task-stopping', taskId: id, lastStatus: 'STOPPED' }
  if (!site.view.missingTaskIds.includes(id)) return null
  if (since !== undefined && site.now - since >= goneAfterMs)
    return { code: 'task-gone', taskId: id, missingForMs: site.now - since }
  return { code: 'missing-once', taskId: id }
}

const register = (task: Task, address: string, because: DiscoveryReason, site: Site): DiscoveryDecision => ({
  do: {
    verb: 'register-instance',
    cloudMapServiceId: site.service.id,
    instanceId: task.taskId,
    attributes: instanceAttributes(task, address, site.view.target, site.policy),
    cloudMapName: `${site.service.service}.${site.service.namespace}`,
  },
  because,
  tell: site.isTold(task.taskId),
})

const deregister = (instanceId: string, because: DiscoveryReason, site: Site): DiscoveryDecision => ({
  do: {
    verb: 'deregister-instance',
    cloudMapServiceId: site.service.id,
    instanceId,
    cloudMapName: `${site.service.service}.${site.service.namespace}`,
  },
  because,
  tell: site.isTold(instanceId),
})

const hold = (
  about: string | null,
  because: DiscoveryReason,
  untilMs: number | null,
  tell = false,
): DiscoveryDecision => ({ hold: 'discovery', about, because, untilMs, tell })

function nextLook(decisions: DiscoveryDecision[], tasks: Task[], now: number): number | null {
  const open = decisions.map(decision =>
    'do' in decision ? now + openLookMs : (decision.untilMs ?? now + quietLookMs),
  )
  if (tasks.length > 0) open.push(now + quietLookMs)
  return open.length === 0 ? null : Math.min(...open)
}
