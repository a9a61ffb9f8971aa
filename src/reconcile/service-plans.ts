import { decideServiceMachines } from '../healing/services/decide-machines.ts'
import { decideServiceRetirement } from '../healing/services/decide-retirement.ts'
import { observeServiceMachines } from '../healing/services/observe-machines.ts'
import type { ServiceHealPolicy } from '../healing/services/policy.ts'
import type { ServiceHealingReason } from '../healing/services/reason.ts'
import type { Decision } from '../model/decision.ts'
import type { ServiceHealingMemory } from '../model/memory.ts'
import type { Reading } from '../model/reading.ts'
import type { Service } from '../model/service.ts'
import type { KeptEvidence } from '../model/signal.ts'
import type { ServiceTarget } from '../model/target.ts'
import type { WorkerPorts } from './landing.ts'
import { type Plan, soonest } from './plan.ts'

export interface ServicePlans {
  decisions: Decision<ServiceHealingReason>[]
  settled: Plan['settled']
  /** What is added to healing's memory of the service. */
  memory: Pick<ServiceHealingMemory, 'hosts' | 'stopping' | 'machinesReadAtMs'>
  nextLookAtMs: number | null
}

/** Tasks of a service that live and are going to be lost: AWS will stop them, or their machine is in trouble. */
export async function planForService(
  ports: WorkerPorts,
  target: ServiceTarget,
  policy: ServiceHealPolicy,
  inbox: readonly KeptEvidence[],
  {
    service,
    paused,
    memory,
  }: { service: Reading<Service>; paused: string | null; memory: ServiceHealingMemory | undefined },
): Promise<ServicePlans> {
  const now = ports.clock.now()
  const notices = inbox.flatMap(kept =>
    'retirement' in kept && kept.resolution === null
      ? [
          {
            key: kept.key,
            retirement: kept.retirement,
            noticedAtMs: kept.version === 0 ? null : kept.version,
          },
        ]
      : [],
  )
  const done = inbox.flatMap(kept =>
    'retirement' in kept && kept.resolution !== null ? [{ key: kept.key, resolution: kept.resolution }] : [],
  )
  const redeployed = decideServiceRetirement(notices, service, paused, policy.retirement, now)
  const sight = await observeServiceMachines(ports, target, policy.host, memory, now)
  const moved = decideServiceMachines(sight, service, paused, policy.host, memory, now)
  return {
    decisions: [...redeployed.decisions, ...moved.decisions],
    settled: [...redeployed.settled, ...done],
    memory: moved.memory,
    nextLookAtMs: soonest(redeployed.nextLookAtMs, moved.nextLookAtMs),
  }
}
