import type { RunTaskRequest } from '../../src/model/ports.ts'
import type { Account } from './account.ts'

/** A task of family `etl` in cluster `prod`, on Fargate, that the account can run. */
export async function launchOf(account: Account): Promise<RunTaskRequest> {
  return {
    startedBy: 'longshore/a1/1',
    clientToken: 'a'.repeat(64),
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
      overrides: { containerOverrides: [{ name: 'app', command: ['load', '--day', '2026-11-21'] }] },
      enableExecuteCommand: false,
      group: 'family:etl',
      tags: { team: 'data' },
      enableEcsManagedTags: false,
      recordedAtMs: 0,
      unsure: [],
    },
  }
}
