import {
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  type ECSClient,
} from '@aws-sdk/client-ecs'
import { type Answer, answered } from '../model/reading.ts'
import type { RevisionImage } from '../model/service.ts'

/**
 * The source of a deployment is what it replaces; with several, one that was itself replaced on the way, nobody says which of them
 * ECS goes back to.
 */
export async function imagesBehind(
  client: ECSClient,
  serviceDeploymentArn: string,
): Promise<Answer<RevisionImage[] | null>> {
  const deployments = await client.send(
    new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [serviceDeploymentArn] }),
  )
  const sources = deployments.serviceDeployments?.[0]?.sourceServiceRevisions ?? []
  const [arn] = sources.flatMap(source => source.arn ?? [])
  if (sources.length !== 1 || arn === undefined) return answered(null)
  const { serviceRevisions = [] } = await client.send(
    new DescribeServiceRevisionsCommand({ serviceRevisionArns: [arn] }),
  )
  const [revision] = serviceRevisions
  if (!revision?.containerImages) return answered(null)
  return answered(
    revision.containerImages.map(({ image, imageDigest }) => ({
      image: image ?? null,
      digest: imageDigest ?? null,
    })),
  )
}
