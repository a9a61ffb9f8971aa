import * as z from 'zod'
import type { Task } from '../model/task.ts'
import { ipv4, ipv6, list, text } from './lenient.ts'

/**
 * The task's own network interface, from its attachments:
 * `[{"type":"eni","status":"ATTACHED","details":[{"name":"subnetId","value":"subnet-0d0e"},
 * {"name":"networkInterfaceId","value":"eni-0103"},{"name":"privateIPv4Address","value":"10.0.1.163"}]}]`.
 * Events say `eni`, the API says `ElasticNetworkInterface`; the address is `privateIPv4Address` here and
 * `privateIpv4Address` in a container. PRECREATED ones have no interface yet.
 */
export const attachment = z.object({
  type: text,
  status: text,
  details: list(z.object({ name: text, value: text })),
})
export type Attachment = z.infer<typeof attachment>

export const containerInterface = z.object({ privateIpv4Address: ipv4, ipv6Address: ipv6 })

const isType = (type: string | null, ...names: string[]) => names.includes(type?.toLowerCase() ?? '')

export const isEbsVolume = ({ type }: Attachment): boolean => isType(type, 'amazonelasticblockstorage')

export function networkInterfaceOf(
  attachments: Attachment[],
  inContainers: z.infer<typeof containerInterface>[],
): Task['networkInterface'] {
  const interfaces = attachments
    .filter(({ type }) => isType(type, 'eni', 'elasticnetworkinterface'))
    .map(({ status, details }) => ({ status, ...addresses.parse(byName(details)) }))
    .filter(each => each.networkinterfaceid !== null)
  const own = interfaces.find(({ status }) => status !== 'DELETED') ?? interfaces[0]
  if (!own?.networkinterfaceid) return null
  const [inContainer] = inContainers
  return {
    id: own.networkinterfaceid,
    subnetId: own.subnetid,
    privateIpv4: own.privateipv4address ?? inContainer?.privateIpv4Address ?? null,
    ipv6: own.ipv6address ?? inContainer?.ipv6Address ?? null,
  }
}

const addresses = z.object({
  networkinterfaceid: text,
  subnetid: text,
  privateipv4address: ipv4,
  ipv6address: ipv6,
})

const byName = (details: Attachment['details']) =>
  Object.fromEntries(details.map(({ name, value }) => [name?.toLowerCase() ?? '', value]))
