import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { createAwsPorts } from '../../src/adapters/aws.ts'
import { dynamodbStore } from '../../src/adapters/dynamodb-store.ts'
import { type AwsSettings, clientSettings } from '../../src/adapters/settings.ts'
import { tableDefinition } from '../../src/adapters/table.ts'
import type { Answer } from '../../src/model/reading.ts'
import { familyTarget, serviceTarget } from '../../src/model/target.ts'
import type { Account } from '../contracts/account.ts'
import { launchOf } from '../contracts/launch.ts'
import { createQueues } from './queues.ts'

/** One call to every outside system, those that change something among them. */
export const callNames = [
  'ecs:DescribeServices',
  'ecs:UpdateService',
  'ecs:ListTasks',
  'ecs:RunTask',
  'ecs:StopTask',
  'ec2:DescribeNetworkInterfaces',
  'cloudwatch:DescribeAlarms',
  'servicediscovery:ListInstances',
  'servicediscovery:RegisterInstance',
  'sqs:SendMessageBatch',
  'ssm:GetParameter',
  'ecr:DescribeImages',
  'logs:GetLogEvents',
  'dynamodb:UpdateItem',
] as const
export type CallName = (typeof callNames)[number]

/** Makes what the operation needs in the account. */
export async function prepareCall(
  name: CallName,
  account: Account,
  plain: AwsSettings,
): Promise<(settings: AwsSettings) => Promise<Answer<unknown>>> {
  const clock = { now: () => account.nowMs }
  const ports = (settings: AwsSettings) =>
    createAwsPorts({ ...settings, clock, queueUrls: { services: '', tasks: '' } })
  switch (name) {
    case 'ecs:DescribeServices':
    case 'ecs:UpdateService':
    case 'ecs:ListTasks': {
      await account.addCluster('prod')
      await account.addService({ cluster: 'prod', name: 'web', desiredCount: 1 })
      const change = { cluster: 'prod', service: 'web', desiredCount: 3 }
      if (name === 'ecs:DescribeServices')
        return settings => ports(settings).ecs.describeServices('prod', ['web'])
      if (name === 'ecs:ListTasks') return settings => ports(settings).ecs.listTasks('prod', {})
      return settings => ports(settings).ecs.updateService(change)
    }
    case 'ecs:StopTask': {
      await account.addCluster('prod')
      await account.addTaskDefinition('etl')
      const task = await account.addTask({ cluster: 'prod', family: 'etl' })
      const stop = { cluster: 'prod', task, reason: 'longshore:stuck' }
      return settings => ports(settings).ecs.stopTask(stop)
    }
    case 'ecs:RunTask': {
      await account.addCluster('prod')
      const request = await launchOf(account)
      return settings => ports(settings).ecs.runTask(request)
    }
    case 'ec2:DescribeNetworkInterfaces': {
      const subnet = await account.addSubnet()
      const id = await account.addNetworkInterface({ subnet, securityGroups: [], isPublic: false })
      return settings => ports(settings).ec2.describeNetworkInterfaces([id])
    }
    case 'cloudwatch:DescribeAlarms':
      await account.addMetricAlarm({ name: 'high', metricName: 'Requests', threshold: 1 })
      return settings => ports(settings).cloudWatch.describeAlarms(['high'])
    case 'servicediscovery:ListInstances':
    case 'servicediscovery:RegisterInstance': {
      const id = await account.addCloudMapService('jobs.internal', 'etl', ['A'])
      const attributes = { AWS_INSTANCE_IPV4: '10.0.0.1' }
      if (name === 'servicediscovery:ListInstances')
        return settings => ports(settings).cloudMap.listInstances(id)
      return settings => ports(settings).cloudMap.registerInstance(id, 'a', attributes, 'once')
    }
    case 'sqs:SendMessageBatch': {
      const { urls } = await createQueues(plain)
      const look = { target: serviceTarget('prod', 'web'), delaySeconds: 0 }
      return settings => createAwsPorts({ ...settings, clock, queueUrls: urls }).queue.look([look])
    }
    case 'ssm:GetParameter': {
      const parameter = { Name: '/longshore/slack', Value: 'xoxb', Type: 'SecureString' as const }
      await new SSMClient(clientSettings(plain)).send(new PutParameterCommand(parameter))
      return settings => ports(settings).parameters.get('/longshore/slack')
    }
    case 'ecr:DescribeImages': {
      await account.pushImage('shop/api', '1')
      const image = { registryId: account.id, region: 'eu-west-1', repository: 'shop/api', by: { tag: '1' } }
      return settings => ports(settings).images.digestOf(image)
    }
    case 'logs:GetLogEvents': {
      const stream = { group: '/ecs/shop', stream: 'api/app/0123', region: 'eu-west-1' }
      await account.writeLog(stream.group, stream.stream, ['one'])
      return settings => ports(settings).logs.lastLines(stream, 5)
    }
    case 'dynamodb:UpdateItem': {
      const table = new CreateTableCommand({ TableName: 'longshore', ...tableDefinition })
      await new DynamoDBClient(clientSettings(plain)).send(table)
      return settings =>
        dynamodbStore(settings, { tableName: 'longshore', clock }).mark(
          familyTarget('prod', 'etl'),
          ['task/a'],
          account.nowMs,
        )
    }
  }
}
