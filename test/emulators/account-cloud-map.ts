import {
  CreateHttpNamespaceCommand,
  CreatePrivateDnsNamespaceCommand,
  CreateServiceCommand,
  GetOperationCommand,
  type RecordType,
  ServiceDiscoveryClient,
} from '@aws-sdk/client-servicediscovery'
import { type AwsSettings, clientSettings } from '../../src/adapters/settings.ts'
import type { Account } from '../contracts/account.ts'
import { present } from './account-ecs.ts'

export function createCloudMapSide(settings: AwsSettings): Pick<Account, 'addCloudMapService' | 'settle'> {
  const client = new ServiceDiscoveryClient(clientSettings(settings))
  const namespaces = new Map<string, Promise<string>>()

  const makeNamespace = async (Name: string, isHttp: boolean): Promise<string> => {
    const { OperationId } = isHttp
      ? await client.send(new CreateHttpNamespaceCommand({ Name }))
      : await client.send(new CreatePrivateDnsNamespaceCommand({ Name, Vpc: 'vpc-0a1b2c3d' }))
    const { Operation } = await client.send(new GetOperationCommand({ OperationId }))
    return present(Operation?.Targets?.NAMESPACE)
  }

  return {
    addCloudMapService: async (namespace, Name, records, health) => {
      const isHttp = records === 'http'
      const made = namespaces.get(namespace) ?? makeNamespace(namespace, isHttp)
      namespaces.set(namespace, made)
      const { Service } = await client.send(
        new CreateServiceCommand({
          Name,
          NamespaceId: await made,
          ...(health === 'custom' ? { HealthCheckCustomConfig: { FailureThreshold: 1 } } : {}),
          ...(isHttp
            ? {}
            : { DnsConfig: { DnsRecords: records.map(Type => ({ Type: Type as RecordType, TTL: 60 })) } }),
        }),
      )
      return present(Service?.Id)
    },
    // Emulators finish every operation at once, and what they make of deployments takes no time.
    settle: () => {},
  }
}
