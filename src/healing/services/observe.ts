import type { Decision } from '../../model/decision.ts'
import type { ServiceHealingMemory } from '../../model/memory.ts'
import type { Ports } from '../../model/ports.ts'
import { readingOf } from '../../model/reading.ts'
import type { ServiceTarget } from '../../model/target.ts'
import { readImages } from '../read-images.ts'
import { asksFor, wishesFor } from './decide.ts'
import { explainRevision } from './explain-revision.ts'
import type { ServiceHealPolicy } from './policy.ts'
import type { ServiceHealingView } from './view.ts'

type Reads = Pick<Ports, 'ecs' | 'logs' | 'images' | 'clock'>

/**
 * Reads what a roll-back depends on, where one may follow, and what explains the failure, where it is about to be told: hardly ever.
 * `isNews`: whether people do not know of the decision yet.
 */
export async function observeServiceHealing(
  ports: Reads,
  target: ServiceTarget,
  seen: Pick<ServiceHealingView, 'service' | 'stopped' | 'paused'>,
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

/** One answer may lead to the next question: which deployment, what it goes back to, whether that is still there. */
const questionsMax = 4

async function observeRollBack(
  ports: Reads,
  target: ServiceTarget,
  seen: Pick<ServiceHealingView, 'service' | 'stopped' | 'paused'>,
  policy: ServiceHealPolicy,
  memory: ServiceHealingMemory | undefined,
): Promise<ServiceHealingView> {
  let view: ServiceHealingView = { ...seen, ongoing: null, earlier: null, behind: null }
  for (let question = 0; question < questionsMax; question++) {
    const asked = asksFor(view, policy, memory, ports.clock.now())
    if (asked === null) break
    view = { ...view, ...(await answerTo(asked, ports, target)) }
  }
  return view
}

async function answerTo(
  asked: NonNullable<ReturnType<typeof asksFor>>,
  ports: Reads,
  { cluster, service }: ServiceTarget,
): Promise<Partial<ServiceHealingView>> {
  const { ecs, clock } = ports
  switch (asked.for) {
    case 'ongoing':
      return { ongoing: readingOf(await ecs.ongoingDeployments(cluster, service), clock.now()) }
    case 'earlier':
      return { earlier: readingOf(await ecs.describeTaskDefinition(asked.taskDefinitionArn), clock.now()) }
    case 'behind':
      return { behind: readingOf(await ecs.imagesBehind(asked.serviceDeploymentArn), clock.now()) }
    case 'images':
      return { images: await readImages(ports, asked.images) }
  }
}
