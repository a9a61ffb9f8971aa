import type { CloudMap, CloudMapInstance, CloudMapOperation, CloudMapService } from '../model/cloud-map.ts'
import { type Answer, answered, refused } from '../model/reading.ts'
import { second } from '../model/time.ts'
import { attributeProblem, instanceIdProblem } from './cloud-map-limits.ts'
import type { Faults, Operation } from './failures.ts'
import type { Randomness } from './randomness.ts'
import type { Timeline } from './timeline.ts'

/** AWS Cloud Map: services hold instances; every change is an operation that ends later (Cloud Map API reference, RegisterInstance, GetOperation). */
export interface CloudMapWorld {
  /** Answers the namespace's id. */
  createNamespace(name: string, kind?: 'http' | 'private-dns'): string
  /** Answers the service's id. `dnsRecordTypes` only in a DNS namespace, where `A` is the default. */
  createCloudMapService(
    namespace: string,
    service: string,
    dnsRecordTypes?: string[],
    health?: 'custom',
  ): string
  /** The next operation ends in FAIL with this code, e.g. `THROTTLED_REQUEST` (API reference, Operation). */
  failNextOperation(errorCode: string): void
  /** All there are, in the order of their creation. */
  cloudMapServices(): CloudMapService[]
  cloudMap: CloudMap
}

/** Instances per service; cannot be raised (developer guide, "AWS Cloud Map quotas"). */
export const instancesPerServiceMax = 1_000

/** Of its DNS records. */
const ttlMs = 60 * second

/** Cloud Map waits so long before it stops routing, in case HEALTHY comes first (developer guide, "AWS Cloud Map service health check configuration"). */
const unhealthyAfterMs = 30 * second

interface ServiceEntry {
  id: string
  namespace: string
  service: string
  dnsRecordTypes: string[]
  hasCustomHealth: boolean
  /** Of instances that were told to be UNHEALTHY: from when it counts, epoch ms. */
  unhealthyFromMs: Map<string, number>
  instances: Map<string, CloudMapInstance>
  /** Operations under way, by instance id. */
  pending: Map<string, { operationId: string; request: string }>
}

export function createCloudMap(timeline: Timeline, random: Randomness, faults: Faults): CloudMapWorld {
  const namespaces = new Map<string, 'http' | 'private-dns'>()
  const services = new Map<string, ServiceEntry>()
  const operations = new Map<string, CloudMapOperation>()
  const failures: string[] = []

  const inService = <T>(
    operation: Operation,
    serviceId: string,
    run: (service: ServiceEntry) => Answer<T>,
  ): Promise<Answer<T>> =>
    faults.call(operation, () => {
      const service = services.get(serviceId)
      return service ? run(service) : refused(operation, 'not-found', `Service not found: ${serviceId}`)
    })

  /** SUBMITTED, soon PENDING, then the end: only then do instances change. Delays are plausible, not published. */
  const begin = (service: ServiceEntry, instanceId: string, request: string, apply: () => void) => {
    const operationId = `${random.hex(32)}-${random.hex(8)}`
    const operation: CloudMapOperation = { status: 'SUBMITTED', errorCode: null, errorMessage: null }
    operations.set(operationId, operation)
    service.pending.set(instanceId, { operationId, request })
    timeline.after(random.between(200, 800), () => {
      operation.status = 'PENDING'
    })
    timeline.after(random.between(1_500, 6_000), () => {
      service.pending.delete(instanceId)
      const errorCode = failures.shift()
      if (errorCode) {
        Object.assign(operation, {
          status: 'FAIL',
          errorCode,
          errorMessage: `The operation failed: ${errorCode}`,
        })
      } else {
        operation.status = 'SUCCESS'
        apply()
      }
    })
    return answered({ operationId })
  }

  const cloudMap: CloudMap = {
    findService: (namespace, name) =>
      faults.call('servicediscovery:ListServices', () => {
        const found = [...services.values()].find(
          entry => entry.namespace === namespace && entry.service === name,
        )
        return answered(found ? describe(found) : null)
      }),

    listInstances: serviceId =>
      inService('servicediscovery:ListInstances', serviceId, ({ instances }) =>
        answered(
          [...instances.values()].map(({ id, attributes }) => ({ id, attributes: { ...attributes } })),
        ),
      ),

    registerInstance: (serviceId, instanceId, attributes, requestId) =>
      inService('servicediscovery:RegisterInstance', serviceId, service => {
        const refuse = (code: 'invalid' | 'conflict' | 'quota', message: string) =>
          refused('servicediscovery:RegisterInstance', code, message)
        const problem = instanceIdProblem(instanceId) ?? attributeProblem(attributes, service.dnsRecordTypes)
        if (problem) return refuse('invalid', problem)
        const request = JSON.stringify([requestId, Object.entries(attributes).sort()])
        const pending = service.pending.get(instanceId)
        // CreatorRequestId "allows failed RegisterInstance requests to be retried without the risk of executing the operation twice".
        if (pending?.request === request) return answered({ operationId: pending.operationId })
        if (pending)
          return refuse('conflict', `Another operation of this instance runs: ${pending.operationId}`)
        const arriving = [...service.pending.keys()].filter(id => !service.instances.has(id)).length
        if (
          !service.instances.has(instanceId) &&
          service.instances.size + arriving >= instancesPerServiceMax
        ) {
          return refuse('quota', `The service has the maximum of ${instancesPerServiceMax} instances.`)
        }
        const instance = { id: instanceId, attributes: { ...attributes } }
        return begin(service, instanceId, request, () => service.instances.set(instanceId, instance))
      }),

    deregisterInstance: (serviceId, instanceId) =>
      inService('servicediscovery:DeregisterInstance', serviceId, service => {
        const refuse = (code: 'not-found' | 'conflict', message: string) =>
          refused('servicediscovery:DeregisterInstance', code, message)
        const pending = service.pending.get(instanceId)
        if (pending)
          return refuse('conflict', `Another operation of this instance runs: ${pending.operationId}`)
        if (!service.instances.has(instanceId))
          return refuse('not-found', `Instance not found: ${instanceId}`)
        return begin(service, instanceId, 'deregister', () => {
          service.instances.delete(instanceId)
          service.unhealthyFromMs.delete(instanceId)
        })
      }),

    instancesHealth: serviceId =>
      inService('servicediscovery:GetInstancesHealthStatus', serviceId, service =>
        answered(
          Object.fromEntries(
            [...service.instances.keys()].map(id => [
              id,
              service.hasCustomHealth ? healthOf(service, id, timeline.clock.now()) : 'UNKNOWN',
            ]),
          ),
        ),
      ),

    setInstanceHealth: (serviceId, instanceId, status) =>
      inService('servicediscovery:UpdateInstanceCustomHealthStatus', serviceId, service => {
        const refuse = (message: string) =>
          refused('servicediscovery:UpdateInstanceCustomHealthStatus', 'not-found', message)
        if (!service.hasCustomHealth) return refuse('The service has no custom health check.')
        if (!service.instances.has(instanceId)) return refuse(`Instance not found: ${instanceId}`)
        const { unhealthyFromMs } = service
        if (status === 'HEALTHY') unhealthyFromMs.delete(instanceId)
        else if (!unhealthyFromMs.has(instanceId))
          unhealthyFromMs.set(instanceId, timeline.clock.now() + unhealthyAfterMs)
        return answered(undefined)
      }),

    getOperation: operationId =>
      faults.call('servicediscovery:GetOperation', () => {
        const operation = operations.get(operationId)
        return operation
          ? answered({ ...operation })
          : refused('servicediscovery:GetOperation', 'not-found', `Operation not found: ${operationId}`)
      }),
  }

  return {
    createNamespace(name, kind = 'private-dns') {
      if (namespaces.has(name)) throw new Error(`namespace ${name} exists already`)
      namespaces.set(name, kind)
      return `ns-${random.hex(16)}`
    },
    createCloudMapService(namespace, service, dnsRecordTypes, health) {
      const kind = namespaces.get(namespace)
      if (!kind) throw new Error(`no namespace ${namespace}`)
      if (kind === 'http' && dnsRecordTypes)
        throw new Error(`${namespace} is an HTTP namespace: no DNS records`)
      const id = `srv-${random.hex(16)}`
      services.set(id, {
        id,
        namespace,
        service,
        dnsRecordTypes: kind === 'http' ? [] : (dnsRecordTypes ?? ['A']),
        hasCustomHealth: health === 'custom',
        unhealthyFromMs: new Map(),
        instances: new Map(),
        pending: new Map(),
      })
      return id
    },
    cloudMapServices: () => [...services.values()].map(describe),
    failNextOperation: errorCode => failures.push(errorCode),
    cloudMap,
  }
}

const healthOf = ({ unhealthyFromMs }: ServiceEntry, id: string, nowMs: number) =>
  (unhealthyFromMs.get(id) ?? Infinity) <= nowMs ? 'UNHEALTHY' : 'HEALTHY'

const describe = ({
  id,
  namespace,
  service,
  dnsRecordTypes,
  hasCustomHealth,
}: ServiceEntry): CloudMapService => ({
  id,
  namespace,
  service,
  hasCustomHealth,
  dnsRecordTypes: [...dnsRecordTypes],
  ttlMs: dnsRecordTypes.length > 0 ? ttlMs : 0,
})
