import type { Memory, ScalingMemory } from '../model/memory.ts'
import { type Answer, answered, type Reading } from '../model/reading.ts'
import type { Service } from '../model/service.ts'
import type { ServiceTarget } from '../model/target.ts'
import type { ServicePolicy } from '../policy/policy.ts'
import { decide } from '../scaling/decide.ts'
import { type Asked, nothingAsked, observeService } from '../scaling/observe.ts'
import type { ScalePolicy } from '../scaling/policy.ts'
import { isUnsettled } from '../scaling/service-tasks.ts'
import { alarmsOf } from '../scaling/trigger-names.ts'
import { needsTasks, readsOf } from '../scaling/triggers.ts'
import type { Landing } from './landing.ts'
import type { Plan } from './plan.ts'
import { explainedScaling } from './rooms.ts'

/** How many tasks the service should run. `inbox`: what its alarms told. */
export async function scaleService(
  { ports }: Landing,
  target: ServiceTarget,
  service: Reading<Service>,
  wishes: ServicePolicy | null,
  inbox: string[],
  memory: Memory,
): Promise<Answer<Omit<Plan, 'metrics'>>> {
  const notManaged = (keys: string[]) => keys.map(key => ({ key, resolution: 'not-managed' }))
  if (!wishes?.scale)
    return answered({ explained: [], memory, settled: notManaged(inbox), nextLookAtMs: null })
  const keys = alarmsOf(wishes.scale).map(alarm => `alarm/${alarm}`)
  const evidence = await ports.store.evidence(target, keys)
  if (!evidence.ok) return evidence
  const now = ports.clock.now()
  const asked = askedFor(service, wishes.scale, memory.scaling, now)
  const view = await observeService(ports, target, service, wishes.scale, evidence.value, now, asked)
  const verdict = decide(view, wishes, memory.scaling, now)
  // Evidence of a trigger that is gone from the policy, or settled by a look that did not live to say so.
  const dealtWith = notManaged(inbox.filter(key => !view.evidence.includes(key)))
  return answered({
    explained: explainedScaling(verdict.decisions),
    memory: { ...memory, scaling: verdict.memory },
    settled: [...verdict.settled, ...dealtWith],
    nextLookAtMs: verdict.nextLookAtMs,
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
