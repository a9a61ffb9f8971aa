import type { Action, Decision, Hold, Verdict } from '../model/decision.ts'
import type { DiscoveryMemory } from '../model/memory.ts'
import type { CloudMapInstance, CloudMapService } from '../model/ports.ts'
import type { Reading } from '../model/reading.ts'
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
  const sight = inSight(view, policy)
  if ('hold' in sight) return { decisions: [sight], memory: before, settled: [], nextLookAtMs: now + minute }
  const { service, instances, tasks } = sight

  const registered = new Map(instances.map(instance => [instance.id, instance]))
  const followed = followOperations(view.operations, before, now, new Set(registered.keys()))
  const busy = (instanceId: string) =>
    followed.memory.operations.some(operation => operation.instanceId === instanceId) ||
    (followed.memory.failures[instanceId]?.nextTryAtMs ?? 0) > now
  const isTold = (id: string) => (followed.memory.failures[id]?.count ?? 0) < toldTriesMax
  const site = { service, policy, view, isTold, now }
  const ours = instances.filter(instance => isOurs(instance, view.target))

  const comings = tasks
    .filter(task => isRunning(task) && !view.tombstones.has(task.taskId) && !busy(task.taskId))
    .flatMap(task => welcome(task, registered.get(task.taskId), site))
  const { decisions: goings, missingSince } = farewells(
    ours,
    instances.length - followed.leaving,
    busy,
    followed.memory.missingSince,
    tasks,
    site,
  )
  const decisions = [...followed.holds, ...goings, ...comings]
  const everything = hold(null, { code: 'all-true', instances: ours.length }, null)
  return {
    decisions: decisions.length > 0 ? decisions : [everything],
    memory: { ...followed.memory, missingSince },
    settled: [],
    nextLookAtMs: nextLook(decisions, tasks, now),
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

/** What can be decided on; a hold where something could not be read, or cannot work. */
function inSight({ cloudMapService, tasks, instances }: DiscoveryView, policy: DiscoverPolicy) {
  const { namespace, service } = policy
  if (cloudMapService.kind === 'missing')
    return hold(null, { code: 'service-not-found', namespace, service }, null, true)
  if (cloudMapService.kind !== 'value') return unread('The Cloud Map service', cloudMapService)
  if (tasks.kind !== 'value') return unread('The family’s tasks', tasks)
  if (instances.kind !== 'value') return unread('The list of instances', instances)
  if (cloudMapService.value.dnsRecordTypes.includes('SRV') && policy.port === null)
    return hold(null, { code: 'needs-port', namespace, service }, null, true)
  return { service: cloudMapService.value, tasks: tasks.value, instances: instances.value }
}

function unread(what: string, reading: Exclude<Reading<unknown>, { kind: 'value' }>) {
  const message = reading.kind === 'failed' ? reading.failure.message : 'no answer'
  return hold(null, { code: 'unreadable', what, message }, null)
}

/** A running task: registered now, or why not yet. */
function welcome(task: Task, instance: CloudMapInstance | undefined, site: Site): DiscoveryDecision[] {
  const { taskId } = task
  const address = task.networkInterface?.privateIpv4 ?? null
  if (address === null) return instance ? [] : [hold(taskId, { code: 'no-address', taskId }, null)]
  const checked = site.view.healthChecked.get(task.taskDefinitionArn)
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
    const since = missingBefore[id] ?? site.now
    const because = departure(id, byId.get(id), since, site)
    if (because === null) continue
    if (because.code === 'missing-once' || because.code === 'task-gone') missingSince[id] = since
    if (because.code === 'missing-once') {
      decisions.push(hold(id, because, since + goneAfterMs))
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
  missingSinceMs: number,
  { view, now }: Site,
): DiscoveryReason | null {
  if (task && isStopping(task)) return { code: 'task-stopping', taskId: id, lastStatus: task.lastStatus }
  if (view.tombstones.has(id)) return { code: 'task-stopping', taskId: id, lastStatus: 'STOPPED' }
  if (task) {
    const isUnhealthy = task.healthStatus === 'UNHEALTHY' && view.healthChecked.get(task.taskDefinitionArn)
    return isUnhealthy ? { code: 'task-unhealthy', taskId: id } : null
  }
  if (!view.missingTaskIds.includes(id)) return null
  const missingForMs = now - missingSinceMs
  return missingForMs >= goneAfterMs
    ? { code: 'task-gone', taskId: id, missingForMs }
    : { code: 'missing-once', taskId: id }
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
): Hold<DiscoveryReason> => ({ hold: 'discovery', about, because, untilMs, tell })

function nextLook(decisions: DiscoveryDecision[], tasks: Task[], now: number): number | null {
  const open = decisions.map(decision =>
    'do' in decision ? now + openLookMs : (decision.untilMs ?? now + quietLookMs),
  )
  if (tasks.length > 0) open.push(now + quietLookMs)
  return open.length === 0 ? null : Math.min(...open)
}
