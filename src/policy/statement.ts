/** IAM statements in CloudFormation's words. */

export interface Statement {
  Sid: string
  Effect: 'Allow' | 'Deny'
  Action: string[]
  Resource: string | Sub[]
  Condition?: Condition
}

export type Condition = Record<string, Record<string, (Sub | string)[] | Sub | string>>

export interface Sub {
  'Fn::Sub': string
}

/** Nothing where there is no resource. */
export const right = (
  Sid: string,
  Action: string[],
  Resource: Statement['Resource'],
  Condition?: Condition,
): Statement[] =>
  Resource.length === 0
    ? []
    : [{ Sid, Effect: 'Allow', Action, Resource, ...(Condition ? { Condition } : {}) }]

/** What would change production or read the secret is refused in so many words where the policy does not ask for it. */
export const refusal = (name: string, Action: string[]): Statement => ({
  Sid: `No${name}`,
  Effect: 'Deny',
  Action,
  Resource: '*',
})

export function rightOrRefusal(
  ...[name, actions, resource, condition]: Parameters<typeof right>
): Statement[] {
  const given = right(name, actions, resource, condition)
  return given.length > 0 ? given : [refusal(name, actions)]
}

/** Where IAM knows no resource: everything, if there is anything to do at all. */
export const all = (reasons: unknown[]): '*' | [] => (reasons.length > 0 ? '*' : [])

export const arn = (service: string, resource: string): Sub => ({
  'Fn::Sub': `arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${resource}`,
})

/** The longest that there are: what fits with these fits in every partition and Region. */
const longest: Record<string, string> = {
  'AWS::Partition': 'aws-us-gov',
  'AWS::Region': 'ap-northeast-1',
  'AWS::AccountId': '123456789012',
  'AWS::URLSuffix': 'amazonaws.com.cn',
}

/** Characters as IAM counts them: without white space, with all names put in. */
export const charactersOf = (statements: Statement[]): number =>
  JSON.stringify(statements, (_, value) =>
    typeof value === 'object' && value !== null && 'Fn::Sub' in value ? resolved(value) : value,
  ).length

const resolved = (sub: Sub): string =>
  sub['Fn::Sub'].replace(/\$\{([\w:]+)\}/g, (_, name: string) => longest[name] ?? '')
