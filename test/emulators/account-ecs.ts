import {
  CreateClusterCommand,
  CreateServiceCommand,
  DeregisterTaskDefinitionCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopTaskCommand,
} from '@aws-sdk/client-ecs'
import { type AwsSettings, clientSettings } from '../../src/adapters/settings.ts'
import type { RollsBack } from '../../src/model/service.ts'
import type { Account, TestContainer, TestService } from '../contracts/account.ts'

const tagsOf = (tags: Record<string, string> = {}) =>
  Object.entries(tags).map(([key, value]) => ({ key, value }))

const logConfigurationOf = ({ group, prefix }: { group: string; prefix: string }) => ({
  logDriver: 'awslogs' as const,
  options: { 'awslogs-group': group, 'awslogs-region': 'eu-west-1', 'awslogs-stream-prefix': prefix },
})

const deploymentConfigurationOf = ({ circuitBreaker, onAlarm }: RollsBack) => ({
  deploymentCircuitBreaker: { enable: circuitBreaker !== 'off', rollback: circuitBreaker === 'roll-back' },
  alarms: { alarmNames: ['high'], enable: onAlarm, rollback: onAlarm },
})

export function createEcsSide(
  settings: AwsSettings,
  ec2: Pick<Account, 'addSubnet' | 'addSecurityGroup'>,
): Pick<
  Account,
  'addCluster' | 'addService' | 'addTaskDefinition' | 'addRevision' | 'deregister' | 'addTask' | 'stopTask'
> {
  const client = new ECSClient(clientSettings(settings))
  let network: Promise<{ subnets: string[]; securityGroups: string[] }> | undefined
  const makeNetwork = async () => ({
    subnets: [await ec2.addSubnet()],
    securityGroups: [await ec2.addSecurityGroup()],
  })
  const onFargate = async (capacityProviderStrategy?: TestService['capacityProviders']) => {
    network ??= makeNetwork()
    return {
      ...(capacityProviderStrategy ? { capacityProviderStrategy } : { launchType: 'FARGATE' as const }),
      networkConfiguration: {
        awsvpcConfiguration: { ...(await network), assignPublicIp: 'DISABLED' as const },
      },
    }
  }
  const addRevision = async (
    family: string,
    { environment = {}, secrets = {}, log, ...container }: TestContainer,
  ): Promise<string> => {
    const { taskDefinition } = await client.send(
      new RegisterTaskDefinitionCommand({
        family,
        networkMode: 'awsvpc',
        requiresCompatibilities: ['FARGATE'],
        cpu: '256',
        memory: '512',
        containerDefinitions: [
          {
            name: 'app',
            image: 'app:1',
            essential: true,
            ...container,
            environment: Object.entries(environment).map(([name, value]) => ({ name, value })),
            secrets: Object.entries(secrets).map(([name, valueFrom]) => ({ name, valueFrom })),
            ...(log ? { logConfiguration: logConfigurationOf(log) } : {}),
          },
        ],
      }),
    )
    return present(taskDefinition?.taskDefinitionArn)
  }
  const addTaskDefinition = (family: string) => addRevision(family, { memory: 512 })

  return {
    addCluster: async (clusterName, capacityProviders = ['FARGATE', 'FARGATE_SPOT']) => {
      await client.send(new CreateClusterCommand({ clusterName, capacityProviders }))
    },
    addService: async ({ cluster, name, strategy = 'REPLICA', tags, ...service }) => {
      const { taskDefinition, desiredCount, controller, capacityProviders, rollsBack } = service
      await client.send(
        new CreateServiceCommand({
          cluster,
          serviceName: name,
          taskDefinition: taskDefinition ?? (await addTaskDefinition(name)),
          schedulingStrategy: strategy,
          tags: tagsOf(tags),
          ...(strategy === 'REPLICA'
            ? { desiredCount, ...(await onFargate(capacityProviders)) }
            : { launchType: 'EC2' }),
          ...(controller ? { deploymentController: { type: controller } } : {}),
          ...(rollsBack ? { deploymentConfiguration: deploymentConfigurationOf(rollsBack) } : {}),
        }),
      )
    },
    addTaskDefinition,
    addRevision,
    deregister: async taskDefinition => {
      await client.send(new DeregisterTaskDefinitionCommand({ taskDefinition }))
    },
    addTask: async ({ cluster, family, startedBy, tags, overrides }) => {
      const { tasks } = await client.send(
        new RunTaskCommand({
          cluster,
          taskDefinition: family,
          count: 1,
          startedBy,
          tags: tagsOf(tags),
          overrides,
          ...(await onFargate()),
        }),
      )
      return present(tasks?.[0]?.taskArn)
    },
    stopTask: async task => {
      await client.send(new StopTaskCommand({ cluster: task.split('/').at(-2), task }))
    },
  }
}

/** What an answer must hold. */
export function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('The emulator answered without it.')
  return value
}
