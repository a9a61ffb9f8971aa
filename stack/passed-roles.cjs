/** The parameter `passRoles`, names by commas, as ARNs of this account. Loaded by serverless.yml. */
module.exports = async ({ resolveVariable }) => {
  const names = await resolveVariable('param:passRoles')
  return names.split(',').map(name => ({
    'Fn::Sub': `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/${name.trim()}`,
  }))
}
