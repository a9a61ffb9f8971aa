import {
  DeregisterInstanceCommand,
  GetInstancesHealthStatusCommand,
  GetOperationCommand,
  ListInstancesCommand,
  ListNamespacesCommand,
  ListServicesCommand,
  RegisterInstanceCommand,
  ServiceDiscoveryClient,
  UpdateInstanceCustomHealthStatusCommand,
} from '@aws-sdk/client-servicediscovery'
import type { CloudMap } from '../model/cloud-map.ts'
import { answered, refused } from '../model/reading.ts'
import { redact } from '../model/redaction.ts'
import { second } from '../model/time.ts'
import { everyPage } from './batches.ts'
import { ask } from './failure.ts'
import { type AwsSettings, clientSettings } from './settings.ts'

/** The largest page of every list. */
const MaxResults = 100

export function createCloudMap(settings: AwsSettings): CloudMap {
  const client = new ServiceDiscoveryClient(clientSettings(settings))

  const namespacesNamed = async (name: string) => {
    const pages = await everyPage(
      NextToken =>
        client.send(
          new ListNamespacesCommand({
            MaxResults,
            NextToken,
            Filters: [{ Name: 'NAME', Values: [name], Condition: 'EQ' }],
          }),
        ),
      page => page.NextToken,
    )
    return pages.flatMap(page => page.Namespaces ?? []).filter(namespace => namespace.Name === name)
  }

  const servicesIn = async (namespaceId: string) => {
    const pages = await everyPage(
      NextToken =>
        client.send(
          new ListServicesCommand({
            MaxResults,
            NextToken,
            Filters: [{ Name: 'NAMESPACE_ID', Values: [namespaceId], Condition: 'EQ' }],
          }),
        ),
      page => page.NextToken,
    )
    return pages.flatMap(page => page.Services ?? [])
  }

  return {
    // Two private namespaces of different VPCs may share a name: the first that has the service is meant.
    findService: (namespace, service) =>
      ask('servicediscovery:ListServices', async () => {
        for (const { Id: namespaceId } of await namespacesNamed(namespace)) {
          if (namespaceId === undefined) continue
          const found = (await servicesIn(namespaceId)).find(({ Name }) => Name === service)
          if (found?.Id === undefined) continue
          const records = found.DnsConfig?.DnsRecords ?? []
          const dnsRecordTypes = records.flatMap(record => record.Type ?? [])
          const ttlMs = Math.max(0, ...records.map(({ TTL = 0 }) => TTL)) * second
          const hasCustomHealth = found.HealthCheckCustomConfig !== undefined
          return answered({ id: found.Id, namespace, service, dnsRecordTypes, hasCustomHealth, ttlMs })
        }
        return answered(null)
      }),

    listInstances: serviceId =>
      ask('servicediscovery:ListInstances', async () => {
        const pages = await everyPage(
          NextToken => client.send(new ListInstancesCommand({ ServiceId: serviceId, MaxResults, NextToken })),
          page => page.NextToken,
        )
        return answered(
          pages
            .flatMap(page => page.Instances ?? [])
            .flatMap(({ Id, Attributes = {} }) =>
              Id === undefined ? [] : { id: Id, attributes: { ...Attributes } },
            ),
        )
      }),

    registerInstance: (serviceId, instanceId, attributes, requestId) =>
      ask('servicediscovery:RegisterInstance', async () => {
        const { OperationId } = await client.send(
          new RegisterInstanceCommand({
            ServiceId: serviceId,
            InstanceId: instanceId,
            Attributes: attributes,
            CreatorRequestId: requestId,
          }),
        )
        return operation('servicediscovery:RegisterInstance', OperationId)
      }),

    deregisterInstance: (serviceId, instanceId) =>
      ask('servicediscovery:DeregisterInstance', async () => {
        const { OperationId } = await client.send(
          new DeregisterInstanceCommand({ ServiceId: serviceId, InstanceId: instanceId }),
        )
        return operation('servicediscovery:DeregisterInstance', OperationId)
      }),

    instancesHealth: serviceId =>
      ask('servicediscovery:GetInstancesHealthStatus', async () => {
        const pages = await everyPage(
          NextToken =>
            client.send(new GetInstancesHealthStatusCommand({ ServiceId: serviceId, MaxResults, NextToken })),
          page => page.NextToken,
        )
        return answered(Object.assign({}, ...pages.map(page => page.Status ?? {})))
      }),

    setInstanceHealth: (serviceId, instanceId, status) =>
      ask('servicediscovery:UpdateInstanceCustomHealthStatus', async () => {
        await client.send(
          new UpdateInstanceCustomHealthStatusCommand({
            ServiceId: serviceId,
            InstanceId: instanceId,
            Status: status,
          }),
        )
        return answered(undefined)
      }),

    getOperation: operationId =>
      ask('servicediscovery:GetOperation', async () => {
        const { Operation } = await client.send(new GetOperationCommand({ OperationId: operationId }))
        if (Operation?.Status === undefined)
          return refused('servicediscovery:GetOperation', 'unavailable', 'AWS answered without a status.')
        return answered({
          status: Operation.Status,
          errorCode: Operation.ErrorCode === undefined ? null : redact(Operation.ErrorCode),
          errorMessage: Operation.ErrorMessage === undefined ? null : redact(Operation.ErrorMessage),
        })
      }),
  }
}

const operation = (name: string, operationId: string | undefined) =>
  operationId === undefined
    ? refused(name, 'unavailable', 'AWS answered without an operation id.')
    : answered({ operationId })
