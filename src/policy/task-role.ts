import type { HealPolicy } from '../healing/policy.ts'
import { cloudMapRights, recordsOf } from './cloud-map-rights.ts'
import { explanationRights, imageRights } from './evidence-rights.ts'
import { type Names, narrowest } from './narrowest.ts'
import { byCluster, distinct, grouped, type Pair } from './pattern-lists.ts'
import type { Policy, TaskRule } from './policy.ts'
import { acting, charactersMax, guardOf, inClusters, inRegion, namesIn, tasksIn } from './role.ts'
import { all, arn, refusal, right, rightOrRefusal, type Statement } from './statement.ts'

/** Resolved by serverless.yml: which roles these are is the installation's business, not the policy's. */
const passedRoles = `\${self:custom.passedRoles}`

/** What the worker of standalone tasks may touch. */
export function taskRole(policy: Policy) {
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
    ...explanationRights(healed),
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
