import { createHash } from 'node:crypto'
import * as z from 'zod'
import type { CloudMap, CloudMapService } from '../model/cloud-map.ts'
import { second } from '../model/time.ts'
import { pageOf, pageSize, refusal, reply, type Verbs, verb } from './wire-verb.ts'

const invalid = 'InvalidInput'
const paged = { MaxResults: pageSize(100), NextToken: z.string().optional() }
const filters = z
  .array(
    z.object({ Name: z.string(), Values: z.array(z.string()).min(1), Condition: z.string().default('EQ') }),
  )
  .default([])
const instance = { ServiceId: z.string(), InstanceId: z.string() }

/** `services`: every Cloud Map service there is; the ports only find one by its name. */
export const cloudMapVerbs = (cloudMap: CloudMap, services: () => CloudMapService[]): Verbs => ({
  ListNamespaces: verb(invalid, z.object({ ...paged, Filters: filters }), async input => {
    const names = [...new Set(services().map(({ namespace }) => namespace))]
    const wanted = input.Filters.find(({ Name }) => Name === 'NAME')?.Values
    const page = pageOf(
      names.filter(name => !wanted || wanted.includes(name)),
      input.NextToken,
      input.MaxResults,
    )
    if (page === null) return refusal(invalid, 'Invalid NextToken.')
    const Namespaces = page.items.map(name => namespaceShape(name, services()))
    return { body: { Namespaces, NextToken: page.next } }
  }),

  ListServices: verb(invalid, z.object({ ...paged, Filters: filters }), async input => {
    const wanted = input.Filters.find(({ Name }) => Name === 'NAMESPACE_ID')?.Values
    const page = pageOf(
      services().filter(({ namespace }) => !wanted || wanted.includes(namespaceId(namespace))),
      input.NextToken,
      input.MaxResults,
    )
    if (page === null) return refusal(invalid, 'Invalid NextToken.')
    return { body: { Services: page.items.map(serviceShape), NextToken: page.next } }
  }),

  ListInstances: verb(invalid, z.object({ ...paged, ServiceId: z.string() }), async input => {
    const answer = await cloudMap.listInstances(input.ServiceId)
    const page = answer.ok ? pageOf(answer.value, input.NextToken, input.MaxResults) : undefined
    if (page === null) return refusal(invalid, 'Invalid NextToken.')
    return reply('servicediscovery:ListInstances', answer, () => ({
      Instances: page?.items.map(({ id, attributes }) => ({ Id: id, Attributes: attributes })),
      NextToken: page?.next,
    }))
  }),

  RegisterInstance: verb(
    invalid,
    z.object({
      ...instance,
      Attributes: z.record(z.string(), z.string()),
      CreatorRequestId: z.string().max(64).default(''),
    }),
    async ({ ServiceId, InstanceId, Attributes, CreatorRequestId }) =>
      reply(
        'servicediscovery:RegisterInstance',
        await cloudMap.registerInstance(ServiceId, InstanceId, Attributes, CreatorRequestId),
        ({ operationId }) => ({ OperationId: operationId }),
      ),
  ),

  DeregisterInstance: verb(invalid, z.object(instance), async ({ ServiceId, InstanceId }) =>
    reply(
      'servicediscovery:DeregisterInstance',
      await cloudMap.deregisterInstance(ServiceId, InstanceId),
      ({ operationId }) => ({ OperationId: operationId }),
    ),
  ),

  GetInstancesHealthStatus: verb(invalid, z.object({ ...paged, ServiceId: z.string() }), async input => {
    const answer = await cloudMap.instancesHealth(input.ServiceId)
    const told = answer.ok ? Object.entries(answer.value) : []
    const page = pageOf(told, input.NextToken, input.MaxResults)
    if (page === null) return refusal(invalid, 'Invalid NextToken.')
    return reply('servicediscovery:GetInstancesHealthStatus', answer, () => ({
      Status: Object.fromEntries(page.items),
      NextToken: page.next,
    }))
  }),

  UpdateInstanceCustomHealthStatus: verb(
    invalid,
    z.object({ ...instance, Status: z.enum(['HEALTHY', 'UNHEALTHY']) }),
    async ({ ServiceId, InstanceId, Status }) =>
      reply(
        'servicediscovery:UpdateInstanceCustomHealthStatus',
        await cloudMap.setInstanceHealth(ServiceId, InstanceId, Status),
        () => ({}),
      ),
  ),

  GetOperation: verb(invalid, z.object({ OperationId: z.string() }), async ({ OperationId }) =>
    reply('servicediscovery:GetOperation', await cloudMap.getOperation(OperationId), operation => ({
      Operation: {
        Id: OperationId,
        Status: operation.status,
        ErrorCode: operation.errorCode ?? undefined,
        ErrorMessage: operation.errorMessage ?? undefined,
      },
    })),
  ),
})

const namespaceId = (name: string): string =>
  `ns-${createHash('sha256').update(name).digest('hex').slice(0, 16)}`

function namespaceShape(name: string, services: CloudMapService[]) {
  const own = services.filter(({ namespace }) => namespace === name)
  const Type = own.some(({ dnsRecordTypes }) => dnsRecordTypes.length > 0) ? 'DNS_PRIVATE' : 'HTTP'
  return { Id: namespaceId(name), Name: name, Type, ServiceCount: own.length }
}

const serviceShape = ({ id, service, dnsRecordTypes, hasCustomHealth, ttlMs }: CloudMapService) => ({
  Id: id,
  Name: service,
  Type: dnsRecordTypes.length > 0 ? 'DNS_HTTP' : 'HTTP',
  HealthCheckCustomConfig: hasCustomHealth ? { FailureThreshold: 1 } : undefined,
  DnsConfig:
    dnsRecordTypes.length > 0
      ? {
          RoutingPolicy: 'MULTIVALUE',
          DnsRecords: dnsRecordTypes.map(Type => ({ Type, TTL: ttlMs / second })),
        }
      : undefined,
})
