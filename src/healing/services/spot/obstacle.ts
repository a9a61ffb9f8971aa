import type { SpotMemory } from '../../../model/memory.ts'
import { isDeploying, primaryOf, type Service } from '../../../model/service.ts'
import { hour } from '../../../model/time.ts'
import type { ServiceHealingView } from '../view.ts'
import type { SpotObstacle } from './reason.ts'

/** What is refused now is refused a minute later, too. */
const refusedForMs = hour

export function obstacleOf(
  { paused }: ServiceHealingView,
  service: Service,
  { fallback, refusedAtMs }: SpotMemory,
  now: number,
): SpotObstacle | null {
  if (service.status !== 'ACTIVE') return 'inactive'
  if (service.resourceManagementType === 'ECS') return 'express'
  if (service.deploymentController !== 'ECS') return 'controller'
  if (service.schedulingStrategy === 'DAEMON') return 'daemon'
  if (service.capacityProviderStrategy === null) return 'no-strategy'
  if (paused !== null) return 'paused'
  if (refusedAtMs !== undefined && now - refusedAtMs < refusedForMs) return 'refused'
  return isDeploying(service) && !isOwnDeployment(service, fallback?.deploymentId) ? 'deploying' : null
}

/** The deployment that a change of ours began is no obstacle to the next one: without room on Spot it may never end. */
export const isOwnDeployment = (
  service: Pick<Service, 'deployments'>,
  deploymentId: string | undefined,
): boolean => deploymentId !== undefined && primaryOf(service)?.id === deploymentId

/** The tasks of the present deployment: those of the one before it go on while it does not get on. */
export function shortageOf(service: Service): { running: number; isShort: boolean } {
  const { runningCount, pendingCount } = primaryOf(service) ?? service
  return { running: runningCount, isShort: runningCount + pendingCount < service.desiredCount }
}
