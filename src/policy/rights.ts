import { isLiteral, matches } from './pattern.ts'
import type { Policy } from './policy.ts'

/** What the functions may touch: what the policy names, what its mode allows, and no more. Read by stack/roles.yml. */
export interface Rights {
  service: Statement[]
  task: Statement[]
  notify: Statement[]
  /** Lists that would be longer than IAM takes and cover whole clusters instead: one sentence each. */
  widened: string[]
}

/** An IAM statement in CloudFormation's words. */
export interface Statement {
  Sid: string
  Effect: 'Allow' | 'Deny'
  Action: string[]
  Resource: string | Sub[]
  Condition?: Record<string, Record<string, Sub[] | Sub | string>>
}

interface Sub {
  'Fn::Sub': string
}

/** Characters of ARNs in one role. Its inline policies together may have 10,240. */
const arnsMax = 4_000

export function rightsOf(policy: Policy): Rights {
  const widened: string[] = []
  return {
    service: serviceRights(policy, widened),
    task: [...taskRights(policy, widened), ...cloudMapRights(policy)],
    notify: slackRights(policy),
    widened,
  }
}

function serviceRights(policy: Policy, widened: string[]): Statement[] {
  const rules = policy.services.filter(rule => rule.scale !== null)
  const exact = rules.map(({ match }) => `service/${match.cluster}/${match.service}`)
  const whole = rules.map(({ match }) => `service/${match.cluster}/*`)
  const services = withinBounds(exact, whole, 'services', widened).map(resource => arn('ecs', resource))
  return [
    ...right('DescribeServices', ['ecs:DescribeServices'], services),
    // Composite alarms are told only to those who may describe all alarms, and metrics have no ARNs.
    ...right('ReadAlarms', ['cloudwatch:DescribeAlarms', 'cloudwatch:GetMetricData'], all(services)),
    ...rightOrRefusal('Scale', ['ecs:UpdateService'], acting(policy) ? services : []),
  ]
}

function taskRights(policy: Policy, widened: string[]): Statement[] {
  const clusters = distinct(policy.tasks.map(({ match }) => match.cluster))
  const healed = policy.tasks.filter(({ heal }) => heal !== null)
  const changed = acting(policy) ? distinct(healed.map(({ match }) => match.cluster)) : []
  const familiesIn = (cluster: string): Sub[] =>
    withinBounds(
      healed.filter(({ match }) => matches(cluster, match.cluster)).map(({ match }) => match.family),
      ['*'],
      `families in ${cluster}`,
      widened,
    ).map(family => arn('ecs', `task-definition/${family}:*`))
  return [
    ...right('DescribeTasks', ['ecs:DescribeTasks'], tasksIn(clusters)),
    // Nothing in ECS stands for the tasks that are listed but their cluster.
    ...right('ListTasks', ['ecs:ListTasks'], all(clusters), inClusters(clusters)),
    // Neither has an ARN that IAM would look at.
    ...right('DescribeTaskDefinitions', ['ecs:DescribeTaskDefinition'], all(clusters)),
    ...right('DescribeNetworks', ['ec2:DescribeNetworkInterfaces'], all(healed)),
    ...changed.flatMap((cluster, at) =>
      right(`RunAgain${at + 1}`, ['ecs:RunTask'], familiesIn(cluster), inClusters([cluster])),
    ),
    ...(changed.length === 0 ? [refusal('RunAgain', ['ecs:RunTask'])] : []),
    ...right('TagWhatRunsAgain', ['ecs:TagResource'], tasksIn(changed), {
      StringEquals: { 'ecs:CreateAction': 'RunTask' },
    }),
    ...right('RunAgainAs', ['iam:PassRole'], changed.length > 0 ? passedRoles : [], {
      StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' },
    }),
  ]
}

function cloudMapRights(policy: Policy): Statement[] {
  const named = policy.tasks.filter(({ discover }) => discover !== null)
  const changed = acting(policy) ? named : []
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
    ...right('ReadInstances', ['servicediscovery:ListInstances'], named.length > 0 ? services : []),
    ...rightOrRefusal(
      'ChangeInstances',
      ['servicediscovery:RegisterInstance', 'servicediscovery:DeregisterInstance'],
      changed.length > 0 ? services : [],
    ),
    // Cloud Map writes the records of DNS namespaces with its caller's rights.
    ...right(
      'ChangeRecords',
      ['route53:GetHostedZone', 'route53:ChangeResourceRecordSets'],
      changed.length > 0 ? hostedZones : [],
    ),
    ...right('FindHostedZones', ['route53:ListHostedZonesByName'], all(changed)),
  ]
}

function slackRights(policy: Policy): Statement[] {
  const name = policy.slack?.tokenParameter ?? policy.slack?.webhookParameter
  if (!name) return [refusal('ReadSlackSecret', ['ssm:GetParameter'])]
  const parameter = arn('ssm', `parameter/${name.replace(/^\//, '')}`)
  return [
    ...right('ReadSlackSecret', ['ssm:GetParameter'], [parameter]),
    ...right('DecryptSlackSecret', ['kms:Decrypt'], [arn('kms', 'key/*')], {
      StringEquals: {
        'kms:ViaService': { 'Fn::Sub': `ssm.\${AWS::Region}.\${AWS::URLSuffix}` },
        'kms:EncryptionContext:PARAMETER_ARN': parameter,
      },
    }),
  ]
}

/** `observe` changes nothing, and has no right to. */
const acting = (policy: Policy): boolean => policy.mode === 'act'

/** Where IAM knows no resource: everything, if there is anything to do at all. */
const all = (reasons: unknown[]): '*' | [] => (reasons.length > 0 ? '*' : [])

const right = (
  Sid: string,
  Action: string[],
  Resource: Statement['Resource'],
  Condition?: Statement['Condition'],
): Statement[] =>
  Resource.length === 0
    ? []
    : [{ Sid, Effect: 'Allow', Action, Resource, ...(Condition ? { Condition } : {}) }]

function rightOrRefusal(...[name, actions, resource]: Parameters<typeof right>): Statement[] {
  const given = right(name, actions, resource)
  return given.length > 0 ? given : [refusal(name, actions)]
}

/** What would change production or read the secret is refused in so many words where the policy does not ask for it. */
const refusal = (name: string, Action: string[]): Statement => ({
  Sid: `No${name}`,
  Effect: 'Deny',
  Action,
  Resource: '*',
})

const arn = (service: string, resource: string): Sub => ({
  'Fn::Sub': `arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${resource}`,
})

/** Resolved by serverless.yml: which roles these are is the installation's business, not the policy's. */
const passedRoles = `\${self:custom.passedRoles}`

const tasksIn = (clusters: string[]): Sub[] => clusters.map(cluster => arn('ecs', `task/${cluster}/*`))

const inClusters = (clusters: string[]): Statement['Condition'] => ({
  ArnLike: { 'ecs:cluster': clusters.map(cluster => arn('ecs', `cluster/${cluster}`)) },
})

function withinBounds(exact: string[], whole: string[], noun: string, widened: string[]): string[] {
  const resources = distinct(exact)
  if (resources.join('').length <= arnsMax) return resources
  widened.push(
    `${resources.length} patterns of ${noun} are more than a role can name: it covers ${distinct(whole).join(', ')}.`,
  )
  return distinct(whole)
}

/** Without those that another pattern covers. */
const distinct = (patterns: string[]): string[] => {
  const once = [...new Set(patterns)]
  return once.filter(pattern => !once.some(other => other !== pattern && covers(other, pattern)))
}

const covers = (wide: string, narrow: string): boolean => !isLiteral(wide) && matches(wide, narrow)
