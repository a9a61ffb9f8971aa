import {
  type ECSClient,
  ListServiceDeploymentsCommand,
  StopServiceDeploymentCommand,
  UpdateServiceCommand,
  type UpdateServiceCommandInput,
} from '@aws-sdk/client-ecs'
import { type Answer, answered } from '../model/reading.ts'
import type { Service } from '../model/service.ts'
import type { ServiceChanges } from '../model/service-changes.ts'
import { everyPage } from './batches.ts'
import { ongoingStates, serviceDeploymentOf, serviceOf } from './ecs-answers.ts'
import { unreadable } from './ecs-failures.ts'
import { imagesBehind } from './ecs-revisions.ts'
import { ask } from './failure.ts'

export function createServiceChanges(client: ECSClient): ServiceChanges {
  const update = (change: UpdateServiceCommandInput): Promise<Answer<Service>> =>
    ask('ecs:UpdateService', async () => {
      const answer = await client.send(new UpdateServiceCommand(change))
      const updated = answer.service && serviceOf(answer.service)
      return updated ? answered(updated) : unreadable('ecs:UpdateService', 'no service')
    })

  return {
    updateService: ({ cluster, service, desiredCount }) => update({ cluster, service, desiredCount }),

    ongoingDeployments: (cluster, service) =>
      ask('ecs:ListServiceDeployments', async () => {
        const pages = await everyPage(
          nextToken =>
            client.send(
              new ListServiceDeploymentsCommand({ cluster, service, status: [...ongoingStates], nextToken }),
            ),
          page => page.nextToken,
        )
        return answered(
          pages
            .flatMap(page => page.serviceDeployments ?? [])
            .flatMap(each => serviceDeploymentOf(each) ?? []),
        )
      }),

    imagesBehind: arn => ask('ecs:DescribeServiceRevisions', () => imagesBehind(client, arn)),

    stopDeployment: serviceDeploymentArn =>
      ask('ecs:StopServiceDeployment', async () => {
        await client.send(new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType: 'ROLLBACK' }))
        return answered(undefined)
      }),

    rollBackService: ({ cluster, service, taskDefinition }) => update({ cluster, service, taskDefinition }),

    redeployService: ({ cluster, service }) => update({ cluster, service, forceNewDeployment: true }),

    setCapacityProviders: ({ cluster, service, strategy }) =>
      update({ cluster, service, capacityProviderStrategy: strategy, forceNewDeployment: true }),
  }
}
