import type { CapacityProviderStrategy } from './capacity-provider-strategy.ts'
import type { Answer } from './reading.ts'
import type { RevisionImage, Service, ServiceDeployment } from './service.ts'

/** The part of the port Ecs that changes services, and what has to be read for it. */
export interface ServiceChanges {
  /** Changes production. Sends nothing but the desired count. */
  updateService(change: { cluster: string; service: string; desiredCount: number }): Promise<Answer<Service>>
  /** Deployments of a service that have not ended. ECS's own controller only. */
  ongoingDeployments(cluster: string, service: string): Promise<Answer<ServiceDeployment[]>>
  /** Images of the service revision that a roll-back of this deployment goes back to, as resolved then; null: none, or not sure which. */
  imagesBehind(serviceDeploymentArn: string): Promise<Answer<RevisionImage[] | null>>
  /** Changes production. Rolls an ongoing deployment back; once more is no failure. `conflict` or `not-found`: it has ended. */
  stopDeployment(serviceDeploymentArn: string): Promise<Answer<void>>
  /** Changes production. Sends nothing but the task definition; the one that is deployed already changes nothing. */
  rollBackService(change: {
    cluster: string
    service: string
    taskDefinition: string
  }): Promise<Answer<Service>>
  /** Changes production. Sends nothing but forceNewDeployment: a new deployment of the revision that is deployed. */
  redeployService(service: { cluster: string; service: string }): Promise<Answer<Service>>
  /**
   * Changes production. Sends the strategy and `forceNewDeployment`, without which ECS refuses it: each call begins a deployment.
   * `invalid`: a provider is not associated with the cluster, or the service may have no strategy.
   */
  setCapacityProviders(change: {
    cluster: string
    service: string
    strategy: CapacityProviderStrategy
  }): Promise<Answer<Service>>
}
