import type { Answer } from './reading.ts'

/** AWS Cloud Map, as far as Longshore touches it. */
export interface CloudMap {
  /** Null when there is no such namespace or service. */
  findService(namespace: string, service: string): Promise<Answer<CloudMapService | null>>
  listInstances(serviceId: string): Promise<Answer<CloudMapInstance[]>>
  /** Changes production. An upsert; asynchronous: follow the operation. */
  registerInstance(
    serviceId: string,
    instanceId: string,
    attributes: Record<string, string>,
    requestId: string,
  ): Promise<Answer<{ operationId: string }>>
  /** Changes production. `not-found` = it is gone already. */
  deregisterInstance(serviceId: string, instanceId: string): Promise<Answer<{ operationId: string }>>
  /** What Cloud Map takes each instance for; a moment after it is registered it is not told yet. */
  instancesHealth(serviceId: string): Promise<Answer<Record<string, InstanceHealth | 'UNKNOWN'>>>
  /** Changes production. Only where the service has a custom health check, else `not-found`. UNHEALTHY counts half a minute later. */
  setInstanceHealth(serviceId: string, instanceId: string, status: InstanceHealth): Promise<Answer<void>>
  getOperation(operationId: string): Promise<Answer<CloudMapOperation>>
}

export interface CloudMapService {
  id: string
  namespace: string
  service: string
  /** `A`, `AAAA`, `SRV`, `CNAME`; empty for HTTP namespaces. */
  dnsRecordTypes: string[]
  /** Its instances are as healthy as somebody says (HealthCheckCustomConfig, chosen when the service is created). */
  hasCustomHealth: boolean
  /** For so long, in ms, a client may go on using an answer: the longest TTL of its records; 0 in HTTP namespaces. */
  ttlMs: number
}

export type InstanceHealth = 'HEALTHY' | 'UNHEALTHY'

export interface CloudMapInstance {
  id: string
  attributes: Record<string, string>
}
export interface CloudMapOperation {
  status: 'SUBMITTED' | 'PENDING' | 'SUCCESS' | 'FAIL'
  errorCode: string | null
  errorMessage: string | null
}
