import { expect, test } from 'vitest'
import { answerProblems } from './schema-check.ts'

const task = { taskArn: 'arn:aws:ecs:eu-west-1:111122223333:task/prod/a1', createdAt: 1_795_423_560.25 }
const eni = (inside: string) =>
  `<DescribeNetworkInterfacesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>1</requestId><networkInterfaceSet><item>${inside}</item></networkInterfaceSet></DescribeNetworkInterfacesResponse>`

test.each([
  {
    what: 'a task with epoch seconds',
    operation: 'ecs:DescribeTasks',
    body: { tasks: [task], failures: [] },
  },
  {
    what: 'attributes, a map',
    operation: 'servicediscovery:ListInstances',
    body: { Instances: [{ Id: 'a1', Attributes: { PORT: '80' } }] },
  },
  {
    what: 'an interface in XML',
    operation: 'ec2:DescribeNetworkInterfaces',
    body: eni('<networkInterfaceId>eni-1</networkInterfaceId><sourceDestCheck>true</sourceDestCheck>'),
  },
])('passes: $what', ({ operation, body }) => {
  expect(answerProblems(operation, body)).toEqual([])
})

test.each([
  {
    what: 'a member that AWS does not know',
    operation: 'ecs:DescribeTasks',
    body: { tasks: [{ ...task, family: 'etl' }] },
    problem: 'ecs:DescribeTasks.tasks[0].family: no such member',
  },
  {
    what: 'ISO text instead of epoch seconds',
    operation: 'ecs:DescribeTasks',
    body: { tasks: [{ ...task, createdAt: '2026-11-23T08:46:00Z' }] },
    problem: 'ecs:DescribeTasks.tasks[0].createdAt: 2026-11-23T08:46:00Z is no epoch seconds',
  },
  {
    what: 'milliseconds instead of seconds',
    operation: 'cloudwatch:GetMetricData',
    body: { MetricDataResults: [{ Id: 'm1', Timestamps: [1_795_423_560_000] }] },
    problem: 'cloudwatch:GetMetricData.MetricDataResults[0].Timestamps[0]: 1795423560000 is no epoch seconds',
  },
  {
    what: 'a number where text belongs',
    operation: 'ecs:DescribeTasks',
    body: { tasks: [{ ...task, cpu: 256 }] },
    problem: 'ecs:DescribeTasks.tasks[0].cpu: number where a string belongs',
  },
  {
    what: 'text where a number belongs',
    operation: 'ecs:DescribeServices',
    body: { services: [{ desiredCount: '2' }] },
    problem: 'ecs:DescribeServices.services[0].desiredCount: string where a number belongs',
  },
  {
    what: 'null',
    operation: 'ecs:DescribeServices',
    body: { services: [{ status: null }] },
    problem: 'ecs:DescribeServices.services[0].status: null where a string belongs',
  },
  {
    what: 'one where a list belongs',
    operation: 'ecs:ListTasks',
    body: { taskArns: 'arn' },
    problem: 'ecs:ListTasks.taskArns: string where a list belongs',
  },
  {
    what: 'a number in a map of texts',
    operation: 'servicediscovery:ListInstances',
    body: { Instances: [{ Id: 'a1', Attributes: { PORT: 80 } }] },
    problem: 'servicediscovery:ListInstances.Instances[0].Attributes.PORT: number where a string belongs',
  },
  {
    what: 'an XML member that EC2 does not know',
    operation: 'ec2:DescribeNetworkInterfaces',
    body: eni('<securityGroups><item><groupId>sg-1</groupId></item></securityGroups>'),
    problem: 'ec2:DescribeNetworkInterfaces.networkInterfaceSet[0].securityGroups: no such member',
  },
  {
    what: 'XML text that is no boolean',
    operation: 'ec2:DescribeNetworkInterfaces',
    body: eni('<sourceDestCheck>yes</sourceDestCheck>'),
    problem: 'ec2:DescribeNetworkInterfaces.networkInterfaceSet[0].sourceDestCheck: "yes" is no boolean',
  },
  {
    what: 'an operation without a model',
    operation: 'ecs:CreateService',
    body: {},
    problem: 'ecs:CreateService: no model is known',
  },
])('finds: $what', ({ operation, body, problem }) => {
  expect(answerProblems(operation, body)).toEqual([problem])
})
