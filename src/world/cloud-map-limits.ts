/** What RegisterInstance accepts (Cloud Map API reference, RegisterInstance; developer guide, "AWS Cloud Map quotas"). Null = nothing is wrong. */

export const instanceIdLengthMax = 64
export const customAttributesMax = 30
export const attributeKeyLengthMax = 255
export const attributeValueLengthMax = 1_024
export const attributesLengthMax = 5_000

/** Attributes with a meaning of their own, which do not count as custom. */
const reserved = [
  'AWS_ALIAS_DNS_NAME',
  'AWS_EC2_INSTANCE_ID',
  'AWS_INIT_HEALTH_STATUS',
  'AWS_INSTANCE_CNAME',
  'AWS_INSTANCE_IPV4',
  'AWS_INSTANCE_IPV6',
  'AWS_INSTANCE_PORT',
]

/** What each record type needs; SRV needs an address beside the port. */
const neededFor: Record<string, string> = {
  A: 'AWS_INSTANCE_IPV4',
  AAAA: 'AWS_INSTANCE_IPV6',
  CNAME: 'AWS_INSTANCE_CNAME',
  SRV: 'AWS_INSTANCE_PORT',
}

export const instanceIdProblem = (instanceId: string): string | null =>
  instanceId.length <= instanceIdLengthMax && /^[0-9a-zA-Z_/:.@-]+$/.test(instanceId)
    ? null
    : `InstanceId must be 1 to ${instanceIdLengthMax} of the characters 0-9 a-z A-Z _ / : . @ -`

export function attributeProblem(
  attributes: Record<string, string>,
  dnsRecordTypes: readonly string[],
): string | null {
  const entries = Object.entries(attributes)
  const custom = entries.filter(([key]) => !reserved.includes(key))
  const length = entries.reduce((total, [key, value]) => total + key.length + value.length, 0)
  if (custom.length > customAttributesMax) return `More than ${customAttributesMax} custom attributes.`
  if (length > attributesLengthMax) return `Attributes of more than ${attributesLengthMax} characters.`
  for (const [key, value] of entries) {
    if (!/^[!-~]+$/.test(key) || key.length > attributeKeyLengthMax) {
      return `Attribute key ${key} must be 1 to ${attributeKeyLengthMax} characters of the ASCII range 33 to 126.`
    }
    if (!/^[ -~\t]*$/.test(value) || value.length > attributeValueLengthMax) {
      return `The value of ${key} must be at most ${attributeValueLengthMax} printable ASCII characters.`
    }
  }
  for (const type of dnsRecordTypes) {
    const needed = neededFor[type]
    if (needed && attributes[needed] === undefined) return `${needed} is required for ${type} records.`
  }
  const hasAddress = attributes.AWS_INSTANCE_IPV4 !== undefined || attributes.AWS_INSTANCE_IPV6 !== undefined
  if (dnsRecordTypes.includes('SRV') && !hasAddress) {
    return 'AWS_INSTANCE_IPV4 or AWS_INSTANCE_IPV6 is required for SRV records.'
  }
  return addressProblem(attributes)
}

function addressProblem({ AWS_INSTANCE_IPV4: address, AWS_INSTANCE_PORT: port }: Record<string, string>) {
  const isByte = (text: string): boolean => /^\d{1,3}$/.test(text) && Number(text) <= 255
  const parts = address?.split('.')
  if (parts && (parts.length !== 4 || !parts.every(isByte))) return `${address} is no IPv4 address.`
  if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535)) {
    return `${port} is no port.`
  }
  return null
}
