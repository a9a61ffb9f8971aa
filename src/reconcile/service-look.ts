import { decide as decideHealing } from '../healing/services/decide.ts'
import { observeServiceHealing } from '../healing/services/observe.ts'
import type { Decision } from '../model/decision.ts'
import { type Answer, answered, type Reading, readingOf } from '../model/reading.ts'
import type { Service } from '../model/service.ts'
import { type ServiceTarget, targetKey } from '../model/target.ts'
import { servicePolicyFor, serviceRuleFor } from '../policy/match.ts'
import type { ServicePolicy, ServiceRule } from '../policy/policy.ts'
import { serviceMetrics } from '../voice/metrics.ts'
import type { Landing } from './landing.ts'
import { type LookState, type Plan, soonest } from './plan.ts'
import { explainedServiceHealing } from './rooms.ts'
import { scaleService } from './service-scaling.ts'
import { isNews } from './standing.ts'

/** One service: do its tasks stay alive, and how many should it run. */
export async function lookAtService(
  landing: Landing,
  target: ServiceTarget,
  state: LookState,
): Promise<Answer<Plan>> {
  const { ports, policy } = landing
  const rule = serviceRuleFor(policy, target)
  if (!rule?.scale && !rule?.heal) return answered(nothingToDo(state))
  const service = await describe(landing, target)
  const tags = service.kind === 'value' ? service.value.tags : null
  const wishes = servicePolicyFor(policy, target, tags)
  for (const problem of wishes?.problems ?? [])
    ports.log.warn('service tag not used', { target: targetKey(target), reason: problem })

  const healed = await heal(landing, target, rule, state, service, wishes?.paused ?? null)
  if (!healed.ok) return healed
  const { plan, keepsFromScalingOut } = healed.value
  const inbox = state.inbox.filter(key => !plan.settled.some(each => each.key === key))
  const scaled = await scaleService(
    landing,
    target,
    service,
    keptFromScalingOut(wishes, keepsFromScalingOut),
    inbox,
    state.memory,
  )
  if (!scaled.ok) return scaled
  return answered({
    explained: [...plan.explained, ...scaled.value.explained],
    memory: { ...scaled.value.memory, ...plan.memory },
    settled: [...plan.settled, ...scaled.value.settled],
    nextLookAtMs: soonest(plan.nextLookAtMs, scaled.value.nextLookAtMs),
    metrics: service.kind === 'value' ? serviceMetrics(target, service.value) : [],
  })
}

/** The owner wants none of it. */
const nothingToDo = (state: LookState): Plan => ({
  explained: [],
  memory: state.memory,
  settled: state.inbox.map(key => ({ key, resolution: 'not-managed' })),
  nextLookAtMs: null,
  metrics: [],
})

interface Healed {
  plan: Pick<Plan, 'explained' | 'settled' | 'nextLookAtMs'> & {
    memory: Pick<Plan['memory'], 'serviceHealing'>
  }
  keepsFromScalingOut: string | null
}

const isTask = (key: string): boolean => key.startsWith('task/')

async function heal(
  { ports }: Landing,
  target: ServiceTarget,
  { heal: policy }: ServiceRule,
  state: LookState,
  service: Reading<Service>,
  paused: string | null,
): Promise<Answer<Healed>> {
  const keys = state.inbox.filter(isTask)
  if (!policy) {
    const settled = keys.map(key => ({ key, resolution: 'not-managed' }))
    const plan = { explained: [], memory: {}, settled, nextLookAtMs: null }
    return answered({ plan, keepsFromScalingOut: null })
  }
  const kept = await ports.store.evidence(target, keys)
  if (!kept.ok) return kept
  const stopped = kept.value.flatMap(each => ('task' in each ? [{ key: each.key, task: each.task }] : []))
  const seen = { service, stopped, paused }
  const memory = state.memory.serviceHealing
  const stood = state.memory.standing ?? {}
  const isUntold = (decision: Decision) => isNews({ room: 'healing', decision, sentence: '' }, stood)
  const view = await observeServiceHealing(ports, target, seen, policy, memory, isUntold)
  const verdict = decideHealing(view, policy, memory, ports.clock.now())
  // Nobody keeps any longer what these keys stood for.
  const expired = keys
    .filter(key => !stopped.some(stop => stop.key === key))
    .map(key => ({ key, resolution: 'expired' }))
  return answered({
    plan: {
      explained: explainedServiceHealing(verdict.decisions),
      memory: { serviceHealing: verdict.memory },
      settled: [...verdict.settled, ...expired],
      nextLookAtMs: verdict.nextLookAtMs,
    },
    keepsFromScalingOut: verdict.keepsFromScalingOut,
  })
}

/** A crash loop pauses scaling out as the owner's own pause does. */
function keptFromScalingOut(wishes: ServicePolicy | null, because: string | null): ServicePolicy | null {
  if (!wishes?.scale || because === null) return wishes
  const { pause } = wishes.scale
  return { ...wishes, scale: { ...wishes.scale, pause: { ...pause, out: pause.out ?? because } } }
}

async function describe({ ports }: Landing, target: ServiceTarget): Promise<Reading<Service>> {
  const answer = await ports.ecs.describeServices(target.cluster, [target.service])
  if (!answer.ok) return readingOf(answer, ports.clock.now())
  const [service] = answer.value.services
  return service
    ? { kind: 'value', value: service, observedAtMs: ports.clock.now() }
    : { kind: 'missing', what: `service ${target.service} in cluster ${target.cluster}` }
}
