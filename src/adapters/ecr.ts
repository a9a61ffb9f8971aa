import { DescribeImagesCommand, DescribePullThroughCacheRulesCommand, ECRClient } from '@aws-sdk/client-ecr'
import type { EcrImage, Images } from '../model/image.ts'
import { type Answer, answered, refused } from '../model/reading.ts'
import { everyPage } from './batches.ts'
import { ask } from './failure.ts'
import { type AwsSettings, clientSettings } from './settings.ts'

/** Images by tag or digest, each asked for in the region of its registry. */
export function createImages(settings: AwsSettings): Images {
  const clients = new Map<string, ECRClient>()
  const clientIn = (region: string): ECRClient => {
    const client = clients.get(region) ?? new ECRClient(clientSettings({ ...settings, region }))
    clients.set(region, client)
    return client
  }
  return {
    async digestOf(image) {
      const client = clientIn(image.region)
      const found = await ask('ecr:DescribeImages', () => describe(client, image))
      if (found.ok || found.failure.code !== 'not-found') return found
      return ask('ecr:DescribePullThroughCacheRules', () => unlessCached(client, image))
    },
  }
}

async function describe(
  client: ECRClient,
  { registryId, repository, by }: EcrImage,
): Promise<Answer<string | null>> {
  const { imageDetails } = await client.send(
    new DescribeImagesCommand({
      registryId,
      repositoryName: repository,
      imageIds: ['digest' in by ? { imageDigest: by.digest } : { imageTag: by.tag }],
    }),
  )
  const digest = imageDetails?.[0]?.imageDigest
  // ECR refuses what it does not have: an empty answer says nothing.
  return digest === undefined
    ? refused('ecr:DescribeImages', 'unavailable', 'AWS answered without an image.')
    : answered(digest)
}

/** A pull brings into the cache, and makes the repository for, what is not there yet. */
async function unlessCached(
  client: ECRClient,
  { registryId, repository }: EcrImage,
): Promise<Answer<string | null>> {
  const pages = await everyPage(
    nextToken => client.send(new DescribePullThroughCacheRulesCommand({ registryId, nextToken })),
    page => page.nextToken,
  )
  const prefixes = pages
    .flatMap(page => page.pullThroughCacheRules ?? [])
    .flatMap(rule => rule.ecrRepositoryPrefix ?? [])
  const isCache = prefixes.some(prefix => prefix === 'ROOT' || repository.startsWith(`${prefix}/`))
  return isCache
    ? refused('ecr:DescribeImages', 'unavailable', 'A pull-through cache has it only once it was pulled.')
    : answered(null)
}
