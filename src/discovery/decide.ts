import type { Verdict } from '../model/decision.ts'
import type { DiscoveryMemory } from '../model/memory.ts'
import type { Reading } from '../model/reading.ts'
import type { Task } from '../model/task.ts'
import { minute, second } from '../model/time.ts'
import { farewells } from './farewell.ts'
import { healthChanges } from './health.ts'
import { isOurs } from './instance.ts'
import { followOperations } from './operations.ts'
import type { DiscoverPolicy } from './policy.ts'
import type { DiscoveryReason } from './reason.ts'
import { type DiscoveryAction, type DiscoveryDecision, hold, type Site } from './site.ts'
import type { DiscoveryView } from './view.ts'
import { welcomes } from './welcome.ts'

/** Looks again so soon while an operation is open. */
const openLookMs = 5 * second
const quietLookMs = 5 * minute
/** While nothing changes, and tasks have health checks. */
const checkedLookMs = minute
/** What fails again and again is tried on, and no longer told. */
const toldTriesMax = 3

export const emptyMemory: DiscoveryMemory = { operations: [], missingSince: {}, failures: {} }

/**
 * Makes Cloud Map name exactly the living tasks: registers what runs, deregisters what stops, and touches only instances that
 * carry our marker, or that ECS left behind where the policy says so. Never takes away the last `min`: an empty answer is
 * cached for minutes.
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

  const followed = followOperations(view.operations, before, now, new Set(instances.map(({ id }) => id)))
  const { operations, failures, missingSince: missingBefore } = followed.memory
  const site: Site = {
    service,
    policy,
    view,
    busy: id =>
      operations.some(({ instanceId }) => instanceId === id) || (failures[id]?.nextTryAtMs ?? 0) > now,
    isTold: id => (failures[id]?.count ?? 0) < toldTriesMax,
    now,
  }
  const comings = welcomes(tasks, instances, followed.memory, site)
  const remaining = instances.length - followed.leaving
  const { decisions: goings, missingSince } = farewells(instances, remaining, missingBefore, tasks, site)
  const leaving = new Set([
    ...operations.flatMap(({ verb, instanceId }) => (verb === 'deregister' ? instanceId : [])),
    ...goings.flatMap(going => ('do' in going ? going.do.instanceId : [])),
  ])
  const changes = healthChanges(tasks, instances, before.health, leaving, site)
  const decisions = [...followed.holds, ...goings, ...changes.decisions, ...comings]
  const ours = instances.filter(instance => isOurs(instance, view.target))
  return {
    decisions:
      decisions.length > 0 ? decisions : [hold(null, { code: 'all-true', instances: ours.length }, null)],
    memory: memoryOf({ ...followed.memory, missingSince }, changes.health),
    settled: [],
    nextLookAtMs: nextLook(decisions, tasks, quietMs(view), now),
  }
}

/** What can be decided on; a hold where something could not be read, or cannot work. */
function inSight({ cloudMapService, tasks, instances }: DiscoveryView, policy: DiscoverPolicy) {
  const { namespace, service } = policy
  if (cloudMapService.kind === 'missing')
    return hold(null, { code: 'service-not-found', namespace, service }, null, true)
  if (cloudMapService.kind !== 'value') return unread('The Cloud Map service', cloudMapService)
  if (tasks.kind !== 'value') return unread('The family’s tasks', tasks)
  if (instances.kind !== 'value') return unread('The list of instances', instances)
  const { dnsRecordTypes } = cloudMapService.value
  if (dnsRecordTypes.includes('CNAME'))
    return hold(null, { code: 'records-of-names', namespace, service }, null, true)
  if (dnsRecordTypes.includes('SRV') && policy.port === null)
    return hold(null, { code: 'needs-port', namespace, service }, null, true)
  return { service: cloudMapService.value, tasks: tasks.value, instances: instances.value }
}

function unread(what: string, reading: Exclude<Reading<unknown>, { kind: 'value' }>) {
  const message = reading.kind === 'failed' ? reading.failure.message : 'no answer'
  return hold(null, { code: 'unreadable', what, message }, null)
}

/** No event tells of a task's health (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html). */
const quietMs = ({ healthChecked }: DiscoveryView): number =>
  [...healthChecked.values()].includes(true) ? checkedLookMs : quietLookMs

function memoryOf({ health: _, ...rest }: DiscoveryMemory, health: DiscoveryMemory['health']) {
  return health === undefined ? rest : { ...rest, health }
}

function nextLook(decisions: DiscoveryDecision[], tasks: Task[], quiet: number, now: number): number | null {
  const open = decisions.map(decision =>
    'do' in decision ? now + openLookMs : (decision.untilMs ?? now + quiet),
  )
  if (tasks.length > 0) open.push(now + quiet)
  return open.length === 0 ? null : Math.min(...open)
}
