import type { Action } from '../../model/decision.ts'
import { type EcrImage, ecrImageOf } from '../../model/image.ts'
import type { ServiceHealingMemory } from '../../model/memory.ts'
import { primaryOf, type RevisionImage, type Service } from '../../model/service.ts'
import { minute } from '../../model/time.ts'
import { firstGone } from '../images.ts'
import type { Obstacle } from './reason.ts'
import type { ServiceHealingView } from './view.ts'

export type RollBackAction = Extract<Action, { verb: 'stop-deployment' | 'roll-back-service' }>

/** What a roll-back from a revision comes to. `ask`: something has to be read first. `done`: it was begun just now. */
export type RollBack =
  | { kind: 'do'; action: RollBackAction }
  | { kind: 'obstacle'; why: Obstacle; image?: string }
  | { kind: 'ask'; for: 'ongoing' }
  | { kind: 'ask'; for: 'earlier'; taskDefinitionArn: string }
  | { kind: 'ask'; for: 'behind'; serviceDeploymentArn: string }
  | { kind: 'ask'; for: 'images'; images: EcrImage[] }
  | { kind: 'done' }

const obstacle = (why: Obstacle): RollBack => ({ kind: 'obstacle', why })

/** DescribeServices lags, and a roll-back takes its time to begin. */
const beginsWithinMs = 5 * minute

/** Each revision is rolled back from once, and never one that stood without a failure before: a roll-back cannot follow a roll-back. */
export function rollBackFrom(
  taskDefinitionArn: string | null,
  view: ServiceHealingView,
  memory: Pick<ServiceHealingMemory, 'good' | 'rolledBack'>,
  now: number,
): RollBack {
  if (view.service.kind !== 'value' || taskDefinitionArn === null) return obstacle('unreadable')
  const service = view.service.value
  const primary = primaryOf(service)
  const isDeployed = service.status === 'ACTIVE' && primary?.taskDefinitionArn === taskDefinitionArn
  const before = memory.rolledBack?.find(each => each.taskDefinitionArn === taskDefinitionArn)
  const isBegun = before !== undefined && !before.isRefused
  if (isBegun && (!isDeployed || now - before.atMs < beginsWithinMs)) return { kind: 'done' }
  if (service.resourceManagementType === 'ECS') return obstacle('express')
  if (service.deploymentController !== 'ECS') return obstacle('controller')
  if (!isDeployed) return obstacle('not-deployed')
  if (view.paused !== null) return obstacle('paused')
  if (before) return obstacle('rolled-back-before')
  // Before the way is chosen: while one that stood is brought back, its own deployment is in progress.
  if (memory.good?.includes(taskDefinitionArn)) return obstacle('stood-before')
  if (primary.rolloutState === 'IN_PROGRESS') return stopDeployment(service, taskDefinitionArn, view)
  return goBack(service, taskDefinitionArn, view, memory)
}

function stopDeployment(service: Service, from: string, view: ServiceHealingView): RollBack {
  const { ongoing } = view
  const { rollsBack, cluster } = service
  const others = service.deployments.filter(({ status }) => status !== 'PRIMARY')
  // Deployed once more: what ECS would go back to is the same revision.
  if (others.length > 0 && others.every(each => each.taskDefinitionArn === from))
    return obstacle('no-good-revision')
  if (rollsBack.circuitBreaker === 'roll-back' || rollsBack.onAlarm) return obstacle('ecs-rolls-back')
  if (ongoing === null) return { kind: 'ask', for: 'ongoing' }
  if (ongoing.kind !== 'value') return obstacle('unreadable')
  if (ongoing.value.some(({ state }) => state === 'ending')) return obstacle('ending')
  const [deployment] = ongoing.value
  if (!deployment) return obstacle('unreadable')
  const { arn: serviceDeploymentArn } = deployment
  if (view.behind === null && service.onFargate !== false)
    return { kind: 'ask', for: 'behind', serviceDeploymentArn }
  const images = view.behind?.kind === 'value' ? (view.behind.value ?? []) : []
  return unlessGone(service, images.flatMap(resolvedImage), view, {
    kind: 'do',
    action: { verb: 'stop-deployment', cluster, service: service.service, serviceDeploymentArn, from },
  })
}

function goBack(
  service: Service,
  from: string,
  view: ServiceHealingView,
  { good = [], rolledBack = [] }: Pick<ServiceHealingMemory, 'good' | 'rolledBack'>,
): RollBack {
  const { earlier } = view
  const to = good.findLast(arn => !rolledBack.some(({ taskDefinitionArn }) => taskDefinitionArn === arn))
  if (to === undefined) return obstacle('no-good-revision')
  if (earlier === null) return { kind: 'ask', for: 'earlier', taskDefinitionArn: to }
  if (earlier.kind !== 'value' || earlier.value.status !== 'ACTIVE') return obstacle('revision-gone')
  // A new deployment resolves its tags anew.
  const images = earlier.value.containers.flatMap(({ image }) => ecrImageOf(image) ?? [])
  const { cluster, service: name } = service
  return unlessGone(service, images, view, {
    kind: 'do',
    action: { verb: 'roll-back-service', cluster, service: name, from, to },
  })
}

/** ECS pulls by the digest that it resolved when the revision was deployed, wherever the tag points to by now. */
function resolvedImage({ image, digest }: RevisionImage): EcrImage[] {
  const named = ecrImageOf(image)
  if (!named) return []
  return [digest === null ? named : { ...named, by: { digest } }]
}

/** Machines fall back on images that they have pulled before. What ECR did not tell is tried. */
function unlessGone(
  { onFargate }: Service,
  images: EcrImage[],
  { images: readings }: ServiceHealingView,
  rollBack: RollBack,
): RollBack {
  if (onFargate === false || images.length === 0) return rollBack
  if (readings === undefined) return { kind: 'ask', for: 'images', images }
  const gone = firstGone(images, readings)
  return gone === null ? rollBack : { kind: 'obstacle', why: 'image-gone', image: gone }
}
