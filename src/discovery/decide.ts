import type { Verdict } from '../model/decision.ts'
import type { DiscoveryMemory } from '../model/memory.ts'
import type { Reading } from '../model/reading.ts'
import type { Task } from '../model/task.ts'
import { minute, second } from '../model/time.ts'
import { farewells } from './farewell.ts'
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
  const decisions = [...followed.holds, ...goings, ...comings]
  const ours = instances.filter(instance => isOurs(instance, view.target))
  return {
    decisions:
      decisions.length > 0 ? decisions : [hold(null, { code: 'all-true', instances: ours.length }, null)],
    memory: { ...followed.memory, missingSince },
    settled: [],
    nextLookAtMs: nextLook(decisions, tasks, now),
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

function nextLook(decisions: DiscoveryDecision[], tasks: Task[], now: number): number | null {
  const open = decisions.map(decision =>
    'do' in decision ? now + openLookMs : (decision.untilMs ?? now + quietLookMs),
  )
  if (tasks.length > 0) open.push(now + quietLookMs)
  return open.length === 0 ? null : Math.min(...open)
}
