import type { Names } from './narrowest.ts'
import type { Policy } from './policy.ts'
import { all, arn, right, rightOrRefusal, type Statement } from './statement.ts'

/** What `discover` asks of Cloud Map, and Cloud Map of Route 53 in the function's name. `records`: see `recordsOf`. */
export function cloudMapRights(policy: Policy, records: string[]): Statement[] {
  const named = policy.tasks.filter(({ discover }) => discover !== null)
  const changed = policy.mode === 'act' ? named : []
  const hostedZones = [{ 'Fn::Sub': `arn:\${AWS::Partition}:route53:::hostedzone/*` }]
  // Names stand in the policy, ids in the ARNs: which service has which id is not known here.
  const services = [arn('servicediscovery', 'service/*')]
  return [
    // Lists have no ARN, an operation none of its own.
    ...right(
      'FindCloudMapServices',
      ['servicediscovery:ListNamespaces', 'servicediscovery:ListServices', 'servicediscovery:GetOperation'],
      all(named),
    ),
    ...right(
      'ReadInstances',
      ['servicediscovery:ListInstances', 'servicediscovery:GetInstancesHealthStatus'],
      named.length > 0 ? services : [],
    ),
    ...rightOrRefusal(
      'ChangeInstances',
      [
        'servicediscovery:RegisterInstance',
        'servicediscovery:DeregisterInstance',
        'servicediscovery:UpdateInstanceCustomHealthStatus',
      ],
      changed.length > 0 ? services : [],
    ),
    // Cloud Map writes the records of DNS namespaces with its caller's rights.
    ...right('FindHostedZones', ['route53:ListHostedZonesByName'], all(changed)),
    ...right('ReadHostedZones', ['route53:GetHostedZone'], changed.length > 0 ? hostedZones : []),
    ...right('ChangeRecords', ['route53:ChangeResourceRecordSets'], changed.length > 0 ? hostedZones : [], {
      'ForAllValues:StringLike': { 'route53:ChangeResourceRecordSetsNormalizedRecordNames': records },
    }),
  ]
}

/**
 * The names of DNS records that Cloud Map keeps for the policy's services: `service.namespace`, and with SRV records
 * `instance.service.namespace` (docs.aws.amazon.com/cloud-map/latest/api/API_DnsRecord.html).
 */
export function recordsOf(policy: Policy): Names {
  const named = policy.tasks.flatMap(({ discover }) => discover ?? [])
  const once = (names: string[]): string[] => [...new Set(names)]
  return {
    noun: 'DNS names',
    exact: once(
      named.flatMap(({ namespace, service }) => {
        const name = normalized(`${service}.${namespace}`)
        return [name, `*.${name}`]
      }),
    ),
    whole: once(named.map(({ namespace }) => `*.${normalized(namespace)}`)),
  }
}

/** As Route 53 writes names in conditions (docs.aws.amazon.com/Route53/latest/DeveloperGuide/specifying-rrset-conditions.html). */
const normalized = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9_.-]/g, found => `\\${found.charCodeAt(0).toString(8).padStart(3, '0')}`)
