import type { ServiceHealPolicy } from '../healing/services/policy.ts'
import { needsTasks } from '../scaling/triggers.ts'
import { explanationRights, imageRights } from './evidence-rights.ts'
import { type Names, narrowest } from './narrowest.ts'
import { byCluster, distinct, type Pair } from './pattern-lists.ts'
import type { Policy, ServiceRule } from './policy.ts'
import { acting, charactersMax, guardOf, inClusters, namesIn, tasksIn } from './role.ts'
import { all, arn, refusal, right, type Sub } from './statement.ts'
import { queuesOf } from './trigger-for.ts'

/** What the worker of services may touch. */
export function serviceRole(policy: Policy) {
  const clusters = servicesWhere(policy, ({ scale }) => scale !== null)
  // Their count is nobody's business.
  const watched = servicesWhere(policy, ({ scale, heal }) => scale === null && heal !== null)
  const healed = policy.services.filter(({ heal }) => heal !== null)
  const rolling = servicesWhere(policy, ({ heal }) => heal !== null && mayRollBack(heal))
  // Those that scale have the same right already.
  const falling = servicesWhere(
    policy,
    ({ scale, heal }) => acting(policy) && scale === null && heal?.spot !== undefined && !mayRollBack(heal),
  )
  const queues: Names = { noun: 'queues', exact: queuesOf(policy), whole: ['*'] }
  const clustersOf = (isMeant: (rule: ServiceRule) => unknown): string[] =>
    distinct(policy.services.filter(isMeant).map(({ match }) => match.cluster))
  const housed = clustersOf(({ heal }) => heal?.host)
  const withTasks = clustersOf(({ scale, heal }) => (scale && needsTasks(scale)) || heal?.host)
  const withDefinitions = clustersOf(({ scale }) => scale && needsTasks(scale))
  const stopIn = acting(policy) ? clustersOf(({ heal }) => heal?.host?.remedy === 'replace') : []
  const redeployed = servicesWhere(policy, ({ heal }) => acting(policy) && heal?.retirement !== undefined)
  const lists = [
    guardOf([...clusters.keys(), ...watched.keys()]),
    queues,
    ...namesIn(clusters, 'services'),
    ...namesIn(watched, 'services'),
    ...namesIn(rolling, 'services'),
    ...namesIn(redeployed, 'services'),
    ...namesIn(falling, 'services'),
  ]
  return narrowest(lists, charactersMax.service, ([guard = [], readFrom = [], ...names]) => {
    const rest = [...names]
    // In the order of the lists.
    const next = (group: Map<string, string[]>): Pair[] =>
      [...group.keys()].flatMap(cluster => (rest.shift() ?? []).map((name): Pair => [cluster, name]))
    const services = arnsOf('service', next(clusters))
    const seen = arnsOf('service', next(watched))
    const rolls = next(rolling)
    const rolledBack = arnsOf('service', rolls)
    const redeploys = arnsOf('service', next(redeployed))
    const moved = arnsOf('service', next(falling))
    const changes = acting(policy) && services.length > 0
    const rollsBack = acting(policy) && rolledBack.length > 0
    const actions = ['ecs:DescribeServices', ...(changes ? ['ecs:UpdateService'] : [])]
    return [
      ...right('Scale', actions, services, inClusters(guard)),
      ...right('Watch', ['ecs:DescribeServices'], seen, inClusters(guard)),
      ...right('ReadDeployments', ['ecs:ListServiceDeployments'], rolledBack),
      ...right('RollBack', ['ecs:UpdateService'], rollsBack ? rolledBack : [], inClusters(guard)),
      ...right('Redeploy', ['ecs:UpdateService'], redeploys, inClusters(guard)),
      ...right('ChangeCapacity', ['ecs:UpdateService'], moved, inClusters(guard)),
      ...right(
        'StopDeployments',
        ['ecs:StopServiceDeployment'],
        rollsBack ? arnsOf('service-deployment', rolls, '/*') : [],
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
        all([...withDefinitions, ...healed, ...rolledBack]),
      ),
      ...right(
        'ReadRevisions',
        ['ecs:DescribeServiceDeployments', 'ecs:DescribeServiceRevisions'],
        [...arnsOf('service-deployment', rolls, '/*'), ...arnsOf('service-revision', rolls, '/*')],
      ),
      ...right(
        'DescribeMachines',
        ['ecs:DescribeContainerInstances'],
        housed.map(cluster => arn('ecs', `container-instance/${cluster}/*`)),
        inClusters(housed),
      ),
      // A task's ARN does not name its service: the cluster is all that IAM can be told.
      ...right('StopOnMachines', ['ecs:StopTask'], tasksIn(stopIn), inClusters(stopIn)),
      ...explanationRights(healed),
      ...imageRights(rolledBack),
      ...(changes || rollsBack || redeploys.length > 0 || moved.length > 0
        ? []
        : [refusal('Scale', ['ecs:UpdateService'])]),
      ...(rollsBack ? [] : [refusal('RollBack', ['ecs:StopServiceDeployment'])]),
    ]
  })
}

const servicesWhere = (policy: Policy, isMeant: (rule: ServiceRule) => boolean): Map<string, string[]> =>
  byCluster(policy.services.filter(isMeant).map(({ match }): Pair => [match.cluster, match.service]))

const mayRollBack = ({ crashLoop, stuckDeployment }: ServiceHealPolicy): boolean =>
  crashLoop.remedy === 'roll-back' || stuckDeployment.remedy === 'roll-back'

/** Of services, by cluster and name. */
const arnsOf = (kind: string, services: Pair[], within = ''): Sub[] =>
  services.map(([cluster, service]) => arn('ecs', `${kind}/${cluster}/${service}${within}`))
