import type { Reading } from '../../model/reading.ts'
import { type Deployment, primaryOf, type Service } from '../../model/service.ts'
import { revisionOf } from './loop-words.ts'
import type { ServiceHealPolicy } from './policy.ts'
import type { ServiceHealingReason } from './reason.ts'

/** A deployment in progress; `because` is null until it has taken too long, at `atMs`. */
export interface Progress {
  deployment: Deployment
  because: Extract<ServiceHealingReason, { code: 'deployment-stuck' }> | null
  atMs: number
}

/**
 * Without a circuit breaker no event of ECS says that a deployment comes to no end: the time since it was created does. Null: there
 * is none of ECS's own in progress, the circuit breaker will end it, or nobody tells since when it runs.
 */
export function deploymentInProgress(
  service: Reading<Service>,
  { afterMs }: ServiceHealPolicy['stuckDeployment'],
  now: number,
): Progress | null {
  if (service.kind !== 'value' || service.value.status !== 'ACTIVE') return null
  const { deploymentController, rollsBack, desiredCount } = service.value
  const deployment = primaryOf(service.value)
  if (deploymentController !== 'ECS' || deployment?.rolloutState !== 'IN_PROGRESS') return null
  if (rollsBack.circuitBreaker !== 'off' || deployment.createdAtMs === null) return null
  const atMs = deployment.createdAtMs + afterMs
  const { taskDefinitionArn, runningCount } = deployment
  return {
    deployment,
    atMs,
    because:
      now < atMs
        ? null
        : {
            code: 'deployment-stuck',
            revision: revisionOf(taskDefinitionArn),
            forMs: now - deployment.createdAtMs,
            running: runningCount,
            wanted: desiredCount,
          },
  }
}
