import {
  CreateClusterCommand,
  CreateServiceCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopTaskCommand,
} from '@aws-sdk/client-ecs'
import { type AwsSettings, clientSettings } from '../../src/adapters/settings.ts'
import type { Account } from '../contracts/account.ts'

const tagsOf = (tags: Record<string, string> = {}) =>
  Object.entries(tags).map(([key, value]) => ({ key, value }))

const logConfigurationOf = ({ group, prefix }: { group: string; prefix: string }) => ({
  logDriver: 'awslogs' as const,
  options: { 'awslogs-group': group, 'awslogs-region': 'eu-west-1', 'awslogs-stream-prefix': prefix },
})

export function createEcsSide(
  settings: AwsSettings,
  ec2: Pick<Account, 'addSubnet' | 'addSecurityGroup'>,
): Pick<Account, 'addCluster' | 'addService' | 'addTaskDefinition' | 'addRevision' | 'addTask' | 'stopTask'> {
  const client = new ECSClient(clientSettings(settings))
  let network: Promise<{ subnets: string[]; securityGroups: string[] }> | undefined
  const makeNetwork = async () => ({
    subnets: [await ec2.addSubnet()],
    securityGroups: [await ec2.addSecurityGroup()],
  })
  const onFargate = async () => {
    network ??= makeNetwork()
    return {
      launchType: 'FARGATE' as const,
      networkConfiguration: {
        awsvpcConfiguration: { ...(await network), assignPublicIp: 'DISABLED' as const },
      },
    }
  }
  const addTaskDefinition = async (family: string): Promise<string> => {
    const { taskDefinition } = await client.send(
      new RegisterTaskDefinitionCommand({
        family,
        networkMode: 'awsvpc',
        requiresCompatibilities: ['FARGATE'],
        cpu: '256',
        memory: '512',
        containerDefinitions: [{ name: 'app', image: 'app:1', essential: true, memory: 512 }],
      }),
    )
    return present(taskDefinition?.taskDefinitionArn)
  }

  return {
    addCluster: async clusterName => {
      await client.send(new CreateClusterCommand({ clusterName }))
    },
    addService: async ({ cluster, name, desiredCount, strategy = 'REPLICA', tags }) => {
      await client.send(
        new CreateServiceCommand({
          cluster,
          serviceName: name,
          taskDefinition: await addTaskDefinition(name),
          schedulingStrategy: strategy,
          tags: tagsOf(tags),
          ...(strategy === 'REPLICA' ? { desiredCount, ...(await onFargate()) } : { launchType: 'EC2' }),
        }),
      )
    },
    addTaskDefinition,
    addRevision: async (family, { environment = {}, secrets = {}, log, ...container }) => {
      const { taskDefinition } = await client.send(
        new RegisterTaskDefinitionCommand({
          family,
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
