import { ownerOf, targetOf } from '../intake/owner.ts'
import { lastSegment, parseEcsArn } from '../model/arn.ts'
import { type Answer, answered } from '../model/reading.ts'
import { retirementEvidence, type Signal } from '../model/signal.ts'
import { type FamilyTarget, type ServiceTarget, type Target, targetKey } from '../model/target.ts'
import { isStopping } from '../model/task.ts'
import { serviceRuleFor, taskRuleFor } from '../policy/match.ts'
import { matches } from '../policy/pattern.ts'
import type { Policy } from '../policy/policy.ts'
import { noticeEntry } from './journal.ts'
import type { WorkerPorts } from './landing.ts'
import { explainedHealing } from './rooms.ts'

type Notice = Extract<Signal, { kind: 'health' }>
type Retirement = NonNullable<Notice['retirement']>

/**
 * AWS announces that it will stop tasks. Of services, which ECS looks after, it is told once. A standalone task is named by its
 * ARN alone: whose it is, ECS knows; its family is then looked at.
 */
export async function markRetirement(
  ports: WorkerPorts,
  policy: Policy,
  notice: Notice,
  serves: Target['kind'] | undefined,
): Promise<Answer<Target[]>> {
  const { retirement, tasks } = notice
  if (retirement === null) return answered([])
  const marked =
    serves === 'family' ? answered([]) : await markServices(ports, policy, { ...notice, retirement })
  if (!marked.ok || serves === 'service') return marked
  const families = await markFamilies(ports, policy, retirement, tasks)
  return families.ok ? answered([...marked.value, ...families.value]) : families
}

/** Those whose owners wish for a deployment before that day are looked at; of the others it is told. */
async function markServices(
  ports: WorkerPorts,
  policy: Policy,
  { retirement, services, tasks }: Notice & { retirement: Retirement },
): Promise<Answer<Target[]>> {
  const isAsked = (target: Target): boolean =>
    target.kind === 'service' && serviceRuleFor(policy, target)?.heal?.retirement !== undefined
  const { atMs, version } = retirement
  const asked = services.filter(isAsked)
  for (const target of asked) {
    // Of each service, and of each day that AWS names, once.
    const evidence = retirementEvidence({ taskId: `service-${atMs ?? 'soon'}`, atMs }, version)
    const kept = await ports.store.keepEvidence(target, evidence)
    if (!kept.ok) return kept
    if (kept.value === 'stale') continue
    const done = await ports.store.mark(target, [evidence.key], ports.clock.now())
    if (!done.ok) return done
  }
  const others = services.filter(target => !isAsked(target))
  const told = await tellServices(ports, policy, retirement, others, services.length === 1 ? tasks : [])
  return told.ok ? answered(asked) : told
}

/** `tasks`: those of the only service; of several nobody tells which task is whose. */
async function tellServices(
  ports: WorkerPorts,
  policy: Policy,
  { atMs }: Retirement,
  services: Target[],
  tasks: string[],
): Promise<Answer<void>> {
  const isManaged = (target: Target): target is ServiceTarget =>
    target.kind === 'service' && serviceRuleFor(policy, target) !== null
  for (const target of services.filter(isManaged)) {
    const named = tasks.map(lastSegment)
    const notice = explainedHealing([
      {
        hold: 'healing',
        about: null,
        because: { code: 'retirement-of-service', atMs },
        untilMs: null,
        tell: true,
        facts: named.length === 0 ? [] : [{ label: 'Tasks', value: named.join(', ') }],
      },
    ])
    for (const each of notice) {
      const written = await ports.store.writeJournal(noticeEntry(target, each, atMs, ports.clock.now()))
      if (!written.ok) return written
    }
  }
  return answered(undefined)
}

async function markFamilies(
  ports: WorkerPorts,
  policy: Policy,
  { atMs, version }: Retirement,
  tasks: string[],
): Promise<Answer<Target[]>> {
  const marked = new Map<string, Target>()
  for (const [cluster, ids] of byCluster(tasks)) {
    // Elsewhere there is no right to ask.
    if (!policy.tasks.some(({ match }) => matches(match.cluster, cluster))) continue
    const described = await ports.ecs.describeTasks(cluster, ids)
    if (!described.ok && described.failure.code === 'not-found') continue
    if (!described.ok) return described
    for (const task of described.value.tasks.filter(each => ownerOf(each) === 'standalone')) {
      const target = targetOf(task)
      if (target?.kind !== 'family' || !isManaged(policy, target)) continue
      const evidence = retirementEvidence({ taskId: task.taskId, atMs }, version)
      if (isStopping(task)) {
        // An earlier delivery may have kept it and ended before the mark.
        const settled = await ports.store.settleEvidence(target, evidence.key, 'gone', ports.clock.now())
        if (!settled.ok) return settled
        continue
      }
      const kept = await ports.store.keepEvidence(target, evidence)
      if (!kept.ok) return kept
      if (kept.value === 'stale') continue
      const done = await ports.store.mark(target, [evidence.key], ports.clock.now())
      if (!done.ok) return done
      marked.set(targetKey(target), target)
    }
  }
  return answered([...marked.values()])
}

const isManaged = (policy: Policy, target: FamilyTarget): boolean => taskRuleFor(policy, target) !== null

/** Ids of tasks: an ARN of another Region would be refused. */
function byCluster(arns: string[]): Map<string, string[]> {
  const clusters = new Map<string, string[]>()
  for (const arn of arns) {
    const named = parseEcsArn(arn)
    if (named?.cluster) clusters.set(named.cluster, [...(clusters.get(named.cluster) ?? []), named.id])
  }
  return clusters
}
