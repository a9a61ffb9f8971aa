import type { Lack, Lacks } from './lacks.ts'

const noDeployments: Lack = {
  reason: 'ListServiceDeployments is missing: HTTP 500 with a page of HTML.',
  shows: `"<!doctype "... is not valid JSON`,
}

/** moto 5.2: much of ECS is a record of what was asked, and lists come in one piece. */
export const motoLacks: Lacks = {
  'ecs: the adapter > lists the tasks of one service': {
    reason: 'Services start no tasks, and ListTasks ignores serviceName: it lists all there are.',
    shows: "expected [ [ 'family:etl', 'RUNNING' ] ] to deeply equal",
  },
  'ecs: the adapter > a service that does not exist is not found, asked for its tasks': {
    reason: 'ListTasks ignores serviceName; AWS answers ServiceNotFoundException.',
    shows: "expected null to be 'not-found'",
  },
  'ecs: the adapter > a task that is not known is missing in the words it was asked by, ARN or id': {
    reason: 'DescribeTasks leaves unknown tasks out; AWS tells them in failures[] as MISSING.',
    shows: 'expected [] to deeply equal [ …(2) ]',
  },
  'ecs: the adapter > lists what is stopped only when asked for': {
    reason: 'ListTasks without desiredStatus lists stopped tasks too; its default in AWS is RUNNING.',
    shows: 'expected [ …(2) ] to deeply equal [ Array(1) ]',
  },
  'ecs: the adapter > describes a task that was stopped, and by whom': {
    reason: 'StopTask sets neither stopCode nor stoppedAt.',
    shows: "to match object { lastStatus: 'STOPPED'",
  },
  'ecs: the adapter > a DAEMON has no desired count': {
    reason: 'UpdateService takes a desired count for a DAEMON; AWS answers InvalidParameterException.',
    shows: "expected null to be 'invalid'",
  },
  'ecs deployments: the adapter > a deployment is ongoing until it has completed': noDeployments,
  'ecs deployments: the adapter > stopped, it goes back to the revision that completed last, and once more changes nothing':
    noDeployments,
  'ecs deployments: the adapter > behind a deployment are the images that the revision before resolved, though the tag moved':
    noDeployments,
  'ecs deployments: the adapter > the first deployment of a service has nothing to go back to': noDeployments,
  'ecs deployments: the adapter > a service that does not exist is not found, asked for its deployments': {
    reason: 'ListServiceDeployments is missing: HTTP 500 with a page of HTML.',
    shows: "expected 'unavailable' to be 'not-found'",
  },
  'ecs deployments: the adapter > a deployment that does not exist is not found': {
    reason: 'StopServiceDeployment is missing: HTTP 500 with a page of HTML.',
    shows: "expected 'unavailable' to be 'not-found'",
  },
  'ecs deployments: the adapter > rolled back to a revision, that one is deployed, with the count as it was':
    {
      reason:
        'UpdateService changes the task definition of the service and not of its deployment; AWS begins another deployment.',
      shows: "expected 'web:2' to be 'web:1'",
    },
  'ecs deployments: the adapter > to a revision that is no longer active, it is refused': {
    reason: 'UpdateService takes an INACTIVE task definition; AWS does not.',
    shows: "expected null to be 'invalid'",
  },
  'ecs deployments: the adapter > another deployment controller refuses all of it, and has no deployments': {
    reason:
      'UpdateService does not look at the deployment controller; AWS answers InvalidParameterException.',
    shows: "expected null to be 'invalid'",
  },
  'ecs deployments: the adapter > deployed once more, each task is another one': {
    reason: 'Services start no tasks.',
    shows: 'expected [ +0, +0 ] to deeply equal [ 2, 2 ]',
  },
  'ecs deployments: the adapter > tells the capacity provider strategy of a service, and that it has none': {
    reason: 'CreateService does not keep capacityProviderStrategy.',
    shows: 'expected null to deeply equal [ { …(3) } ]',
  },
  'ecs deployments: the adapter > by its strategy its tasks are shared out': {
    reason: 'Services start no tasks.',
    shows: "expected [] to deeply equal [ 'FARGATE', 'FARGATE', …(3) ]",
  },
  'ecs deployments: the adapter > a strategy that ECS does not take changes nothing': {
    reason: 'UpdateService takes any strategy; AWS answers InvalidParameterException.',
    shows: "expected null to be 'invalid'",
  },
  'ecs deployments: the adapter > a provider that the cluster is not associated with is refused': {
    reason: 'UpdateService takes any strategy; AWS answers InvalidParameterException.',
    shows: "expected null to be 'invalid'",
  },
  'ecs deployments: the adapter > what ECS itself does about a failing deployment is told': {
    reason: 'CreateService does not keep deploymentConfiguration.',
    shows: "expected [ [ 'careful', { …(2) } ], …(1) ] to deeply equal",
  },
  'run task: the adapter > the same token runs no second task, not even with other parameters': {
    reason: 'RunTask ignores clientToken.',
    shows: 'expected [ Array(1) ] to deeply equal [ Array(1) ]',
  },
  'run task: the adapter > an override of a container that the task definition does not have is invalid': {
    reason: 'RunTask does not look at the names in overrides; AWS answers InvalidParameterException.',
    shows: 'expected { ok: true',
  },
  'run task: the adapter > a task that is not there cannot be stopped': {
    reason:
      'StopTask of a task that is not there ends in an internal error; AWS answers InvalidParameterException.',
    shows: "expected 'unavailable' to be 'invalid'",
  },
  'images: the adapter > a tag that moved names the newer image, and the older is there by its digest': {
    reason: 'An image whose tag moved on is no longer found by its digest; AWS keeps it.',
    shows: 'ecr:DescribePullThroughCacheRules unavailable',
  },
  'images: the adapter > an image that was deleted is gone, by tag and by digest': {
    reason: 'DescribePullThroughCacheRules is missing: HTTP 500 with a page of HTML.',
    shows: 'ecr:DescribePullThroughCacheRules unavailable',
  },
  'images: the adapter > so is the last tag of an image, and a tag or repository that never was': {
    reason: 'DescribePullThroughCacheRules is missing: HTTP 500 with a page of HTML.',
    shows: 'ecr:DescribePullThroughCacheRules unavailable',
  },
  'cloud map: the adapter > without one, and of an instance that is not there, nothing can be said': {
    reason:
      'UpdateInstanceCustomHealthStatus takes services without a custom health check; AWS answers CustomHealthNotFound.',
    shows: "expected null to be 'not-found'",
  },
  'errors: the adapter > an instance without an attribute that its records need is invalid': {
    reason: 'RegisterInstance does not look at attributes; AWS asks AWS_INSTANCE_IPV4 for an A record.',
    shows: "expected null to be 'invalid'",
  },
  'errors: the adapter > an expression that is none is invalid': {
    reason: 'GetMetricData knows no metric math: every expression is a series without points.',
    shows: "expected null to be 'invalid'",
  },
  'limits: the adapter > eleven services are refused': {
    reason: 'No limit on DescribeServices; ten in AWS.',
    shows: "expected 'taken' to be 'InvalidParameterException'",
  },
  'limits: the adapter > a hundred and one tasks are refused': {
    reason: 'No limit on DescribeTasks; a hundred in AWS.',
    shows: "expected 'taken' to be 'InvalidParameterException'",
  },
  'limits: the adapter > a hundred and one alarms are refused': {
    reason: 'No limit on DescribeAlarms; a hundred names in AWS.',
    shows: "expected 'taken' not to be 'taken'",
  },
  'limits: the adapter > five hundred and one metrics are refused': {
    reason: 'No limit on GetMetricData; five hundred queries in AWS.',
    shows: "expected 'taken' not to be 'taken'",
  },
  'pages: the adapter > five tasks in pages of two': {
    reason: 'ListTasks ignores maxResults and has no pages.',
    shows: 'expected 1 to be 3',
  },
  'pages: the adapter > five alarms in pages of two': {
    reason: 'DescribeAlarms ignores MaxRecords and has no pages.',
    shows: 'expected 1 to be 3',
  },
  'pages: the adapter > a series of five points in pages of two': {
    reason: 'GetMetricData ignores MaxDatapoints and has no pages.',
    shows: 'expected 1 to be 3',
  },
  'pages: the adapter > five namespaces in pages of two': {
    reason: 'ListNamespaces ignores MaxResults and has no pages.',
    shows: 'expected 2 to be 6',
  },
  'pages: the adapter > five services of a namespace in pages of two': {
    reason: 'ListServices ignores MaxResults and has no pages.',
    shows: 'expected 2 to be 6',
  },
  'pages: the adapter > twelve network interfaces in pages of five': {
    reason: 'DescribeNetworkInterfaces ignores MaxResults and has no pages.',
    shows: 'expected 1 to be 3',
  },
  'queue: the adapter > a delay of 900 s': {
    reason:
      'No time that could be moved on. That it is delayed is shown by the queue’s count of delayed messages.',
    shows: 'expected [] to match object [ { delaySeconds: 900 } ]',
  },
  'cloud map: the adapter > services of the same name in two namespaces are two': {
    reason: 'ListServices ignores its filters.',
    shows: 'to deeply equal { id:',
  },
  'cloud map: the adapter > an operation takes a while': {
    reason: 'Operations have ended before they are answered.',
    shows: "to include 'SUCCESS'",
  },
  'cloud map: the adapter > registering again replaces': {
    reason: 'RegisterInstance adds a second instance of the same id; AWS updates the first.',
    shows: "expected [ { id: 'task-1', …(1) }, …(1) ]",
  },
  'cloud map: the adapter > the same request again is the same operation': {
    reason: 'RegisterInstance ignores CreatorRequestId.',
    shows: 'expected { Object (operationId) } to deeply equal',
  },
  'cloud map: the adapter > an instance whose operation is under way is busy': {
    reason: 'Operations have ended before they are answered: nothing is ever under way.',
    shows: "expected null to be 'conflict'",
  },
  'retries: the adapter > a registration whose answer is lost is sent again, and there is one instance': {
    reason: 'RegisterInstance adds a second instance of the same id; AWS updates the first.',
    shows: 'to have a length of 1 but got 2',
  },
  'cloudwatch: the adapter > describes a composite alarm, which has no metric': {
    reason: 'PutCompositeAlarm is missing: HTTP 500 with a page of HTML.',
    shows: `"<!doctype "... is not valid JSON`,
  },
  'cloudwatch: the adapter > a composite alarm follows the alarms of its rule': {
    reason: 'PutCompositeAlarm is missing: HTTP 500 with a page of HTML.',
    shows: `"<!doctype "... is not valid JSON`,
  },
  'cloudwatch: the adapter > a search answers with one series for each metric that it finds': {
    reason: 'GetMetricData knows no metric math: every expression is a series without points.',
    shows: "expected [ [ 'e1', [] ] ] to deeply equal",
  },
  'cloudwatch: the adapter > metric math answers the expression and not its inputs': {
    reason: 'GetMetricData knows no metric math: every expression is a series without points.',
    shows: "expected [ [ 'e1', [] ] ] to deeply equal",
  },
  'cloudwatch: the adapter > 1,200 queries over 400 expressions whose inputs stand far from them': {
    reason: 'GetMetricData knows no metric math: every expression is a series without points.',
    shows: "expected [ [], 'Complete' ] to deeply equal",
  },
}
