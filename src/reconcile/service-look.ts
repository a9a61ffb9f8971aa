import type { ScalingMemory } from '../model/memory.ts'
import { type Answer, answered, type Reading, readingOf } from '../model/reading.ts'
import type { Service } from '../model/service.ts'
import { type ServiceTarget, targetKey } from '../model/target.ts'
import { servicePolicyFor, serviceRuleFor } from '../policy/match.ts'
import { decide } from '../scaling/decide.ts'
import { type Asked, nothingAsked, observeService } from '../scaling/observe.ts'
import type { ScalePolicy } from '../scaling/policy.ts'
import { isUnsettled } from '../scaling/service-tasks.ts'
import { alarmsOf } from '../scaling/trigger-names.ts'
import { needsTasks, readsOf } from '../scaling/triggers.ts'
import { serviceMetrics } from '../voice/metrics.ts'
import type { Landing } from './landing.ts'
import type { LookState, Plan } from './plan.ts'
import { explainedScaling } from './rooms.ts'

/** One service: how many tasks should it run. */
export async function lookAtService(
  landing: Landing,
  target: ServiceTarget,
  state: LookState,
): Promise<Answer<Plan>> {
  const { ports, policy } = landing
  const unmanaged = state.inbox.map(key => ({ key, resolution: 'not-managed' }))
  const idle: Plan = {
    explained: [],
    memory: state.memory,
    settled: unmanaged,
    nextLookAtMs: null,
    metrics: [],
  }
  if (!serviceRuleFor(policy, target)?.scale) return answered(idle)

  const service = await describe(landing, target)
  const tags = service.kind === 'value' ? service.value.tags : null
  const wishes = servicePolicyFor(policy, target, tags)
  if (!wishes?.scale) return answered(idle)
  for (const problem of wishes.problems)
    ports.log.warn('service tag not used', { target: targetKey(target), reason: problem })

  const keys = alarmsOf(wishes.scale).map(alarm => `alarm/${alarm}`)
  const evidence = await ports.store.evidence(target, keys)
  if (!evidence.ok) return evidence
  const now = ports.clock.now()
  const asked = askedFor(service, wishes.scale, state.memory.scaling, now)
  const view = await observeService(ports, target, service, wishes.scale, evidence.value, now, asked)
  const verdict = decide(view, wishes, state.memory.scaling, now)
  // Evidence of a trigger that is gone from the policy, or settled by a look that did not live to say so.
  const dealtWith = state.inbox
    .filter(key => !view.evidence.includes(key))
    .map(key => ({ key, resolution: 'not-managed' }))
  return answered({
    explained: explainedScaling(verdict.decisions),
    memory: { ...state.memory, scaling: verdict.memory },
    settled: [...verdict.settled, ...dealtWith],
    nextLookAtMs: verdict.nextLookAtMs,
    metrics: service.kind === 'value' ? serviceMetrics(target, service.value) : [],
  })
}

/** What its triggers want to be read. */
function askedFor(
  service: Reading<Service>,
  scale: ScalePolicy,
  memory: ScalingMemory | undefined,
  nowMs: number,
): Asked {
  if (service.kind !== 'value') return nothingAsked
  return {
    reads: readsOf(scale, service.value, memory, nowMs),
    tasks: needsTasks(scale) && isUnsettled(service.value, memory, nowMs),
  }
}

async function describe({ ports }: Landing, target: ServiceTarget): Promise<Reading<Service>> {
  const answer = await ports.ecs.describeServices(target.cluster, [target.service])
  if (!answer.ok) return readingOf(answer, ports.clock.now())
  const [service] = answer.value.services
  return service
    ? { kind: 'value', value: service, observedAtMs: ports.clock.now() }
    : { kind: 'missing', what: `service ${target.service} in cluster ${target.cluster}` }
}
