import { stringify } from 'yaml'
import type { Packaged } from './packaged.ts'
import { plain, resourcePolicies, type Statement, statementsOf } from './template-text.ts'

/** Who may do what, of a packaged template, to be read by people: the text of `rights.*.golden.yml`. */
export function rightsText(packaged: Packaged, about: string): string {
  const roles = Object.entries(packaged.resources).filter(([, { Type }]) => Type === 'AWS::IAM::Role')
  const content = {
    roles: Object.fromEntries(
      roles.map(([name, role]) => {
        const { Statement: trusted } = plain(role.Properties.AssumeRolePolicyDocument) as {
          Statement: Statement[]
        }
        return [name, { 'assumed by': trusted.map(told), may: bySid(statementsOf(role)) }]
      }),
    ),
    'resource policies': Object.fromEntries(
      Object.entries(resourcePolicies(packaged)).map(([name, statements]) => [name, bySid(statements)]),
    ),
  }
  return `# ${about}
# Compared with the packaged template. Read every changed line before you write it anew:
#     npx vitest run test/stack/rights.test.ts --update
${stringify(content, { lineWidth: 0, aliasDuplicateObjects: false })}`
}

const bySid = (statements: Statement[]) =>
  Object.fromEntries(
    statements.map((statement, at) => [statement.Sid ?? `statement ${at + 1}`, told(statement)]),
  )

const told = ({ Effect, Principal, Action, Resource, Condition }: Statement) => ({
  [Effect === 'Allow' ? 'allow' : 'deny']: [Action].flat(),
  ...(Principal === undefined ? {} : { to: Principal }),
  ...(Resource === undefined ? {} : { on: [Resource].flat() }),
  ...(Condition === undefined ? {} : { if: Condition }),
})
