import type { HealPolicy } from '../healing/policy.ts'
import type { ServiceHealPolicy } from '../healing/services/policy.ts'
import { needsTasks } from '../scaling/triggers.ts'
import { cloudMapRights, recordsOf } from './cloud-map-rights.ts'
import { explanationRights, imageRights } from './evidence-rights.ts'
import { type Names, narrowest } from './narrowest.ts'
import { byCluster, distinct, grouped, type Pair } from './pattern-lists.ts'
import type { Policy, ServiceRule, TaskRule } from './policy.ts'
import {
  all,
  arn,
  type Condition,
  refusal,
  right,
  rightOrRefusal,
  type Statement,
  type Sub,
} from './statement.ts'
import { queuesOf } from './trigger-for.ts'

/** What the functions may touch: what the policy names, what its mode allows, and no more. Read by stack/roles.yml. */
export interface Rights {
  service: Statement[]
  task: Statement[]
  notify: Statement[]
}

export type RightsAnswer =
  | {
      ok: true
      rights: Rights
      /** Lists that would be longer than IAM takes and are covered as a whole: one sentence each. */
      widened: string[]
    }
  | { ok: false; sentence: string }

/**
 * A role's inline policies together may have 10,240 characters (docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html).
 * The rest is for its own things (stack/roles.yml) and for the roles that tasks may carry (stack/passed-roles.cjs).
 */
export const charactersMax = { service: 8_000, task: 6_500 }

/** Resolved by serverless.yml: which roles these are is the installation's business, not the policy's. */
const passedRoles = `\${self:custom.passedRoles}`

export function rightsOf(policy: Policy): RightsAnswer {
  const service = serviceRole(policy)
  const task = taskRole(policy)
  if (!service) return tooMany(policy.services, 0)
  if (!task) return tooMany(policy.tasks, recordsOf(policy).whole.length)
  return {
    ok: true,
    rights: { service: service.statements, task: task.statements, notify: slackRights(policy) },
    widened: [...service.widened, ...task.widened],
  }
}

function tooMany(rules: { match: { cluster: string } }[], namespaces: number): RightsAnswer {
  const count = distinct(rules.map(({ match }) => match.cluster)).length
  const clusters = count === 1 ? '1 cluster' : `${count} clusters`
  const counted = namespaces > 1 ? `${clusters} and ${namespaces} namespaces` : clusters
  return {
    ok: false,
    sentence: `${counted} are more than one role can name. Use wildcards, such as prod-*, or a stage for each part.`,
  }
}

function serviceRole(policy: Policy) {
  const clusters = servicesWhere(policy, ({ scale }) => scale !== null)
  // Their count is nobody's business.
  const watched = servicesWhere(policy, ({ scale, heal }) => scale === null && heal !== null)
  const healed = policy.services.filter(({ heal }) => heal !== null)
  const rolling = servicesWhere(policy, ({ heal }) => heal !== null && mayRollBack(heal))
  const queues: Names = { noun: 'queues', exact: queuesOf(policy), whole: ['*'] }
  const withTasks = distinct(
    policy.services.filter(({ scale }) => scale && needsTasks(scale)).map(({ match }) => match.cluster),
  )
  const lists = [
    guardOf([...clusters.keys(), ...watched.keys()]),
    queues,
    ...namesIn(clusters, 'services'),
    ...namesIn(watched, 'services'),
    ...namesIn(rolling, 'services'),
  ]
  return narrowest(lists, charactersMax.service, ([guard = [], readFrom = [], ...names]) => {
    const services = serviceArns(clusters, names)
    const seen = serviceArns(watched, names.slice(clusters.size))
    const rolledBack = serviceArns(rolling, names.slice(clusters.size + watched.size))
    const changes = acting(policy) && services.length > 0
    const rollsBack = acting(policy) && rolledBack.length > 0
    const actions = ['ecs:DescribeServices', ...(changes ? ['ecs:UpdateService'] : [])]
    return [
      ...right('Scale', actions, services, inClusters(guard)),
      ...right('Watch', ['ecs:DescribeServices'], seen, inClusters(guard)),
      ...right('ReadDeployments', ['ecs:ListServiceDeployments'], rolledBack),
      ...right('RollBack', ['ecs:UpdateService'], rollsBack ? rolledBack : [], inClusters(guard)),
      ...right(
        'StopDeployments',
        ['ecs:StopServiceDeployment'],
        rollsBack ? deploymentsOf(rolling, names.slice(clusters.size + watched.size)) : [],
      ),
      // Composite alarms are told only to those who may describe all alarms, and metrics have no ARNs.
      ...right('ReadAlarms', ['cloudwatch:DescribeAlarms', 'cloudwatch:GetMetricData'], all(services)),
      ...right(
        'ReadQueues',
        ['sqs:GetQueueUrl', 'sqs:GetQueueAttributes'],
        readFrom.map(queue => arn('sqs', queue)),
      ),
      // How long a task takes until it can work is seen on the tasks themselves.
      ...right('DescribeTasks', ['ecs:DescribeTasks'], tasksIn(withTasks), inClusters(guard)),
      ...right('ListTasks', ['ecs:ListTasks'], all(withTasks), inClusters(withTasks)),
      ...right(
        'DescribeTaskDefinitions',
        ['ecs:DescribeTaskDefinition'],
        all([...withTasks, ...healed, ...rolledBack]),
      ),
      ...right(
        'ReadRevisions',
        ['ecs:DescribeServiceDeployments', 'ecs:DescribeServiceRevisions'],
        rolledBack.length > 0 ? revisionsOf(rolling, names.slice(clusters.size + watched.size)) : [],
      ),
      ...explanationRights(healed),
      ...imageRights(rolledBack),
      ...(changes || rollsBack ? [] : [refusal('Scale', ['ecs:UpdateService'])]),
      ...(rollsBack ? [] : [refusal('RollBack', ['ecs:StopServiceDeployment'])]),
    ]
  })
}

const servicesWhere = (policy: Policy, isMeant: (rule: ServiceRule) => boolean): Map<string, string[]> =>
  byCluster(policy.services.filter(isMeant).map(({ match }): Pair => [match.cluster, match.service]))

const mayRollBack = ({ crashLoop, stuckDeployment }: ServiceHealPolicy): boolean =>
  crashLoop.remedy === 'roll-back' || stuckDeployment.remedy === 'roll-back'

const deploymentsOf = (clusters: Map<string, string[]>, names: string[][]): Sub[] =>
  [...clusters.keys()].flatMap((cluster, at) =>
    (names[at] ?? []).map(service => arn('ecs', `service-deployment/${cluster}/${service}/*`)),
  )

const revisionsOf = (clusters: Map<string, string[]>, names: string[][]): Sub[] =>
  [...clusters.keys()].flatMap((cluster, at) =>
    (names[at] ?? []).flatMap(service => [
      arn('ecs', `service-deployment/${cluster}/${service}/*`),
      arn('ecs', `service-revision/${cluster}/${service}/*`),
    ]),
  )

const serviceArns = (clusters: Map<string, string[]>, names: string[][]): Sub[] =>
  [...clusters.keys()].flatMap((cluster, at) =>
    (names[at] ?? []).map(service => arn('ecs', `service/${cluster}/${service}`)),
  )

function taskRole(policy: Policy) {
  const clusters = distinct(policy.tasks.map(({ match }) => match.cluster))
  const healed = policy.tasks
    .filter(({ heal }) => heal !== null)
    .map(({ match }): Pair => [match.cluster, match.family])
  const clustersWhere = (isMeant: (rule: TaskRule) => unknown) =>
    distinct(policy.tasks.filter(isMeant).map(({ match }) => match.cluster))
  const discovered = clustersWhere(({ discover }) => discover)
  // Discovered, or asked about machines.
  const housed = clustersWhere(({ discover, heal }) => discover || heal?.host)
  const families = byCluster(acting(policy) ? healed : [])
  const runIn = [...families.keys()]
  // Only what RunTask has just begun is tagged, and where it may begin is said there.
  const tagged: Names = { noun: null, exact: distinct(runIn), whole: runIn.length > 0 ? ['*'] : [] }
  const stopIn = acting(policy) ? clustersWhere(({ heal }) => heal && mayStop(heal)) : []
  const lists = [guardOf(clusters), tagged, recordsOf(policy), ...namesIn(families, 'families')]
  return narrowest(lists, charactersMax.task, ([guard = [], tagIn = [], records = [], ...names]) => [
    ...right('DescribeTasks', ['ecs:DescribeTasks'], tasksIn(clusters), inClusters(guard)),
    // Nothing in ECS stands for the tasks that are listed but their cluster.
    ...right('ListTasks', ['ecs:ListTasks'], all(clusters), inClusters(clusters)),
    // Neither has an ARN that IAM would look at.
    ...right('DescribeTaskDefinitions', ['ecs:DescribeTaskDefinition'], all(clusters)),
    // Tasks that share the network of their machine are registered with its address; and machines are asked how they fare.
    ...right(
      'DescribeMachines',
      ['ecs:DescribeContainerInstances'],
      housed.map(cluster => arn('ecs', `container-instance/${cluster}/*`)),
      inClusters(housed),
    ),
    ...right('DescribeMachineAddresses', ['ec2:DescribeInstances'], all(discovered), inRegion),
    ...imageRights(healed),
    ...right('DescribeNetworks', ['ec2:DescribeNetworkInterfaces'], all(healed), inRegion),
    ...runAgain(runIn, names),
    // A task's ARN does not name its family: the cluster is all that IAM can be told.
    ...rightOrRefusal('StopOverdue', ['ecs:StopTask'], tasksIn(stopIn), inClusters(stopIn)),
    ...right('TagWhatRunsAgain', ['ecs:TagResource'], tasksIn(tagIn), {
      StringEquals: { 'ecs:CreateAction': 'RunTask' },
    }),
    ...right('RunAgainAs', ['iam:PassRole'], runIn.length > 0 ? passedRoles : [], {
      StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' },
    }),
    ...cloudMapRights(policy, records),
  ])
}

/** Overdue tasks, and those in whose place another runs. */
const mayStop = ({ stop, retirement, host }: HealPolicy): boolean =>
  stop !== undefined || retirement?.old === 'stop' || host?.remedy === 'replace'

/** Families have no cluster in their ARNs: one statement for all clusters with the same ones. */
function runAgain(clusters: string[], families: string[][]): Statement[] {
  const groups = grouped(clusters.map((cluster, at) => [JSON.stringify(families[at]), cluster]))
  if (groups.size === 0) return [refusal('RunAgain', ['ecs:RunTask'])]
  return [...groups].flatMap(([alike, within], at) =>
    right(
      `RunAgain${at + 1}`,
      ['ecs:RunTask'],
      JSON.parse(alike).map((family: string) => arn('ecs', `task-definition/${family}:*`)),
      inClusters(within),
    ),
  )
}

function slackRights(policy: Policy): Statement[] {
  const name = policy.slack?.tokenParameter ?? policy.slack?.webhookParameter
  if (!name) return [refusal('ReadSlackSecret', ['ssm:GetParameter'])]
  const parameter = arn('ssm', `parameter/${name.replace(/^\//, '')}`)
  return [
    ...right('ReadSlackSecret', ['ssm:GetParameter'], [parameter]),
    // Whichever key the parameter was stored with, for nothing but this parameter.
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

const tasksIn = (clusters: string[]): Sub[] => clusters.map(cluster => arn('ecs', `task/${cluster}/*`))

const inRegion: Condition = { StringEquals: { 'ec2:Region': { 'Fn::Sub': `\${AWS::Region}` } } }

/** The condition for these clusters; none for none. */
const inClusters = (clusters: string[]): Condition | undefined =>
  clusters.length === 0
    ? undefined
    : { ArnLike: { 'ecs:cluster': clusters.map(cluster => arn('ecs', `cluster/${cluster}`)) } }

/** Clusters as a condition beside ARNs that name them too: a second lock while there is room. */
const guardOf = (clusters: string[]): Names => ({ noun: null, exact: distinct(clusters), whole: [] })

const namesIn = (clusters: Map<string, string[]>, noun: string): Names[] =>
  [...clusters].map(([cluster, exact]) => ({ noun: `${noun} in ${cluster}`, exact, whole: ['*'] }))
