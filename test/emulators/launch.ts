import type { RunTaskRequest } from '../../src/model/ports.ts'
import type { Account } from '../contracts/account.ts'

/** A task of family `etl` in cluster `prod`, on Fargate, that the account can run. */
export async function launchOf(account: Account): Promise<RunTaskRequest> {
  return {
    startedBy: 'longshore/a1/1',
    clientToken: 'b'.repeat(64),
    spec: {
      taskId: 'a1',
      cluster: 'prod',
      taskDefinitionArn: await account.addTaskDefinition('etl'),
      network: {
        subnets: [await account.addSubnet()],
        securityGroups: [await account.addSecurityGroup()],
        assignPublicIp: 'DISABLED',
      },
      capacityProvider: null,
      launchType: 'FARGATE',
      platformVersion: 'LATEST',
      overrides: {},
      enableExecuteCommand: false,
      group: 'family:etl',
      tags: {},
      enableEcsManagedTags: false,
      recordedAtMs: 0,
      unsure: [],
    },
  }
}
