import type { ServiceHealingMemory } from '../../model/memory.ts'
import type { Ports } from '../../model/ports.ts'
import { readingOf } from '../../model/reading.ts'
import type { ServiceTarget } from '../../model/target.ts'
import { asksFor } from './decide.ts'
import type { ServiceHealPolicy } from './policy.ts'
import type { ServiceHealingView } from './view.ts'

/** Reads what a roll-back depends on, where one may follow: hardly ever. */
export async function observeServiceHealing(
  { ecs, clock }: Pick<Ports, 'ecs' | 'clock'>,
  target: ServiceTarget,
  seen: Pick<ServiceHealingView, 'service' | 'stopped' | 'placements' | 'paused'>,
  policy: ServiceHealPolicy,
  memory: ServiceHealingMemory | undefined,
): Promise<ServiceHealingView> {
  const view = { ...seen, ongoing: null, earlier: null }
  const asked = asksFor(view, policy, memory, clock.now())
  if (asked?.for === 'ongoing')
    return {
      ...view,
      ongoing: readingOf(await ecs.ongoingDeployments(target.cluster, target.service), clock.now()),
    }
  if (asked?.for === 'earlier')
    return {
      ...view,
      earlier: readingOf(await ecs.describeTaskDefinition(asked.taskDefinitionArn), clock.now()),
    }
  return view
}
