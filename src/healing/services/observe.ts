import type { Decision } from '../../model/decision.ts'
import type { ServiceHealingMemory } from '../../model/memory.ts'
import type { Ports } from '../../model/ports.ts'
import { readingOf } from '../../model/reading.ts'
import type { ServiceTarget } from '../../model/target.ts'
import { asksFor, wishesFor } from './decide.ts'
import { explainRevision } from './explain-revision.ts'
import type { ServiceHealPolicy } from './policy.ts'
import type { ServiceHealingView } from './view.ts'

type Reads = Pick<Ports, 'ecs' | 'logs' | 'clock'>

/**
 * Reads what a roll-back depends on, where one may follow, and what explains the failure, where it is about to be told: hardly ever.
 * `isNews`: whether people do not know of the decision yet.
 */
export async function observeServiceHealing(
  ports: Reads,
  target: ServiceTarget,
  seen: Pick<ServiceHealingView, 'service' | 'stopped' | 'placements' | 'paused'>,
  policy: ServiceHealPolicy,
  memory: ServiceHealingMemory | undefined,
  isNews: (decision: Decision) => boolean,
): Promise<ServiceHealingView> {
  const view = await observeRollBack(ports, target, seen, policy, memory)
  const explained = []
  for (const wish of wishesFor(view, policy, memory, isNews, ports.clock.now()))
    explained.push(await explainRevision(ports, wish))
  return { ...view, explained }
}

async function observeRollBack(
  { ecs, clock }: Reads,
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
