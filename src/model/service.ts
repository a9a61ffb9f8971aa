import type { CapacityProviderStrategy } from './capacity-provider-strategy.ts'

/** An ECS service as `DescribeServices` tells it: the fields we read. */

export interface Service {
  serviceArn: string
  cluster: string
  service: string
  status: 'ACTIVE' | 'DRAINING' | 'INACTIVE'
  schedulingStrategy: 'REPLICA' | 'DAEMON'
  deploymentController: 'ECS' | 'CODE_DEPLOY' | 'EXTERNAL'
  /** `ECS` = Express mode, the service is ECS's own: read-only for us. */
  resourceManagementType: 'CUSTOMER' | 'ECS'
  desiredCount: number
  runningCount: number
  pendingCount: number
  deployments: Deployment[]
  /** Null: it has a launch type, or the cluster's default at the time when it was created. */
  capacityProviderStrategy: CapacityProviderStrategy | null
  /** CODE_DEPLOY and EXTERNAL only; more than one = a deployment is under way. */
  taskSetCount: number
  /** Of the desired count: so many run at least while tasks are replaced. */
  minimumHealthyPercent: number
  /** What ECS itself does about a rolling update that fails. */
  rollsBack: RollsBack
  /**
   * Where its requests come from, each once: of the service, of its PRIMARY task set, and the group that a blue/green
   * deployment moves them to.
   */
  targetGroupArns: string[]
  /** Tags of the service; null when they could not be read. */
  tags: Record<string, string> | null
  /** False: on machines, which keep images; absent: not told. */
  onFargate?: boolean
}

/** What DescribeServices does not tell: the deployment as a resource of its own (API reference, ServiceDeploymentBrief). */
export interface ServiceDeployment {
  arn: string
  /** `ending`: it is being stopped or rolled back, by whomever. */
  state: 'running' | 'ending'
}

export interface RollsBack {
  /** `fail` only ends the deployment, `roll-back` brings back the last one that completed. */
  circuitBreaker: 'off' | 'fail' | 'roll-back'
  /** Alarms of the deployment do the same. */
  onAlarm: boolean
}

export const neverRollsBack: RollsBack = { circuitBreaker: 'off', onAlarm: false }

export interface Deployment {
  id: string
  status: 'PRIMARY' | 'ACTIVE' | 'INACTIVE'
  rolloutState: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED' | null
  taskDefinitionArn: string | null
  desiredCount: number
  runningCount: number
  pendingCount: number
  failedTasks: number
  createdAtMs: number | null
}

/** The deployment that is wanted now; absent with external deployments, and when there is no service. */
export const primaryOf = (service: Pick<Service, 'deployments'> | undefined): Deployment | undefined =>
  service?.deployments.find(({ status }) => status === 'PRIMARY')

/** More than one deployment or task set, or one that has not completed. */
export const isDeploying = (service: Pick<Service, 'deployments' | 'taskSetCount'>): boolean =>
  service.taskSetCount > 1 ||
  service.deployments.length > 1 ||
  service.deployments.some(deployment => deployment.rolloutState === 'IN_PROGRESS')

/** An image of one container of a service revision. `digest`: null where ECS resolved none. */
export interface RevisionImage {
  image: string | null
  digest: string | null
}
