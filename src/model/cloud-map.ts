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
  getOperation(operationId: string): Promise<Answer<CloudMapOperation>>
}

export interface CloudMapService {
  id: string
  namespace: string
  service: string
  /** `A`, `AAAA`, `SRV`, `CNAME`; empty for HTTP namespaces. */
  dnsRecordTypes: string[]
}
export interface CloudMapInstance {
  id: string
  attributes: Record<string, string>
}
export interface CloudMapOperation {
  status: 'SUBMITTED' | 'PENDING' | 'SUCCESS' | 'FAIL'
  errorCode: string | null
  errorMessage: string | null
}
