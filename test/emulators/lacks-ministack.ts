import type { Lack, Lacks } from './lacks.ts'

const noDeployments: Lack = {
  reason: 'ListServiceDeployments lists nothing, ever.',
  shows: 'No deployment is ongoing.',
}

/** ministack 1.4: lenient in ECS, and CloudWatch tells times in a form that the SDK does not read. */
export const ministackLacks: Lacks = {
  'ecs: the adapter > a cluster that does not exist is not found, asked for services': {
    reason: 'DescribeServices takes any cluster; AWS answers ClusterNotFoundException.',
    shows: "expected null to be 'not-found'",
  },
  'ecs: the adapter > a cluster that does not exist is not found, asked for tasks': {
    reason: 'ListTasks takes any cluster; AWS answers ClusterNotFoundException.',
    shows: "expected null to be 'not-found'",
  },
  'ecs: the adapter > a service that does not exist is not found, asked for its tasks': {
    reason: 'ListTasks takes any serviceName; AWS answers ServiceNotFoundException.',
    shows: "expected null to be 'not-found'",
  },
  'ecs: the adapter > a DAEMON has no desired count': {
    reason: 'UpdateService takes a desired count for a DAEMON; AWS answers InvalidParameterException.',
    shows: "expected null to be 'invalid'",
  },
  'ecs: the adapter > tells which machine a container instance is, and which it does not know': {
    reason: 'RegisterContainerInstance is unknown: there are no machines.',
    shows: 'Unknown ECS action: RegisterContainerInstance',
  },
  'ec2: the adapter > tells the private address of a machine, and leaves out what it does not know': {
    reason: 'RegisterContainerInstance is unknown: there are no machines.',
    shows: 'Unknown ECS action: RegisterContainerInstance',
  },
  'cloud map: the adapter > without one, and of an instance that is not there, nothing can be said': {
    reason:
      'UpdateInstanceCustomHealthStatus takes services without a custom health check; AWS answers CustomHealthNotFound.',
    shows: "expected null to be 'not-found'",
  },
  'images: the adapter > an image that was deleted is gone, by tag and by digest': {
    reason: 'DescribeImages answers with nothing; AWS answers ImageNotFoundException.',
    shows: 'ecr:DescribeImages unavailable: AWS answered without an image.',
  },
  'images: the adapter > so is the last tag of an image, and a tag or repository that never was': {
    reason: 'DescribeImages answers with nothing; AWS answers ImageNotFoundException.',
    shows: 'ecr:DescribeImages unavailable: AWS answered without an image.',
  },
  'ecs deployments: the adapter > a deployment is ongoing until it has completed': {
    reason: 'ListServiceDeployments lists nothing, ever.',
    shows: "expected undefined to be 'running'",
  },
  'ecs deployments: the adapter > stopped, it goes back to the revision that completed last, and once more changes nothing':
    noDeployments,
  'ecs deployments: the adapter > behind a deployment are the images that the revision before resolved, though the tag moved':
    noDeployments,
  'ecs deployments: the adapter > the first deployment of a service has nothing to go back to': noDeployments,
  'ecs deployments: the adapter > a service that does not exist is not found, asked for its deployments': {
    reason: 'ListServiceDeployments takes any service; AWS answers ServiceNotFoundException.',
    shows: "expected null to be 'not-found'",
  },
  'ecs deployments: the adapter > a deployment that does not exist is not found': {
    reason: 'StopServiceDeployment is unknown.',
    shows: "expected 'invalid' to be 'not-found'",
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
  'ecs deployments: the adapter > deployed once more, it is another deployment of the same revision, with the count as it was':
    {
      reason: 'UpdateService ignores forceNewDeployment.',
      shows: "not to be 'ecs-svc/",
    },
  'ecs deployments: the adapter > deployed once more, each task is another one': {
    reason: 'UpdateService ignores forceNewDeployment.',
    shows: 'expected [ …(2) ] to deeply equal []',
  },
  'ecs deployments: the adapter > tells the capacity provider strategy of a service, and that it has none': {
    reason: 'CreateService does not keep capacityProviderStrategy.',
    shows: 'expected null to deeply equal [ { …(3) } ]',
  },
  'ecs deployments: the adapter > another capacity provider strategy begins a deployment of the same revision':
    {
      reason: 'UpdateService ignores forceNewDeployment: the strategy is kept, and the old deployment stays.',
      shows: "to match object { status: 'PRIMARY'",
    },
  'ecs deployments: the adapter > by its strategy its tasks are shared out': {
    reason: 'The tasks of a service have no capacity provider.',
    shows: 'expected [ null, null, null, null, null ] to deeply equal',
  },
  'ecs deployments: the adapter > a strategy that ECS does not take changes nothing': {
    reason: 'UpdateService takes any strategy; AWS answers InvalidParameterException.',
    shows: "expected null to be 'invalid'",
  },
  'ecs deployments: the adapter > a provider that the cluster is not associated with is refused': {
    reason: 'UpdateService takes any strategy; AWS answers InvalidParameterException.',
    shows: "expected null to be 'invalid'",
  },
  'run task: the adapter > on the capacity provider that it is told': {
    reason: 'RunTask does not keep capacityProviderStrategy.',
    shows: 'expected [ { …(33) } ] to match object [ Array(1) ]',
  },
  'run task: the adapter > with a network interface in the subnet and the security groups that it is told': {
    reason: 'Tasks have no network interface.',
    shows: 'expected { subnetId: undefined',
  },
  'run task: the adapter > the same token runs no second task, not even with other parameters': {
    reason: 'RunTask ignores clientToken.',
    shows: 'expected [ Array(1) ] to deeply equal [ Array(1) ]',
  },
  'run task: the adapter > an override of a container that the task definition does not have is invalid': {
    reason: 'RunTask does not look at the names in overrides; AWS answers InvalidParameterException.',
    shows: 'expected { ok: true',
  },
  'errors: the adapter > a task definition that does not exist cannot be run': {
    reason: 'AWS says “TaskDefinition not found.” where this one says “Unable to find task definition”.',
    shows: "expected 'invalid' to be 'not-found'",
  },
  'errors: the adapter > nothing runs in a cluster that does not exist': {
    reason: 'RunTask takes any cluster; AWS answers ClusterNotFoundException.',
    shows: "expected null to be 'not-found'",
  },
  'errors: the adapter > a launch type that does not exist is invalid': {
    reason: 'RunTask takes any launch type; AWS answers InvalidParameterException.',
    shows: "expected null to be 'invalid'",
  },
  'errors: the adapter > an instance without an attribute that its records need is invalid': {
    reason: 'RegisterInstance does not look at attributes; AWS asks AWS_INSTANCE_IPV4 for an A record.',
    shows: "expected null to be 'invalid'",
  },
  'errors: the adapter > an expression that is none is invalid': {
    reason: 'GetMetricData knows no metric math.',
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
  'pages: the adapter > five alarms in pages of two': {
    reason: 'DescribeAlarms cuts after MaxRecords and gives no token for the rest.',
    shows: "expected [ 'a', 'b' ] to deeply equal",
  },
  'pages: the adapter > a series of five points in pages of two': {
    reason: 'Timestamps are ISO 8601 texts; AWS JSON has epoch seconds, and the SDK refuses the answer.',
    shows: 'cloudwatch:GetMetricData unavailable: Expected real number',
  },
  'pages: the adapter > five namespaces in pages of two': {
    reason: 'ListNamespaces ignores MaxResults and has no pages.',
    shows: 'expected 2 to be 6',
  },
  'pages: the adapter > five services of a namespace in pages of two': {
    reason: 'ListServices ignores MaxResults and has no pages.',
    shows: 'expected 2 to be 6',
  },
  'pages: the adapter > five instances in pages of two': {
    reason: 'ListInstances ignores MaxResults and has no pages.',
    shows: 'expected 1 to be 3',
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
  'queues: the adapter > an entry that the emulator refuses is told, and the others arrive': {
    reason: 'SendMessageBatch takes a delay of 901 s; AWS’s valid values end at 900.',
    shows: "expected null to be 'invalid'",
  },
  'ec2: the adapter > tells which has a public address': {
    reason: 'AssociateAddress leaves the network interface without its Association.',
    shows: 'expected [ …(2) ] to deeply equal [ …(2) ]',
  },
  'ec2: the adapter > leaves out what is gone': {
    reason: 'DescribeNetworkInterfaces ignores the filter network-interface-id: it answers all there are.',
    shows: 'expected [ { …(4) } ] to deeply equal []',
  },
  'ec2: the adapter > asks for 250 interfaces': {
    reason: 'DescribeNetworkInterfaces ignores the filter network-interface-id: two calls, everything twice.',
    shows: '…(499) ] to deeply equal',
  },
  'cloud map: the adapter > services of the same name in two namespaces are two': {
    reason: 'ListServices ignores its filters.',
    shows: 'to deeply equal { id:',
  },
  'cloud map: the adapter > an operation takes a while': {
    reason: 'Operations have ended before they are answered.',
    shows: "to include 'SUCCESS'",
  },
  'cloud map: the adapter > the same request again is the same operation': {
    reason: 'RegisterInstance ignores CreatorRequestId.',
    shows: 'expected { Object (operationId) } to deeply equal',
  },
  'cloud map: the adapter > an instance whose operation is under way is busy': {
    reason: 'Operations have ended before they are answered: nothing is ever under way.',
    shows: "expected null to be 'conflict'",
  },
  'cloud map: the adapter > what is gone already is not found': {
    reason: 'DeregisterInstance succeeds for what is not there; AWS answers InstanceNotFound.',
    shows: "expected null to be 'not-found'",
  },
  'cloudwatch: the adapter > a composite alarm follows the alarms of its rule': {
    reason: 'Composite alarms are kept and never evaluated.',
    shows: "expected [ { alarmName: 'any'",
  },
  'cloudwatch: the adapter > a series, oldest point first': {
    reason: 'Timestamps are ISO 8601 texts; AWS JSON has epoch seconds, and the SDK refuses the answer.',
    shows: 'cloudwatch:GetMetricData unavailable: Expected real number',
  },
  'cloudwatch: the adapter > a search answers with one series for each metric that it finds': {
    reason: 'GetMetricData knows no metric math.',
    shows: "expected [ [ 'e1', [] ] ] to deeply equal",
  },
  'cloudwatch: the adapter > metric math answers the expression and not its inputs': {
    reason: 'GetMetricData knows no metric math.',
    shows: "expected [ [ 'e1', [] ] ] to deeply equal",
  },
  'cloudwatch: the adapter > 1,200 queries, more than one call takes': {
    reason: 'Timestamps are ISO 8601 texts; AWS JSON has epoch seconds, and the SDK refuses the answer.',
    shows: 'cloudwatch:GetMetricData unavailable: Expected real number',
  },
  'cloudwatch: the adapter > 1,200 queries over 400 expressions whose inputs stand far from them': {
    reason: 'GetMetricData knows no metric math.',
    shows: "expected [ [], 'InternalError' ] to deeply equal",
  },
  'cloudwatch: the adapter > a series longer than a page comes whole and in order': {
    reason: 'Timestamps are ISO 8601 texts; AWS JSON has epoch seconds, and the SDK refuses the answer.',
    shows: 'cloudwatch:GetMetricData unavailable: Expected real number',
  },
}
