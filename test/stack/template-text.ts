import type { Packaged, Resource } from './packaged.ts'

/** CloudFormation's functions as the text that they stand for: `${Table.Arn}`. */
export function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  const { Ref, 'Fn::GetAtt': got, 'Fn::Sub': sub } = value as Record<string, unknown>
  if (typeof Ref === 'string') return `\${${Ref}}`
  if (Array.isArray(got)) return `\${${got.join('.')}}`
  if (typeof sub === 'string') return sub
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]))
}

export interface Statement {
  Sid?: string
  Effect: 'Allow' | 'Deny'
  Principal?: string | Record<string, string | string[]>
  Action: string | string[]
  Resource?: string | string[]
  Condition?: Record<string, Record<string, string | string[]>>
}

/** The statements of a role's inline policies. */
export const statementsOf = (role: Resource | undefined): Statement[] =>
  (role?.Properties.Policies ?? []).flatMap(
    (policy: { PolicyDocument: unknown }) => (plain(policy.PolicyDocument) as Document).Statement,
  )

/** Everything that a role's policies allow, or refuse. */
export const actionsOf = (role: Resource | undefined, effect: 'Allow' | 'Deny' = 'Allow'): string[] =>
  statementsOf(role)
    .filter(({ Effect }) => Effect === effect)
    .flatMap(({ Action }) => Action)

/** The policies of things, by the thing's name: who may use it from outside. */
export const resourcePolicies = ({ resources }: Packaged): Record<string, Statement[]> =>
  Object.fromEntries(
    Object.entries(resources)
      .filter(([, { Properties }]) => Properties?.PolicyDocument)
      .map(([name, { Properties }]) => [name, (plain(Properties.PolicyDocument) as Document).Statement]),
  )

interface Document {
  Statement: Statement[]
}
