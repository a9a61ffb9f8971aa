import type { Ec2, Ec2Instance, NetworkInterface } from '../model/ports.ts'
import { type Reply, refusal, reply } from './wire-verb.ts'

/**
 * EC2's query protocol for two verbs: a form in, XML out
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkInterfaces.html, API_DescribeInstances.html).
 */

/** Null: the action is not served here. */
export function ec2Verb(ec2: Ec2, form: URLSearchParams): Promise<Reply> | null {
  switch (form.get('Action')) {
    case 'DescribeNetworkInterfaces':
      return describeNetworkInterfaces(ec2, form)
    case 'DescribeInstances':
      return describeInstances(ec2, form)
    default:
      return null
  }
}

/** Reads `Filter.1.Name=network-interface-id&Filter.1.Value.1=eni-…` or `NetworkInterfaceId.1=eni-…`. */
async function describeNetworkInterfaces(ec2: Ec2, form: URLSearchParams): Promise<Reply> {
  const operation = 'ec2:DescribeNetworkInterfaces'
  const strange = [...form].find(
    ([key, value]) => /^Filter\.\d+\.Name$/.test(key) && value !== 'network-interface-id',
  )
  if (strange) return refusal('InvalidParameterValue', `The filter '${strange[1]}' is invalid`)
  const named = valuesOf(form, /^NetworkInterfaceId\.\d+$/)
  const filtered = valuesOf(form, /^Filter\.\d+\.Value\.\d+$/)
  if (filtered.length > 200) return refusal('FilterLimitExceeded', 'At most 200 values of a filter.')
  if (named.length + filtered.length === 0)
    return refusal('InvalidParameterValue', 'Network interfaces are found by id only, here.')

  const answer = await ec2.describeNetworkInterfaces([...named, ...filtered])
  const lost = answer.ok && named.find(id => !answer.value.some(found => found.networkInterfaceId === id))
  if (lost)
    return refusal('InvalidNetworkInterfaceID.NotFound', `The networkInterface ID '${lost}' does not exist`)
  return reply(operation, answer, found => ({ networkInterfaceSet: found.map(interfaceShape) }))
}

/** Reads `Filter.1.Name=instance-id&Filter.1.Value.1=i-…`. */
async function describeInstances(ec2: Ec2, form: URLSearchParams): Promise<Reply> {
  const ids = valuesOf(form, /^Filter\.\d+\.Value\.\d+$/)
  if (form.get('Filter.1.Name') !== 'instance-id' || ids.length === 0)
    return refusal('InvalidParameterValue', 'Instances are found by the filter instance-id only, here.')
  if (ids.length > 200) return refusal('FilterLimitExceeded', 'At most 200 values of a filter.')
  return reply('ec2:DescribeInstances', await ec2.describeInstances(ids), found => ({
    reservationSet: found.map(each => ({ instancesSet: [instanceShape(each)] })),
  }))
}

const instanceShape = ({ instanceId, privateIpv4, ipv6 }: Ec2Instance) => ({
  instanceId,
  privateIpAddress: privateIpv4 ?? undefined,
  ipv6Address: ipv6 ?? undefined,
})

const valuesOf = (form: URLSearchParams, key: RegExp): string[] =>
  [...form].filter(([name]) => key.test(name)).map(([, value]) => value)

const interfaceShape = (found: NetworkInterface) => ({
  networkInterfaceId: found.networkInterfaceId,
  subnetId: found.subnetId ?? undefined,
  groupSet: found.securityGroups.map(groupId => ({ groupId })),
  // The address itself is in no port; one of the documentation range stands for it (RFC 5737).
  association: found.hasPublicIp ? { publicIp: '203.0.113.1' } : undefined,
})

export const xmlAnswer = (action: string, requestId: string, body: object): string =>
  xml(`${action}Response`, { requestId, ...body }, ' xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"')

export const xmlError = (requestId: string, type: string, message: string): string =>
  xml('Response', { Errors: { Error: { Code: type, Message: message } }, RequestID: requestId })

function xml(name: string, value: unknown, attributes = ''): string {
  if (value === undefined) return ''
  const inside = Array.isArray(value)
    ? value.map(item => xml('item', item)).join('')
    : typeof value === 'object' && value !== null
      ? Object.entries(value)
          .map(([key, member]) => xml(key, member))
          .join('')
      : escaped(String(value))
  return `<${name}${attributes}>${inside}</${name}>`
}

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, character => `&#${character.codePointAt(0)};`)
