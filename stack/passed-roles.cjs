/**
 * The parameter `passRoles`, names by commas with wildcards, as ARNs of this account. Loaded by serverless.yml.
 * Refused: none where the policy runs tasks again, every role there is, what is no name, and more than IAM takes in one role.
 */
module.exports = async ({ resolveVariable }) => {
  if (!(await resolveVariable('file(dist/stack.json):passesRoles'))) return []
  const names = (await resolveVariable('param:passRoles')).split(',').map(name => name.trim())
  if (names.join('') === '')
    refuse('The policy runs tasks again: which task and execution roles may they carry?')
  for (const name of names) {
    if (!/^[\w+=.@/*-]{1,512}$/.test(name)) refuse(`passRoles: "${name}" is no name of a role.`)
    if (/^[*/]+$/.test(name))
      refuse(`passRoles: "${name}" is every role of the account, an administrator's too.`)
  }
  const resources = names.map(name => `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/${name}`)
  // src/policy/role.ts keeps this much of a role's 10,240 characters free.
  if (JSON.stringify(resources).length > 1_500)
    refuse('passRoles: more roles than a policy can name. Use wildcards.')
  return resources.map(resource => ({ 'Fn::Sub': resource }))
}

function refuse(sentence) {
  const error = new Error(
    `${sentence} Tell them by --param="passRoles=ecs-task-*,ecsTaskExecutionRole" or in serverless.yml.`,
  )
  // The framework prints it, and where in this file it was thrown is of no use to anybody.
  error.stack = error.message
  throw error
}
