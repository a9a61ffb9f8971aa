import type { Action } from '../../model/decision.ts'
import type { ServiceHealingMemory } from '../../model/memory.ts'
import type { Service } from '../../model/service.ts'
import { minute } from '../../model/time.ts'
import type { Obstacle } from './reason.ts'
import type { ServiceHealingView } from './view.ts'

export type RollBackAction = Extract<Action, { verb: 'stop-deployment' | 'roll-back-service' }>

/** What a roll-back from a revision comes to. `ask`: something has to be read first. `done`: it was begun just now. */
export type RollBack =
  | { kind: 'do'; action: RollBackAction }
  | { kind: 'obstacle'; why: Obstacle }
  | { kind: 'ask'; for: 'ongoing' }
  | { kind: 'ask'; for: 'earlier'; taskDefinitionArn: string }
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
  const [primary] = service.deployments.filter(({ status }) => status === 'PRIMARY')
  const isDeployed = service.status === 'ACTIVE' && primary?.taskDefinitionArn === taskDefinitionArn
  const before = memory.rolledBack?.find(each => each.taskDefinitionArn === taskDefinitionArn)
  if (before && (!isDeployed || now - before.atMs < beginsWithinMs)) return { kind: 'done' }
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

function stopDeployment(service: Service, from: string, { ongoing }: ServiceHealingView): RollBack {
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
  return {
    kind: 'do',
    action: {
      verb: 'stop-deployment',
      cluster,
      service: service.service,
      serviceDeploymentArn: deployment.arn,
      from,
    },
  }
}

function goBack(
  { cluster, service }: Service,
  from: string,
  { earlier }: ServiceHealingView,
  { good = [], rolledBack = [] }: Pick<ServiceHealingMemory, 'good' | 'rolledBack'>,
): RollBack {
  const to = good.findLast(arn => !rolledBack.some(({ taskDefinitionArn }) => taskDefinitionArn === arn))
  if (to === undefined) return obstacle('no-good-revision')
  if (earlier === null) return { kind: 'ask', for: 'earlier', taskDefinitionArn: to }
  if (earlier.kind !== 'value' || earlier.value.status !== 'ACTIVE') return obstacle('revision-gone')
  return { kind: 'do', action: { verb: 'roll-back-service', cluster, service, from, to } }
}
