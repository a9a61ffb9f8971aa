import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'

/** The parameter `passRoles`: which roles a task that runs again may carry. */

interface Variables {
  resolveVariable(name: string): Promise<unknown>
}

const passedRoles: (variables: Variables) => Promise<unknown> = createRequire(import.meta.url)(
  '../../stack/passed-roles.cjs',
)

const roles = (passRoles: string, passesRoles = true) =>
  passedRoles({
    resolveVariable: async (name: string) =>
      ({ 'param:passRoles': passRoles, 'file(dist/stack.json):passesRoles': passesRoles })[name],
  })

const role = (name: string) => ({
  'Fn::Sub': `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/${name}`,
})

describe('names', () => {
  it.each([
    ['one', 'etl', ['etl']],
    ['two, with a wildcard and a space', 'etl-*, ecsTaskExecutionRole', ['etl-*', 'ecsTaskExecutionRole']],
    ['in a path', 'service-role/etl', ['service-role/etl']],
    ['with every letter that IAM allows', 'a_B=9+c.d@e-f', ['a_B=9+c.d@e-f']],
  ])('%s', async (_, parameter, expected) => {
    expect(await roles(parameter)).toEqual(expected.map(role))
  })

  it('are not asked for where nothing runs again', async () => {
    expect(await roles('', false)).toEqual([])
  })
})

describe('refused', () => {
  it.each([
    ['none', '', /which task and execution roles/],
    ['every role', '*', /every role of the account/],
    ['every role, among others', 'etl, **', /every role of the account/],
    ['every role, in any path', '*/*', /every role of the account/],
    ['an ARN', 'arn:aws:iam::123456789012:role/etl', /"arn:.*" is no name of a role/],
    ['an empty name', 'etl,,mail', /"" is no name/],
    ['a variable of CloudFormation', `\${Table}`, /is no name/],
    ['more than a policy holds', Array.from({ length: 40 }, (_, at) => `role-${at}`).join(), /more roles/],
  ])('%s', async (_, parameter, sentence) => {
    const refusal = await roles(parameter).then(
      () => null,
      (error: Error) => error,
    )
    expect(refusal?.message).toMatch(sentence)
    // The framework prints the stack: a sentence, and not where it was thrown.
    expect(refusal?.stack).toBe(refusal?.message)
  })
})
